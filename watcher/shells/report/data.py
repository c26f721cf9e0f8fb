"""report_data(): what was heard and the plan -> ReportData, everything the page shows, already counted and worded.

Source: R47 (neutral words, no score of the person), ETIQUETTE 2 (pattern views).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.answer import AnswerKind
from watcher.core.decoder import phrase
from watcher.core.lesson import DevelopmentPlan, Heard, Quote, answered
from watcher.core.rules import Rulebook
from watcher.core.verdict import Stage

STAGES = {
    Stage.UNKNOWN: "Not known",
    Stage.APPLIED: "Applied",
    Stage.SCREENED: "First talk",
    Stage.ASSESSED: "Test or case",
    Stage.INTERVIEWED: "Interview",
    Stage.FINAL_ROUND: "Final round",
}
KINDS = {
    AnswerKind.SUBSTANTIVE: "With substance",
    AnswerKind.VAGUE: "Friendly, without a point",
    AnswerKind.DECLINED: "Gives no feedback",
    AnswerKind.CALL: "Offers a call",
    AnswerKind.REDIRECT: "Names somebody else",
    AnswerKind.COURTESY: "Thanks",
}


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in the timeline."""

    employer: str
    at: datetime
    stage: Stage
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme: how often it was named or hinted at, by how many employers, in which words."""

    theme: str
    count: int
    employers: int
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Something that waits, and until when."""

    what: str
    employer: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything the page shows; instants are in the user's zone.

    Attributes:
        made: When the report was made.
        applications: Oldest first.
        funnel: Stage -> applications that ended there, in the order of the stages.
        asked: Requests sent.
        answered: Of these, answered by a person.
        kinds: What the answers were, in words -> how many.
        themes: The most frequent first.
        plan: The development plan.
        waiting: The earliest first.
    """

    made: datetime
    applications: tuple[ApplicationRow, ...] = ()
    funnel: tuple[tuple[str, int], ...] = ()
    asked: int = 0
    answered: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    themes: tuple[ThemeRow, ...] = ()
    plan: DevelopmentPlan = field(default_factory=DevelopmentPlan)
    waiting: tuple[WaitRow, ...] = ()


def report_data(
    heard: Sequence[Heard],
    plan: DevelopmentPlan,
    rulebook: Rulebook,
    made: datetime,
    waiting: Sequence[WaitRow] = (),
) -> ReportData:
    """Count everything; instants are moved to the zone of `made`."""
    zone = made.tzinfo
    asked, human = answered(heard)
    rows = [
        ApplicationRow(
            one.employer, one.at.astimezone(zone), one.stage, KINDS.get(one.answer.kind, "") if one.answer else ""
        )
        for one in sorted(heard, key=lambda one: one.at)
    ]
    counted = {stage: sum(one.stage is stage for one in heard) for stage in Stage}
    kinds = {name: sum(row.answer == name for row in rows) for name in KINDS.values()}
    return ReportData(
        made=made,
        applications=tuple(rows),
        funnel=tuple((STAGES[stage], count) for stage, count in counted.items() if count or stage is not Stage.UNKNOWN),
        asked=asked,
        answered=human,
        kinds=tuple((name, count) for name, count in kinds.items() if count),
        themes=_themes(heard, rulebook),
        plan=plan,
        waiting=tuple(waiting),
    )


def theme_name(theme: str) -> str:
    """Write a theme for people."""
    return theme.replace("_", " ").capitalize()


def _themes(heard: Sequence[Heard], rulebook: Rulebook) -> tuple[ThemeRow, ...]:
    found: dict[str, list[tuple[str, Quote | None]]] = {}
    for one in heard:
        for point in one.answer.points if one.answer else ():
            quote = Quote(point.quote, one.employer, one.answered_at or one.at)
            found.setdefault(point.theme, []).append((one.employer, quote))
        for name in one.hints:
            known = phrase(name, rulebook)
            if known is not None:
                found.setdefault(known.theme, []).append((one.employer, None))
    found.pop("none", None)
    rows = [
        ThemeRow(
            theme_name(theme),
            len(told),
            len({employer.casefold() for employer, _ in told}),
            tuple(dict.fromkeys(quote for _, quote in told if quote is not None)),
        )
        for theme, told in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.employers, -row.count, row.theme)))
