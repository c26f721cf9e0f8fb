"""What the line needs of the outside world, as Protocols: MailAccount, Store, Wording, Clock, Notifier.

The mail port is the safety rail: it reads and places drafts. It has no send, delete, move or set-flag, so no
bug above it can do those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from watcher.core.answer import Answer
from watcher.core.draft import Facts, Words
from watcher.core.life import JobApplication
from watcher.core.plan import Kind, Plan

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


@dataclass(frozen=True, slots=True)
class Marked:
    """One message of a mailbox with the keywords that matter.

    Attributes:
        mailbox: Where it lies.
        uid: In that mailbox.
        message_id: Without angle brackets; empty when it has none.
        keywords: In lower case, with or without `$` as the server has them; only those that were asked for.
    """

    mailbox: str
    uid: int
    message_id: str
    keywords: frozenset[str] = frozenset()


class Control(Protocol):
    """The second, opt-in port: what the user says from the mailbox, and our own marks; never anybody's mail itself.

    It can set and remove keywords, make folders of our own, remove a draft that is byte for byte ours, and lay a notice
    into the user's own mailbox. Raises MailUnavailable or MailRefused.
    """

    def keywords_allowed(self) -> bool:
        r"""Tell whether INBOX stores keywords of one's own (`\*` in PERMANENTFLAGS, RFC 9051 7.1)."""
        ...

    def marked(self, keywords: Sequence[str]) -> list[Marked]:
        """Give the messages of INBOX that carry any of these keywords, in any case, with or without `$`."""
        ...

    def mark(self, message_id: str, add: Sequence[str], remove: Sequence[str]) -> bool:
        """Set and remove keywords on a message of INBOX; False when it is not there or the server keeps none."""
        ...

    def make_folders(self, names: Sequence[str]) -> list[str]:
        """Make sure mailboxes of these paths (`Feedback/ask`) exist; give those that could not be made."""
        ...

    def dropped(self, name: str, after: Cursor | None) -> tuple[list[Marked], Cursor | None]:
        """Give what was copied or moved into one of our folders since the cursor, and the new cursor."""
        ...

    def remove_own_draft(self, message_id: str, raw: bytes) -> bool:
        """Remove a draft of ours from Drafts, only if it is still exactly these bytes; False otherwise."""
        ...

    def lay(self, mailbox: str, raw: bytes) -> None:
        """APPEND a notice to a mailbox of the user's own, unread."""
        ...

    def close(self) -> None:
        """Log out or drop the connection; may be called twice."""
        ...


class Clock(Protocol):
    """Where `now` comes from."""

    def now(self) -> datetime:
        """Give the present instant, aware UTC."""
        ...


class Wording(Protocol):
    """Templates -> words."""

    def languages(self) -> frozenset[str]:
        """Give the tags that can be written."""
        ...

    def writes(self, language: str, kind: Kind = Kind.REQUEST) -> bool:
        """Tell whether a draft of this kind can be written in this language itself."""
        ...

    def render(self, facts: Facts) -> Words:
        """Fill the template of facts.language (or its nearest) and kind.

        Raises:
            TemplateError: The template is wrong; carries file and line.
        """
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should hear; goes to the user and nobody else."""

    key: str  # told once per key
    subject: str
    body: str
    urgent: bool = False


class Notifier(Protocol):
    """One way to tell the user."""

    def tell(self, notice: Notice) -> None:
        """Deliver the notice, or raise MailUnavailable / MailRefused."""
        ...


class DraftState(StrEnum):
    """Where one draft stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # somebody is placing it
    PLACED = "placed"
    EDITED = "edited"  # by the user: never touched again
    SENT = "sent"
    DISCARDED = "discarded"  # by the user: never made again
    CANCELLED = "cancelled"  # before it was placed
    BLOCKED = "blocked"  # it cannot be written: `error` says why

    @property
    def is_open(self) -> bool:
        """True while it lies in Drafts, as far as we know."""
        return self in {DraftState.PLACED, DraftState.EDITED}


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """One draft to come, or what became of it; unique by application and kind.

    Attributes:
        ref: Of the application.
        account: Of the application.
        plan: When it is due.
        message_id: Ours, without angle brackets, made from the application and the kind.
        state: Where it stands.
        recipient: Its one To address, empty before it was composed.
        subject: As composed.
        digest: Of the body as placed, to tell an edited one.
        placed_at: When it was read back.
        late: It appeared after its window.
        sent_at: When the user's copy in Sent arrived there.
        sent_id: Message-ID of that copy.
        missing_since: First instant it was not in Drafts any more.
        not_before: After a failure, not tried again before.
        attempts: How often it was claimed.
        error: Why it could not be placed, for the user.
    """

    ref: str
    account: str
    plan: Plan
    message_id: str
    state: DraftState = DraftState.WAITING
    recipient: str = ""
    subject: str = field(default="", repr=False)
    digest: str = ""
    placed_at: datetime | None = None
    late: bool = False
    sent_at: datetime | None = None
    sent_id: str = ""
    missing_since: datetime | None = None
    not_before: datetime | None = None
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One message that was looked at; neither subject nor text is kept.

    Attributes:
        key: Hash of its Message-ID, or of its bytes when it has none; known mail is recognised by it.
        message_id: Without angle brackets.
        what: `judged`, `answer`, `own`, `draft`, `failed`.
        outcome: Of the verdict, or the kind of answer.
        certainty: Of the verdict.
        language: Of the verdict.
        application: Ref of the application it belongs to; empty for none.
        internal_date: When the server got it.
        judged_at: When we looked.
        rules: Fingerprint of the rules in force.
        template: Fingerprint of the mail's wording, by which a correction reaches its like.
        error: Why it could not be read.
    """

    key: str
    message_id: str = ""
    what: str = "judged"
    outcome: str = ""
    certainty: str = ""
    language: str = ""
    application: str = ""
    internal_date: datetime | None = None
    judged_at: datetime | None = None
    rules: str = ""
    template: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer that came back for an application."""

    ref: str
    message_id: str
    at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One line of the append-only log; `detail` holds no subject, body or address."""

    at: datetime
    account: str
    ref: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How one account is doing, for `status`."""

    account: str
    last_contact: datetime | None = None
    last_push: datetime | None = None
    last_poll: datetime | None = None
    last_judged: datetime | None = None
    error: str = ""
    must_act: bool = False
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one step changes, computed first and written in one transaction, or not at all (a dry run)."""

    account: str
    cursor: tuple[str, Cursor] | None = None
    seen: tuple[Seen, ...] = ()
    applications: tuple[JobApplication, ...] = ()
    drafts: tuple[DraftRecord, ...] = ()
    answers: tuple[AnswerRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    notices: tuple[Notice, ...] = ()


class Store(Protocol):
    """What Afterword remembers. Every method raises StoreError when the database cannot be used."""

    def cursor(self, account: str, role: str) -> Cursor | None:
        """Give the bookmark, None before the first run."""
        ...

    def seen(self, account: str, key: str) -> Seen | None:
        """Give what is known of a message."""
        ...

    def record(self, *changes: Change) -> bool:
        """Write changes in one transaction; False and nothing written when a record was changed meanwhile."""
        ...

    def applications(self, account: str | None = None) -> list[JobApplication]:
        """Give applications, oldest first."""
        ...

    def application(self, ref: str) -> JobApplication | None:
        """Give one application by its whole ref."""
        ...

    def refs(self, prefix: str) -> list[str]:
        """Give the refs that start so."""
        ...

    def threads(self, account: str) -> dict[str, str]:
        """Give message id -> ref for every message that belongs to an application, our drafts and their copies too."""
        ...

    def drafts(self, account: str | None = None, ref: str | None = None) -> list[DraftRecord]:
        """Give drafts, the earliest due first."""
        ...

    def due(self, account: str, now: datetime) -> list[DraftRecord]:
        """Give the waiting drafts whose moment has come, the earliest first."""
        ...

    def next_due(self, account: str) -> datetime | None:
        """Give the moment of the next waiting draft."""
        ...

    def claim(self, ref: str, kind: Kind, now: datetime) -> bool:
        """Take a waiting draft for placing; False when it is not waiting any more."""
        ...

    def recover(self, account: str) -> list[DraftRecord]:
        """Give back what a killed process had claimed; the caller holds the lock."""
        ...

    def placed_since(self, since: datetime) -> int:
        """Count the drafts placed since then, over all accounts."""
        ...

    def answers(self, ref: str | None = None) -> list[AnswerRecord]:
        """Give answers, oldest first."""
        ...

    def events(self, ref: str | None = None) -> list[EventRecord]:
        """Give the log, oldest first."""
        ...

    def counts(self, account: str) -> dict[str, int]:
        """Count the messages seen by what they were."""
        ...

    def health(self, account: str) -> Health:
        """Give how an account was doing when we last looked."""
        ...

    def set_health(self, health: Health) -> None:
        """Keep how an account is doing."""
        ...

    def untold(self) -> list[Notice]:
        """Give the notices not told yet, oldest first."""
        ...

    def told(self, key: str, now: datetime) -> None:
        """Note that a notice was told."""
        ...

    def forget(self, ref: str, now: datetime) -> None:
        """Erase an application and the people in it; what was seen stays as bare hashes, so that it stays seen."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
