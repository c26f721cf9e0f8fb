"""Real archives: 850 mails from parsers' own test suites and 6,400 ordinary ones; every one is read, in little time."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tools.labelled import DATA, LABELLED, load, to_mail
from watcher.adapters.mailfiles import Item
from watcher.core.message import Message, parse
from watcher.shells import judging
from watcher.shells.cli import run

LIMIT_S = 1.0


def mails(archive: str, every: int = 1) -> Iterator[tuple[str, bytes]]:
    path: Path = DATA / archive
    if not path.is_file():
        pytest.skip(f"{path} is not here: the archive is not ours to ship")
    with tarfile.open(path) as tar:
        for number, member in enumerate(member for member in tar if member.isfile()):
            if number % every == 0 and (file := tar.extractfile(member)):
                yield member.name, file.read()


def check(name: str, raw: bytes) -> Message:
    start = process_time()
    message = parse(raw)
    assert process_time() - start < LIMIT_S, name
    for _, value in message.headers:
        assert len(value.splitlines()) <= 1, name
    for text in (message.text, message.fresh, message.quoted, message.signature, message.subject):
        text.encode("utf-8")
        assert "\0" not in text, name
    assert all(instant.tzinfo is UTC for instant in (*message.received, *filter(None, [message.date]))), name
    if message.text.strip() and not message.fresh:
        assert message.forwarded, name
    return message


@pytest.mark.slow
def test_every_torture_mail_is_read_within_a_second() -> None:
    failed = {name: message.error for name, raw in mails("torture.tar.xz") if (message := check(name, raw)).error}
    assert all(error == "the message is empty" for error in failed.values()), failed


@pytest.mark.slow
def test_every_torture_mail_gives_a_line_of_scan_within_a_second(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "none.yaml"))
    wanted = []
    for name, raw in mails("torture.tar.xz"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        wanted.append(str(path))
    slow: list[str] = []
    last = process_time()
    line_of = judging.Judge.line

    def timed(self: judging.Judge, item: Item) -> dict[str, Any]:
        nonlocal last
        last = process_time()
        line = line_of(self, item)
        if process_time() - last > LIMIT_S:
            slow.append(item.path)
        return line

    monkeypatch.setattr(judging.Judge, "line", timed)
    assert run(["scan", "--json", "--jobs", "1", *sorted(wanted)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["path"] for line in lines] == sorted(wanted)
    assert {line["error"] for line in lines} <= {None, "the message is empty"}
    assert slow[1:] == []  # the first one loads the rules


@pytest.mark.slow
def test_every_ordinary_mail_is_read() -> None:
    failed = {name: message.error for name, raw in mails("ham.tar.xz", every=3) if (message := check(name, raw)).error}
    assert failed == {}


@pytest.mark.slow
def test_ordinary_mail_has_an_author_a_date_and_fresh_words() -> None:
    read = [parse(raw) for _, raw in mails("ham.tar.xz", every=10)]
    assert sum(bool(message.from_) for message in read) >= 0.99 * len(read)
    assert sum(message.date is not None for message in read) >= 0.97 * len(read)
    assert sum(bool(message.fresh) or not message.text.strip() for message in read) >= 0.99 * len(read)


@pytest.mark.slow
def test_no_word_of_a_labelled_letter_is_lost() -> None:
    """What is cut from a letter is its signature, footer or history: the labels' own words stay fresh."""
    if not LABELLED.is_file():
        pytest.skip(f"{LABELLED} is not here: the data is not ours to ship")
    rows = [row for row in load() if row.label == "rejection"]
    empty = [row.id for row in rows if row.body.strip() and not parse(to_mail(row)).fresh]
    assert empty == []
    kept = [len(parse(to_mail(row)).fresh) / max(1, len(row.body.strip())) for row in rows]
    assert sum(share > 0.4 for share in kept) >= 0.98 * len(kept)
