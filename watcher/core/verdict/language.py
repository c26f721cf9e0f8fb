"""Normalised text -> the languages it may be in, likeliest first: script, then a vote of small frequent words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from watcher.core.rules import Language

VOTERS = 120
"""Words asked at most: the beginning of a mail tells its language."""

FEW_WORDS = 12
CLEAR_VOTES = 3
"""A text shorter than this is read by all languages, unless so many of its words vote for one and half as many at most
for any other."""

CANDIDATES = 2
"""Languages judged at most: bilingual mail exists (Canada, Belgium, Switzerland)."""

_MARKS = ".,;:!?()[]\"'"

CLEAR_WORDS = 20
LEAST_SHARE = 0.05
"""Of twenty words and more at least so many are small frequent ones in any language we know."""

ENOUGH = 3
"""So many script characters make a script present."""

_SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff]"),
    "han": re.compile("[\u3400-\u9fff]"),
    "hangul": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "other": re.compile("[\u0530-\u05ff\u0900-\u0dff\u0e80-\u10ff\u1200-\u137f]"),
}
_OF_TAG = {"ja": "kana", "zh": "han", "ko": "hangul", "th": "thai"}

Table = Mapping[str, tuple[int, ...]]


def table_of(languages: Iterable[Language], fold: Mapping[str, str] | None = None) -> dict[str, tuple[int, ...]]:
    """Give word -> numbers of the languages it votes for."""
    table: dict[str, tuple[int, ...]] = {}
    for number, language in enumerate(languages):
        for word in dict.fromkeys((fold or {}).get(word, word) for word in language.stop_words):
            table[word] = (*table.get(word, ()), number)
    return table


def languages_of(text: str, languages: tuple[Language, ...], table: Table) -> list[int]:
    """Give numbers of the languages to read a text by, likeliest first; a short one by all of its scripts."""
    found, is_clear = _candidates(text, languages, table)
    if is_clear:
        return found
    return found + [number for number in _written_in(text, languages) if number not in found]


def _candidates(text: str, languages: tuple[Language, ...], table: Table) -> tuple[list[int], bool]:
    """Give numbers of languages, at most CANDIDATES, none when nothing speaks for any; and whether that will do."""
    votes, shares = [0.0] * len(languages), [0.0] * len(languages)
    words = text.split(None, VOTERS)[:VOTERS]
    for word in words:
        numbers = table.get(word) or table.get(word.strip(_MARKS), ())
        for number in numbers:
            votes[number] += 1
            shares[number] += 1 / len(numbers)
    if len(words) >= CLEAR_WORDS:
        votes = [vote if vote >= len(words) * LEAST_SHARE else 0.0 for vote in votes]
    if not text.isascii():
        _add_scripts(text, languages, votes)
    order = sorted((number for number, vote in enumerate(votes) if vote > 0), key=lambda number: -votes[number])
    if not order:
        return [], len(words) >= CLEAR_WORDS
    best, second = votes[order[0]], votes[order[1]] if len(order) > 1 else 0.0
    is_clear = len(words) >= FEW_WORDS or (best >= CLEAR_VOTES and second <= best / 2)
    likely = max(1.0, best / 2)
    # a word that many languages have tells little ("a", "to"), unless there are few words at all
    own = shares[order[0]] / 2 if len(words) >= CLEAR_WORDS else 0.0
    return [number for number in order[:CANDIDATES] if votes[number] >= likely and shares[number] >= own], is_clear


def _written_in(text: str, languages: tuple[Language, ...]) -> list[int]:
    """Give numbers of all languages whose script stands in the text; every text may be in one of the Latin ones."""
    scripts = {"latin"}
    if not text.isascii():
        scripts.update(name for name, pattern in _SCRIPTS.items() if pattern.search(text))
        if "han" in scripts:
            scripts.add("kana")
    return [number for number, language in enumerate(languages) if _script_of(language) in scripts]


def _script_of(language: Language) -> str:
    return _OF_TAG.get(language.language, language.script)


def _add_scripts(text: str, languages: tuple[Language, ...], votes: list[float]) -> None:
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    if counts["kana"] >= ENOUGH:
        counts["han"], counts["kana"] = 0, counts["kana"] + counts["han"]
    foreign = sum(counts.values()) * 2 > len(text) - text.count(" ")
    for number, language in enumerate(languages):
        if foreign and language.script == "latin":
            votes[number] = 0
        script = _script_of(language)
        count = counts.get(script, 0)
        if count >= ENOUGH:
            votes[number] = votes[number] * 2 + count / 4
        elif script != "latin":
            votes[number] = 0
