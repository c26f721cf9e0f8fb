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

MAX_CHARACTERS = 120_000
"""Beyond this a mail is not read further: no letter of refusal is longer, and cost stays bounded."""

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
_ABBREVIATIONS = {
    3: ("inc", "ltd", "llc", "mrs", "vol", "tel", "bzw", "str", "ing", "sra"),
    4: ("corp", "dept", "prof", "resp", "dipl", "ggf", "evtl"),
    2: ("mr", "ms", "dr", "st", "no", "nr", "co", "sr", "jr", "vs", "ca", "av", "bv"),
    1: tuple("abcdefghijklmnopqrstuvwxyz"),
}
_NOT_ABBREVIATED = (
    "".join(rf"(?<!\b{word})" for words in _ABBREVIATIONS.values() for word in words if len(word) > 1)
    + r"(?<!\b[a-z])(?<!\.[a-z])(?<!\b\d)(?<!\b\d\d)"
)

_SHORT = {"wo": "will", "ca": "can", "sha": "shall"}
_LONG = {"ve": " have", "re": " are", "ll": " will", "m": " am", "s": " is"}


def _contraction(match: re.Match[str]) -> str:
    stem, ending, is_stem = match.group(1), match.group(2), match.group(3)
    if is_stem:
        return is_stem + " is"
    if stem is not None:
        return _SHORT.get(stem, stem) + " not"
    return _LONG[ending]


def _fold_match(match: re.Match[str]) -> str:
    return fold(match.group())


Step = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_LOWER: Step = (re.compile(r"[A-Z]+"), lambda match: match.group().lower())
_STEPS: dict[str, Step] = {
    "entity": (re.compile(r"&(?:#0?39|#8217|#x27|rsquo|apos);"), "'"),
    "space": (re.compile(r"&nbsp;|&#160;|\r"), " "),
    "link": (re.compile(r"https?://[^\s<>\"]+"), " "),
    "contraction": (
        re.compile(
            r"\b(wo|ca|sha|do|does|did|is|are|was|were|has|have|had|would|could|should|need|must)n['?]t\b"
            r"|(?<=[a-z])['?](ve|re|ll|m)\b"
            r"|\b(it|that|there|here|he|she|what|who|let)['?]s\b"
        ),
        _contraction,
    ),
    "cjk": (re.compile(rf"(?<=[{_CJK}])(?:[ \t]+\n?|\n)[ \t]*(?=[{_CJK}])"), ""),
    "paragraph": (re.compile(r"[ \t]*\n[ \t>|*-]*\n[\s>|]*"), "\x02"),
    "short": (re.compile(r"(?:(?<=\n)|(?<=\x02)|^)([^\n\x02]{1,36})\n(?![ \t]*[a-z])"), "\\1\x02"),
    "wrap": (re.compile(r"\n"), " "),
    "sentence": (re.compile(rf"(?:{_NOT_ABBREVIATED}\.|[!?])[.!?\"')\]]*(?=[\s\x02]|$)[ \t]*|\x02"), "\n"),
}


@lru_cache(maxsize=20_000)
def fold(run: str) -> str:
    """Fold a run of non-ASCII characters: NFKC, lower case, accents off, quotes and dashes plain."""
    text = unicodedata.normalize("NFKC", run.translate(_SPECIAL)).translate(_SPECIAL).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
        text = "".join(mark for mark in text if not "\u0300" <= mark <= "\u036f")
        text = unicodedata.normalize("NFC", text)
        text = "".join(map(_plain, text))
    return text


def normalise(text: str) -> str:
    """Give the text to match: sentences are lines; words are lower case, without accents, contractions spelled out."""
    text = text[:MAX_CHARACTERS]
    for pattern, replacement in _steps_for(text):
        text = pattern.sub(replacement, text)
    return text


def normalise_line(text: str) -> str:
    """Normalise a subject or a phrase: as normalise(), but line breaks mean nothing."""
    return normalise(" ".join(text.split()))


def origins(text: str) -> tuple[str, list[int]]:
    """Give normalise(text) and, for each of its characters, the offset in `text` it came from."""
    text = text[:MAX_CHARACTERS]
    places = list(range(len(text)))
    for pattern, replacement in _steps_for(text):
        text, places = _sub(pattern, replacement, text, places)
    return text, places


def _steps_for(text: str) -> list[Step]:
    """Choose the steps this text needs; most mail is plain ASCII and needs few."""
    steps: list[Step] = []
    if not text.isascii():
        steps.append((_NON_ASCII, _fold_match))
    if "&" in text:
        steps += [_STEPS["entity"], _STEPS["space"]]
    elif "\r" in text:
        steps.append(_STEPS["space"])
    if "://" in text:
        steps.append(_STEPS["link"])
    if not text.isascii():
        steps.append(_STEPS["cjk"])
    if "\n" in text or not text.isascii():
        steps += [_STEPS["paragraph"], _STEPS["short"], _STEPS["wrap"]]
    steps.append(_LOWER)
    if not text.isascii() or "'" in text or "&" in text or "?" in text:
        steps.append(_STEPS["contraction"])
    steps.append(_STEPS["sentence"])
    return steps


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
