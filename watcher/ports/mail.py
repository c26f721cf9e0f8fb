"""One login, as far as the line knows it: mail is read, drafts are placed, and that is all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

MailboxRole = Literal["inbox", "sent", "drafts"]
"""The mailboxes the line knows, found by special use (RFC 6154), then by name map, then by configuration."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """An opaque bookmark in one mailbox; today `uidvalidity:uid`. Only the adapter that made it reads it."""

    value: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server gave it.

    Attributes:
        raw: Header section and (capped) body; the header section alone when `header_only`.
        internal_date: When the server got it, aware UTC (RFC 9051 2.3.3).
        cursor: Bookmark just behind this message.
        mailbox: Name of the mailbox, decoded.
        uid: In that mailbox.
        uidvalidity: Of that mailbox.
        flags: System flags and keywords as the server wrote them.
        size: RFC822.SIZE, octets on the server.
        header_only: True when the body was not fetched.
    """

    raw: bytes = field(repr=False)
    internal_date: datetime
    cursor: Cursor
    mailbox: str
    uid: int
    uidvalidity: int
    flags: frozenset[str] = frozenset()
    size: int = 0
    header_only: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a draft was read back after APPEND."""

    mailbox: str
    uid: int
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What earlier mail to look for; every list may be empty, the union is searched.

    Attributes:
        domains: Registrable domains in From, To or Cc.
        addresses: addr-specs in From, To or Cc.
        message_ids: Ids in Message-ID, In-Reply-To or References.
        words: Words in the Subject or labels of a sender's domain (an employer's name when it writes through an ATS).
        since: Not older than this.
        before: Older than this.
        limit: At most so many messages, newest first.
    """

    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Earlier mail: what came in and what the user wrote."""

    received: tuple[Fetched, ...] = ()
    sent: tuple[Fetched, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a server was seen to offer, for `check` and `status`."""

    capabilities: tuple[str, ...] = ()
    mailboxes: dict[str, str] = field(default_factory=dict)  # role -> name
    found_by: dict[str, str] = field(default_factory=dict)  # role -> "special-use", "name", "configuration"
    keywords_allowed: bool | None = None  # \* in PERMANENTFLAGS
    idle: bool = False


class MailAccount(Protocol):
    """One login: it reads, and it places drafts.

    Every method raises MailUnavailable (ask again later) or MailRefused (somebody must act).
    """

    name: str
    address: str

    def facts(self) -> AccountFacts:
        """Connect if need be and tell what the server offers and where Drafts and Sent are.

        Raises:
            MailRefused: No Drafts mailbox can be found; the message says what was looked for and what to set.
        """
        ...

    def new_messages(self, role: MailboxRole, after: Cursor | None, since: datetime) -> Iterator[Fetched]:
        """Give messages behind the cursor, oldest first; sets no flag.

        Args:
            role: Which mailbox.
            after: None, or a cursor of an older UIDVALIDITY, starts from the first message not older than `since`.
            since: Internal date below which nothing is given on such a start.

        Source: RFC 9051 2.3.1.1 (UID), 6.3.3 (EXAMINE), 6.4.5 (BODY.PEEK).
        """
        ...

    def cursor_now(self, role: MailboxRole) -> Cursor:
        """Give the bookmark behind the newest message, so that an empty first run still moves on."""
        ...

    def find(self, role: MailboxRole, message_ids: Sequence[str]) -> list[Fetched]:
        """Find messages in one mailbox whose Message-ID, In-Reply-To or References names any of these ids."""
        ...

    def find_to(self, role: MailboxRole, recipient: str, since: datetime) -> list[Fetched]:
        """Find messages in one mailbox to this recipient since then (threading headers may have been lost)."""
        ...

    def message(self, message_id: str) -> Fetched | None:
        """Find one message by its Message-ID in INBOX, else in Sent and the archive."""
        ...

    def history(self, query: HistoryQuery) -> Found:
        """Search earlier mail, bounded in commands and bytes; INBOX, Sent, Archive or All."""
        ...

    def place_draft(self, raw: bytes, message_id: str) -> Placed:
        r"""APPEND to Drafts with \Draft and \Seen in the same command and read it back.

        Never retries by itself: after an error the caller looks up before it tries again.

        Source: RFC 9051 6.3.12 (APPEND), 7.1 (APPENDUID).
        """
        ...

    def wait(self, seconds: float) -> bool:
        """Wait for the server's doorbell (IDLE, RFC 9051 6.3.13); True when it rang. Any thread may call close()."""
        ...

    def close(self) -> None:
        """Log out or drop the connection; may be called twice."""
        ...
