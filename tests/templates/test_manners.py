"""What every draft of every language does: thank, accept, look ahead, leave a way out; and what the lint never lets by."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.templates.samples import LANGUAGES, WORDING
from tests.templates.test_corpus import BAD, clean, rules_found, with_sentence
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.verdict import Formality, Stage

FORMS: tuple[Formality, ...] = ("formal", "informal")


def bodies(language: str, kind: Kind) -> Iterator[str]:
    for number in range(8):
        for formality in FORMS:
            for stage in (Stage.APPLIED, Stage.ASSESSED, Stage.INTERVIEWED):
                yield WORDING.render(
                    Facts(
                        kind=kind,
                        language=language,
                        me="Sam Doe",
                        formality=formality,
                        stage=stage,
                        seed=str(number),
                        declined=bool(number % 2),
                        by_phone=number % 5 == 4,
                        feedback_offered=number % 3 == 2,
                    )
                ).body


THANK = {
    "en": r"thank|grateful", "de": r"dank", "fr": r"merci|remerci", "es": r"gracias|agrade", "nl": r"dank",
    "it": r"grazi|ringrazi", "pt": r"agrade", "pl": r"dzięk", "sv": r"tack", "da": r"tak", "no": r"takk",
    "fi": r"kiit|kiito", "cs": r"děk",
}  # fmt: skip
WAY_OUT = {
    "en": r"understand (?:completely )?if|understand if", "de": r"falls", "fr": r"comprendrais", "es": r"entiendo|comprendo",
    "nl": r"begrijp|begrip", "it": r"comprendo|capisco", "pt": r"entendo|compreendo", "pl": r"rozumiem|zrozumieniem",
    "sv": r"förstå|förståelse", "da": r"forstå", "no": r"forstå", "fi": r"ymmärrän", "cs": r"chápu|pochopení|pochopím",
}  # fmt: skip
IMPROVE = {
    "en": r"improv|learn|grow|strengthen|develop", "de": r"weiter ?zu ?entwickeln|weiterentwickeln|weiterzuentwickeln|dazulernen|besser",
    "fr": r"progress|améliorer", "es": r"mejor|aprend", "nl": r"ontwikkel|leren|beter", "it": r"miglior|imparare|crescere",
    "pt": r"melhor|evolu|aprend", "pl": r"rozwij|uczyć|doskonalić", "sv": r"utveckla|lära|bättre",
    "da": r"udvikle|lære|bedre", "no": r"utvikle|lære|bedre", "fi": r"kehitty|oppia|parantamaan", "cs": r"rozvíjet|učit|zlepšovat",
}  # fmt: skip
FUTURE = {
    "en": r"considered again|hear from you if", "de": r"Zukunft|passende Stelle", "fr": r"poste adapté", "es": r"puesto adecuado",
    "nl": r"passende functie", "it": r"posizione adatta|ruolo adatto", "pt": r"oportunidade adequada",
    "pl": r"odpowiednie stanowisko", "sv": r"passande", "da": r"passende stilling", "no": r"passende stilling",
    "fi": r"sopiva tehtävä", "cs": r"vhodná pozice",
}  # fmt: skip
BUT = {
    "en": r"\b(?:but|however|although)\b", "de": r"\b(?:aber|jedoch|allerdings|obwohl)\b", "fr": r"\b(?:mais|cependant|toutefois)\b",
    "es": r"\b(?:pero|sin embargo|aunque)\b", "nl": r"\b(?:maar|echter|hoewel)\b", "it": r"\b(?:ma|però|tuttavia)\b",
    "pt": r"\b(?:mas|porém|contudo)\b", "pl": r"\b(?:ale|jednak|chociaż)\b", "sv": r"\b(?:men|dock)\b", "da": r"\b(?:men|dog)\b",
    "no": r"\b(?:men|likevel)\b", "fi": r"\b(?:mutta|kuitenkin)\b", "cs": r"\b(?:ale|avšak|nicméně)\b",
}  # fmt: skip
WHY = {
    "en": r"\bwhy\b|reason", "de": r"\bwarum\b|\bgrund\b|gründe", "fr": r"pourquoi|raison|motif", "es": r"por qué|motivo|razón",
    "nl": r"waarom|\breden", "it": r"perché|motivo|come mai", "pt": r"por que|motivo|razão", "pl": r"dlaczego|powód",
    "sv": r"varför|\bskäl", "da": r"hvorfor|\bgrund\b", "no": r"hvorfor|\bgrunn\b", "fi": r"miksi|\bsyy", "cs": r"\bproč\b|důvod",
}  # fmt: skip
SORRY = (
    r"\b(?:sorry|apolog|entschuldig|désolé|excus|disculp|perd[oó]n|excuses|scus|desculp|przepraszam|förlåt|ursäkta|undskyld|"
    r"beklager|unnskyld|anteeksi|pahoittelen|omlouvám|promiňte)"
)


def paragraph(body: str) -> str:
    return body.split("\n\n")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_thanks_first_and_once_more_at_the_end(language: str) -> None:
    for body in bodies(language, Kind.REQUEST):
        sentences = re.split(r"(?<=[.?]) ", paragraph(body))
        assert re.search(THANK[language], sentences[0], re.IGNORECASE), body
        assert re.search(THANK[language], sentences[-1], re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_request_offers_a_way_out(language: str) -> None:
    for body in bodies(language, Kind.REQUEST):
        after_question = re.split(r"[?]", paragraph(body))[1]
        assert re.search(WAY_OUT[language], after_question, re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_request_is_about_improving(language: str) -> None:
    for body in bodies(language, Kind.REQUEST):
        assert re.search(IMPROVE[language], paragraph(body), re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_decision_is_accepted_without_a_but(language: str) -> None:
    for body in bodies(language, Kind.REQUEST):
        assert not re.search(BUT[language], paragraph(body), re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_asks_why(language: str) -> None:
    for hint in ["", *WORDING.questions(language)]:
        facts = Facts(kind=Kind.REQUEST, language=language, me="Sam Doe", hint=hint)
        question = re.split(r"(?<=[.]) ", WORDING.render(facts).body.split("?")[0])[-1]
        assert not re.search(WHY[language], question, re.IGNORECASE), question


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_draft_excuses_itself_for_asking(language: str) -> None:
    for kind in Kind:
        for body in bodies(language, kind):
            assert not re.search(SORRY, body, re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_thank_you_thanks(language: str) -> None:
    for kind in (Kind.THANKS_ANSWER, Kind.THANKS_SILENCE):
        for body in bodies(language, kind):
            assert re.search(THANK[language], paragraph(body), re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_thank_you_looks_ahead(language: str) -> None:
    for kind in (Kind.THANKS_ANSWER, Kind.THANKS_SILENCE):
        for body in bodies(language, kind):
            assert re.search(FUTURE[language], paragraph(body), re.IGNORECASE), body


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_draft_asks_for_an_introduction(language: str) -> None:
    for kind in Kind:
        for body in bodies(language, kind):
            assert not re.search(
                r"linkedin|introduc(?:e|tion) |refer(?:ral|enz)|empfehlen|contacto con|@", body, re.IGNORECASE
            ), body


def stopped(language: str, rule: str) -> None:
    body = clean(language, seed="3")
    assert BAD[language][rule]
    for sentence in BAD[language][rule]:
        assert rule in rules_found(with_sentence(body, sentence), language), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_criticism_is_stopped_in_every_language(language: str) -> None:
    stopped(language, "criticism")


@pytest.mark.parametrize("language", LANGUAGES)
def test_comparison_is_stopped_in_every_language(language: str) -> None:
    stopped(language, "comparison")


@pytest.mark.parametrize("language", LANGUAGES)
def test_emotion_is_stopped_in_every_language(language: str) -> None:
    stopped(language, "emotion")


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_is_stopped_in_every_language(language: str) -> None:
    stopped(language, "law")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pressure_demands_and_attachments_are_stopped_in_every_language(language: str) -> None:
    for rule in ("pressure", "demand", "attachment"):
        stopped(language, rule)
