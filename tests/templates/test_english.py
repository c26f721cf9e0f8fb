"""A first look at the English drafts; the grid over all languages is in test_grid.py."""

from watcher.adapters.rulebook import load_rulebook
from watcher.adapters.wording import load_wording
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.tone import Truth, lint
from watcher.core.verdict import Stage


def test_an_english_request_is_clean_and_asks_once() -> None:
    facts = Facts(kind=Kind.REQUEST, language="en", me="Sam Doe", first_name="Anna", stage=Stage.INTERVIEWED)
    words = load_wording().render(facts)
    assert words.body.count("?") == 1
    assert not lint(words.body, "en", Kind.REQUEST, Truth(interviewed=True, names=("Anna",)), load_rulebook())


def test_an_interview_that_was_not_held_is_a_false_claim() -> None:
    facts = Facts(kind=Kind.REQUEST, language="en", me="Sam Doe", first_name="Anna", stage=Stage.INTERVIEWED)
    body = load_wording().render(facts).body
    assert "claim" in {found.rule for found in lint(body, "en", Kind.REQUEST, Truth(), load_rulebook())}
