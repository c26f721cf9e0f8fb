"""The development plan: few items, each with its words; formulas make none; what two employers say comes first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.answer import Answer, AnswerKind, Point
from watcher.core.lesson import MOST_OPEN, Heard, Origin, Status, learn
from watcher.core.rules import Rulebook
from watcher.core.verdict import Stage

DAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
TODAY = date(2026, 11, 9)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


def told(employer: str, *points: tuple[str, str], days: int = 0) -> Heard:
    answer = Answer(AnswerKind.SUBSTANTIVE, "en", points=tuple(Point(name, "", quote) for name, quote in points))
    return Heard(employer, employer, DAY + timedelta(days=days), Stage.INTERVIEWED, answer=answer, asked=True)


def test_formulas_alone_make_no_item(rulebook: Rulebook) -> None:
    heard = [
        told("Acme", ("different_direction", "another direction"), ("keep_cv", "on file"), ("strong_pool", "many"))
    ]
    assert learn(heard, rulebook, TODAY).items == ()


def test_at_most_three_items_are_open(rulebook: Rulebook) -> None:
    names = ["length", "metrics", "system_design", "no_examples", "preparation"]
    plan = learn([told("Acme", *((name, name) for name in names))], rulebook, TODAY)
    assert len(plan.items) == len(names)
    assert len(plan.open) == MOST_OPEN


def test_the_same_point_from_two_employers_comes_first(rulebook: Rulebook) -> None:
    heard = [
        told("Acme", ("length", "too long"), days=0),
        told("Bolt", ("metrics", "no numbers"), days=1),
        told("Cube", ("length", "rambling"), days=-5),
    ]
    first = learn(heard, rulebook, TODAY).items[0]
    assert (first.phrase, first.employers) == ("length", 2)
    assert [quote.words for quote in first.quotes] == ["too long", "rambling"]


def test_two_applications_at_one_employer_are_not_independent(rulebook: Rulebook) -> None:
    heard = [
        told("Acme", ("length", "too long")),
        told("ACME ", ("length", "long")),
        told("Bolt", ("metrics", "x"), days=2),
    ]
    assert [item.employers for item in learn(heard, rulebook, TODAY).items] == [1, 1]


def test_a_done_item_makes_room_and_stays_done(rulebook: Rulebook) -> None:
    heard = [told("Acme", *((name, name) for name in ["length", "metrics", "system_design", "no_examples"]))]
    first = learn(heard, rulebook, TODAY).open[0]
    plan = learn(heard, rulebook, TODAY, done=frozenset({first.id}))
    assert next(item for item in plan.items if item.id == first.id).status is Status.DONE
    assert len(plan.open) == MOST_OPEN


def test_what_was_said_ranks_before_what_is_hinted_at(rulebook: Rulebook) -> None:
    hinted = Heard("b", "Bolt", DAY + timedelta(days=3), hints=("industry",), hint_quotes={"industry": "more sector"})
    plan = learn([hinted, told("Acme", ("length", "too long"))], rulebook, TODAY)
    assert [(item.phrase, item.origin) for item in plan.items] == [
        ("length", Origin.EXPLICIT),
        ("industry", Origin.IMPLIED),
    ]


def test_every_open_item_has_a_date_and_a_first_step(rulebook: Rulebook) -> None:
    for item in learn([told("Acme", ("length", "x"), ("metrics", "y"))], rulebook, TODAY).open:
        assert item.first_step
        assert item.by > TODAY


def test_no_pattern_is_told_from_two_rejections(rulebook: Rulebook) -> None:
    heard = [Heard(str(n), str(n), DAY, Stage.APPLIED) for n in range(2)]
    assert learn(heard, rulebook, TODAY).patterns == ()


def test_rejections_after_the_application_alone_point_to_cv_and_targets(rulebook: Rulebook) -> None:
    heard = [Heard(str(n), str(n), DAY, Stage.APPLIED) for n in range(4)] + [told("Acme")]
    pattern = learn(heard, rulebook, TODAY).patterns[0]
    assert (pattern.id, pattern.count, pattern.of) == ("after_application", 4, 5)
    assert "CV" in pattern.do
