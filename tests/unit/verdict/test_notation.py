"""Phrase notation: what is found, what is not, what is refused."""

import re
from typing import Any

import pytest
import re2 as _re2

from watcher.core.notation import NotationError
from watcher.core.verdict.normalise import normalise, normalise_line, origins
from watcher.core.verdict.notation import exact, pieces

re2: Any = _re2


def found(phrase: str, text: str, *, spaced: bool = True) -> bool:
    wrapped = "\n" + normalise(text) + "\n"
    hit = re2.compile(exact(phrase, spaced=spaced)).search(wrapped) is not None
    touched = all(re2.compile(piece).search(wrapped) is not None for piece in pieces(phrase, spaced=spaced))
    assert touched or not hit, "the automaton would have missed it"
    return hit


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("(unable|not able) to offer you", "We are not able to offer you"),
        ("not [be] able", "not able"),
        ("not [be] able", "not be able"),
        ("[very] sorry", "sorry"),
        ("decided ... not to", "we decided, after some thought, not to go on"),
        ("candidat*", "Candidatures"),
        ("position of {role} has been filled", "The position of Senior Data Analyst (m/f) has been filled."),
        ("kandidat(in|en)?", "Kandidatin"),
        ("kandidat(in|en)?", "Kandidat"),
        ("können", "koennen"),
        ("können", "konnen"),
        ("straße", "Strasse"),
        ("n'est pas", "n’est pas"),
        ("we've decided", "we have decided"),
        ("we have decided", "we’ve decided"),
        ("e-mail", "email"),
        ("entschieden, dass", "entschieden dass"),
        ("moving forward", "moving\nforward"),
        ("(a ... b|c) d", "c d"),
        ("schwer[ge]fallen", "schwergefallen"),
        ("[ge]fallen", "gefallen"),
        ("[ge]fallen", "fallen"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("offer", "coffer"),
        ("offer", "offered"),
        ("decided ... not to", "We decided. Not to worry"),
        ("decided ... not to", "decided " + "very much " * 12 + "not to"),
        ("filled", "The role is full."),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not found(phrase, text)


def test_without_spaces_words_have_no_boundaries() -> None:
    assert found("採用 ... 見送", "今回は採用を\n見送らせていただきます", spaced=False)


@pytest.mark.parametrize(
    ("phrase", "what"),
    [
        ("(open", "lacks a ')'"),
        ("open)", "without its opening bracket"),
        ("[a]", "would match anything"),
        ("(a|)", "empty alternative"),
        ("a ? b", "stray '?'"),
        ("", "is empty"),
        ("{role}", "no word that must be there"),
    ],
)
def test_a_wrong_phrase_is_told(phrase: str, what: str) -> None:
    with pytest.raises(NotationError, match=re.escape(what)):
        pieces(phrase)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Hi Mr. Smith. Bye!", "hi mr. smith\n bye\n"),
        ("am 4. Mai um 10 Uhr", "am 4. mai um 10 uhr"),
        ("Café NAÏVE œuvre", "cafe naive oeuvre"),
        ("can't, won't, it's", "can not, will not, it is"),
        ("full\uff57idth", "fullwidth"),
        ("選考の結果、\n不採用。次へ", "選考の結果不採用\n次へ"),
    ],
)
def test_text_is_normalised(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_a_line_is_one_line() -> None:
    assert "\n" not in normalise_line("Your application\n at Foo")


@pytest.mark.parametrize(
    "text", ["Żółć — „tak” œ &rsquo; won’t\n\nß ﬁn", "採用を\n見送り。", "a\u0301b", "𝓗𝓮𝓵𝓵𝓸 won't"]
)
def test_origins_lead_back_and_agree(text: str) -> None:
    normal, places = origins(text)
    assert normal == normalise(text)
    assert len(places) == len(normal)
    assert all(0 <= place < len(text) for place in places)
    assert places == sorted(places)
