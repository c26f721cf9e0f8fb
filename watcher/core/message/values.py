"""The value of a parsed message; text is clean when it gets here.

What only few readers ask of a message is worked out when the first one asks, and kept: recipients, hops, where the
author's own words end. Nine mails in ten are judged without any of these.

Source: RFC 5322 3.6 (fields), 3.6.4 (identification fields).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from watcher.core.message.addresses import Address, addresses, message_ids
from watcher.core.message.charset import header_text
from watcher.core.message.dates import instant
from watcher.core.message.quotes import History, split_history
from watcher.core.message.signature import split_signature

Fields = tuple[tuple[str, bytes], ...]
"""Header fields in order: name in lower case, value as it stands in the mail (folded, encoded)."""


@dataclass(frozen=True)
class Message:
    """One mail, cleaned at the door: every header is one line, every instant is aware UTC.

    Attributes:
        message_id: Without angle brackets; empty when missing or unusable.
        subject: Decoded, one line; of several Subject fields the first.
        from_: Authors; usually one.
        sender: RFC 5322 3.6.2, often the system that sent on behalf of the author.
        return_path: Envelope sender as the receiving server noted it.
        date: What the sender wrote; None when missing or unparsable.
        fields: All header fields as they stand in the mail; `headers` has them decoded.
        text: All visible text, plain part preferred, HTML turned to text; quoted history and signature included.
        passed_on: The end of `text` that stands in attached messages (message/rfc822).
        calendar: Decoded text of each text/calendar part (RFC 5545).
        delivery_status: Decoded text of message/delivery-status parts (RFC 3464).
        content_type: Of the whole message, lower case, without parameters.
        attachments: File names of attachments (may hold empty names).
        size: Bytes given to parse().
        truncated: True when caps cut something off.
        error: Empty, or why nothing sensible could be read; such a message is recorded and passed over.
    """

    message_id: str = ""
    subject: str = ""
    from_: tuple[Address, ...] = ()
    sender: Address | None = None
    return_path: str = ""
    date: datetime | None = None
    fields: Fields = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    passed_on: str = field(default="", repr=False)
    calendar: tuple[str, ...] = field(default=(), repr=False)
    delivery_status: tuple[str, ...] = field(default=(), repr=False)
    content_type: str = "text/plain"
    attachments: tuple[str, ...] = ()
    size: int = 0
    truncated: bool = False
    error: str = ""

    @property
    def author(self) -> Address | None:
        """The first From address, or None."""
        return self.from_[0] if self.from_ else None

    @cached_property
    def to(self) -> tuple[Address, ...]:
        """Recipients."""
        return addresses_of(self.fields, "to")

    @cached_property
    def cc(self) -> tuple[Address, ...]:
        """Copy recipients."""
        return addresses_of(self.fields, "cc")

    @cached_property
    def reply_to(self) -> tuple[Address, ...]:
        """Where the author wants answers."""
        return addresses_of(self.fields, "reply-to")

    @cached_property
    def in_reply_to(self) -> tuple[str, ...]:
        """Message ids without angle brackets."""
        return message_ids(self.header("in-reply-to"))

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Message ids without angle brackets, oldest first."""
        return message_ids(self.header("references"))

    @property
    def thread(self) -> tuple[str, ...]:
        """Every message id this message names as its ancestors, oldest first, without repeats."""
        return tuple(dict.fromkeys((*self.references, *self.in_reply_to)))

    @cached_property
    def received(self) -> tuple[datetime, ...]:
        """Instants of the Received fields, topmost (latest hop) first."""
        instants = (instant(value.rpartition(";")[2]) for value in self.header_all("received"))
        return tuple(at for at in instants if at)

    @cached_property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All fields in order, names in lower case, values decoded and one line."""
        return tuple((name, header_text(value)) for name, value in self.fields)

    def header(self, name: str) -> str:
        """Give the first value of a header field, decoded and one line; empty when it is missing."""
        return first_header(self.fields, name)

    def header_all(self, name: str) -> tuple[str, ...]:
        """Give every value of a header field, topmost first."""
        wanted = name.lower()
        return tuple(header_text(value) for key, value in self.fields if key == wanted)

    @property
    def fresh(self) -> str:
        """`text` without quoted history, signature and legal footer: the author's own new words."""
        return self._own_words[0]

    @property
    def signature(self) -> str:
        """The signature block that was cut off (name, role, firm, phone), footer excluded."""
        return self._own_words[1]

    @cached_property
    def quoted(self) -> str:
        """The quoted history that was cut off."""
        return "\n\n".join(filter(None, ("\n".join(self._history.quoted).strip("\n"), self.passed_on)))

    @property
    def forwarded(self) -> bool:
        """True when the text is somebody else's mail passed on: an inline or attached forward.

        What the forwarder wrote above it, if anything, is `fresh`; the story passed on is in `quoted`.
        """
        return bool(self.passed_on) or self._history.forwarded

    @cached_property
    def _history(self) -> History:
        own = self.text.removesuffix(self.passed_on).rstrip("\n") if self.passed_on else self.text
        return split_history(own, self.subject)

    @cached_property
    def _own_words(self) -> tuple[str, str]:
        return split_signature(self._history.own)


def first_header(fields: Fields, name: str) -> str:
    """Give the first value of a header field, decoded and one line; empty when it is missing."""
    wanted = name.lower()
    return next((header_text(value) for key, value in fields if key == wanted), "")


def addresses_of(fields: Fields, name: str) -> tuple[Address, ...]:
    """Give the addresses of the first field of that name."""
    line = next((header_text(value, words=False) for key, value in fields if key == name), "")
    return addresses(line) if line else ()
