"""The values of a parsed message: Address and Message; text is clean when it gets here.

What only few readers ask of a message is worked out when the first one asks, and kept: where the author's own words
end, and when each hop received it. Nine mails in ten are judged without either.

Source: RFC 5322 3.4 (address), 3.6 (fields), 3.6.4 (identification fields).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from watcher.core.message.dates import instant
from watcher.core.message.quotes import History, split_history
from watcher.core.message.signature import split_signature


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox in the words of RFC 5322 3.4: `Rita <r@x>`.

    Attributes:
        name: Display name, decoded, one line; empty when there is none.
        addr_spec: `local@domain`, domain in lower case.
    """

    name: str
    addr_spec: str

    @property
    def local_part(self) -> str:
        """What stands before the last @, as written."""
        return self.addr_spec.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """What stands after the last @, lower case; empty when there is no @."""
        return self.addr_spec.rpartition("@")[2].lower() if "@" in self.addr_spec else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.addr_spec}>" if self.name else self.addr_spec


@dataclass(frozen=True)
class Message:
    """One mail, cleaned at the door: every header is one line, every instant is aware UTC.

    Attributes:
        message_id: Without angle brackets; empty when missing or unusable.
        in_reply_to: Message ids without angle brackets.
        references: Oldest first, without angle brackets.
        subject: Decoded, one line; of several Subject fields the first.
        from_: Authors; usually one.
        sender: RFC 5322 3.6.2, often the system that sent on behalf of the author.
        reply_to: Where the author wants answers.
        return_path: Envelope sender as the receiving server noted it.
        to: Recipients.
        cc: Copy recipients.
        date: What the sender wrote; None when missing or unparsable.
        headers: All fields in order, names in lower case, values decoded and one line.
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
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_: tuple[Address, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    return_path: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
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
    def received(self) -> tuple[datetime, ...]:
        """Instants of the Received fields, topmost (latest hop) first."""
        instants = (instant(value.rpartition(";")[2]) for value in self.header_all("received"))
        return tuple(at for at in instants if at)

    @cached_property
    def _history(self) -> History:
        own = self.text.removesuffix(self.passed_on).rstrip("\n") if self.passed_on else self.text
        return split_history(own, self.subject)

    @cached_property
    def _own_words(self) -> tuple[str, str]:
        return split_signature(self._history.own)

    def header(self, name: str) -> str:
        """Give the first value of a header field, empty when it is missing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Give every value of a header field, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    @property
    def thread(self) -> tuple[str, ...]:
        """Every message id this message names as its ancestors, oldest first, without repeats."""
        return tuple(dict.fromkeys((*self.references, *self.in_reply_to)))
