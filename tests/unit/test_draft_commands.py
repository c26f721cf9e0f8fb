"""`afterword preview` and `afterword lint`, as typed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from watcher.shells.cli import run

GOOD = """Hi Anna,

Thank you for letting me know, and thanks to you and the team for your time and the interview. I understand and respect
the decision. I am always trying to improve, so if you have a moment, is there one area you would suggest I strengthen
for roles like this? Even a brief note would help, and I understand if it is not possible. I enjoyed meeting the team
and wish you all every success.

Kind regards
Sam
"""


def test_a_preview_shows_the_draft(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "--language", "de", "--formality", "formal"]) == 0
    shown = capsys.readouterr().out
    assert "Guten Tag Anna Beispiel," in shown
    assert "Data Engineer" in shown


@pytest.mark.slow
def test_a_preview_of_everything_is_clean_in_every_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "--all", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["kind"] for line in lines} == {"request", "thanks_answer", "thanks_declined", "thanks_silence"}
    assert {"en", "de", "fi", "ja", "ko", "zh"} <= {line["language"] for line in lines}
    assert not [line for line in lines if line["findings"]]


def test_a_preview_of_a_variant_nobody_wrote_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "--template", "shrt"]) == 78
    assert "request_short" in capsys.readouterr().err


def test_a_gracious_draft_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(GOOD, encoding="utf-8")
    assert run(["lint", str(file)]) == 0
    assert "clean (request, en)" in capsys.readouterr().out


def test_a_bad_draft_is_told_rule_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(GOOD.replace("I enjoyed", "Please reconsider your decision. I enjoyed"), encoding="utf-8")
    assert run(["lint", str(file)]) == 65
    assert "challenge: 'reconsider your" in capsys.readouterr().out


def test_a_mail_is_read_without_its_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime

    from watcher.core.contact import Contact
    from watcher.core.draft import Words, compose
    from watcher.core.message import Address

    draft = compose(
        Words("", GOOD, "en"), None, Contact("a@x.example"), Address("Sam", "s@y.example"), "k",
        datetime(2026, 1, 1, tzinfo=UTC), quote="Why? We chose the successful candidate. https://x.example",
    )  # fmt: skip
    file = tmp_path / "draft.eml"
    file.write_bytes(draft.raw)
    assert run(["lint", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"path": str(file), "language": "en", "kind": "request", "findings": []}


def test_standard_input_and_another_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stdin:
        buffer: Any = io.BytesIO(b"Guten Tag,\n\nwarum haben Sie mich abgelehnt? Ich erwarte eine Antwort.\n\nSam")

    monkeypatch.setattr("sys.stdin", Stdin())
    assert run(["lint", "-", "--json"]) == 65
    found = json.loads(capsys.readouterr().out)
    assert found["language"] == "de"
    assert {"challenge", "demand"} <= {item["rule"] for item in found["findings"]}


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "/nowhere/draft.txt"]) == 66
    assert "cannot be read" in capsys.readouterr().err
