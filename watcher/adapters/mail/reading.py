"""UIDs -> Fetched: as much of each message as its text needs, never its attachments.

Two commands for up to `BATCH` messages: first what each is like (size, structure), then the beginning of each, as far
as its last text part reaches. A message whose structure cannot be read is read up to the cap like any other.

Source: RFC 9051 6.4.5 (BODY.PEEK and partial fetch), RFC 9051 7.5.2 (BODYSTRUCTURE).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from watcher.adapters.mail.client import Client, FetchData, aware
from watcher.adapters.mail.headers import sent_date
from watcher.ports import Cursor, Fetched

CAP = 256 << 10  # octets read of one message at most
STEPS = (32 << 10, 64 << 10, 128 << 10, CAP)  # one FETCH for each step in use
HEADER_ROOM = 16 << 10  # octets left for the header section, ATS mail carries long ones
BATCH = 100  # messages
BATCH_BYTES = 4 << 20  # octets asked for in one command
MAX_DEPTH = 20  # of multiparts looked into
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)

ABOUT = "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE)"
ABOUT_LESS = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
_BODY = re.compile(rb"^(BODY\[.*\]|RFC822)(<\d+>)?$", re.IGNORECASE)


def read(client: Client, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> list[Fetched]:
    """Read these messages of the open mailbox; those that have vanished are left out."""
    about = client.fetch(uids, ABOUT)
    if missing := [uid for uid in uids if uid not in about]:
        about.update(client.fetch(missing, ABOUT_LESS))
    groups: dict[int, list[int]] = {}
    for uid in uids:
        if uid in about:
            groups.setdefault(reach(about[uid]), []).append(uid)
    bodies: dict[int, bytes] = {}
    for cap, members in sorted(groups.items()):
        for part in _parts(members, max(1, BATCH_BYTES // cap)):
            for uid, data in client.fetch(part, f"(UID BODY.PEEK[]<0.{cap}>)").items():
                if (raw := body_of(data)) is not None:
                    bodies[uid] = raw[:CAP]
    return [
        fetched(mailbox, uidvalidity, uid, about[uid], bodies[uid]) for uid in uids if uid in about and uid in bodies
    ]


def read_start(client: Client, mailbox: str, uidvalidity: int, uids: Sequence[int], cap: int) -> list[Fetched]:
    """Read only the first `cap` octets of each, in one command."""
    found = client.fetch(uids, f"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{cap}>)")
    return [
        fetched(mailbox, uidvalidity, uid, found[uid], raw)
        for uid in uids
        if uid in found and (raw := body_of(found[uid])) is not None
    ]


def reach(about: FetchData) -> int:
    """How many octets of a message hold all of its text: one of STEPS."""
    size = about.get(b"RFC822.SIZE")
    if not isinstance(size, int):
        size = CAP
    needed = min(size, _text_ends(about.get(b"BODYSTRUCTURE")) + HEADER_ROOM)
    return next((step for step in STEPS if needed <= step), CAP)


def fetched(mailbox: str, uidvalidity: int, uid: int, about: FetchData, raw: bytes) -> Fetched:
    """Put a message together."""
    size = about.get(b"RFC822.SIZE")
    return Fetched(
        raw=raw,
        internal_date=aware(about.get(b"INTERNALDATE")) or sent_date(raw) or UNKNOWN_DATE,
        cursor=Cursor(f"{uidvalidity}:{uid}"),
        mailbox=mailbox,
        uid=uid,
        uidvalidity=uidvalidity,
        flags=frozenset(_flag(flag) for flag in about.get(b"FLAGS") or ()),
        size=size if isinstance(size, int) else len(raw),
    )


def body_of(data: FetchData) -> bytes | None:
    """The octets of BODY[...], whatever the server calls it; an empty message is b""."""
    for key, value in data.items():
        if _BODY.match(key):
            return value if isinstance(value, bytes) else b""
    return None


def _text_ends(structure: Any) -> int:
    """Where the last text part ends, counting from the end of the header section; CAP when that is unknown."""
    try:
        total, end = _walk(structure, 0)
    except (TypeError, ValueError, IndexError, AttributeError, RecursionError):
        return CAP
    return end if total else CAP


def _walk(part: Any, depth: int) -> tuple[int, int]:
    """(octets, where the last text ends in it) of one part, with some room for its own header fields."""
    room = 512
    if depth > MAX_DEPTH:
        return CAP, CAP
    if isinstance(part[0], list | tuple):
        children = part[0] if isinstance(part[0], list) else _leading_parts(part)
        total = end = 0
        for child in children:
            size, inside = _walk(child, depth + 1)
            if inside:
                end = total + inside
            total += size + room
        return total, end
    size = int(part[6])
    kind = bytes(part[0]).lower()
    is_text = kind == b"text" and not _is_attachment(part)
    if kind == b"message":  # a bounce or a forwarded mail: its text is inside
        return size, min(size, CAP)
    return size, size if is_text else 0


def _leading_parts(part: Sequence[Any]) -> Iterable[Any]:
    for child in part:
        if not isinstance(child, list | tuple):
            return
        yield child


def _is_attachment(part: Sequence[Any]) -> bool:
    return any(
        isinstance(item, tuple) and item and isinstance(item[0], bytes) and item[0].lower() == b"attachment"
        for item in part[8:]
    )


def _flag(flag: Any) -> str:
    return flag.decode("utf-8", "replace") if isinstance(flag, bytes) else str(flag)


def _parts(uids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
