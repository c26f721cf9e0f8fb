"""Phrase (core/notation.py) -> RE2 source on normalised text, as the judge and the tone lint look for it.

Words are apart by white space or punctuation, in one sentence; a slot is one to eight words. In languages without
spaces white space in a phrase means nothing and words have no boundaries. Phrases are normalised like the mail (see
normalise.py): write them in ordinary spelling.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from watcher.core.notation import GAP_CHARACTERS, Choice, Chunk, Gap, Group, NotationError, Sequence, Slot, Writer, read
from watcher.core.verdict.normalise import fold, normalise_line

SLOT_WORDS = 8
ENOUGH_WORDS = 3
"""Fixed words that a piece keeps, if it has as many."""

_APART = r"[\x00-\x09\x0b-/:-@\[-`{-\x7f]"  # ASCII, neither letter nor digit nor line break: all that is left apart
_LETTER = r"[^\x00-/:-@\[-`{-\x7f]"
_SLOT_WORD = r"[^\n ]+"
_BEFORE = f"(?:^|{_APART}|\\n)"
_AFTER = f"(?:$|{_APART}|\\n)"
_EDGE = r"[\x00-/:-@\[-`{-\x7f]"
"""Before and after a piece, in a text between line breaks; with anchors here the automaton is several times slower."""

_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "å": "aa?", "ø": "oe?"}
_META = re.compile(r"([.^$*+?{}\[\]|()\\])")


def exact(phrase: str, *, spaced: bool = True) -> str:
    """Give the source of the search that finds a phrase in one sentence: group 1 is the hit.

    Raises:
        NotationError: Unbalanced group, empty alternative, a phrase that matches nothing or everything.
    """
    source = _Exact(spaced=spaced).sequence(read(_expanded(phrase)))
    return f"{_BEFORE}({source}){_AFTER}" if spaced else f"({source})"


def pieces(phrase: str, *, spaced: bool = True) -> tuple[str, ...]:
    """Give sources without gaps that all hit wherever the phrase does: they keep one automaton for all rules small.

    They are searched in text that begins and ends with a line break.

    A gap inside an automaton remembers every phrase begun, and the memories multiply; pieces have none.

    Raises:
        NotationError: As exact(), or the phrase has no fixed word.
    """
    found = _Pieces(spaced=spaced).of(read(_expanded(phrase)))
    if not found:
        raise NotationError("has no word that must be there")
    return tuple(dict.fromkeys(found))


def folded_regex(source: str) -> str:
    """Fold the letters of a regular expression like the mail, as group 1; its syntax is left alone."""
    letters = "".join(mark if mark.isascii() else fold(mark).replace("\x02", "\\n") for mark in source)
    return f"({letters})"


class _Exact(Writer):
    """Writes a phrase with its gaps and slots as documented."""

    def __init__(self, *, spaced: bool) -> None:
        self.spaced = spaced
        self.star = f"{_LETTER}*" if spaced else ""
        if spaced:
            self.apart = f"{_APART}+"
            self.gap = rf"{_APART}+(?:[^\n]{{0,{GAP_CHARACTERS}}}?{_APART}+)?"
            self.slot = rf"{_SLOT_WORD}(?: +{_SLOT_WORD}){{0,{SLOT_WORDS - 1}}}?"
        else:
            self.apart = f"{_APART}*"
            self.gap = rf"[^\n]{{0,{GAP_CHARACTERS // 2}}}?"
            self.slot = r"[^\n]{1,40}?"

    def literal(self, text: str) -> str:
        """Write letters as the mail's are after normalising."""
        return _word(text, spaced=self.spaced)


class _Pieces:
    """Cuts a phrase at its gaps and slots into what must be there."""

    def __init__(self, *, spaced: bool) -> None:
        self.spaced = spaced
        self.exact = _Exact(spaced=spaced)

    def of(self, sequence: Sequence) -> list[str]:
        found: list[str] = []
        pending: list[Chunk] = []
        for part in sequence.parts:
            if isinstance(part, Chunk) and not _has_gap(part):
                pending.append(part)
                continue
            begun = self._beginning(part) if isinstance(part, Chunk) and not part.optional else ""
            self._flush(found, pending, begun)
            pending = []
        self._flush(found, pending, "")
        return found

    def _flush(self, found: list[str], pending: list[Chunk], begun: str) -> None:
        """Close a piece; `begun` is how a word with a gap in it begins, right after the pending ones."""
        fixed = Sequence(tuple(pending))
        if fixed.optional:
            if begun:
                found.append((_EDGE if self.spaced else "") + f"(?:{begun})")
            return
        source = self.exact.sequence(Sequence(tuple(pending[_beginning_of(pending) :])))
        if begun:
            found.append((_EDGE if self.spaced else "") + f"(?:{source}{self.exact.apart}{begun})")
        else:
            found.append(f"{_EDGE}(?:{source}){_EDGE}" if self.spaced else f"(?:{source})")

    def _beginning(self, chunk: Chunk) -> str:
        """Write a chunk up to its first gap or slot."""
        written = ""
        for atom in chunk.atoms:
            if isinstance(atom, Slot):
                break
            if isinstance(atom, Group) and any(_sequence_has_gap(item) for item in atom.alternatives):
                starts = [self._start(item) for item in atom.alternatives]
                if not atom.optional and all(starts):
                    written += f"(?:{'|'.join(starts)})"
                break
            written += self.exact.chunk(Chunk((atom,)))
        return written

    def _start(self, sequence: Sequence) -> str:
        whole: list[Chunk] = []
        for part in sequence.parts:
            if isinstance(part, Gap):
                break
            if _has_gap(part):
                if not whole and not part.optional:
                    return self._beginning(part)
                break
            whole.append(part)
        fixed = Sequence(tuple(whole))
        return "" if fixed.optional else self.exact.sequence(fixed)


def _beginning_of(chunks: list[Chunk]) -> int:
    """Give where a piece may begin with the fewest choices while enough fixed words are left to tell it by.

    At every word of a text an automaton is at the beginning of all its pieces at once: this keeps that small.
    """
    fixed = [number for number, chunk in enumerate(chunks) if not chunk.optional]
    may_begin = fixed[: max(1, len(fixed) - ENOUGH_WORDS + 1)]
    return min(may_begin, key=lambda number: _choices(chunks[number]))


def _choices(chunk: Chunk) -> int:
    return math.prod(len(atom.alternatives) + atom.optional for atom in chunk.atoms if isinstance(atom, Group | Choice))


@lru_cache(maxsize=10_000)
def _word(text: str, *, spaced: bool) -> str:
    return "".join(_letter(mark, spaced=spaced) for mark in text)


@lru_cache(maxsize=5_000)
def _letter(mark: str, *, spaced: bool) -> str:
    if mark in _UMLAUTS and spaced:
        return _UMLAUTS[mark]
    if mark in "-,;:":
        return f"{_APART}*"
    if mark == "'":
        return "' ?"
    folded = mark if mark.isascii() else fold(mark)
    return _META.sub(r"\\\1", folded.strip().replace("\x02", ""))


def _has_gap(chunk: Chunk) -> bool:
    for atom in chunk.atoms:
        if isinstance(atom, Slot):
            return True
        if isinstance(atom, Group) and any(_sequence_has_gap(item) for item in atom.alternatives):
            return True
    return False


def _sequence_has_gap(sequence: Sequence) -> bool:
    return any(isinstance(part, Gap) or _has_gap(part) for part in sequence.parts)


def _expanded(phrase: str) -> str:
    """Spell contractions out and straighten quotes, and leave the notation and the umlauts alone."""
    lowered = phrase.lower()
    for mark in "‘’‛ʼ´`":
        lowered = lowered.replace(mark, "'")
    if "'" not in lowered:
        return lowered
    return re.sub(r"[a-z]+'[a-z]+", lambda match: normalise_line(match.group()), lowered)
