"""`afterword scan`: every message one line, in input order, whatever it holds."""

import json
import os
from pathlib import Path

import pytest

from watcher.shells.cli import run
from watcher.shells.commands import scan

DATE = b"From a@b.example Mon Jun  1 10:00:00 2026\n"
MAIL = b"From: HR <hr@firm.example>\nMessage-ID: <%d@firm.example>\nSubject: Your application\n\nHello number %d.\n\n"
KEYS = {"path", "message_id", "outcome", "certainty", "language", "employer", "role", "stage", "contact", "evidence"}


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "none.yaml"))


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert run(["scan", "--json", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_message_gives_one_object_with_every_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.mbox").write_bytes(b"".join(DATE + MAIL % (n, n) for n in range(5)))
    (tmp_path / "z.eml").write_bytes(MAIL % (9, 9))
    lines = scanned(capsys, str(tmp_path))
    assert [line["path"] for line in lines] == [f"{tmp_path}/in.mbox#{n}" for n in range(1, 6)] + [f"{tmp_path}/z.eml"]
    assert [line["message_id"] for line in lines] == [f"{n}@firm.example" for n in (0, 1, 2, 3, 4, 9)]
    assert all(set(line) >= KEYS for line in lines)
    assert all(line["contact"] or line["no_contact_reason"] for line in lines)


def test_an_unreadable_message_is_other_with_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "b.eml").write_bytes(MAIL % (1, 1))
    first, second = scanned(capsys, str(tmp_path))
    assert (first["outcome"], first["error"]) == ("other", "the message is empty")
    assert second["message_id"] == "1@firm.example"


def test_a_missing_path_is_told_after_the_rest_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.eml").write_bytes(MAIL % (1, 1))
    assert run(["scan", str(tmp_path / "none.mbox"), str(tmp_path / "b.eml")]) == os.EX_NOINPUT
    out, err = capsys.readouterr()
    assert f"{tmp_path}/b.eml" in out
    assert f"afterword: {tmp_path}/none.mbox: there is no such file" in err


@pytest.mark.slow
def test_several_processes_give_the_same_lines_in_the_same_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "ALONE_BYTES", 1)
    monkeypatch.setattr(scan, "CHUNK_MESSAGES", 7)
    (tmp_path / "in.mbox").write_bytes(b"".join(DATE + MAIL % (n, n) for n in range(200)))
    alone = scanned(capsys, "--jobs", "1", str(tmp_path))
    together = scanned(capsys, "--jobs", "2", str(tmp_path))
    assert together == alone
    assert len(alone) == 200


def test_the_lines_for_people_are_one_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.mbox").write_bytes(b"".join(DATE + MAIL % (n, n) for n in range(3)))
    assert run(["scan", str(tmp_path / "in.mbox")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
