"""Parts: everything one account's line is made of, and the words in which a pass tells what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core.draft import message_id as draft_id
from watcher.core.life import Event, JobApplication, Reason, State, advance
from watcher.core.message import Address, Message
from watcher.core.plan import Hours, Kind, Plan
from watcher.core.rules import Rulebook
from watcher.ports import DraftRecord, DraftState, EventRecord, MailAccount, Store, Wording


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set that the line asks for."""

    first_run: timedelta = timedelta(days=14)
    history: timedelta = timedelta(days=180)
    thanks_after_days: int = 8
    max_a_day: int = 20
    paused: bool = False
    quote_original: bool = False
    grace: timedelta = timedelta(minutes=30)  # a draft gone this long, and nothing in Sent, was thrown away
    authserv_id: str = ""


def _nothing(step: str) -> None:
    del step


@dataclass(frozen=True, slots=True)
class Parts:
    """What one account's line is made of."""

    account: str
    me: Address
    own: frozenset[str]
    mail: MailAccount
    store: Store
    rulebook: Rulebook
    wording: Wording
    hours: Hours
    settings: Settings = Settings()
    corrections: dict[str, str] = field(default_factory=dict)
    step: Callable[[str], None] = _nothing  # told of each step of placing; tests kill the process there


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing a pass did, for the one who reads along; no subject, body or address but the draft's own recipient."""

    what: str
    ref: str = ""
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What a pass did."""

    account: str
    new: int = 0
    failed: int = 0
    happened: list[Happened] = field(default_factory=list)
    drafts: list[dict[str, object]] = field(default_factory=list)

    def tell(self, what: str, ref: str = "", detail: str = "") -> None:
        """Add one thing."""
        self.happened.append(Happened(what, ref, detail))

    def count(self, what: str) -> int:
        """Count the things of one kind."""
        return sum(item.what == what for item in self.happened)


def message_key(message: Message, raw: bytes) -> str:
    """Give the key a message is known by: from its Message-ID, so that a copy elsewhere is the same message."""
    if message.message_id:
        return hashlib.sha256(message.message_id.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return hashlib.sha256(raw).hexdigest()[:32]


def moved(application: JobApplication, now: datetime, *events: Event, reason: Reason | None = None) -> JobApplication:
    """Move an application on; events that mean nothing in its state change nothing."""
    state = application.state
    for event in events:
        state = advance(state, event) or state
    if state is not State.CLOSED:
        reason = Reason.NONE
    return replace(application, state=state, reason=application.reason if reason is None else reason, changed=now)


def log(application: JobApplication, now: datetime, what: str, detail: str = "") -> EventRecord:
    """Make a line of the append-only log."""
    return EventRecord(now, application.account, application.ref, what, detail)


def request_draft(parts: Parts, application: JobApplication, plan: Plan) -> DraftRecord:
    """Give the row of a draft to come."""
    key = application.draft_key(plan.kind)
    return DraftRecord(application.ref, parts.account, plan, draft_id(key, parts.me))


def cancelled(drafts: dict[Kind, DraftRecord]) -> tuple[DraftRecord, ...]:
    """Give the waiting ones, cancelled."""
    return tuple(
        replace(draft, state=DraftState.CANCELLED) for draft in drafts.values() if draft.state is DraftState.WAITING
    )
