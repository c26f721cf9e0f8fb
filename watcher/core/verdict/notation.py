"""Phrase notation -> RE2 source: what a rule author writes, as linear-time patterns.

    (a|b)      one of these; directly followed by ? the group may be missing
    [x]        may be missing; [a|b] too
    ...        a gap of at most 90 characters inside one sentence
    word*      any ending of the word
    {slot}     one to eight words: a name, a role, a date
    a b        words apart by white space or punctuation, in one sentence

In languages without spaces between words white space in a phrase means nothing and words have no boundaries.
Phrases are normalised like the mail (see normalise.py): write them in ordinary spelling.

Source: google/re2 syntax; no look-around, no back-references, hence linear time for any rule anybody writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from watcher.core.verdict.normalise import fold, normalise_line

GAP_CHARACTERS = 90
SLOT_WORDS = 8
MAX_PHRASE = 2_000
_APART = r"[\x00-\x09\x0b-/:-@\[-`{-\x7f]"  # ASCII, neither letter nor digit nor line break: all that is left apart
_LETTER = r"[^\x00-/:-@\[-`{-\x7f]"
_BEFORE = f"(?:^|{_APART}|\\n)"
_AFTER = f"(?:$|{_APART}|\\n)"
_EDGE = r"[\x00-/:-@\[-`{-\x7f]"
"""Before and after a piece, in a text between line breaks; with anchors here the automaton is several times slower."""

_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "å": "aa?", "ø": "oe?"}
_META = re.compile(r"([.^$*+?{}\[\]|()\\])")
_TOKEN = re.compile(r"\.\.\.|…|\{[a-z_]+\}|[()\[\]|?*]|\s+|[^\s()\[\]|?*{}….]+|[.{}]")


class NotationError(ValueError):
    """A phrase is not in the notation; the message says what and where."""


def exact(phrase: str, *, spaced: bool = True) -> str:
    """Give the source of the search that finds a phrase in one sentence: group 1 is the hit.

    Raises:
        NotationError: Unbalanced group, empty alternative, a phrase that matches nothing or everything.
    """
    source = _Exact(spaced=spaced).sequence(_parse(phrase))
    return f"{_BEFORE}({source}){_AFTER}" if spaced else f"({source})"


def pieces(phrase: str, *, spaced: bool = True) -> tuple[str, ...]:
    """Give sources without gaps that all hit wherever the phrase does: they keep one automaton for all rules small.

    They are searched in text that begins and ends with a line break.

    A gap inside an automaton remembers every phrase begun, and the memories multiply; pieces have none.

    Raises:
        NotationError: As exact(), or the phrase has no fixed word.
    """
    found = _Pieces(spaced=spaced).of(_parse(phrase))
    if not found:
        raise NotationError("has no word that must be there")
    return tuple(dict.fromkeys(found))


def folded_regex(source: str) -> str:
    """Fold the letters of a regular expression like the mail, as group 1; its syntax is left alone."""
    letters = "".join(mark if mark.isascii() else fold(mark).replace("\x02", "\\n") for mark in source)
    return f"({letters})"


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str


@dataclass(frozen=True, slots=True)
class _Star:
    pass


@dataclass(frozen=True, slots=True)
class _Slot:
    pass


@dataclass(frozen=True, slots=True)
class _Gap:
    pass


@dataclass(frozen=True, slots=True)
class _Group:
    alternatives: tuple[_Sequence, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What stands together without white space, such as `kandidat(in|en)?` or `weiter*`."""

    atoms: tuple[_Literal | _Star | _Slot | _Group, ...]
    optional: bool = field(init=False)  # asked many times while writing, so told once

    def __post_init__(self) -> None:
        optional = all(isinstance(atom, _Star) or (isinstance(atom, _Group) and atom.optional) for atom in self.atoms)
        object.__setattr__(self, "optional", optional)


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Chunk | _Gap, ...]
    optional: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "optional", all(isinstance(part, _Gap) or part.optional for part in self.parts))


def _parse(phrase: str) -> _Sequence:
    if len(phrase) > MAX_PHRASE:
        raise NotationError(f"is longer than {MAX_PHRASE} characters")
    reader = _Reader(_TOKEN.findall(_expanded(phrase)))
    sequence = reader.sequence("")
    if reader.peek():
        raise NotationError(f"has a '{reader.peek()}' without its opening bracket")
    if not sequence.parts:
        raise NotationError("is empty")
    if sequence.optional:
        raise NotationError("every word may be missing, so it would match anything")
    return sequence


class _Reader:
    """Reads one phrase from left to right; every method eats what it understands."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def sequence(self, closing: str) -> _Sequence:
        parts: list[_Chunk | _Gap] = []
        while mark := self.peek():
            if closing and mark in {"|", closing}:
                break
            if not closing and mark in {")", "]"}:
                break
            if mark.isspace():
                self.place += 1
            elif mark in {"...", "…"}:
                self.place += 1
                parts.append(_Gap())
            else:
                parts.append(self._chunk(closing))
        while parts and isinstance(parts[-1], _Gap):
            parts.pop()
        while parts and isinstance(parts[0], _Gap):
            parts.pop(0)
        return _Sequence(tuple(parts))

    def _chunk(self, closing: str) -> _Chunk:
        atoms: list[_Literal | _Star | _Slot | _Group] = []
        while (mark := self.peek()) and not mark.isspace() and mark not in {"|", "...", "…", ")", "]", closing}:
            atom, detached = self._atom(mark)
            atoms.append(atom)
            if detached:
                break
        if not atoms:
            raise NotationError(f"has a '{self.peek()}' that opens nothing")
        return _Chunk(tuple(atoms))

    def _atom(self, mark: str) -> tuple[_Literal | _Star | _Slot | _Group, bool]:
        """Read one atom; True beside it when what follows is a word of its own all the same."""
        self.place += 1
        if mark == "(":
            alternatives = self._alternatives(")")
            ends_apart = self.tokens[self.place - 2].isspace()
            may_miss = self.peek() == "?"
            self.place += may_miss
            return _Group(alternatives, may_miss or any(item.optional for item in alternatives)), ends_apart
        if mark == "[":
            return _Group(self._alternatives("]"), optional=True), True
        if mark == "*":
            return _Star(), False
        if mark.startswith("{") and len(mark) > 1:
            return _Slot(), False
        if mark in {"?", "{", "}"}:
            raise NotationError(f"has a stray '{mark}'")
        return _Literal(mark), False

    def _alternatives(self, closing: str) -> tuple[_Sequence, ...]:
        found = []
        while True:
            sequence = self.sequence(closing)
            if not sequence.parts:
                raise NotationError("has an empty alternative")
            found.append(sequence)
            if self.peek() != "|":
                break
            self.place += 1
        if self.peek() != closing:
            raise NotationError(f"lacks a '{closing}'")
        self.place += 1
        return tuple(found)


class _Exact:
    """Writes a phrase with its gaps and slots as documented."""

    def __init__(self, *, spaced: bool) -> None:
        self.spaced = spaced
        self.apart = f"{_APART}+" if spaced else f"{_APART}*"
        if spaced:
            self.gap = rf"{_APART}+(?:[^\n]{{0,{GAP_CHARACTERS}}}?{_APART}+)?"
        else:
            self.gap = rf"[^\n]{{0,{GAP_CHARACTERS // 2}}}?"

    def sequence(self, sequence: _Sequence) -> str:
        """Join words; one that may be missing takes its space with it."""
        written, started, between = "", False, self.apart
        for part in sequence.parts:
            if isinstance(part, _Gap):
                between = self.gap
                continue
            source = self.chunk(part)
            if part.optional and not started:
                written += f"(?:{source}{self.apart})?"
            elif part.optional:
                written += f"(?:{between}{source})?"
            else:
                written += (between if started else "") + source
                started, between = True, self.apart
        return written

    def chunk(self, chunk: _Chunk) -> str:
        if len(chunk.atoms) == 1 and isinstance(chunk.atoms[0], _Group):
            return self.group(chunk.atoms[0])
        return "".join(self._atom(atom) for atom in chunk.atoms)

    def group(self, group: _Group) -> str:
        return f"(?:{'|'.join(self.sequence(item) for item in group.alternatives)})"

    def _atom(self, atom: _Literal | _Star | _Slot | _Group) -> str:
        if isinstance(atom, _Literal):
            return _word(atom.text, spaced=self.spaced)
        if isinstance(atom, _Star):
            return f"{_LETTER}*" if self.spaced else ""
        if isinstance(atom, _Slot):
            word = r"[^\n ]+"
            return f"{word}(?: +{word}){{0,{SLOT_WORDS - 1}}}?" if self.spaced else r"[^\n]{1,40}?"
        return self.group(atom) + ("?" if atom.optional else "")


class _Pieces:
    """Cuts a phrase at its gaps and slots into what must be there."""

    def __init__(self, *, spaced: bool) -> None:
        self.spaced = spaced
        self.exact = _Exact(spaced=spaced)

    def of(self, sequence: _Sequence) -> list[str]:
        found: list[str] = []
        pending: list[_Chunk] = []
        for part in sequence.parts:
            if isinstance(part, _Chunk) and not _has_gap(part):
                pending.append(part)
                continue
            begun = self._beginning(part) if isinstance(part, _Chunk) and not part.optional else ""
            self._flush(found, pending, begun)
            pending = []
        self._flush(found, pending, "")
        return found

    def _flush(self, found: list[str], pending: list[_Chunk], begun: str) -> None:
        """Close a piece; `begun` is how a word with a gap in it begins, right after the pending ones."""
        fixed = _Sequence(tuple(pending))
        if fixed.optional:
            if begun:
                found.append((_EDGE if self.spaced else "") + f"(?:{begun})")
            return
        source = self.exact.sequence(fixed)
        if begun:
            found.append((_EDGE if self.spaced else "") + f"(?:{source}{self.exact.apart}{begun})")
        else:
            found.append(f"{_EDGE}(?:{source}){_EDGE}" if self.spaced else f"(?:{source})")

    def _beginning(self, chunk: _Chunk) -> str:
        """Write a chunk up to its first gap or slot."""
        written = ""
        for atom in chunk.atoms:
            if isinstance(atom, _Slot):
                break
            if isinstance(atom, _Group) and any(_sequence_has_gap(item) for item in atom.alternatives):
                starts = [self._start(item) for item in atom.alternatives]
                if not atom.optional and all(starts):
                    written += f"(?:{'|'.join(starts)})"
                break
            written += self.exact.chunk(_Chunk((atom,)))
        return written

    def _start(self, sequence: _Sequence) -> str:
        whole: list[_Chunk] = []
        for part in sequence.parts:
            if isinstance(part, _Gap):
                break
            if _has_gap(part):
                if not whole and not part.optional:
                    return self._beginning(part)
                break
            whole.append(part)
        fixed = _Sequence(tuple(whole))
        return "" if fixed.optional else self.exact.sequence(fixed)


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


def _has_gap(chunk: _Chunk) -> bool:
    for atom in chunk.atoms:
        if isinstance(atom, _Slot):
            return True
        if isinstance(atom, _Group) and any(_sequence_has_gap(item) for item in atom.alternatives):
            return True
    return False


def _sequence_has_gap(sequence: _Sequence) -> bool:
    return any(isinstance(part, _Gap) or _has_gap(part) for part in sequence.parts)


def _expanded(phrase: str) -> str:
    """Spell contractions out and straighten quotes, and leave the notation and the umlauts alone."""
    lowered = phrase.lower()
    for mark in "‘’‛ʼ´`":
        lowered = lowered.replace(mark, "'")
    if "'" not in lowered:
        return lowered
    return re.sub(r"[a-z]+'[a-z]+", lambda match: normalise_line(match.group()), lowered)
