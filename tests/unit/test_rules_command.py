"""`afterword rules`: every problem at once, every example run."""

import json
from pathlib import Path

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import Message
from watcher.core.verdict import judge
from watcher.shells.cli import run

HEAD = "language: en\nname: English\nsignals:\n"
WRONG = (
    HEAD
    + "- id: en.rejection.a\n  category: rejectoin\n  phrases: [no]\n"
    + "- id: en.rejection.b\n  category: rejection\n  phrasess: [no]\n"
)
BROKEN = (
    HEAD
    + "- id: en.rejection.a\n  category: rejection\n  phrases:\n  - not (this\n  regex:\n  - (?=x)y\n"
    + "- id: en.rejection.a\n  category: rejection\n  phrases: [no]\n"
    + "- id: en.rejection.c\n  category: rejection\n"
    + "examples:\n- outcome: rejektion\n  body: no\n"
)
GOOD = (
    "- id: en.rejection.mine\n  category: rejection\n  phrases: [the stars stand badly]\n"
    "examples:\n- outcome: rejection\n  body: Hi Sam, the stars stand badly for your job application.\n"
)


def own(folder: Path, text: str) -> Path:
    (folder / "language").mkdir(exist_ok=True)
    (folder / "language" / "en.yaml").write_text(text)
    return folder


def test_problems_of_shape_come_all_at_once_with_line_and_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rules", "check", "--rules", str(own(tmp_path, WRONG)), "--json"]) == 78
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {item["line"] for item in found} == {5, 9}
    assert any("rejection" in item["hint"] for item in found)
    assert any("phrases" in item["hint"] for item in found)


def test_problems_of_meaning_come_all_at_once_with_the_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "check", "--rules", str(own(tmp_path, BROKEN))]) == 78
    out = capsys.readouterr().out
    assert "lacks a ')'" in out
    assert "invalid perl operator: (?=" in out
    assert "stands twice (first in line 4" in out
    assert "en.rejection.c: has nothing to look for" in out
    assert "did you mean 'rejection'?" in out


def test_a_rule_of_the_user_is_tested_with_the_shipped_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "en", "--rules", str(own(tmp_path, HEAD + GOOD))]) == 0
    assert "examples as written" in capsys.readouterr().out


def test_an_example_that_comes_out_otherwise_fails_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD.removesuffix("signals:\n") + "examples:\n- outcome: offer\n  body: Hello.\n  why: a lunch\n"
    assert run(["rules", "test", "en", "--rules", str(own(tmp_path, text))]) == 78
    out = capsys.readouterr().out
    assert "wanted offer, got other" in out
    assert "guards: a lunch" in out


def test_a_language_without_rules_is_told() -> None:
    assert run(["rules", "test", "tlh"]) == 64


def test_a_shipped_rule_is_switched_off_by_id(tmp_path: Path) -> None:
    body = "Hi Sam, thank you for applying for the job. We have paused nothing, but your candidacy ends here."
    message = Message(text=body)
    rulebook = load_rulebook(own(tmp_path, HEAD + "- {id: en.rejection.not_moving, category: rejection, off: true}\n"))
    assert judge(message, load_rulebook()).is_sure_no
    assert not judge(message, rulebook).is_sure_no
