"""The one question comes from what the rejection hints at, the most trainable hint first."""

from watcher.core.question import choose_question

KINDS = {
    "more_experience": "actionable",
    "better_fit": "partly",
    "internal": "not_about_you",
    "strong_pool": "boilerplate",
}


def test_nothing_hinted_asks_the_general_question() -> None:
    assert choose_question([], KINDS) == ""


def test_a_formula_alone_asks_the_general_question() -> None:
    assert choose_question(["strong_pool"], KINDS) == ""


def test_what_can_be_trained_goes_before_what_may_mean_anything() -> None:
    assert choose_question(["better_fit", "strong_pool", "more_experience"], KINDS) == "more_experience"


def test_of_equals_the_first_said_is_asked_about() -> None:
    assert choose_question(["b", "a"], {"a": "partly", "b": "partly"}) == "b"


def test_a_hint_without_a_question_in_the_language_is_passed_over() -> None:
    assert choose_question(["more_experience", "better_fit"], KINDS, frozenset({"better_fit"})) == "better_fit"


def test_an_unknown_hint_is_never_asked_about() -> None:
    assert choose_question(["made_up"], KINDS) == ""
