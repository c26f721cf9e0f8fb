"""What the store keeps, as values: drafts, messages seen, answers, the log, health, and a Change of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.core.answer import Answer
from watcher.core.life import JobApplication
from watcher.core.plan import Plan
from watcher.ports.mail import Cursor
from watcher.ports.notifier import Notice


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
