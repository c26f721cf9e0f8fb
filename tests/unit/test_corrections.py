"""What the user taught is a readable file; it reaches one sender's one wording and nothing else."""

import stat
from pathlib import Path

import pytest

from tests.line.builders import NO, mail, rulebook
from watcher.adapters.corrections import add_correction, read_corrections, remove_correction
from watcher.core.message import parse
from watcher.core.verdict import Certainty, Memory, Outcome, judge
from watcher.core.verdict.correction import fingerprint, learn_correction
from watcher.errors import ConfigError


def test_a_correction_is_written_readably_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    assert read_corrections(path) == {}
    correction = learn_correction(parse(mail(NO)), Outcome.OTHER)
    add_correction(path, correction)
    add_correction(path, correction)
    assert read_corrections(path) == {correction.key: "other"}
    text = path.read_text("utf-8")
    assert "anna@acme.example" in text
    assert "subject: Your application as Data Engineer" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_newer_word_replaces_the_older_and_can_be_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    message = parse(mail(NO))
    add_correction(path, learn_correction(message, Outcome.OTHER))
    add_correction(path, learn_correction(message, Outcome.ON_HOLD))
    assert list(read_corrections(path).values()) == ["on_hold"]
    assert remove_correction(path, fingerprint(message))
    assert not remove_correction(path, fingerprint(message))
    assert read_corrections(path) == {}


def test_a_file_edited_wrongly_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text("corrections:\n  - {key: a@b.example 12, outcome: rejecton}\n")
    with pytest.raises(ConfigError, match=r"corrections.yaml:2: .*outcome"):
        read_corrections(path)


def test_a_correction_reaches_the_same_senders_same_wording_only(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    add_correction(path, learn_correction(parse(mail(NO)), Outcome.OTHER))
    memory = Memory(corrections=read_corrections(path))
    again = judge(parse(mail(NO, message_id="again@acme.example")), rulebook(), memory)
    assert (again.outcome, again.certainty) == (Outcome.OTHER, Certainty.SURE)
    assert "you corrected" in again.because
    other = judge(parse(mail(NO, sender="Rita <rita@firm.example>")), rulebook(), memory)
    assert other.outcome is Outcome.REJECTION
