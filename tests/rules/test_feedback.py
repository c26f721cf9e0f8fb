"""The decoder's rules: every phrase can be told, done and reached from a language; nothing is left hanging."""

import re
from pathlib import Path

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.decoder import hear, hints, phrase
from watcher.core.decoder.notation import compile_phrases, translate
from watcher.core.notation import NotationError
from watcher.core.rules import Phrase, Rulebook
from watcher.core.rules.feedback import FeedbackWords
from watcher.errors import RuleError

BOOK = load_rulebook()
MOST_IMPORTANT = {"en", "de", "fr", "es", "nl"}


@pytest.mark.parametrize("item", BOOK.feedback, ids=lambda item: item.id)
def test_a_phrase_that_can_be_trained_says_how_to_begin(item: Phrase) -> None:
    assert item.may
    if item.kind == "actionable":
        assert item.need
        assert item.actions
        assert item.theme != "none"
    if item.kind == "boilerplate":
        assert not item.need


def test_the_decoder_knows_at_least_fifty_six_phrases_and_every_theme() -> None:
    assert len(BOOK.feedback) >= 56
    themes = {item.theme for item in BOOK.feedback}
    assert themes == set(Phrase.model_fields["theme"].annotation.__args__)  # type: ignore[union-attr]


@pytest.mark.parametrize("words", [w for w in BOOK.feedback_words if w.language], ids=lambda w: w.language)
def test_a_language_listens_for_every_kind_of_answer(words: FeedbackWords) -> None:
    wanted = {"need", "praise", "contrast", "advice", "vague", "declined", "call", "redirect", "survey", "auto_reply"}
    assert wanted <= set(words.listen_for)
    reached = {phrase(name, BOOK).theme for name in {*words.says, *words.topics}}  # type: ignore[union-attr]
    assert len(reached) >= 20, "almost every theme can be said in every language"


def test_the_five_first_languages_say_every_phrase_that_can_be_trained() -> None:
    trained = {item.id for item in BOOK.feedback if item.kind == "actionable"}
    everywhere = {name for w in BOOK.feedback_words if not w.language for name in w.topics}
    for words in BOOK.feedback_words:
        if words.language in MOST_IMPORTANT:
            missing = trained - {*words.says, *words.topics} - everywhere - {"detail", "portfolio", "stakeholders"}
            assert not missing, f"{words.language}: {sorted(missing)}"


@pytest.mark.parametrize(
    ("notation", "text", "hit"),
    [
        ("out of [the] office", "out of office", True),
        ("out of [the] office", "out of the office", True),
        ("out of [the] office", "out of theoffice", False),
        ("rambl*", "rambling on", True),
        ("licen[s|c]e", "licence", True),
        ("why ... here", "why you want to work here", True),
        ("why ... here", "why. here", False),
        ("the {} team", "the very big data team", True),
        ("[a] b", "b", True),
        ("más [de] todo", "mas todo", True),
        ("[ge]fallen", "gefallen", True),
        ("job[-]hopping", "job-hopping", True),
        ("not [quite] ...", "not quite there", True),
        ("not [quite] ...", "it was not.", False),
    ],
)
def test_the_notation_means_what_it_says(notation: str, text: str, hit: bool) -> None:
    assert bool(compile_phrases([notation]).search(text)) is hit


@pytest.mark.parametrize("wrong", ["(a|b", "a]", "[a)", "...", "( )", "(a|)", "(...|a)", "[a]"])
def test_a_wrong_phrase_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(NotationError, match=re.escape(f"'{wrong}' ")):
        translate(wrong)


def test_a_users_own_word_is_heard_and_a_wrong_id_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "feedback"
    folder.mkdir()
    (folder / "en.yaml").write_text("language: en\nsays:\n  length: [blathered]\n", encoding="utf-8")
    assert [point.phrase for point in hear("You blathered.", "en", load_rulebook(tmp_path)).points] == ["length"]
    (folder / "en.yaml").write_text("language: en\nsays:\n  lenght: [blathered]\n", encoding="utf-8")
    with pytest.raises(RuleError, match="did you mean 'length'"):
        load_rulebook(tmp_path)


@pytest.fixture
def rulebook() -> Rulebook:
    return BOOK


def test_a_rejection_hints_at_what_it_names(rulebook: Rulebook) -> None:
    text = "We have decided to move forward with candidates who have more experience in the insurance industry."
    assert hints(text, "en", rulebook)[0] == "industry"


def test_a_formula_hints_at_nothing_that_can_be_trained(rulebook: Rulebook) -> None:
    text = "We decided to go in a different direction. We will keep your CV on file."
    assert all(phrase(name, rulebook).kind == "boilerplate" for name in hints(text, "en", rulebook))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thank you for your interest in the Data Engineer position at Contoso. We chose another applicant."),
        ("en", "Your passion for our mission was inspiring. Unfortunately the role has been filled."),
        ("de", "Wir bedanken uns für Ihr Interesse und Ihre Motivation. Leider haben wir uns anders entschieden."),
        ("fr", "Nous vous remercions de l'intérêt et de la motivation dont vous avez fait preuve."),
        ("es", "Agradecemos tu interés y motivación por el puesto. No continuaremos con tu candidatura."),
        ("nl", "Bedankt voor je interesse in de functie en je enthousiasme. Helaas gaan we niet verder."),
        ("it", "Grazie per il tuo interesse e l'entusiasmo dimostrato. Abbiamo scelto altri candidati."),
        ("pt", "Agradecemos o seu interesse e entusiasmo pela vaga. Decidimos seguir com outros candidatos."),
        ("pl", "Dziękujemy za zainteresowanie naszą ofertą i Twoją motywację. Wybraliśmy inną osobę."),
        ("sv", "Tack för ditt intresse och engagemang för tjänsten. Vi har valt att gå vidare med andra."),
    ],
)
def test_courtesy_is_no_hint_at_motivation(rulebook: Rulebook, language: str, text: str) -> None:
    assert "motivation" not in hints(text, language, rulebook)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We felt a lack of enthusiasm for our product."),
        ("de", "Uns fehlte im Gespräch die Motivation für das Thema."),
        ("fr", "Nous avons ressenti un manque de motivation."),
        ("pl", "Zabrakło nam motywacji."),
        ("sv", "Vi saknade engagemang för produkten."),
    ],
)
def test_a_lack_of_motivation_is_a_hint(rulebook: Rulebook, language: str, text: str) -> None:
    assert "motivation" in hints(text, language, rulebook)


def test_thanks_for_interest_and_a_closer_match_hint_at_nothing_that_can_be_trained(rulebook: Rulebook) -> None:
    text = (
        "Thank you for your interest in the position. We have decided to proceed with candidates whose qualifications "
        "and experience more closely match our requirements. Please visit our website for other opportunities."
    )
    found = [phrase(name, rulebook) for name in hints(text, "en", rulebook)]
    assert all(item is not None and item.kind != "actionable" for item in found)


@pytest.mark.slow
def test_long_hostile_text_is_heard_in_linear_time(rulebook: Rulebook) -> None:
    for text in ("why " * 50_000, "more " * 50_000, "a, " * 60_000, "(" * 200_000, "experience " * 30_000):
        assert isinstance(hear(text, "en", rulebook).points, tuple)
