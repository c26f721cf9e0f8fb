"""The few header fields an adapter must read itself, to check what a server's SEARCH found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

MAX_HEADER = 128 << 10  # octets of a header section looked at


def fields_of(raw: bytes, *names: str) -> Iterator[str]:
    """Give the values of these header fields, on one line each."""
    wanted = {name.lower() for name in names}
    head = re.split(rb"\r?\n\r?\n", raw[:MAX_HEADER], maxsplit=1)[0]
    for name, value in BytesHeaderParser().parsebytes(head + b"\r\n\r\n").items():
        if name.lower() in wanted:
            yield " ".join(str(value).split())


def ids(raw: bytes, *names: str) -> set[str]:
    """Give the Message-IDs in these fields, without brackets."""
    found: set[str] = set()
    for value in fields_of(raw, *names):
        found.update(bare(item) for item in re.findall(r"<[^<>]*>|[^\s<>]+@[^\s<>]+", value))
    return found


def addresses(raw: bytes, *names: str) -> set[str]:
    """Give the addr-specs in these fields, casefolded."""
    return {address.casefold() for _, address in getaddresses(list(fields_of(raw, *names))) if address}


def subject(raw: bytes) -> str:
    """Give the Subject, decoded as far as it can be."""
    value = next(fields_of(raw, "Subject"), "")
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def sent_date(raw: bytes) -> datetime | None:
    """Give the Date field as an instant in UTC."""
    try:
        date = parsedate_to_datetime(next(fields_of(raw, "Date"), ""))
    except (ValueError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def bare(message_id: str) -> str:
    """A Message-ID without brackets and white space."""
    return re.sub(r"\s+", "", message_id).strip("<>")
