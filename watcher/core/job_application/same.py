"""Which mails tell of one application, and what a later one changes: same_application(), merge(), news().

Every function here gives the same for any order of arrival: merge() takes the greater of two values in a fixed order,
so it is commutative, associative and idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from watcher.core.contact import Contact, ContactKind, Group, Key, NoContact, is_company_label, letters, same_role
from watcher.core.job_application.values import Details
from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Certainty, Outcome, Verdict

SAME_REJECTION = timedelta(days=9)  # recruiter and system both tell of one decision; a re-application takes longer
UNNAMED_ROLE = timedelta(days=4)  # a mail without a role belongs to the only decision of these days
HISTORY = timedelta(days=180)


class NewsKind(StrEnum):
    """What a mail is to the applications already known."""

    NEW = "new"  # another application
    SAME = "same"  # the same decision told again; nothing to do
    BETTER_PERSON = "better_person"  # told again, by a person who is the better one to write to
    CANCELS = "cancels"  # an offer, an interview, a mistake: what waits must not appear
    LATER = "later"  # the employer wrote about it again, without taking the no back: ask the user
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one application when news comes in.

    Attributes:
        details: What mail told so far.
        arrived: When its rejection arrived.
        contact: The person found.
        threads: Message ids that belong to it.
    """

    details: Details
    arrived: datetime
    contact: Contact | NoContact | None = None
    threads: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class News:
    """What a mail changes.

    Attributes:
        kind: See NewsKind.
        known: The application it is about, None for NEW and UNRELATED.
        details: Of the application afterwards.
        contact: The person afterwards.
        because: One sentence for the user.
    """

    kind: NewsKind
    known: Known | None
    details: Details
    contact: Contact | NoContact | None
    because: str


def news(
    knowns: tuple[Known, ...],
    message: Message,
    verdict: Verdict,
    details: Details,
    contact: Contact | NoContact | None,
    arrived: datetime,
    rulebook: Rulebook,
) -> News:
    """Say what an incoming mail means for the applications already known."""
    threaded = [item for item in knowns if set(message.thread) & item.threads]
    is_no = verdict.outcome.is_no
    alike = [item for item in knowns if _about(item, details, arrived, is_no=is_no)]
    if is_no and not takes_back(message, rulebook):
        threaded = [item for item in threaded if not _contradict(item.details, details)]
        threaded = [item for item in threaded if abs(arrived - item.arrived) <= SAME_REJECTION]
    about = _latest(threaded or alike)
    if about is None:
        kind = NewsKind.NEW if is_no else NewsKind.UNRELATED
        return News(kind, None, details, contact, "no mail before told of this application")
    merged = merge(about.details, details)
    if takes_back(message, rulebook):
        return News(NewsKind.CANCELS, about, merged, about.contact, "the employer takes the rejection back")
    if is_no:
        person = better(about.contact, contact)
        if person != about.contact:
            return News(
                NewsKind.BETTER_PERSON, about, merged, person, "the same decision, told by a better person to ask"
            )
        return News(NewsKind.SAME, about, merged, person, "the same decision, told again")
    if (
        verdict.outcome in {Outcome.OFFER, Outcome.INTERVIEW, Outcome.ASSESSMENT}
        and verdict.certainty is Certainty.SURE
    ):
        return News(
            NewsKind.CANCELS, about, merged, about.contact, f"the employer wrote again: {verdict.outcome.value}"
        )
    return News(NewsKind.LATER, about, merged, about.contact, "the employer wrote about this application again")


def same_application(one: Details, one_at: datetime, other: Details, other_at: datetime) -> bool:
    """Tell whether two rejections tell of one decision; symmetric.

    The requisition decides when both name it, else the role; a mail without a role belongs to the decision of the
    same days. Beyond nine days the same role again is a re-application.
    """
    apart = abs(one_at - other_at)
    if apart > SAME_REJECTION or not same_employer(one, other) or _contradict(one, other):
        return False
    if one.requisition and other.requisition:
        return one.requisition.casefold() == other.requisition.casefold()
    return bool(one.role and other.role) or apart <= UNNAMED_ROLE


def same_employer(one: Details, other: Details) -> bool:
    """Tell whether two mails speak of one employer: names agree, or a domain is the other's name, or domains meet."""
    if one.employer and other.employer:
        mine, theirs = letters(one.employer), letters(other.employer)
        if mine == theirs or (
            min(len(mine), len(theirs)) >= 4 and (mine.startswith(theirs) or theirs.startswith(mine))
        ):
            return True
        named = any(is_company_label(d, other.employer) for d in one.domains) or any(
            is_company_label(d, one.employer) for d in other.domains
        )
        return named or bool(one.agency and one.agency == other.agency and set(one.domains) & set(other.domains))
    return bool(set(one.domains) & set(other.domains))


def merge(one: Details, other: Details) -> Details:
    """Join what two mails tell; the same for any order and any repetition."""
    return Details(
        employer=_fuller(one.employer, other.employer),
        role=_fuller(one.role, other.role),
        requisition=_fuller(one.requisition, other.requisition),
        location=_fuller(one.location, other.location),
        stage=max(one.stage, other.stage, key=lambda stage: stage.rank),
        agency=_fuller(one.agency, other.agency),
        ats=_fuller(one.ats, other.ats),
        domains=tuple(sorted({*one.domains, *other.domains})),
        person_wrote=one.person_wrote or other.person_wrote,
        evidence=tuple(sorted({*one.evidence, *other.evidence})),
    )


def better(one: Contact | NoContact | None, other: Contact | NoContact | None) -> Contact | NoContact | None:
    """Give the person who is the better one to write to; the same for any order."""
    return max((one, other), key=_worth)


def takes_back(message: Message, rulebook: Rulebook) -> bool:
    """Tell whether a mail says that a rejection was a mistake or is reconsidered."""
    text = f"{message.subject}\n{message.fresh[:12_000]}"
    return _taken_back(Key(rulebook)).hit(text)


def _about(known: Known, details: Details, arrived: datetime, *, is_no: bool) -> bool:
    if is_no:
        return same_application(known.details, known.arrived, details, arrived)
    later = timedelta(0) <= arrived - known.arrived <= HISTORY
    return later and same_employer(known.details, details) and not _contradict(known.details, details)


def _contradict(one: Details, other: Details) -> bool:
    if one.requisition and other.requisition:
        return one.requisition.casefold() != other.requisition.casefold()
    return bool(one.role and other.role) and not same_role(one.role, other.role)


def _latest(found: list[Known]) -> Known | None:
    return max(found, key=lambda item: (item.arrived, item.details.employer, item.details.role), default=None)


def _fuller(one: str, other: str) -> str:
    return max(one, other, key=lambda text: (len(text), text))


_KINDS = [ContactKind.UNMONITORED, ContactKind.UNKNOWN, ContactKind.TEAM, ContactKind.TOKEN, ContactKind.HUMAN]


def _worth(contact: Contact | NoContact | None) -> tuple[int, int, int, float, str, str]:
    if not isinstance(contact, Contact):
        return (0 if contact is None else 1, 0, 0, 0.0, "", "" if contact is None else contact.reason)
    sure = int(not contact.confirm) + int(not contact.trust.doubtful)
    return (2, sure, _KINDS.index(contact.kind), contact.confidence, contact.address.casefold(), contact.evidence)


@lru_cache(maxsize=8)
def _taken_back(key: Key) -> Group:
    return Group((text, "") for item in key.value.application for text in item.reopened)
