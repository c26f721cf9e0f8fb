"""split(): text -> sentences, each a row of pieces between commas, grouped between words that turn the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_SHORT = frozenset(
    [
        *("e.g", "i.e", "etc", "vs", "dr", "mr", "ms", "mrs", "prof", "inc", "ltd", "no", "sr", "jr"),
        *("z.b", "bzw", "ca", "resp", "d.h", "u.a", "nr", "bijv", "o.a", "m.b", "p.ej", "ej", "np", "t.ex", "bl.a"),
    ]
)
_BULLET = re.compile(r"[ ]*(?:[-*•–·+]|\d{1,2}[.)]|\(?[a-d]\))[ ]+")
_STOP = re.compile(r"[.!?…]+(?=[\s\"')\]]|$)|\n")
_PIECE = re.compile(r"[,;()–—/]|:(?=\s|$)| - |\s&\s")
_SHORT_LINE = 45


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text without a comma; `turn` counts the turning words before it in its sentence."""

    start: int
    end: int
    turn: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item: its place, its pieces, whether it is a list item, whether it ends with a colon."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    item: bool = False
    leads: bool = False


def split(folded: str, contrast: Any) -> tuple[Sentence, ...]:
    """Split folded text; `contrast` is the compiled pattern of turning words, or None."""
    sentences = []
    start = 0
    for end in [*_stops(folded), len(folded)]:
        text = folded[start:end]
        if text.strip():
            first = start + len(text) - len(text.lstrip())
            last = end - (len(text) - len(text.rstrip()))
            item = bool(_BULLET.match(folded, _line_start(folded, first)))
            leads = folded[last - 1 : last] == ":"
            sentences.append(Sentence(first, last, _pieces(folded, first, last, contrast), item, leads))
        start = end
    return tuple(sentences)


def _stops(folded: str) -> list[int]:
    stops = []
    for hit in _STOP.finditer(folded):
        if hit.group() == "\n":
            if _breaks(folded, hit.start()):
                stops.append(hit.end())
        elif not (hit.group() == "." and _is_short(folded, hit.start())):
            stops.append(hit.end())
    return stops


def _breaks(folded: str, place: int) -> bool:
    """Tell a line break that ends a sentence from one that only wraps it."""
    next_end = folded.find("\n", place + 1)
    following = folded[place + 1 : next_end if next_end >= 0 else len(folded)]
    line = folded[_line_start(folded, place) : place]
    return (
        not following.strip()
        or bool(_BULLET.match(following))
        or len(line) < _SHORT_LINE
        or line.rstrip().endswith(":")
    )


def _line_start(folded: str, place: int) -> int:
    return folded.rfind("\n", 0, place) + 1


def _is_short(folded: str, place: int) -> bool:
    word = re.search(r"[\w.]*$", folded[max(0, place - 12) : place])
    token = word.group() if word else ""
    return token in _SHORT or (token.isdigit() and len(token) <= 2 and _line_start(folded, place) == place - len(token))


def _pieces(folded: str, start: int, end: int, contrast: Any) -> tuple[Piece, ...]:
    cuts = [(hit.start(), hit.end(), 0) for hit in _PIECE.finditer(folded, start, end)]
    if contrast is not None:
        cuts += [(start + hit.start(), start + hit.start(), 1) for hit in contrast.finditer(folded[start:end])]
    pieces = []
    begin, turn = start, 0
    for cut, after, turns in sorted(cuts):
        if cut > begin and folded[begin:cut].strip():
            pieces.append(Piece(begin, cut, turn))
        begin = max(begin, after)
        turn += turns
    if folded[begin:end].strip():
        pieces.append(Piece(begin, end, turn))
    return tuple(pieces)
