"""compose(): Words and a thread -> the bytes of an RFC 5322 message, ready for APPEND.

Source: RFC 5322 3.6 (fields), 3.6.4 (threading), RFC 3676 (format=flowed), RFC 2047 and RFC 2231 (encoded words).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from watcher.core.contact import Contact
from watcher.core.message import Address
from watcher.core.plan import Kind
from watcher.core.verdict import Formality, Stage

FLOWED_WIDTH = 76  # RFC 3676 4.2: lines of at most 78 characters, the soft break's space included
REFERENCES_KEPT = 20  # the first (root of the thread) and the newest; RFC 5322 3.6.4 sets no limit, servers do
SUBJECT_CHARACTERS = 500
QUOTE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a template may speak of; an empty text means it is not known and must not be mentioned.

    Attributes:
        kind: Which draft.
        language: BCP 47 tag to write in; a region may follow (`en-GB`, `pt-BR`).
        formality: Form of address, None when the language does not tell forms apart or it is unknown (tie = formal).
        me: The user's name as signed.
        first_name: The contact's.
        last_name: The contact's.
        title: The contact's, only when signed so.
        employer: As the employer writes it.
        role: Title of the opening.
        stage: Furthest stage: thanks for an interview only after one.
        hint: Id of the decoder phrase the rejection hints at, empty for the general question.
        question: The one question, already chosen; empty in a thank-you.
        point: What the answer named and the user takes up, a theme of the decoder (`leadership`) or its words; only
            in thanks_answer.
        declined: The answer courteously refused feedback; only in thanks_answer.
        by_phone: The rejection came by phone (ETIQUETTE 1.2).
        feedback_offered: The rejection offered feedback itself.
        seed: Chooses among natural variants, deterministic.
        template: Variant named by the policy, empty for the usual one.
    """

    kind: Kind
    language: str
    me: str
    formality: Formality | None = None
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    employer: str = ""
    role: str = ""
    stage: Stage = Stage.UNKNOWN
    hint: str = ""
    question: str = ""
    point: str = ""
    declined: bool = False
    by_phone: bool = False
    feedback_offered: bool = False
    seed: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered text: subject for a new thread, body, the tag it is written in."""

    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Thread:
    """What a draft answers to; ids without angle brackets, references oldest first and ending with in_reply_to."""

    subject: str
    in_reply_to: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message ready for APPEND; `message_id` without angle brackets, made from the key alone."""

    message_id: str
    raw: bytes
    recipient: str
    subject: str


def compose(
    words: Words,
    thread: Thread | None,
    contact: Contact,
    sender: Address,
    key: str,
    now: datetime,
    quote: str | None = None,
) -> Draft:
    """Make the message; the same key always gives the same Message-ID.

    Args:
        words: Text of the draft; its subject is used only when there is no thread to answer in.
        thread: What is answered; None starts a new thread.
        contact: The one recipient.
        sender: The account's address with the user's name.
        key: Identifies this draft for good, whatever its text.
        now: Goes into Date, in the time zone it carries.
        quote: Text of the original, quoted below the draft; None for none.

    Raises:
        ValueError: The recipient or the sender is not one address; nothing is ever placed without one (R6).

    Source: RFC 5322 3.6, RFC 3676 4.
    """
    subject = reply_subject(thread.subject) if thread else ""
    subject = subject or _one_line(words.subject)[:SUBJECT_CHARACTERS]
    own_id = message_id(key, sender)
    fields = [
        f"From: {_mailbox(sender.name, sender.addr_spec, len('From: '))}",
        f"To: {_mailbox(contact.name, contact.address, len('To: '))}",
        f"Subject: {_encoded(subject, len('Subject: '))}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{own_id}>",
    ]
    if thread:
        if parent := _ids([thread.in_reply_to]):
            fields.append(f"In-Reply-To: <{parent[0]}>")
        if references := _references(thread):
            # One id a line: the standard library would fold long ones into encoded words, which no reader resolves.
            fields.append("References: " + "\r\n ".join(f"<{item}>" for item in references))
    text = _flowed(_clean(words.body).strip("\n"))
    if quote and quote.strip():
        text += "\n\n" + _quoted(quote)
    header = "".join(f"{line}\r\n" for line in fields).encode("utf-8")
    return Draft(message_id=own_id, raw=header + _body(text), recipient=contact.address, subject=subject)


def message_id(key: str, sender: Address) -> str:
    """Give the Message-ID of the draft with this key, without angle brackets; it tells nothing of the key.

    Source: RFC 5322 3.6.4.
    """
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{digest}@{_ascii_domain(sender.addr_spec.rpartition('@')[2]) or 'localhost'}"


_PREFIX = re.compile(
    # "Re", "Fwd" and what mail clients of other languages write for them, with counters such as Re[2] or RE(3)
    r"^\s*(?:(?:re|aw|antw|antwort|sv|vs|vl|odp|pd|rif|r|i|rv|res|ref|enc|tr|ynt|ilt|doorst|vá|továbbítás|"
    r"fwd?|wg|回复|回覆|答复|转发|轉寄|返信|転送|회신|전달)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s{0,2}[:：]\s*)+",
    re.IGNORECASE,
)


def reply_subject(original: str) -> str:
    """Give `Re: ` and the original subject, one line, without the reply and forward marks it already had.

    Source: RFC 5322 3.6.5.
    """
    bare = _PREFIX.sub("", _one_line(original), count=1).strip()[:SUBJECT_CHARACTERS].rstrip()
    return f"Re: {bare}" if bare else ""


def _references(thread: Thread) -> tuple[str, ...]:
    parent = _ids([thread.in_reply_to])
    older = tuple(item for item in _ids(thread.references) if item not in parent)
    return (*_shortened(older, REFERENCES_KEPT - len(parent)), *parent)


def _shortened(ids: tuple[str, ...], most: int) -> tuple[str, ...]:
    return ids if len(ids) <= most else (ids[0], *ids[len(ids) - most + 1 :])


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    """Keep what can be a msg-id: printable ASCII, one @ at least, nothing that ends an id or a field early."""
    return tuple(dict.fromkeys(item for value in values if _MSG_ID.fullmatch(item := value.strip().strip("<>"))))


_MSG_ID = re.compile(r"[!-;=?A-~]{1,200}@[!-;=?-~]{1,200}")


def _mailbox(name: str, addr_spec: str, used: int) -> str:
    address = _checked(addr_spec)
    shown = _one_line(name)[:200]
    if not shown or shown == address:
        return address
    if not shown.isascii() or "=?" in shown:
        phrase = _encoded(shown, used)
    elif _ATOMS.fullmatch(shown):
        phrase = shown
    else:
        phrase = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    last_line = phrase.rpartition("\n")[2]
    separator = " " if used + len(last_line) + len(address) + 3 <= FLOWED_WIDTH else "\r\n "
    return f"{phrase}{separator}<{address}>"


_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]{1,70}")  # RFC 5322 3.2.3
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]{1,255}")


def _checked(addr_spec: str) -> str:
    if not _ADDRESS.fullmatch(addr_spec):
        raise ValueError("a draft is from one address to one address, and nothing else")
    local, _, domain = addr_spec.rpartition("@")
    return f"{local}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _encoded(text: str, used: int) -> str:
    """Fold one field's text; anything beyond ASCII becomes encoded words of at most 75 octets (RFC 2047 2)."""
    plain = text.isascii() and "=?" not in text
    header = Header(maxlinelen=FLOWED_WIDTH, header_name="x" * (used - 2))
    rest = text
    if not plain and text.startswith("Re: "):  # stays readable for programs that look no further
        header.append("Re:", "us-ascii")
        rest = text.removeprefix("Re: ")
    header.append(rest, "us-ascii" if plain else "utf-8")
    return header.encode(linesep="\r\n")


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls; tab and line feed stay
    "\u202a-\u202e\u2066-\u2069\ufeff"  # marks that turn the order of what follows
    "\ud800-\udfff]"  # half characters
)


def _clean(text: str) -> str:
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNWANTED.sub("", unified)


def _flowed(text: str) -> str:
    """Break long lines softly: a space at the end of a line says that the next one belongs to it (RFC 3676 4.2)."""
    return "\n".join(piece for line in text.split("\n") for piece in _flow(_fixed(line), ""))


def _fixed(line: str) -> str:
    """Drop the spaces that would make a line flow on; the signature separator keeps its own (RFC 3676 4.3)."""
    return line if line == "-- " else line.rstrip()


def _quoted(original: str) -> str:
    lines = _clean(original).strip("\n")[:QUOTE_CHARACTERS].split("\n")
    return "\n".join(piece for line in lines for piece in _flow(line.rstrip(), _depth(line)))


def _depth(line: str) -> str:
    return ">" * (1 + len(line) - len(line.lstrip(">")))


def _flow(line: str, marks: str) -> list[str]:
    content = line.lstrip(">") if marks else line
    if marks:
        content = content.removeprefix(" ")
    pieces: list[str] = []
    while len(content) > FLOWED_WIDTH - len(marks):
        # Only at a space: in Chinese, Japanese or Thai a soft break would add a space that nobody wrote.
        cut = content.rfind(" ", 1, FLOWED_WIDTH - len(marks))
        if cut < 1:
            cut = content.find(" ", FLOWED_WIDTH - len(marks))
        if cut < 1 or not content[cut + 1 :].strip():
            break
        pieces.append(content[: cut + 1])
        content = content[cut + 1 :]
    pieces.append(content)
    return [marks + _stuffed(piece, marks) for piece in pieces]


def _stuffed(piece: str, marks: str) -> str:
    """Put a space before what a reader would take for a quote mark, a stuffed space or an mbox line (RFC 3676 4.4)."""
    needs = bool(marks) or piece.startswith((" ", ">", "From "))
    return f" {piece}" if needs and piece else piece


def _body(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    beyond = sum(1 for character in text if not character.isascii())
    # Quoted-printable keeps the spaces at the ends of flowed lines through any relay; base64 is shorter for CJK.
    encoding = "base64" if beyond * 3 > len(text) else "quoted-printable" if beyond else None
    part.set_content(text + "\n", charset="utf-8", cte=encoding, params={"format": "flowed"})
    return part.as_bytes()
