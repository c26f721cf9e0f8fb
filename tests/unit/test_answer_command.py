"""`afterword answer`: one line a message, in input order, with the keys scripts rely on."""

import json
from pathlib import Path

import pytest

from watcher.shells.cli import run

MAIL = "From: Rita <rita@acme.example>\r\nTo: me@home.example\r\nSubject: Re: Thanks\r\n\r\n{}\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.eml").write_text(MAIL.format("Hi Sam, your answers were too long. We missed numbers."))
    (tmp_path / "2.eml").write_text(MAIL.format("Thank you for your kind words, all the best!"))
    (tmp_path / "3.eml").write_bytes(b"\xff\xfe\x00")
    return tmp_path


def test_every_message_gives_one_object_with_the_known_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["answer", str(folder), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["path"] for line in lines] == [str(folder / f"{number}.eml") for number in (1, 2, 3)]
    assert all({"path", "answer", "themes", "language", "evidence"} <= set(line) for line in lines)
    assert lines[0]["answer"] == "substantive"
    assert set(lines[0]["themes"]) == {"structure", "metrics"}
    assert lines[0]["language"] == "en"
    assert lines[1]["answer"] == "courtesy"


def test_the_words_are_shown_to_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["answer", str(folder / "1.eml")]) == 0
    assert "structure: Hi Sam, your answers were too long." in capsys.readouterr().out


def test_a_path_that_is_not_there_is_named_and_the_rest_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["answer", str(folder / "no.eml"), str(folder / "1.eml"), "--json"]) == 66
    told = capsys.readouterr()
    assert "no.eml" in told.err
    assert len(told.out.splitlines()) == 1
