"""What the user taught changes the same sender's same wording, and nothing else."""

from pathlib import Path

import pytest

from watcher.adapters.corrections import add_correction, read_corrections
from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import Address, Message
from watcher.core.verdict import Memory, Outcome, judge, learn_correction
from watcher.errors import ConfigError

BODY = """Hi {name},

This is Contoso calling about the {role} opening. Our journey together pauses here. We keep your details in our pool
of wonderful people and are going to write again as soon as the stars stand better. Keep shining.
"""


def mail(name: str, role: str, sender: str = "jobs@contoso.example") -> Message:
    text = BODY.format(name=name, role=role)
    return Message(from_=(Address("", sender),), subject=f"News on {role}", text=text)


def test_a_correction_counts_for_the_same_template_with_other_names(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yaml"
    add_correction(file, learn_correction(mail("Sam", "Data Analyst"), Outcome.REJECTION))
    memory = Memory(corrections=read_corrections(file))
    found = judge(mail("Kim", "Lead Plumber"), load_rulebook(), memory)
    assert found.is_sure_no
    assert found.evidence[-1].signal == "correction"


def test_a_correction_never_counts_for_another_sender() -> None:
    learnt = learn_correction(mail("Sam", "Data Analyst"), "rejection")
    memory = Memory(corrections={learnt.key: str(learnt.outcome)})
    assert not judge(mail("Sam", "Data Analyst", "jobs@fabrikam.example"), load_rulebook(), memory).outcome.is_no


def test_a_correction_never_counts_for_another_wording() -> None:
    learnt = learn_correction(mail("Sam", "Data Analyst"), "rejection")
    memory = Memory(corrections={learnt.key: str(learnt.outcome)})
    other = Message(from_=(Address("", "jobs@contoso.example"),), text="We have received your application. Thank you.")
    assert not judge(other, load_rulebook(), memory).outcome.is_no


def test_the_file_holds_no_text_of_the_mail_and_a_later_word_replaces_the_earlier(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yaml"
    for outcome in ("rejection", "other"):
        add_correction(file, learn_correction(mail("Sam", "Data Analyst"), outcome))
    assert list(read_corrections(file).values()) == ["other"]
    assert "stars stand better" not in file.read_text()


def test_a_wrong_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yaml"
    file.write_text("corrections:\n- key: a@b.example ab\n  outcome: rejektion\n")
    with pytest.raises(ConfigError) as caught:
        read_corrections(file)
    assert caught.value.problems[0].line == 3
