"""Every language, filled with everything that can be missing, long, foreign or hostile: clean, in range, one question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from tests.templates.samples import (
    LANGUAGES,
    PEOPLE,
    TONED,
    WORDING,
    findings,
    only_request_variants,
    random_facts,
)
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.verdict import Stage

LEFTOVER = re.compile(r"[{}\[\]<>%]|\bNone\b|  |\bXX| [,.]|\.\.|,,")
STAGES = [Stage.UNKNOWN, Stage.ASSESSED, Stage.FINAL_ROUND]


def grid(language: str, kind: Kind) -> Iterator[Facts]:
    for stage, formality, (first, last, title), role, employer, by_phone, offered in product(
        STAGES, ("formal", "informal"), PEOPLE[:4:3], ("", "Analyst"), ("", "Acme"), (False, True), (False, True)
    ):
        yield Facts(
            kind=kind,
            language=language,
            me="Sam Doe",
            formality="formal" if formality == "formal" else "informal",
            first_name=first,
            last_name=last,
            title=title,
            role=role,
            employer=employer,
            stage=stage,
            by_phone=by_phone,
            feedback_offered=offered,
            seed=f"{stage}{role}{employer}",
        )


def check(facts: Facts) -> None:
    body = WORDING.render(facts).body
    assert not findings(body, facts), body
    assert not LEFTOVER.search(body), body
    assert body.endswith(facts.me) or facts.language in {"ja", "ko"}, body
    words = len(body.split())
    if facts.kind is Kind.REQUEST:
        assert len(re.findall(r"[?？]", body)) == 1, body
        assert 60 <= words <= 110 or (words <= 120 and len(facts.role + facts.employer + facts.last_name) > 40), body
    else:
        assert not re.search(r"[?？]", body), body
    assert len(body.split("\n\n")) == 3, body


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_is_clean_at_every_stage_in_every_form_of_address(language: str, kind: Kind) -> None:
    for facts in list(grid(language, kind))[:: 9 if kind is Kind.REQUEST else 17]:
        check(facts)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_grid_is_clean(language: str, kind: Kind) -> None:
    for facts in grid(language, kind):
        check(facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_and_foreign_names_are_data(language: str) -> None:
    for facts in random_facts(language, 15, seed=7):
        check(only_request_variants(facts))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_random_fills_leave_nothing_to_complain_about(language: str) -> None:
    for facts in random_facts(language, 1000):
        check(only_request_variants(facts))


@pytest.mark.parametrize("language", ["ja", "ko", "zh"])
def test_thank_yous_in_east_asian_languages_are_clean(language: str) -> None:
    for facts in random_facts(language, 60):
        if facts.kind is not Kind.REQUEST:
            check(replace(facts, template=""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_language_stands_in_a_clean_request(language: str) -> None:
    hints = WORDING.questions(language)
    assert len(hints) >= 20
    bodies = set()
    for hint in hints:
        facts = Facts(kind=Kind.REQUEST, language=language, me="Sam Doe", stage=Stage.APPLIED, hint=hint)
        check(facts)
        check(replace(facts, stage=Stage.FINAL_ROUND))
        bodies.add(WORDING.render(facts).body)
    assert len(bodies) == len(hints), "each hint has a question of its own"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_that_can_be_worked_on_is_named_in_the_thanks(language: str) -> None:
    plain = Facts(kind=Kind.THANKS_ANSWER, language=language, me="Sam Doe", seed="1")
    without = WORDING.render(plain).body
    for theme in ("experience", "leadership", "technical_depth", "system_design", "tooling", "domain_knowledge",
                  "examples", "metrics", "structure", "communication", "presentation", "preparation", "motivation",
                  "language_skills", "certification", "teamwork"):  # fmt: skip
        body = WORDING.render(replace(plain, point=theme)).body
        assert body != without, theme
        assert theme not in body or "_" not in theme, body
        check(replace(plain, point=theme))
    for theme in ("salary", "availability", "competition", "fit", "internal_candidate"):
        assert WORDING.render(replace(plain, point=theme)).body == without


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_requests_to_one_firm_do_not_read_alike(language: str) -> None:
    one = Facts(kind=Kind.REQUEST, language=language, me="Sam Doe", employer="Acme", stage=Stage.INTERVIEWED)
    bodies = {WORDING.render(replace(one, seed=str(number))).body for number in range(40)}
    assert len(bodies) >= 25
    assert WORDING.render(replace(one, seed="5")).body == WORDING.render(replace(one, seed="5")).body


REVEALING = {
    "fr": r"\b(?:ravie?|heureu(?:x|se)|reconnaissante?|contente?|honorée?|déçue?|certaine?)\b",
    "es": r"\b(?:agradecid|encantad|interesad|estimad|querid|content)[oa]s?\b",
    "it": r"\b(?:grat|liet|onorat|interessat|content)[oa]\b|\bsono stat[oa]\b",
    "pt": r"\b(?:obrigad|grat|interessad|prezad|car|muit[oa] content)[oa]\b",
    "pl": r"\b\w+(?<!zespo)(?:łem|łam|łbym|łabym)\b|wdzięczn[ya]|\b[Pp]an(?:i|a|u|ią)?\b(?!ów)",
    "cs": r"\b(?:rád|ráda|vděčn[ýá]|jsem \w+[la]|bych \w+[la])\b",
}


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(REVEALING))
def test_no_draft_tells_the_gender_of_writer_or_reader(language: str) -> None:
    for kind in Kind:
        for facts in grid(language, kind):
            body = WORDING.render(facts).body
            assert not re.search(REVEALING[language], body), body


@pytest.mark.parametrize(
    ("language", "present", "absent"),
    [
        ("en-GB", "Dear Anna", "Best regards,"),
        ("pt-PT", "equipa", "você"),
        ("pt-BR", "Olá", "equipa"),
        ("es-MX", "dedicaron", "dedicasteis"),
        ("nb", "Takk", "Hej"),
        ("de-AT", "Dank", "you"),
    ],
)
def test_regions_are_written_their_own_way(language: str, present: str, absent: str) -> None:
    facts = Facts(kind=Kind.REQUEST, language=language, me="Sam", first_name="Anna", formality="informal")
    bodies = [
        WORDING.render(replace(facts, seed=str(number), stage=stage)).body for number in range(12) for stage in STAGES
    ]
    assert any(present in body or present.lower() in body for body in bodies)
    assert not any(absent in body for body in bodies)


@pytest.mark.parametrize("language", TONED)
def test_subjects_of_new_threads_are_short(language: str) -> None:
    for facts in random_facts(language, 20):
        if facts.kind is not Kind.REQUEST:
            subject = WORDING.render(replace(facts, template="")).subject
            assert subject
            assert len(subject) <= 120
            assert not LEFTOVER.search(subject)
