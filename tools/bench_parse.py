"""How fast parse() is beside mail-parser alone, on the same bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from functools import partial

import mailparser
from mailparser.exceptions import MailParserError

from tools.bench import Figure, seconds_of
from tools.labelled import DATA
from tools.make_mail import mails
from watcher.core.message import parse

COUNT = 300


def corpora() -> Iterator[tuple[str, list[bytes]]]:
    """Give what is measured on: made mail, and real mail where it is there."""
    yield "made mail", list(mails(COUNT))
    if (DATA / "ham.tar.xz").is_file():
        yield "real mail (ham)", ham(every=16)


def ham(every: int) -> list[bytes]:
    """Read every so many-th message of the ham archive."""
    import tarfile

    with tarfile.open(DATA / "ham.tar.xz") as archive:
        files = [member for member in archive if member.isfile()][::every]
        return [file.read() for member in files if (file := archive.extractfile(member))]


def by_mail_parser(raws: Iterable[bytes]) -> None:
    """Read all with mail-parser alone, as its manual says."""
    for raw in raws:
        with contextlib.suppress(MailParserError):
            mailparser.parse_from_bytes(raw)  # type: ignore[no-untyped-call]


def by_us(raws: list[bytes]) -> None:
    """Read all with parse()."""
    for raw in raws:
        parse(raw)


def figures() -> Iterator[Figure]:
    """Measure."""
    for name, raws in corpora():
        ours, theirs = seconds_of(partial(by_us, raws), partial(by_mail_parser, raws))
        size = sum(map(len, raws)) / 1e6
        yield Figure(f"mail-parser alone, {name}", len(raws) / theirs, "messages/s", f"{size / theirs:,.0f} MB/s")
        yield Figure(f"parse(), {name}", len(raws) / ours, "messages/s", f"{theirs / ours:.2f} x mail-parser alone")
