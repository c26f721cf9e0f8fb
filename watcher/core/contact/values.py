"""The values of the search for a person: Candidate, Contact, NoContact, Trust, History."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from watcher.core.message import Message


class ContactKind(StrEnum):
    """What stands behind an address."""

    HUMAN = "human"  # a person's own address
    TOKEN = "token"  # noqa: S105 -- a per-conversation address of an ATS: only inside its own thread
    TEAM = "team"  # jobs@, hr@: only after the user confirms
    UNMONITORED = "unmonitored"  # no-reply and the like: never
    UNKNOWN = "unknown"  # cannot be told: ask the user


class Role(StrEnum):
    """What the person is to the application."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWER = "interviewer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether the sender is who they say.

    Attributes:
        doubtful: True makes the case unsure: no draft by itself.
        reasons: One sentence each, for the user.
    """

    doubtful: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address that was looked at, and why it was taken or left."""

    address: str
    name: str
    kind: ContactKind
    role: Role = Role.UNKNOWN
    source: str = ""  # where it was seen: "From", "Reply-To", "signature", "calendar ORGANIZER", ...
    tier: str = ""  # ETIQUETTE section 5: A, A2, B, C, D1 ... D6
    taken: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """The one person to write to.

    Attributes:
        address: addr-spec, seen in a header, a calendar part or a text; never constructed.
        name: As signed or displayed; empty when only the address is known.
        first_name: For a salutation on first-name terms; empty when it cannot be told.
        last_name: Empty when it cannot be told.
        title: Dr., Prof. and the like, only when the signature has it.
        kind: human, token or team.
        role: recruiter, hiring manager, interviewer.
        confidence: 0 to 1.
        confirm: True when the user must agree before anything is drafted.
        evidence: Why this person, for the user: "Anna Beispiel, wrote to you on 3 May about this role".
        considered: Every address looked at.
        trust: Whether the sender is who they say.
    """

    address: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    kind: ContactKind = ContactKind.HUMAN
    role: Role = Role.UNKNOWN
    confidence: float = 1.0
    confirm: bool = False
    evidence: str = ""
    considered: tuple[Candidate, ...] = field(default=(), repr=False)
    trust: Trust = Trust()


@dataclass(frozen=True, slots=True)
class NoContact:
    """Nobody to write to: what was looked at and what the user can do."""

    reason: str
    advice: str = ""
    considered: tuple[Candidate, ...] = field(default=(), repr=False)
    trust: Trust = Trust()


@dataclass(frozen=True, slots=True)
class History:
    """Earlier mail with the same employer, newest last; `sent` is what the user wrote."""

    received: tuple[Message, ...] = ()
    sent: tuple[Message, ...] = ()
