"""The lint stops what nobody should send, and nothing that a thoughtful person wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.templates.samples import LANGUAGES, RULEBOOK, WORDING
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.tone import HINTS, Truth, lint
from watcher.core.verdict import Stage
from watcher.documents import read_document

CORPUS = Path(__file__).parent.parent / "corpus"
BAD: dict[str, dict[str, list[str]]] = {
    path.stem: read_document(path).data for path in sorted((CORPUS / "bad_drafts").glob("*.yaml"))
}
GRACIOUS: list[dict[str, Any]] = read_document(CORPUS / "gracious_drafts.yaml").data
TRUTH = Truth(interviewed=True)


def clean(language: str, seed: str = "1") -> str:
    facts = Facts(kind=Kind.REQUEST, language=language, me="Sam Doe", stage=Stage.INTERVIEWED, seed=seed)
    return WORDING.render(facts).body


def with_sentence(body: str, sentence: str) -> str:
    opening, paragraph, closing = body.split("\n\n")
    return "\n\n".join([opening, paragraph.replace(". ", f". {sentence} ", 1), closing])


def rules_found(text: str, language: str, kind: Kind = Kind.REQUEST, truth: Truth = TRUTH) -> set[str]:
    return {found.rule for found in lint(text, language, kind, truth, RULEBOOK)}


def test_there_are_bad_drafts_in_every_language() -> None:
    assert sorted(BAD) == LANGUAGES
    for language, by_rule in BAD.items():
        assert sum(map(len, by_rule.values())) >= 20, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_draft_is_stopped_by_its_own_rule(language: str) -> None:
    body = clean(language)
    assert not rules_found(body, language)
    missed = [
        f"{rule}: {sentence}"
        for rule, sentences in BAD[language].items()
        for sentence in sentences
        if rule not in rules_found(with_sentence(body, sentence), language)
    ]
    assert not missed


def test_nothing_gracious_is_stopped() -> None:
    assert len(GRACIOUS) >= 30
    stopped = [
        (number, draft["language"], found.rule, found.words)
        for number, draft in enumerate(GRACIOUS)
        for found in lint(
            draft["text"], draft["language"], Kind(draft.get("kind", "request")), Truth(unchecked=True), RULEBOOK
        )
    ]
    assert not stopped


FORM = {
    "placeholder": "Hello [NAME] and {role}.",
    "link": "My work is at https://example.org/me.",
    "capitals": "PLEASE ANSWER ME.",
    "emoji": "Thanks 🙏.",
    "exclamation": "Oh! Oh! Oh!",
    "questions": "Really? Really? And really?",
    "length": "word " * 90,
}


@pytest.mark.parametrize("rule", sorted(FORM))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_of_form_is_found_in_every_language(language: str, rule: str) -> None:
    assert rule in rules_found(with_sentence(clean(language), FORM[rule]), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_paragraph_is_found(language: str) -> None:
    opening, paragraph, closing = clean(language).split("\n\n")
    halves = paragraph.replace(". ", ".\n\n", 1)
    assert "paragraphs" in rules_found(f"{opening}\n\n{halves}\n\n{closing}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_that_is_too_short_is_found(language: str) -> None:
    opening, paragraph, closing = clean(language).split("\n\n")
    assert "length" in rules_found(f"{opening}\n\n{paragraph.split('. ')[0]}.\n\n{closing}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interview_that_was_not_held_is_a_false_claim(language: str) -> None:
    bodies = [clean(language, seed=str(number)) for number in range(6)]
    assert all("claim" in rules_found(body, language, truth=Truth()) for body in bodies)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_role_that_was_not_seen_is_a_false_claim(language: str) -> None:
    facts = Facts(kind=Kind.REQUEST, language=language, me="Sam", role="Data Engineer", stage=Stage.INTERVIEWED)
    body = WORDING.render(facts).body
    assert "claim" not in rules_found(body, language, truth=Truth(interviewed=True, role="Data Engineer"))
    assert "claim" in rules_found(body, language, truth=Truth(interviewed=True, role="Head of Sales"))


def test_a_name_that_was_not_seen_is_a_false_claim() -> None:
    body = clean("en").replace("Hello", "Hello Robert", 1)
    assert "claim" in rules_found(body, "en", truth=Truth(interviewed=True, names=("Anna", "Smith")))
    assert "claim" not in rules_found(body, "en", truth=Truth(interviewed=True, names=("Robert",)))


MIXED = {
    "de": "Ich danke dir und Ihnen.",
    "fr": "Je vous remercie et je te salue.",
    "es": "Le agradezco a usted y a ti.",
    "nl": "Ik dank u en jou.",
    "it": "La ringrazio e ti ringrazio.",
    "pl": "Dziękuję Państwu i Tobie, twoja pomoc była cenna.",
    "cs": "Vážím si Vaší i tvé rady a tvůj čas.",
}


@pytest.mark.parametrize("language", sorted(MIXED))
def test_two_forms_of_address_in_one_draft_are_found(language: str) -> None:
    assert "formality" in rules_found(with_sentence(clean(language), MIXED[language]), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thank_you_asks_for_nothing(language: str) -> None:
    body = WORDING.render(Facts(kind=Kind.THANKS_SILENCE, language=language, me="Sam Doe")).body
    assert not rules_found(body, language, Kind.THANKS_SILENCE)
    assert "asks" in rules_found(with_sentence(body, "And one more thing?"), language, Kind.THANKS_SILENCE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_without_thanks_is_found(language: str) -> None:
    assert "thanks" in rules_found("Hm,\n\n" + "lorem ipsum " * 35 + ".\n\nSam", language)


def test_the_quoted_original_is_not_read() -> None:
    quoted = clean("en") + "\n\n> Unfortunately we chose the successful candidate. Why? Why?\n> https://example.org"
    assert not rules_found(quoted, "en")


def test_an_employer_whose_name_is_a_forbidden_word_is_no_finding() -> None:
    body = with_sentence(clean("en"), "I wish Urgent Care Legal Action well.")
    assert rules_found(body, "en")
    assert not rules_found(body, "en", truth=Truth(interviewed=True, employer="Urgent Care Legal Action"))


def test_a_language_without_rules_keeps_the_form() -> None:
    assert rules_found("Hi,\n\nsee https://example.org [NAME]\n\nSam", "xx") >= {"link", "placeholder", "length"}


def test_every_finding_says_what_to_do() -> None:
    for found in lint("WHY WAS I NOT chosen?? {x} http://x :) !!", "en", Kind.REQUEST, Truth(), RULEBOOK):
        assert found.hint
        assert found.words
        assert found.rule in HINTS


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_text_costs_bounded_time(language: str) -> None:
    for text in ("a " * 200_000, "((((" * 50_000, "why " * 100_000, "\n\n" * 100_000, "é" * 300_000):
        lint(text, language, Kind.REQUEST, Truth(), RULEBOOK)
