"""Files -> raw messages."""

import gzip
import io
import lzma
import mailbox
import random
from pathlib import Path

import pytest

from watcher.adapters import mailfiles
from watcher.adapters.mailfiles import read_mail, split_mbox, total_bytes

DATE = b"From a@b.example Mon Jun  1 10:00:00 2026\n"


def entries(data: bytes) -> list[bytes]:
    return list(split_mbox(io.BytesIO(data)))


def labels(*paths: Path) -> list[str]:
    return [item.path for item in read_mail([str(path) for path in paths], io.BytesIO())]


def test_an_mbox_gives_its_messages_in_order_without_their_from_lines() -> None:
    data = DATE + b"Subject: 1\n\none\n\n" + DATE + b"Subject: 2\n\ntwo\n"
    assert entries(data) == [b"Subject: 1\n\none\n\n", b"Subject: 2\n\ntwo\n"]


def test_a_from_line_in_a_text_is_not_a_separator() -> None:
    text = (
        b"Subject: 1\n\nHello\n\nFrom the team you met on Monday at 10:00 in 2026, thanks.\n\nFrom now on\nnote: that\n"
    )
    assert entries(DATE + text) == [text]


def test_quoted_from_lines_lose_one_mark_as_mboxrd_says() -> None:
    assert entries(DATE + b"Subject: 1\n\n>From here\n>>From there\n> From no\n") == [
        b"Subject: 1\n\nFrom here\n>From there\n> From no\n"
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Jun 01 10:00:00 2026",  # Thunderbird
        b"From 1790000000000000000@xxx Mon Jun 01 10:00:00 +0000 2026",  # Google Takeout
        b"From MAILER-DAEMON Mon Jun  1 10:00:00 2026",  # Python, mutt
        b"From anna@example.org  Mon, 1 Jun 2026 10:00:00 +0200",
        b"From -",
        b"From nobody@example.org",
    ],
)
def test_the_separators_of_many_programs_are_known(line: bytes) -> None:
    for end in (b"\n", b"\r\n"):
        data = (line + b"\nSubject: 1\n\na\n\n" + line + b"\nSubject: 2\n\nb\n").replace(b"\n", end)
        assert len(entries(data)) == 2


def test_content_length_is_ignored() -> None:
    data = DATE + b"Content-Length: 99999\n\nshort\n\n" + DATE + b"Subject: 2\n\nb\n"
    assert len(entries(data)) == 2


def test_a_separator_without_an_empty_line_before_it_counts_when_dated_and_followed_by_a_field() -> None:
    assert len(entries(DATE + b"Subject: 1\n\nno line end at the end of it\n" + DATE + b"Subject: 2\n\nb\n")) == 2


@pytest.mark.parametrize("chunk", [50, 64, 333, 1000, 1 << 20])
def test_the_size_of_the_chunks_read_does_not_matter(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shuffled = random.Random(chunk)
    wanted = [
        b"Subject: %d\n\n" % number
        + b"From x\n\n" * shuffled.randrange(3)
        + b"word \n" * shuffled.randrange(60)
        + b"\n"
        for number in range(40)
    ]
    monkeypatch.setattr(mailfiles, "CHUNK", chunk)
    assert entries(b"".join(DATE + message for message in wanted)) == wanted


def test_of_a_huge_message_only_the_beginning_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailfiles, "KEEP", 1000)
    monkeypatch.setattr(mailfiles, "CHUNK", 300)
    huge = b"Subject: big\n\n" + b"x" * 70 + b"\n" + b"y\n" * 5000
    found = entries(DATE + huge + b"\n" + DATE + b"Subject: 2\n\nb\n")
    assert found == [huge[:1000], b"Subject: 2\n\nb\n"]


def test_what_pythons_own_mailbox_writes_is_read_back(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "own.mbox")
    wanted = [f"Subject: {n}\n\nFrom {n}: dear\nFrom a@b Mon Jun  1 10:00:00 2026\n" for n in range(5)]
    for text in wanted:
        box.add(text)
    box.close()
    items = list(read_mail([str(tmp_path / "own.mbox")], io.BytesIO()))
    assert [item.path for item in items] == [f"{tmp_path}/own.mbox#{n}" for n in range(1, 6)]
    assert [item.raw.rstrip() for item in items] == [text.encode().rstrip() for text in wanted]


def test_a_folder_is_walked_in_order_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "sub/c.eml", ".hidden", "sub/inbox.msf", "00001.abc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"Subject: x\n\nx")
    assert labels(tmp_path) == [f"{tmp_path}/{name}" for name in ("00001.abc", "a.eml", "b.eml", "sub/c.eml")]


def test_a_maildir_gives_new_and_cur_and_its_subfolders_but_not_tmp(tmp_path: Path) -> None:
    for name in (
        "new/1",
        "cur/2:2,S",
        "tmp/3",
        ".Archive/cur/4:2,S",
        ".Archive/new/5",
        ".Archive/tmp/6",
        "dovecot.index",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"From a\nSubject: x\n\nx")
    wanted = ["new/1", "cur/2:2,S", ".Archive/new/5", ".Archive/cur/4:2,S"]
    assert labels(tmp_path) == [f"{tmp_path}/{name}" for name in wanted]


def test_standard_input_is_one_message_or_an_mbox() -> None:
    one = list(read_mail(["-"], io.BytesIO(b"Subject: x\n\nx")))
    many = list(read_mail(["-"], io.BytesIO((DATE + b"Subject: x\n\nx\n\n") * 3)))
    assert [item.path for item in one] == ["-"]
    assert [item.path for item in many] == ["-#1", "-#2", "-#3"]


def test_an_eml_that_begins_with_a_from_line_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(DATE + b"Subject: x\n\nx\n\n" + DATE + b"Subject: y\n\n")
    assert labels(tmp_path / "a.eml") == [f"{tmp_path}/a.eml"]


def test_compressed_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml.gz").write_bytes(gzip.compress(b"Subject: x\n\nx"))
    (tmp_path / "b.mbox.xz").write_bytes(lzma.compress((DATE + b"Subject: x\n\nx\n\n") * 2))
    assert labels(tmp_path) == [f"{tmp_path}/a.eml.gz", f"{tmp_path}/b.mbox.xz#1", f"{tmp_path}/b.mbox.xz#2"]


def test_a_damaged_archive_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    noise = random.Random(1)
    packed = gzip.compress(b"".join(DATE + b"Subject: x\n\n" + noise.randbytes(9000) + b"\n\n" for _ in range(300)))
    (tmp_path / "a.mbox.gz").write_bytes(packed[: len(packed) // 2])
    items = list(read_mail([str(tmp_path / "a.mbox.gz")], io.BytesIO()))
    assert len(items) > 10
    assert items[-1].kind == "unreadable"
    assert items[-1].error


def test_a_missing_path_is_an_item_of_its_own(tmp_path: Path) -> None:
    (item,) = read_mail([str(tmp_path / "none.eml")], io.BytesIO())
    assert (item.kind, item.raw) == ("missing", b"")
    assert "no such" in item.error


def test_the_whole_size_is_known_beforehand_but_not_of_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"x" * 10)
    (tmp_path / "b.eml").write_bytes(b"x" * 5)
    assert total_bytes([str(tmp_path), str(tmp_path / "b.eml")]) == 20
    assert total_bytes(["-"]) == 0


def test_an_emlx_loses_its_length_and_its_property_list(tmp_path: Path) -> None:
    (tmp_path / "a.emlx").write_bytes(b"13        \nSubject: x\n\nx<?xml version='1.0'?><plist/>")
    (item,) = read_mail([str(tmp_path / "a.emlx")], io.BytesIO())
    assert item.raw == b"Subject: x\n\nx"
