"""Files, folders, mbox, Maildir and standard input -> raw messages one by one, in order, in bounded memory.

An mbox is streamed: of each message only the first KEEP bytes are held, however large file or message are.

Source: RFC 4155 (mbox), the mboxrd quoting of `From ` lines, Maildir (cur, new, tmp), Apple's emlx.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

KEEP = 8 << 20  # bytes of one message that are read; parse() looks at fewer
CHUNK = 1 << 20
LOOK_AHEAD = 4_096  # bytes behind a `From ` line that are needed to judge it

_COMPRESSED = frozenset({".gz", ".xz", ".bz2"})
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)
_NOT_MAIL = frozenset({".msf", ".dat", ".plist", ".sbd"})  # companions that mail clients lay beside their mail
_FROM_LINE = re.compile(
    rb"From .{0,500}?(?:[A-Z][a-z]{2},? )?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}) .{0,40}\d\d:\d\d.{0,40}$"
)
_FROM_ADDRESS = re.compile(rb"From (?:-|\S{1,320}@\S{1,255}|\S{1,64})[ \t]*$")
_FIELD = re.compile(rb">?[!-9;-~]{1,200}[ \t]?:|>?From ")
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")


class Readable(Protocol):
    """What gives bytes: a file, a decompressor, standard input."""

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """One thing read.

    Attributes:
        path: As the user would name it: `inbox.mbox#17`, `mail/1.eml`, `-`.
        raw: The message, at most KEEP bytes.
        kind: `message`; `unreadable` is a message that is there and cannot be read; `missing` a path that is not.
        error: Why it could not be read; empty for a message.
    """

    path: str
    raw: bytes = field(default=b"", repr=False)
    kind: Literal["message", "unreadable", "missing"] = "message"
    error: str = ""


def read_mail(paths: Iterable[str], stdin: Readable) -> Iterator[Item]:
    """Give every message of every path, in order; never raises for what the files hold.

    Args:
        paths: Files, folders, Maildirs, or `-` for standard input.
        stdin: What `-` reads: one message, or an mbox when it begins with `From `.
    """
    for name in paths:
        if name == "-":
            yield from _stream(stdin, "-", mbox=None)
            continue
        path = Path(name)
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield from _file(path)
        else:
            yield Item(name, kind="missing", error="there is no such file or folder")


def total_bytes(paths: Iterable[str]) -> int:
    """Give the size of all files, for a progress bar; 0 when it cannot be told (standard input, compressed)."""
    total = 0
    for name in paths:
        path = Path(name)
        if name == "-" or path.suffix.lower() in _COMPRESSED:
            return 0
        try:
            files = (file for file, _ in _walk(path)) if path.is_dir() else iter((path,))
            total += sum(file.stat().st_size for file in files)
        except OSError:
            return 0
    return total


def _folder(folder: Path) -> Iterator[Item]:
    for path, in_maildir in _walk(folder):
        yield from _file(path, single=in_maildir)


def _walk(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Give the files of a folder and those below, sorted; of a Maildir only new/ and cur/."""
    for here, folders, files in os.walk(folder):
        place = Path(here)
        is_maildir = "cur" in folders and "new" in folders
        if is_maildir:  # subfolders of a Maildir++ begin with a dot
            for box in ("new", "cur"):
                yield from ((path, True) for path in sorted((place / box).iterdir()) if path.is_file())
            folders[:] = sorted(name for name in folders if name not in {"new", "cur", "tmp"})
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = place / name
            if not name.startswith(".") and path.suffix.lower() not in _NOT_MAIL and path.is_file():
                yield path, False


def _file(path: Path, *, single: bool = False) -> Iterator[Item]:
    suffix = path.suffix.lower()
    try:
        with _open(path, suffix) as stream:
            inner = Path(path.stem).suffix.lower() if suffix in _COMPRESSED else suffix
            is_one = single or inner in {".eml", ".emlx"}
            yield from _stream(stream, str(path), mbox=False if is_one else None, emlx=inner == ".emlx")
    except _BROKEN as error:
        yield Item(str(path), kind="missing", error=_why(error))


def _open(path: Path, suffix: str) -> AbstractContextManager[Readable]:
    match suffix:
        case ".gz":
            return gzip.open(path, "rb")
        case ".xz":
            return lzma.open(path, "rb")
        case ".bz2":
            return bz2.open(path, "rb")
    return path.open("rb")


def _stream(stream: Readable, label: str, *, mbox: bool | None, emlx: bool = False) -> Iterator[Item]:
    """Read a stream; `mbox` None: it is one when it begins with `From `."""
    try:
        start = stream.read(CHUNK)
        if mbox is None:
            mbox = start.startswith(b"From ") or (not start and label.lower().endswith((".mbox", ".mbx")))
        if not mbox:
            raw = start + stream.read(KEEP - len(start)) if len(start) == CHUNK else start
            yield Item(label, _from_emlx(raw) if emlx else raw)
            return
    except _BROKEN as error:
        yield Item(label, kind="unreadable", error=_why(error))
        return
    number = 0
    try:
        for raw in split_mbox(stream, start):
            number += 1
            yield Item(f"{label}#{number}", raw)
    except _BROKEN as error:  # a damaged archive: what came before it was read
        yield Item(f"{label}#{number + 1}", kind="unreadable", error=_why(error))


def split_mbox(stream: Readable, start: bytes = b"") -> Iterator[bytes]:
    """Give the messages of an mbox, `From ` lines taken away and quoted ones restored.

    Content-Length is ignored: it is often wrong. A `From ` line in a text is told from a separator by the empty
    line before it and by its form.
    """
    data = start or stream.read(CHUNK)
    if not data:
        return
    begin = data.find(b"\n") + 1 if data.startswith(b"From ") else 0
    look = max(begin - 1, 0)  # where to look for the next separator
    head: bytes | None = None  # what is kept of a message that is larger than KEEP
    ended = False
    while True:
        at = data.find(b"\nFrom ", look)
        if at >= 0 and (ended or len(data) - at >= LOOK_AHEAD):
            if (end := _separator_end(data, at)) is None:
                look = at + 1
                continue
            yield _unquoted(data[begin : at + 1] if head is None else head)
            begin, look, head = end, end - 1, None
            continue
        if ended:
            yield _unquoted(data[begin:] if head is None else head)
            return
        look = at if at >= 0 else max(look, len(data) - len(b"\nFrom "))
        if head is None and look - begin >= KEEP:
            head = data[begin : begin + KEEP]
        done = max(0, look - 2) if head is not None else min(begin, max(0, look - 2))
        chunk = stream.read(CHUNK)
        ended = not chunk
        data, begin, look = data[done:] + chunk, max(0, begin - done), look - done


def _separator_end(data: bytes, at: int) -> int | None:
    """Give the offset behind the `From ` line that follows the line end at `at`; None when it is part of a text."""
    end = data.find(b"\n", at + 1)
    line = data[at + 1 : min(end, at + 600) if end >= 0 else at + 600].rstrip(b"\r")
    blank_before = data[max(0, at - 1) : at] == b"\n" or data[max(0, at - 2) : at] == b"\n\r"
    is_dated = _FROM_LINE.match(line) is not None
    if not is_dated and not (blank_before and _FROM_ADDRESS.match(line)):
        return None
    is_field_after = end >= 0 and _FIELD.match(data, end + 1, end + 300) is not None
    return (end + 1 if end >= 0 else len(data)) if is_field_after or (is_dated and blank_before) else None


def _unquoted(raw: bytes) -> bytes:
    raw = raw[:KEEP]
    return _QUOTED_FROM.sub(rb"\1", raw) if b">From " in raw else raw


def _from_emlx(raw: bytes) -> bytes:
    length, _, message = raw.partition(b"\n")
    return message[: int(length)] if length.strip().isdigit() and len(length) < 12 else raw


def _why(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
