"""Control words: any spelling is understood, the newest wins, and of two new ones the careful one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.control import CONTRARY, KEYWORDS, Word, settle, word_of

NONE: frozenset[Word] = frozenset()


@pytest.mark.parametrize(
    "spelling", ["$NotRejection", "notrejection", "NOTREJECTION", "$notrejection", " NotRejection "]
)
def test_case_and_dollar_make_no_difference(spelling: str) -> None:
    assert word_of(spelling) is Word.NOT_REJECTION


@pytest.mark.parametrize("keyword", ["$rejection", "$Forwarded", "NonJunk", "$label1", "", "not rejection"])
def test_other_keywords_are_not_ours(keyword: str) -> None:
    assert word_of(keyword) is None


def test_a_new_word_is_obeyed_once() -> None:
    first = settle(NONE, ["$DontAsk", "$Forwarded"])
    assert first.wanted == (Word.DONT_ASK,)
    assert settle(first.standing, ["$DontAsk"]).wanted == ()


def test_the_newest_of_two_contraries_wins_and_the_other_is_removed() -> None:
    for old, new in ((Word.DONT_ASK, Word.ASK_NOW), (Word.ASK_NOW, Word.DONT_ASK)):
        settled = settle(frozenset({old}), [f"${old}", f"${new}"])
        assert settled.wanted == (new,)
        assert settled.removed == (f"${old}",)
        assert settled.standing == {new}


def test_of_two_new_contraries_the_careful_one_wins() -> None:
    assert settle(NONE, ["$isrejection", "$notrejection"]).wanted == (Word.NOT_REJECTION,)
    assert settle(NONE, ["asknow", "$dontask"]).wanted == (Word.DONT_ASK,)
    assert settle(NONE, ["asknow", "$notrejection"]).removed == ("asknow",)


def test_both_spellings_of_a_fallen_word_are_removed() -> None:
    assert set(settle(frozenset({Word.ASK_NOW}), ["$asknow", "asknow", "dontask"]).removed) == {"$asknow", "asknow"}


def test_words_that_do_not_contradict_stand_together() -> None:
    assert settle(NONE, ["$isrejection", "$dontask"]).wanted == (Word.IS_REJECTION, Word.DONT_ASK)


def test_a_word_taken_off_and_set_again_is_new_again() -> None:
    standing = settle(NONE, ["$asknow"]).standing
    gone = settle(standing, []).standing
    assert settle(gone, ["$asknow"]).wanted == (Word.ASK_NOW,)


@given(st.frozensets(st.sampled_from(Word)), st.lists(st.sampled_from([*KEYWORDS, "$other"])))
def test_what_stands_never_contradicts_itself(before: frozenset[Word], keywords: list[str]) -> None:
    settled = settle(before, keywords)
    assert not [1 for a, b in product(settled.standing, repeat=2) if b in CONTRARY[a]]
    assert set(settled.wanted) <= settled.standing
    again = settle(settled.standing, [word for word in keywords if word not in settled.removed])
    assert again.wanted == ()
    assert again.removed == ()
