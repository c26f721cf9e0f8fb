"""The values of a verdict: Outcome, Certainty, Stage, Evidence, Verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Formality = Literal["formal", "informal"]


class Outcome(StrEnum):
    """What a mail is to a job application."""

    REJECTION = "rejection"
    REJECTION_WITH_OFFER = "rejection_with_offer"  # a no for this role, another role offered: ask the user
    POSITION_CLOSED = "position_closed"
    ON_HOLD = "on_hold"
    ACKNOWLEDGEMENT = "acknowledgement"
    INTERVIEW = "interview"
    ASSESSMENT = "assessment"
    OFFER = "offer"
    REQUIREMENT_QUESTION = "requirement_question"
    WITHDRAWN = "withdrawn"
    OTHER = "other"

    @property
    def is_no(self) -> bool:
        """True for the outcomes that end an application by the employer's decision."""
        return self in {Outcome.REJECTION, Outcome.REJECTION_WITH_OFFER, Outcome.POSITION_CLOSED}


class Certainty(StrEnum):
    """Sure acts; unsure asks the user."""

    SURE = "sure"
    UNSURE = "unsure"


class Stage(StrEnum):
    """How far an application got."""

    UNKNOWN = "unknown"
    APPLIED = "applied"
    SCREENED = "screened"
    ASSESSED = "assessed"
    INTERVIEWED = "interviewed"
    FINAL_ROUND = "final_round"

    @property
    def rank(self) -> int:
        """0 for unknown, then rising; the later of two stages has the higher rank."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal that hit, and the words it hit.

    Attributes:
        signal: Rule id, such as `en.rejection.other_candidates`; `model` for the learned second opinion.
        category: The signal's category.
        quote: The words, as they stand in the message.
        start: Offset of the quote in Message.fresh (characters); -1 when it stands in the subject or nowhere.
        end: Offset after the quote; -1 as above.
        counted: False when a guard took the hit away.
        note: Why it was not counted, or what it did; may be empty.
    """

    signal: str
    category: str
    quote: str
    start: int = -1
    end: int = -1
    counted: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is, and why.

    Attributes:
        outcome: What it is.
        certainty: Sure, or unsure (then the user is asked and nothing is done).
        language: Tag of the language judged in, empty when none was recognised.
        stage: How far this message alone says the application got.
        evidence: What hit, in the order of the text.
        formality: How the message addresses the candidate; None when it does not show.
        feedback: The message refuses or offers individual feedback; None when silent on it.
        unmonitored: The text says that nobody reads answers to this address.
        opinion: The learned second opinion that this is a rejection, 0 to 1; None when it was not asked.
        because: One sentence for the user.
    """

    outcome: Outcome = Outcome.OTHER
    certainty: Certainty = Certainty.SURE
    language: str = ""
    stage: Stage = Stage.UNKNOWN
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    formality: Formality | None = None
    feedback: Literal["refused", "offered"] | None = None
    unmonitored: bool = False
    opinion: float | None = None
    because: str = ""

    @property
    def is_sure_no(self) -> bool:
        """True when this is surely the employer's no."""
        return self.outcome.is_no and self.certainty is Certainty.SURE
