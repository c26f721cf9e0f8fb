"""bytes -> Message through mail-parser: caps before, repairs after.

mail-parser reads structure, transfer encodings, addresses and dates. It is given the fields it reads for us and a
capped body (one pathological field costs it 40 s, an attachment three times its size in memory); charsets, one-line
headers and the choice of parts are ours, since it garbles, folds or mixes some (each case is a test).

Source: RFC 5322 (format), RFC 2045-2047 (MIME), RFC 2183 (disposition), RFC 3464 (delivery status), RFC 5545.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message as MimePart

import mailparser
import mailparser.core
import mailparser.utils
from mailparser.exceptions import MailParserError

from watcher.core.message.addresses import message_id
from watcher.core.message.charset import decode, header_text
from watcher.core.message.dates import instant
from watcher.core.message.html import html_to_text
from watcher.core.message.values import Message, addresses_of, first_header

HEADER_BYTES = 65_536
FIELD_BYTES = 8_192
BODY_BYTES = 1 << 20
TEXT_BYTES = 262_144  # of one text part; a rejection has 2 KB
TEXT_PARTS = 50
MAX_PARTS = 2_000
ATTACHMENT_BYTES = 4_096  # a smaller one is not worth looking for
STUB_BYTES = 40  # a plain part shorter than this is no letter

_BARE_CR = re.compile(rb"\r(?!\n)")
_NEXT_FIELD = re.compile(rb"\r?\n(?![ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_GIVEN_TO_MAIL_PARSER = frozenset(
    {"mime-version", "content-type", "content-disposition", "content-transfer-encoding", "content-id"}
)
_NOT_TEXT = re.compile(
    rb"^content-type:[ \t]*(?:application|image|audio|video|font|model)/", re.IGNORECASE | re.MULTILINE
)
_DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_CLEAN = re.compile("[\0\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")

# mail-parser logs header values and part names; logs must not hold them, and nobody reads them here
mailparser.core.log.disabled = True
mailparser.utils.log.disabled = True


def parse(raw: bytes) -> Message:
    """Read any bytes as a message; never raises: what cannot be read says so in `error`."""
    try:
        return _read(raw)
    except MailParserError as error:
        return _headers_alone(raw, f"mail-parser: {error}")
    except RecursionError:
        return _headers_alone(raw, "the parts are nested too deeply")
    except Exception as error:  # noqa: BLE001 -- one bad message costs one message, whatever a library does
        return _headers_alone(raw, f"{type(error).__name__}: {error}")


class _Structure(mailparser.MailParser):
    """mail-parser as far as the tree of parts: its own lists of texts and attachments cost more and are not read."""

    def parse(self) -> _Structure:
        return self


@dataclass(slots=True)
class _Halves:
    """A message cut at the empty line, both halves capped."""

    fields: list[tuple[str, bytes]]
    body: bytes
    truncated: bool = False


@dataclass(slots=True)
class _Content:
    """What the parts hold."""

    texts: list[str] = field(default_factory=list)
    passed_on: list[str] = field(default_factory=list)  # texts inside attached messages
    calendar: list[str] = field(default_factory=list)
    delivery_status: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    truncated: bool = False


def _read(raw: bytes) -> Message:
    halves = _cut(raw)
    fields = tuple(halves.fields)
    if not fields and not halves.body.strip():
        return Message(size=len(raw), error="the message is empty")
    tree = _tree(halves)
    content = _content(tree)
    passed_on = "\n\n".join(content.passed_on)
    return Message(
        message_id=message_id(first_header(fields, "message-id")),
        subject=first_header(fields, "subject"),
        from_=addresses_of(fields, "from"),
        sender=next(iter(addresses_of(fields, "sender")), None),
        return_path=first_header(fields, "return-path").strip("<> "),
        date=instant(first_header(fields, "date")),
        fields=fields,
        text="\n\n".join(filter(None, (*content.texts, passed_on))),
        passed_on=passed_on,
        calendar=tuple(content.calendar),
        delivery_status=tuple(content.delivery_status),
        content_type=tree.get_content_type().lower(),
        attachments=tuple(content.attachments),
        size=len(raw),
        truncated=halves.truncated or content.truncated,
    )


def _headers_alone(raw: bytes, error: str) -> Message:
    """Keep what identifies the message, so that its failure can be recorded."""
    fields = tuple(_cut(raw).fields)
    return Message(
        message_id=message_id(first_header(fields, "message-id")),
        subject=first_header(fields, "subject"),
        from_=addresses_of(fields, "from"),
        date=instant(first_header(fields, "date")),
        fields=fields,
        size=len(raw),
        error=error[:300],
    )


def _cut(raw: bytes) -> _Halves:
    if raw.startswith((b"From ", b">From ")):  # an mbox separator somebody left on
        raw = raw.partition(b"\n")[2]
    raw = raw.lstrip(b"\r\n") if raw[:2] in {b"\r\n", b"\n\n"} else raw
    end, start = _end_of_header(raw)
    head, body, truncated = raw[:end], raw[start:], False
    if end > HEADER_BYTES:
        head, truncated = raw[:HEADER_BYTES], True
    fields: list[tuple[str, bytes]] = []
    lines = _NEXT_FIELD.split(head)
    for index, line in enumerate(lines):
        match = _FIELD.match(line)
        if match is None:  # the header section ends here without an empty line
            body = b"\r\n".join(lines[index:]) + b"\r\n\r\n" + body
            break
        truncated = truncated or len(line) > FIELD_BYTES
        fields.append((match[1].decode("ascii").lower(), match[2][:FIELD_BYTES].strip()))
    if len(body) > ATTACHMENT_BYTES:
        body = _without_attachments(body)
    return _Halves(fields, body[:BODY_BYTES], truncated or len(body) > BODY_BYTES)


def _end_of_header(raw: bytes) -> tuple[int, int]:
    """Give where the header section ends and where the body begins."""
    lf, crlf = raw.find(b"\n\n"), raw.find(b"\n\r\n")
    if 0 <= crlf < lf or (crlf >= 0 > lf):
        return crlf, crlf + 3
    return (lf, lf + 2) if lf >= 0 else (len(raw), len(raw))


def _without_attachments(body: bytes) -> bytes:
    """Empty the parts that hold no text, so that they cost nothing and the text behind them is inside the cap."""
    pieces = body.split(b"\n--")
    if len(pieces) > MAX_PARTS:
        return body
    for number, piece in enumerate(pieces):
        if len(piece) > ATTACHMENT_BYTES:
            _, start = _end_of_header(piece[:FIELD_BYTES])
            if start < FIELD_BYTES and _NOT_TEXT.search(piece, 0, start):
                pieces[number] = piece[:start]
    return b"\n--".join(pieces)


def _tree(halves: _Halves) -> MimePart:
    """Give the tree of parts; mail of one part has nothing to be parsed, and is most mail between people."""
    seen: dict[str, bytes] = {}
    for name, value in halves.fields:
        if name in _GIVEN_TO_MAIL_PARSER and name not in seen:
            seen[name] = value if value.isascii() else decode(value, None).encode("utf-8")
    part = MimePart()
    for name, value in seen.items():
        part[name] = value.decode("ascii", "surrogateescape")
    is_folded_well = not any(_BARE_CR.search(value) for value in seen.values())
    if is_folded_well and part.get_content_maintype() not in {"multipart", "message"}:
        part.set_payload(halves.body.decode("ascii", "surrogateescape"))
        return part
    body = halves.body
    if body.count(b"\n--") > MAX_PARTS:  # every part costs mail-parser 17 us, and an empty one has 9 bytes
        body = b"\n--".join(body.split(b"\n--", MAX_PARTS)[:MAX_PARTS])
        halves.truncated = True
    lines = (name.encode("ascii") + b": " + value for name, value in seen.items())
    parsed = _Structure.from_bytes(b"\r\n".join(lines) + b"\r\n\r\n" + body)  # type: ignore[no-untyped-call]
    tree: MimePart = parsed.message
    return tree


def _content(message: MimePart) -> _Content:
    content = _Content()
    inside_attached = False
    stack: list[tuple[MimePart, bool]] = [(message, inside_attached)]  # no recursion: depth is the sender's choice
    seen = 0
    while stack:
        part, inside_attached = stack.pop()
        seen += 1
        if seen > MAX_PARTS:
            content.truncated = True
            break
        children = _take(part, content, inside_attached=inside_attached)
        if children:
            attached = inside_attached or part.get_content_maintype() == "message"
            stack += [(child, attached) for child in reversed(children)]
    return content


def _take(part: MimePart, content: _Content, *, inside_attached: bool) -> list[MimePart]:
    """Note what one part holds and give its children that are to be looked at."""
    kind = part.get_content_type()
    children = _children(part)
    if kind in _DELIVERY_STATUS:
        content.delivery_status += [_block(child) for child in children] or [_part_text(part, kind, content)]
        return []
    if kind == "text/calendar":
        content.calendar.append(_part_text(part, kind, content))
        return []
    if part.get_content_disposition() == "attachment":
        content.attachments.append(header_text(part.get_filename() or ""))
        return []
    if kind == "multipart/alternative":
        return _best_alternative(children)
    if children:
        return children
    if kind in {"text/plain", "text/html"} or kind.startswith("multipart/"):  # a boundary that never appears
        texts = content.passed_on if inside_attached else content.texts
        if len(texts) < TEXT_PARTS and (text := _readable(part, kind, content)):
            texts.append(text)
    elif name := part.get_filename():
        content.attachments.append(header_text(name))
    return []


def _best_alternative(children: list[MimePart]) -> list[MimePart]:
    """Take the plain part, unless it is a stub beside an HTML part that holds the letter; calendar parts always."""
    plain = next((child for child in children if child.get_content_type() == "text/plain"), None)
    others = [child for child in children if child is not plain and child.get_content_type() != "text/x-amp-html"]
    if plain is None or not _is_stub(plain):
        others = [child for child in others if plain is None or child.get_content_type() == "text/calendar"]
        return [plain, *others] if plain is not None else others
    has_letter = any(child.is_multipart() or child.get_content_type() == "text/html" for child in others)
    return others if has_letter else [plain, *others]


def _is_stub(plain: MimePart) -> bool:
    """True for `This mail needs an HTML reader`, a lone link, or nothing at all."""
    data = plain.get_payload(decode=True)
    words = data[:2_000].split() if isinstance(data, bytes) else []
    told = [word for word in words if not word.startswith((b"http:", b"https:", b"<http", b"[image"))]
    size = sum(len(word) for word in told)
    return size < STUB_BYTES or (size < 4 * STUB_BYTES and b"html" in b" ".join(told).lower())


def _readable(part: MimePart, kind: str, content: _Content) -> str:
    text = _part_text(part, kind, content)
    is_html = kind.endswith("/html") or (
        kind != "text/plain" and text.lstrip()[:15].lower().startswith(("<html", "<!doctype html"))
    )
    if is_html:
        return html_to_text(text)
    return (_unflowed(text) if " \n" in text and _is_flowed(part) else text).strip("\n")


def _is_flowed(part: MimePart) -> bool:
    return str(part.get_param("format", "")).lower() == "flowed"


def _unflowed(text: str) -> str:
    """Join the lines that a mail program broke, quoted ones only with quoted ones (RFC 3676 4.1)."""
    out: list[str] = []
    depth = None  # of the paragraph that goes on
    for line in text.split("\n"):
        bare = line.lstrip(">")
        marks = len(line) - len(bare)
        words = bare.removeprefix(" ")
        if depth == marks and words and words != "-- ":
            out[-1] += words
        else:
            out.append(line)
        depth = marks if bare.endswith(" ") and words not in {"-- ", ""} else None
    return "\n".join(out)


def _block(part: MimePart) -> str:
    return "\n".join(f"{name}: {header_text(str(value))}" for name, value in part.items())


def _children(part: MimePart) -> list[MimePart]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, MimePart)] if isinstance(payload, list) else []


def _part_text(part: MimePart, kind: str, content: _Content) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    if len(data) > TEXT_BYTES:
        content.truncated = True
        data = data[:TEXT_BYTES]
    text = decode(data, part.get_content_charset(), html=kind.endswith("/html"))
    return _CLEAN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
