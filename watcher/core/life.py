"""The life of one rejection: JobApplication, State, and TRANSITIONS, the one table of everything it can go through.

One application is one record, however many messages tell of it.

    seen -> request_waiting -> request_drafted -> request_sent -> answered | unanswered
         -> thanks_waiting -> thanks_drafted -> thanked -> closed
    any  -> closed(reason)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from watcher.core.contact import Contact, NoContact
from watcher.core.job_application import Details
from watcher.core.plan import Kind
from watcher.core.verdict import Certainty, Formality, Outcome


class State(StrEnum):
    """Where the life of one rejection stands."""

    SEEN = "seen"
    REQUEST_WAITING = "request_waiting"
    REQUEST_DRAFTED = "request_drafted"
    REQUEST_SENT = "request_sent"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    THANKS_WAITING = "thanks_waiting"
    THANKS_DRAFTED = "thanks_drafted"
    THANKED = "thanked"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to an application."""

    REQUEST_PLANNED = "request_planned"
    THANKS_PLANNED = "thanks_planned"
    DRAFTED = "drafted"
    SENT = "sent"
    ANSWERED = "answered"
    SILENCE = "silence"
    CLOSE = "close"


class Reason(StrEnum):
    """Why an application is closed, or why nothing is drafted."""

    NONE = ""
    NO_CONTACT = "no_contact"
    POLICY = "policy"
    TOO_OLD = "too_old"
    USER_SAID_NO = "user_said_no"
    USER_WROTE = "user_wrote"
    EMPLOYER_WROTE = "employer_wrote"
    DISCARDED = "discarded"
    BOUNCED = "bounced"
    NOT_A_REJECTION = "not_a_rejection"
    DONE = "done"


_S, _E = State, Event

TRANSITIONS: dict[tuple[State, Event], State] = {
    (_S.SEEN, _E.REQUEST_PLANNED): _S.REQUEST_WAITING,
    (_S.CLOSED, _E.REQUEST_PLANNED): _S.REQUEST_WAITING,  # the user asked after all
    (_S.REQUEST_WAITING, _E.DRAFTED): _S.REQUEST_DRAFTED,
    (_S.REQUEST_DRAFTED, _E.SENT): _S.REQUEST_SENT,
    (_S.CLOSED, _E.SENT): _S.REQUEST_SENT,  # taken for discarded, the copy in Sent came late
    (_S.REQUEST_SENT, _E.ANSWERED): _S.ANSWERED,
    (_S.UNANSWERED, _E.ANSWERED): _S.ANSWERED,
    (_S.THANKS_WAITING, _E.ANSWERED): _S.ANSWERED,
    (_S.REQUEST_SENT, _E.SILENCE): _S.UNANSWERED,
    (_S.ANSWERED, _E.THANKS_PLANNED): _S.THANKS_WAITING,
    (_S.UNANSWERED, _E.THANKS_PLANNED): _S.THANKS_WAITING,
    (_S.THANKS_WAITING, _E.DRAFTED): _S.THANKS_DRAFTED,
    (_S.THANKS_DRAFTED, _E.SENT): _S.THANKED,
    **{(state, _E.CLOSE): _S.CLOSED for state in State if state is not _S.CLOSED},
}


def advance(state: State, event: Event) -> State | None:
    """Give the state after the event; None when the event means nothing in this state."""
    return TRANSITIONS.get((state, event))


@dataclass(frozen=True, slots=True)
class JobApplication:
    """One application that was turned down, as the store keeps it.

    Attributes:
        ref: Short id for the user, from the message; stable through a lost database.
        account: Name of the account it belongs to.
        state: Where its life stands.
        reason: Why it is closed or nothing is drafted.
        details: Employer, role, stage.
        contact: The one person to write to, or why there is nobody; None when nobody was looked for.
        outcome: What the (first) message said.
        certainty: Sure, or the user is asked.
        language: Of the rejection.
        formality: Form of address in the rejection.
        feedback: The rejection refused or offered feedback.
        message_id: Of the mail the draft answers to; empty when there was none (phone, portal).
        references: Its own References, oldest first.
        subject: Its subject, for the draft's own.
        arrived: When it arrived.
        rule: The policy rule that decided.
        because: Its reason, for the user.
        confirm: The user is to be asked before anything is drafted.
        warning: Something the user should know.
        template: Wording variant the policy named.
        write_in: Language to write in, empty for the rejection's own.
        earliest_s: Seconds after arrival before which nothing appears.
        latest_s: Seconds after arrival.
        source: How it became known.
        threads: Message ids that belong to it.
        hints: Decoder phrases the rejection hints at.
        changed: When the record last changed.
        version: Of the stored record, 0 before it is stored; a stale one is not written.
    """

    ref: str
    account: str
    state: State = State.SEEN
    reason: Reason = Reason.NONE
    details: Details = field(default_factory=Details)
    contact: Contact | NoContact | None = None
    outcome: Outcome = Outcome.REJECTION
    certainty: Certainty = Certainty.SURE
    language: str = ""
    formality: Formality | None = None
    feedback: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = field(default="", repr=False)
    arrived: datetime | None = None
    rule: str = ""
    because: str = ""
    confirm: bool = False
    warning: str = ""
    template: str = ""
    write_in: str = ""
    earliest_s: int = 86400
    latest_s: int = 172800
    source: Literal["mail", "phone", "portal"] = "mail"
    threads: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    changed: datetime | None = None
    version: int = 0

    @property
    def person(self) -> Contact | None:
        """The one person to write to."""
        return self.contact if isinstance(self.contact, Contact) else None

    @property
    def needs_user(self) -> bool:
        """True when nothing goes on before the user says so."""
        return self.state is State.SEEN and (self.confirm or self.certainty is Certainty.UNSURE)

    def draft_key(self, kind: Kind) -> str:
        """Give the key the draft's Message-ID is made from: the same through restarts and lost databases."""
        return f"{self.account}/{self.ref}/{kind}"


def make_ref(account: str, key: str) -> str:
    """Give the short id of an application: eight letters and digits that cannot be mistaken for one another."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    number = int.from_bytes(hashlib.sha256(f"{account}\0{key}".encode("utf-8", "surrogateescape")).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)
