"""Text as mailed -> text to match: lower case, plain quotes, no accents, contractions spelled out, a line a sentence.

Rules are written in ordinary spelling and go through the same mill, so both sides meet in the middle. Every step is
one substitution; `origins()` runs the same steps again with a map back to the mail, only when there is evidence to
show.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

MAX_CHARACTERS = 10_000
"""Beyond this a mail is not read further: the longest of a thousand letters about applications has 4,198 characters."""

_APOSTROPHES = "'\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4`\u2032\uff07\ufffd"
_DROPPED = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u034f\u180e\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_SPECIAL = (
    {ord(mark): "'" for mark in _APOSTROPHES}
    | dict.fromkeys(map(ord, _DROPPED), "")
    | {
        ord("ß"): "ss",
        ord("ø"): "o",
        ord("Ø"): "o",
        ord("æ"): "ae",
        ord("Æ"): "ae",
        ord("œ"): "oe",
        ord("Œ"): "oe",
        ord("ł"): "l",
        ord("Ł"): "l",
        ord("đ"): "d",
        ord("Đ"): "d",
        ord("ı"): "i",
        ord("İ"): "i",
        ord("ð"): "d",
        ord("þ"): "th",
        ord("\u2028"): "\n",
        ord("\u2029"): "\n\n",
        ord("\x85"): "\n",
        ord("…"): " . ",
    }
)
_SENTENCE_END = "。！？｡।؟۔"
_CJK = r"\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_ABBREVIATIONS = (
    "mr|ms|dr|st|no|nr|co|sr|jr|vs|ca|av|bv",
    "inc|ltd|llc|mrs|vol|tel|bzw|str|ing|sra|ggf",
    "corp|dept|prof|resp|dipl|evtl",
)  # by length: what looks behind must know how far
_NOT_ABBREVIATED = "".join(rf"(?<!\b(?:{words})\.)" for words in _ABBREVIATIONS)
_NOT_ABBREVIATED += r"(?<!\b[a-z]\.)(?<!\b\d\.)(?<!\b\d\d\.)"  # initials, ordinals
SHORT_LINE = 36
"""A line this short was not wrapped: what follows is a new sentence."""

_BLANK_LINE = " \t>|*-_=\x0b\x0c"
_LONG = {"ve": " have", "re": " are", "ll": " will"}
Step = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
"""A substitution that may change the length; all others put one character for one."""

_ENTITIES: tuple[Step, ...] = (
    (re.compile(r"&(?:#0?39|#8217|#x27|rsquo|apos);"), "'"),
    (re.compile(r"&(?:nbsp|#160);"), " "),
)
_LINK: Step = (re.compile(r"https?://[^\s<>\"]+"), " ")
_CJK_WRAP: Step = (re.compile(rf"(?<=[{_CJK}])(?:[ \t]+\n?|\n)[ \t]*(?=[{_CJK}])"), "")
_QUESTIONED: Step = (re.compile(r"[?`](?<=[a-z].)(?=(?:t|ve|re|ll|m)\b)"), "'")
_CONTRACTIONS: tuple[Step, ...] = (
    (re.compile("won't"), "will not"),
    (re.compile("can't"), "can not"),
    (re.compile("shan't"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'(ve|re|ll)\b(?<=[a-z]'..)"), lambda match: _LONG[match.group(1)]),
    (re.compile(r"'m\b(?<=\bi'm)"), " am"),
    (re.compile(r"'s\b(?:(?<=\b(?:it|he)'s)|(?<=\b(?:she|who)'s)|(?<=\b(?:that|what|here)'s)|(?<=\bthere's))"), " is"),
)
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
"""Accents, and the points and vowel signs that Hebrew and Arabic are mostly written without; the stretcher, too."""

_ARABIC = str.maketrans("\u0649\u06cc\u06a9", "\u064a\u064a\u0643")
"""Letters that Persian and Arabic keyboards write differently: yeh and kaf."""

_END = re.compile(rf"[.!?](?=[\s\"')\]*]|$)(?:(?<=[!?])|{_NOT_ABBREVIATED})")


@lru_cache(maxsize=20_000)
def fold(run: str) -> str:
    """Fold a run of non-ASCII characters: NFKC, lower case, accents off, quotes and dashes plain."""
    text = unicodedata.normalize("NFKC", run.translate(_SPECIAL)).translate(_SPECIAL).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
        text = _POINTS.sub("", text).translate(_ARABIC)
        text = unicodedata.normalize("NFC", text)
        text = "".join(map(_plain, text))
    return text


_FOLD: Step = (re.compile(r"[^\x00-\x7f]+"), lambda match: fold(match.group()))


def normalise(text: str) -> str:
    """Give the text to match: sentences are lines; words are lower case, without accents, contractions spelled out."""
    text = text[:MAX_CHARACTERS]
    for pattern, replacement in _steps_before(text):
        text = pattern.sub(replacement, text)
    text = _lines_joined(text).lower()
    if "?" in text or "`" in text:
        text = _QUESTIONED[0].sub("'", text)
    if "'" in text:
        for pattern, replacement in _CONTRACTIONS:
            text = pattern.sub(replacement, text)
    return _END.sub("\n", text)


def normalise_line(text: str) -> str:
    """Normalise a subject or a phrase: as normalise(), but line breaks mean nothing."""
    return normalise(" ".join(text.split()))


def origins(text: str) -> tuple[str, list[int]]:
    """Give normalise(text) and, for each of its characters, the offset in `text` it came from."""
    text = text[:MAX_CHARACTERS]
    places = list(range(len(text)))
    for pattern, replacement in _steps_before(text):
        text, places = _sub(pattern, replacement, text, places)
    text = _lines_joined(text).lower()
    if "?" in text or "`" in text:
        text, places = _sub(*_QUESTIONED, text, places)
    if "'" in text:
        for pattern, replacement in _CONTRACTIONS:
            text, places = _sub(pattern, replacement, text, places)
    return _END.sub("\n", text), places


def _steps_before(text: str) -> list[Step]:
    """Choose what must happen while line breaks still stand; most mail is plain ASCII and needs nothing."""
    steps: list[Step] = []
    if not text.isascii():
        steps += [_FOLD, _CJK_WRAP]
    if "&" in text:
        steps += _ENTITIES
    if "://" in text:
        steps.append(_LINK)
    return steps


def _lines_joined(text: str) -> str:
    """Turn line breaks inside a paragraph to spaces, one character for one; the others end a sentence."""
    if "\n" not in text and "\r" not in text:
        return text.replace("\x02", "\n")
    lines = text.replace("\r", " ").split("\n")
    pieces = [lines[0]]
    before = lines[0]
    for line in lines[1:]:
        is_break = not line.strip(_BLANK_LINE) or not before.strip(_BLANK_LINE)
        if not is_break and len(before) <= SHORT_LINE:
            is_break = not line.lstrip()[:1].islower()
        pieces.append("\n" if is_break else " ")
        pieces.append(line)
        before = line
    return "".join(pieces).replace("\x02", "\n")


def _plain(mark: str) -> str:
    if mark.isascii() or mark.isalnum():
        return mark
    if mark in _SENTENCE_END:
        return "\x02"
    kind = unicodedata.category(mark)
    if kind in {"Pd", "Pc"}:
        return "-"
    if kind in {"Pi", "Pf"} or mark in "„‟":
        return '"'
    if kind[0] == "M" or kind == "Cn":
        return mark
    return " "


def _sub(
    pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str], text: str, places: list[int]
) -> tuple[str, list[int]]:
    pieces: list[str] = []
    moved: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        pieces.append(text[last:start])
        moved += places[last:start]
        new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
        pieces.append(new)
        moved += _spread(match.group(), new, places[start:end], places[start - 1] if start else 0)
        last = end
    pieces.append(text[last:])
    moved += places[last:]
    return "".join(pieces), moved


def _spread(old: str, new: str, places: list[int], before: int) -> list[int]:
    if len(old) == len(new):
        return places
    if not places:
        return [before] * len(new)
    if not old.isascii():
        folded = [fold(mark) for mark in old]
        if "".join(folded) == new:
            return [place for piece, place in zip(folded, places, strict=True) for _ in piece]
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    rest = len(new) - same
    if not rest:
        return places[:same]
    return places[:same] + [places[min(same, len(places) - 1)]] * (rest - 1) + [places[-1]]
