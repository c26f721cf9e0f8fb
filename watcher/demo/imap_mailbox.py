"""The mailboxes of the embedded server: messages, what FETCH shows of them, which SEARCH finds.

Source: RFC 3501 6.4.4 (SEARCH), RFC 3501 6.4.5 (FETCH), RFC 3501 7.4.2 (FETCH response).
"""

from __future__ import annotations

import email
import email.header
import email.message
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import getaddresses

Item = bytes | list["Item"]
"""A parsed argument: an atom or string, or a parenthesised list."""

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BODY = re.compile(rb"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)
_numbers = itertools.count(1)


class BadCommand(Exception):
    """The client said something that is not IMAP; answered BAD."""


@dataclass(slots=True)
class Mail:
    """One message, perhaps shown in several mailboxes."""

    raw: bytes = field(repr=False)
    internal_date: datetime
    flags: set[str] = field(default_factory=set)
    number: int = field(default_factory=lambda: next(_numbers))
    _parsed: email.message.Message | None = field(default=None, repr=False)

    @property
    def parsed(self) -> email.message.Message:
        """The message as an object, made once."""
        if self._parsed is None:
            self._parsed = email.message_from_bytes(self.raw)
        return self._parsed


@dataclass(slots=True)
class Entry:
    """A message in a mailbox."""

    uid: int
    mail: Mail
    modseq: int = 1


@dataclass(slots=True)
class Box:
    """One mailbox; `watchers` are told what changes, as untagged responses without CRLF."""

    name: str
    special: str = ""
    uidvalidity: int = 1
    next_uid: int = 1
    modseq: int = 1
    entries: list[Entry] = field(default_factory=list)
    watchers: list[Callable[[bytes], None]] = field(default_factory=list)

    def add(self, mail: Mail) -> int:
        """Append a message; gives its UID."""
        self.modseq += 1
        entry = Entry(self.next_uid, mail, self.modseq)
        self.next_uid += 1
        self.entries.append(entry)
        self.tell(b"* %d EXISTS" % len(self.entries))
        return entry.uid

    def remove(self, chosen: Callable[[Entry], bool]) -> list[Entry]:
        """Expunge what is chosen."""
        gone = []
        for index in range(len(self.entries) - 1, -1, -1):
            if chosen(self.entries[index]):
                gone.append(self.entries.pop(index))
                self.modseq += 1
                self.tell(b"* %d EXPUNGE" % (index + 1))
        return gone

    def renew(self) -> None:
        """Number everything anew under another UIDVALIDITY."""
        self.uidvalidity += 1
        for uid, entry in enumerate(self.entries, start=1):
            entry.uid = uid
        self.next_uid = len(self.entries) + 1

    def touch(self, entry: Entry) -> None:
        """Note that the flags of a message changed."""
        self.modseq += 1
        entry.modseq = self.modseq

    def tell(self, line: bytes) -> None:
        """Tell everybody who has this mailbox open."""
        for watcher in list(self.watchers):
            watcher(line)

    def chosen(self, numbers: bytes, *, by_uid: bool) -> list[tuple[int, Entry]]:
        """Give (sequence number, entry) of a sequence set. Source: RFC 3501 9 (sequence-set)."""
        largest = (self.entries[-1].uid if self.entries else 0) if by_uid else len(self.entries)
        ranges = []
        for part in numbers.split(b","):
            first, _, last = part.partition(b":")
            ends = [largest if end == b"*" else _number(end) for end in (first, last or first)]
            ranges.append((min(ends), max(ends)))
        return [
            (number, entry)
            for number, entry in enumerate(self.entries, start=1)
            if any(low <= (entry.uid if by_uid else number) <= high for low, high in ranges)
        ]


def shown(entry: Entry, items: Sequence[Item], *, labels: Sequence[str] = ()) -> tuple[bytes, bool]:
    r"""What FETCH shows of a message; True when that sets its \Seen flag."""
    out: list[bytes] = []
    reads = False
    mail = entry.mail
    for item in items:
        if not isinstance(item, bytes):
            raise BadCommand("a list is no FETCH item")
        name = item.upper()
        if name == b"UID":
            out.append(b"UID %d" % entry.uid)
        elif name == b"FLAGS":
            out.append(b"FLAGS (" + flag_list(mail.flags) + b")")
        elif name == b"MODSEQ":
            out.append(b"MODSEQ (%d)" % entry.modseq)
        elif name == b"INTERNALDATE":
            out.append(b"INTERNALDATE " + quoted(_internal_date(mail.internal_date)))
        elif name == b"RFC822.SIZE":
            out.append(b"RFC822.SIZE %d" % len(mail.raw))
        elif name == b"ENVELOPE":
            out.append(b"ENVELOPE " + _envelope(mail.parsed))
        elif name in {b"BODY", b"BODYSTRUCTURE"}:
            out.append(name + b" " + _structure(mail.parsed))
        elif name in {b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT"}:
            out.append(name + b" " + _literal(_section(mail, name[7:])))
            reads = reads or name != b"RFC822.HEADER"
        elif name == b"X-GM-MSGID":
            out.append(b"X-GM-MSGID %d" % mail.number)
        elif name == b"X-GM-LABELS":
            out.append(b"X-GM-LABELS (" + b" ".join(quoted(label) for label in labels) + b")")
        elif match := _BODY.fullmatch(item):
            reads = reads or not match[1]
            data, origin = _section(mail, match[2]), b""
            if match[3] is not None and data is not None:
                data, origin = data[int(match[3]) : int(match[3]) + int(match[4])], b"<%s>" % match[3]
            out.append(b"BODY[" + match[2].upper() + b"]" + origin + b" " + _literal(data))
        else:
            raise BadCommand(f"unknown FETCH item {item!r}")
    return b" ".join(out), reads


def found(box: Box, number: int, entry: Entry, criteria: list[Item]) -> bool:
    """Tell whether a message matches all criteria; consumes a copy of them."""
    left = list(criteria)
    matches = True
    while left:
        matches = _one(box, number, entry, left) and matches
    return matches


def quoted(value: str | bytes | None) -> bytes:
    """A string as IMAP writes it: NIL, quoted, or a literal."""
    if value is None:
        return b"NIL"
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    if re.search(rb"[\x00-\x1f\"\\\x7f-\xff]", data):
        return b"{%d}\r\n" % len(data) + data
    return b'"' + data + b'"'


def flag_list(flags: Iterable[str]) -> bytes:
    """Flags with spaces between."""
    return " ".join(sorted(flags)).encode()


# -- FETCH -------------------------------------------------------------------------------------------------------


def _literal(data: bytes | None) -> bytes:
    return b"NIL" if data is None else b"{%d}\r\n" % len(data) + data


def _internal_date(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment.day:2d}-{_MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S} +0000"


def _section(mail: Mail, section: bytes) -> bytes | None:
    head, gap, body = mail.raw.partition(b"\r\n\r\n")
    name = section.upper().lstrip(b".")
    if name == b"":
        return mail.raw
    if name == b"HEADER":
        return head + gap
    if name == b"TEXT":
        return body
    if name.startswith(b"HEADER.FIELDS"):
        return _header_fields(head, section)
    return _part(mail, name, body)


def _header_fields(head: bytes, section: bytes) -> bytes:
    match = re.search(rb"\((.*)\)", section)
    wanted = {field_name.lower() for field_name in (match[1].split() if match else [])}
    inverse = b".NOT" in section.upper()
    lines = re.split(rb"\r\n(?![ \t])", head)
    kept = [line for line in lines if (line.split(b":")[0].strip().lower() in wanted) != inverse]
    return b"".join(line + b"\r\n" for line in kept if line) + b"\r\n"


def _part(mail: Mail, name: bytes, body: bytes) -> bytes | None:
    part = mail.parsed
    steps = name.split(b".")
    for step in steps:
        if step.isdigit():
            children = part.get_payload() if part.is_multipart() else None
            if isinstance(children, list) and 0 < int(step) <= len(children):
                child = children[int(step) - 1]
                if not isinstance(child, email.message.Message):
                    return None
                part = child
            elif step != b"1":
                return None
    if part is mail.parsed and steps[-1].isdigit():
        return body
    raw = _as_bytes(part)
    head, gap, inside = raw.partition(b"\r\n\r\n")
    return head + gap if steps[-1] in {b"MIME", b"HEADER"} else inside


def _as_bytes(part: email.message.Message) -> bytes:
    return part.as_bytes(policy=email.message.Message().policy.clone(linesep="\r\n", max_line_length=None))


def _envelope(message: email.message.Message) -> bytes:
    def people(name: str) -> bytes:
        pairs = getaddresses([str(value) for value in message.get_all(name, [])])
        out = b"".join(
            b"("
            + b" ".join(
                [
                    quoted(label or None),
                    b"NIL",
                    quoted(spec.rpartition("@")[0] or spec),
                    quoted(spec.rpartition("@")[2]),
                ]
            )
            + b")"
            for label, spec in pairs
            if spec
        )
        return b"(" + out + b")" if out else b"NIL"

    def line(name: str) -> bytes:
        value = message[name]
        return b"NIL" if value is None else quoted(re.sub(r"\r?\n[ \t]*", " ", str(value)))

    sender = people("from")
    parts = [line("date"), line("subject"), sender, people("sender"), people("reply-to")]
    parts[3:5] = [part if part != b"NIL" else sender for part in parts[3:5]]
    return (
        b"("
        + b" ".join([*parts, people("to"), people("cc"), people("bcc"), line("in-reply-to"), line("message-id")])
        + b")"
    )


def _structure(part: email.message.Message) -> bytes:
    """BODYSTRUCTURE. Source: RFC 3501 7.4.2 (BODYSTRUCTURE)."""
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        children = b"".join(
            _structure(child) for child in part.get_payload() if isinstance(child, email.message.Message)
        )
        return b"(" + children + b" " + quoted(part.get_content_subtype().upper()) + b" NIL NIL NIL)"
    raw = _as_bytes(part).partition(b"\r\n\r\n")[2]
    pairs = [text for pair in (part.get_params() or [])[1:] for text in pair]
    kind, name = part.get_content_disposition(), part.get_filename()
    disposition = b"NIL"
    if kind:
        disposition = (
            b"(" + quoted(kind.upper()) + b" " + (b'("FILENAME" ' + quoted(name) + b")" if name else b"NIL") + b")"
        )
    out = [
        quoted(part.get_content_maintype().upper()),
        quoted(part.get_content_subtype().upper()),
        b"(" + b" ".join(quoted(text) for text in pairs) + b")" if pairs else b"NIL",
        quoted(part["content-id"]),
        b"NIL",
        quoted(str(part["content-transfer-encoding"] or "7BIT").strip().upper()),
        b"%d" % len(raw),
    ]
    if part.get_content_maintype() == "text":
        out.append(b"%d" % raw.count(b"\n"))
    return b"(" + b" ".join([*out, b"NIL", disposition, b"NIL", b"NIL"]) + b")"


# -- SEARCH ------------------------------------------------------------------------------------------------------

_FLAG_KEYS = {b"SEEN", b"ANSWERED", b"DELETED", b"DRAFT", b"FLAGGED"}


def _one(box: Box, number: int, entry: Entry, left: list[Item]) -> bool:
    key = left.pop(0)
    mail = entry.mail
    if isinstance(key, list):
        return found(box, number, entry, key)
    name = key.upper()
    if name == b"NOT":
        return not _one(box, number, entry, left)
    if name == b"OR":
        first = _one(box, number, entry, left)
        return _one(box, number, entry, left) or first
    if name in {b"ALL", b"OLD"}:
        return True
    if name in {b"NEW", b"RECENT"}:
        return False
    if name in _FLAG_KEYS:
        return "\\" + name.decode().capitalize() in mail.flags
    if name.startswith(b"UN") and name[2:] in _FLAG_KEYS:
        return "\\" + name[2:].decode().capitalize() not in mail.flags
    if name in {b"KEYWORD", b"UNKEYWORD"}:
        wanted = _text(left.pop(0))
        return (wanted in {flag.lower() for flag in mail.flags}) == (name == b"KEYWORD")
    if name == b"UID":
        return any(one is entry for _, one in box.chosen(_bytes(left.pop(0)), by_uid=True))
    if name == b"HEADER":
        field_name, wanted = _text(left.pop(0)), _text(left.pop(0))
        return field_name in mail.parsed and wanted in _header(mail, field_name)
    if name in {b"SUBJECT", b"FROM", b"TO", b"CC", b"BCC"}:
        return _text(left.pop(0)) in _header(mail, name.decode())
    if name == b"BODY":
        return _text(left.pop(0)) in _body(mail)
    if name == b"TEXT":
        wanted = _text(left.pop(0))
        return wanted in _body(mail) or wanted in mail.raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").lower()
    if name in {b"SINCE", b"BEFORE", b"ON"}:
        wanted_day, day = _day(_bytes(left.pop(0))), mail.internal_date.astimezone(UTC).date()
        return {b"SINCE": day >= wanted_day, b"BEFORE": day < wanted_day, b"ON": day == wanted_day}[name]
    if name in {b"LARGER", b"SMALLER"}:
        size = _number(_bytes(left.pop(0)))
        return len(mail.raw) > size if name == b"LARGER" else len(mail.raw) < size
    if re.fullmatch(rb"[\d:*,]+", name):
        return any(one is entry for _, one in box.chosen(name, by_uid=False))
    raise BadCommand(f"unknown SEARCH key {key!r}")


def _header(mail: Mail, name: str) -> str:
    values = []
    for value in mail.parsed.get_all(name, []):
        text = re.sub(r"\r?\n", "", str(value))
        try:
            values.append(str(email.header.make_header(email.header.decode_header(text))))
        except (LookupError, ValueError):
            values.append(text)
    return " ".join(values).lower()


def _body(mail: Mail) -> str:
    texts = []
    for part in mail.parsed.walk():
        if part.get_content_maintype() == "text":
            data = part.get_payload(decode=True)
            texts.append(data.decode("utf-8", "replace").lower() if isinstance(data, bytes) else "")
    return " ".join(texts)


def _text(item: Item) -> str:
    return _bytes(item).decode("utf-8", "replace").lower()


def _bytes(item: Item) -> bytes:
    if isinstance(item, list):
        raise BadCommand("a list where a string belongs")
    return item


def _number(item: bytes) -> int:
    if not item.isdigit():
        raise BadCommand(f"not a number: {item!r}")
    return int(item)


def _day(item: bytes) -> date:
    match = re.fullmatch(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{4})", item.decode("ascii", "replace"))
    if not match or match[2] not in _MONTHS:
        raise BadCommand(f"not a date: {item!r}")
    return datetime(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]), tzinfo=UTC).date()
