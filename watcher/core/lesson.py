"""learn(): answers and rejections -> the development plan, at most three open items, each with its quoted words.

Source: ETIQUETTE section 2 (decoder rules), R29-R39, R45-R47.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2s

from watcher.core.answer import Answer, AnswerKind
from watcher.core.decoder import phrase
from watcher.core.rules import Rulebook
from watcher.core.rules.feedback import Action, Phrase
from watcher.core.verdict import Stage

MOST_OPEN = 3  # ETIQUETTE 2 rule 5
FIRST_STEP_WITHIN = timedelta(days=7)
REPEATED = 2  # independent employers that make a remark more than a hint


@dataclass(frozen=True, slots=True)
class Heard:
    """What one employer let the user hear about one application.

    Attributes:
        application: Key of the application.
        employer: As the employer writes it; two applications at one employer are not independent.
        at: When the rejection arrived.
        stage: How far the application got.
        hints: Ids of decoder phrases in the rejection itself: implied feedback.
        hint_quotes: The sentence of each hint, by phrase id.
        answer: The answer to the feedback request, None while there is none.
        answered_at: When it came.
        asked: A request was sent by the user.
        kind: What the rejection was: rejection, position_closed, ...
    """

    application: str
    employer: str
    at: datetime
    stage: Stage = Stage.UNKNOWN
    hints: tuple[str, ...] = ()
    hint_quotes: Mapping[str, str] | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    asked: bool = False
    kind: str = "rejection"


class Origin(StrEnum):
    """Where a plan item comes from (R34)."""

    EXPLICIT = "explicit"  # somebody said it in an answer
    IMPLIED = "implied"  # a rejection hints at it


class Status(StrEnum):
    """Where a plan item stands."""

    OPEN = "open"
    DONE = "done"
    WAITING = "waiting"  # behind the three open ones


@dataclass(frozen=True, slots=True)
class Quote:
    """Words somebody wrote, and who and when."""

    words: str
    employer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to work on.

    Attributes:
        id: Short, stable: the same need keeps it, so that `plan done` survives the next answer.
        need: In a few neutral words.
        theme: Of the decoder.
        phrase: Id of the decoder phrase.
        origin: Said in an answer, or only hinted at in rejections.
        quotes: The words it came from, newest first.
        employers: How many independent employers said it.
        may: What it may mean; possibilities only.
        actions: What can be done, best first.
        first_step: How to begin, under two hours.
        by: The date for the first step.
        status: Open, done, or waiting behind the open ones.
    """

    id: str
    need: str
    theme: str
    phrase: str
    origin: Origin
    quotes: tuple[Quote, ...]
    employers: int
    may: tuple[str, ...]
    actions: tuple[Action, ...]
    first_step: str
    by: date
    status: Status = Status.OPEN


@dataclass(frozen=True, slots=True)
class DevelopmentPlan:
    """What to work on, at most three items open at a time, and what the rejections look like together."""

    items: tuple[Item, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @property
    def open(self) -> tuple[Item, ...]:
        """The items to work on now."""
        return tuple(item for item in self.items if item.status is Status.OPEN)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something several rejections have in common, in neutral words.

    Attributes:
        id: Such as `after_application`.
        what: What was seen.
        look_at: Where to look.
        do: What to do.
        count: Rejections that show it.
        of: Rejections looked at.
    """

    id: str
    what: str
    look_at: str
    do: str
    count: int
    of: int


def learn(
    heard: Sequence[Heard], rulebook: Rulebook, today: date, done: frozenset[str] = frozenset()
) -> DevelopmentPlan:
    """Make the plan from everything heard so far.

    Args:
        heard: One value an application, in any order.
        rulebook: For what phrases mean.
        today: The user's day; first steps are due a week from it, the next item a week later.
        done: Ids of items the user has finished.
    """
    remarks = _remarks(heard, rulebook)
    items = [_item(name, quotes, rulebook, done) for name, quotes in remarks.items()]
    ranked = sorted((item for item in items if item is not None), key=_rank)
    return DevelopmentPlan(tuple(_scheduled(ranked, today)), patterns(heard, rulebook))


@dataclass(frozen=True, slots=True)
class _Said:
    quote: Quote
    origin: Origin


def _remarks(heard: Sequence[Heard], rulebook: Rulebook) -> dict[str, list[_Said]]:
    """Gather what was said by need: remarks of one need are one item, whichever phrase was used."""
    found: dict[str, list[_Said]] = {}
    for one in heard:
        for name, said in _of_one(one):
            known = phrase(name, rulebook)
            if known is not None and _can_be_worked_on(known):
                found.setdefault(name, []).append(said)
    return found


def _of_one(one: Heard) -> Iterable[tuple[str, _Said]]:
    if one.answer is not None:
        at = one.answered_at or one.at
        for point in one.answer.points:
            yield point.phrase, _Said(Quote(point.quote, one.employer, at), Origin.EXPLICIT)
    quotes = one.hint_quotes or {}
    for name in one.hints:
        yield name, _Said(Quote(quotes.get(name, ""), one.employer, one.at), Origin.IMPLIED)


def _can_be_worked_on(known: Phrase) -> bool:
    return bool(known.need and known.actions) and known.kind in {"actionable", "partly"} and not known.off


def _item(name: str, said: list[_Said], rulebook: Rulebook, done: frozenset[str]) -> Item | None:
    known = phrase(name, rulebook)
    if known is None:
        return None
    explicit = [one for one in said if one.origin is Origin.EXPLICIT]
    employers = {_same(one.quote.employer) for one in said}
    if not explicit and len(employers) < REPEATED and known.kind != "actionable":
        return None  # a single vague hint in a rejection is a formula until somebody repeats it
    quotes = sorted((one.quote for one in said), key=lambda quote: quote.at, reverse=True)
    key = blake2s(name.encode(), digest_size=3).hexdigest()
    return Item(
        id=key,
        need=known.need,
        theme=known.theme,
        phrase=name,
        origin=Origin.EXPLICIT if explicit else Origin.IMPLIED,
        quotes=tuple(quotes),
        employers=len(employers),
        may=known.may,
        actions=known.actions,
        first_step=known.actions[0].first_step,
        by=date.min,
        status=Status.DONE if key in done else Status.WAITING,
    )


def _same(employer: str) -> str:
    return " ".join(employer.casefold().split())


def _rank(item: Item) -> tuple[bool, bool, int, float]:
    """Repeated by independent employers first, then what was said before what was hinted at, then the newest."""
    newest = max(quote.at.timestamp() for quote in item.quotes)
    return (item.employers < REPEATED, item.origin is not Origin.EXPLICIT, -item.employers, -newest)


def _scheduled(ranked: list[Item], today: date) -> Iterable[Item]:
    opened = 0
    for item in ranked:
        if item.status is Status.DONE:
            yield replace(item, by=today)
            continue
        by = today + FIRST_STEP_WITHIN * (opened + 1)
        opened += 1
        yield replace(item, by=by, status=Status.OPEN if opened <= MOST_OPEN else Status.WAITING)


MOST = 0.5  # share of rejections from which a pattern is told
FEWEST = 3  # rejections below which no pattern is told


def patterns(heard: Sequence[Heard], rulebook: Rulebook) -> tuple[Pattern, ...]:
    """Tell what several rejections have in common; nothing below three."""
    total = len(heard)
    if total < FEWEST:
        return ()
    found = [
        Pattern(name, what, look_at, do, count, total)
        for name, stages, what, look_at, do in _BY_STAGE
        if (count := sum(one.stage in stages for one in heard)) / total > MOST
    ]
    outside = sum(_not_about_you(one, rulebook) for one in heard)
    if outside / total > MOST:
        what, look_at, do = _OUTSIDE
        found.append(Pattern("not_about_you", what, look_at, do, outside, total))
    return tuple(found)


_BY_STAGE: tuple[tuple[str, frozenset[Stage], str, str, str], ...] = (
    (
        "after_application",
        frozenset({Stage.APPLIED}),
        "Most came after the application alone.",
        "The top third of the CV, the must-haves, the channel, the answers in forms",
        "Work on CV and list of targets, not on the interview.",
    ),
    (
        "after_first_talk",
        frozenset({Stage.SCREENED}),
        "Most came after the first talk.",
        "Pitch, motivation, salary, basics of preparation",
        "Prepare a new pitch and a salary line, and one page on the firm before each talk.",
    ),
    (
        "after_test",
        frozenset({Stage.ASSESSED}),
        "Most came after the technical or case round.",
        "The skill that was named, depth, thinking aloud",
        "Take a course and a project in that one skill, and practise rounds with somebody.",
    ),
    (
        "after_final_round",
        frozenset({Stage.INTERVIEWED, Stage.FINAL_ROUND}),
        "Most came after interviews.",
        "Competition, level, the team, references",
        "Sharpen your stories, ask for the one point that would help, keep the contacts.",
    ),
)
_OUTSIDE = (
    "Most had reasons that lie outside you.",
    "Market and timing",
    "Keep your plan as it is and widen the search.",
)


def _not_about_you(one: Heard, rulebook: Rulebook) -> bool:
    if one.kind == "position_closed":
        return True
    told = [point.phrase for point in one.answer.points] if one.answer else []
    kinds = {known.kind for name in (*told, *one.hints) if (known := phrase(name, rulebook)) is not None}
    return bool(kinds) and kinds <= {"not_about_you", "boilerplate"} and "not_about_you" in kinds


def answered(heard: Sequence[Heard]) -> tuple[int, int]:
    """Count requests sent and those a person answered."""
    asked = [one for one in heard if one.asked]
    human = [one for one in asked if one.answer is not None and one.answer.kind.is_human]
    return len(asked), len(human)


def kinds(heard: Sequence[Heard]) -> dict[AnswerKind, int]:
    """Count answers by kind."""
    counted: dict[AnswerKind, int] = {}
    for one in heard:
        if one.answer is not None:
            counted[one.answer.kind] = counted.get(one.answer.kind, 0) + 1
    return counted
