"""Phrase notation: what a rule author writes -> a tree, and the tree -> RE2 source for one kind of text.

    (a|b)      one of these; directly followed by ? the group may be missing
    [x]        may be missing; [a|b] too
    ...        a gap of at most 90 characters inside one sentence
    word*      any ending of the word
    {slot}     a few words: a name, a role, a date; {} too
    a b        two words, apart

The judge (verdict/notation.py) reads sentences brought to lines, the decoder (decoder/notation.py) the text as it was
written: each says what lies between two words, what a letter is and how long a slot may be.

Source: google/re2 syntax; no look-around, no back-references, hence linear time for any rule anybody writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

GAP_CHARACTERS = 90
MAX_PHRASE = 2_000
_WORD = r"[^\s()\[\]|?*{}….]+"
_WORDS = rf"\s*{_WORD}\*?(?:\s+{_WORD}\*?)*\s*"
_PLAIN = rf"{_WORDS}(?:\|{_WORDS})*"
"""Words and `|`: most groups hold nothing else, and are read at once."""

_TOKEN = re.compile(rf"\({_PLAIN}\)|\[{_PLAIN}\]|\.\.\.|…|\{{[a-z_]*\}}|[()\[\]|?*]|\s+|{_WORD}|[.{{}}]")


class NotationError(ValueError):
    """A phrase is not in the notation; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Letters of one word."""

    text: str


@dataclass(frozen=True, slots=True)
class Star:
    """`*`: the rest of a word."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`{role}`: a few words."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`...`: a stretch of the sentence."""


@dataclass(frozen=True, slots=True)
class Group:
    """`(a|b)`, `(a|b)?` or `[a|b]`."""

    alternatives: tuple[Sequence, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of words alone; some may end in `*`."""

    alternatives: tuple[tuple[str, ...], ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands together without white space, such as `kandidat(in|en)?` or `weiter*`."""

    atoms: tuple[Atom, ...]
    optional: bool = field(init=False)  # asked many times while writing, so told once

    def __post_init__(self) -> None:
        optional = all(
            isinstance(atom, Star) or (isinstance(atom, Group | Choice) and atom.optional) for atom in self.atoms
        )
        object.__setattr__(self, "optional", optional)


Atom = Literal | Star | Slot | Group | Choice


@dataclass(frozen=True, slots=True)
class Sequence:
    """Words apart: a whole phrase or one alternative of it."""

    parts: tuple[Chunk | Gap, ...]
    optional: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "optional", all(isinstance(part, Gap) or part.optional for part in self.parts))


def read(phrase: str) -> Sequence:
    """Read a phrase whose words are spelled as in the text it will meet.

    Raises:
        NotationError: Unbalanced group, empty alternative, a phrase that matches nothing or everything.
    """
    if len(phrase) > MAX_PHRASE:
        raise NotationError(f"is longer than {MAX_PHRASE} characters")
    reader = _Reader(_TOKEN.findall(phrase))
    sequence = reader.sequence("")
    if reader.peek():
        raise NotationError(f"has a '{reader.peek()}' without its opening bracket")
    if not sequence.parts:
        raise NotationError("is empty")
    if sequence.optional:
        raise NotationError("every word may be missing, so it would match anything")
    return sequence


_ENDS = frozenset({"|", "...", "…", ")", "]"})


class _Reader:
    """Reads one phrase from left to right; every method eats what it understands."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def sequence(self, closing: str) -> Sequence:
        parts: list[Chunk | Gap] = []
        while mark := self.peek():
            if closing and mark in {"|", closing}:
                break
            if not closing and mark in {")", "]"}:
                break
            if mark.isspace():
                self.place += 1
            elif mark in {"...", "…"}:
                self.place += 1
                parts.append(Gap())
            else:
                parts.append(self._chunk())
        return Sequence(tuple(parts))

    def _chunk(self) -> Chunk:
        atoms: list[Atom] = []
        while (mark := self.peek()) and not mark.isspace() and mark not in _ENDS:
            atom, detached = self._atom(mark)
            atoms.append(atom)
            if detached:
                break
        if not atoms:
            raise NotationError(f"has a '{self.peek()}' that opens nothing")
        return Chunk(tuple(atoms))

    def _atom(self, mark: str) -> tuple[Atom, bool]:
        """Read one atom; True beside it when what follows is a word of its own all the same."""
        self.place += 1
        if mark == "(":
            alternatives = self._alternatives(")")
            ends_apart = self.tokens[self.place - 2].isspace()
            return Group(alternatives, self._may_miss() or any(item.optional for item in alternatives)), ends_apart
        if mark == "[":
            return Group(self._alternatives("]"), optional=True), False
        if mark[0] in "([":
            words = tuple(tuple(item.split()) for item in mark[1:-1].split("|"))
            is_round = mark[0] == "("
            return Choice(words, not is_round or self._may_miss()), is_round and mark[-2].isspace()
        if mark == "*":
            return Star(), False
        if mark.startswith("{") and len(mark) > 1:
            return Slot(), False
        if mark in {"?", "{", "}"}:
            raise NotationError(f"has a stray '{mark}'")
        return Literal(mark), False

    def _may_miss(self) -> bool:
        may_miss = self.peek() == "?"
        self.place += may_miss
        return may_miss

    def _alternatives(self, closing: str) -> tuple[Sequence, ...]:
        found = []
        while True:
            sequence = self.sequence(closing)
            if all(isinstance(part, Gap) for part in sequence.parts):
                raise NotationError("has an empty alternative")
            found.append(sequence)
            if self.peek() != "|":
                break
            self.place += 1
        if self.peek() != closing:
            raise NotationError(f"lacks a '{closing}'")
        self.place += 1
        return tuple(found)


class Writer:
    """Writes a tree as RE2; what a kind of text decides is handed in.

    Attributes:
        apart: What lies between two words.
        gap: What lies between two words with a gap.
        star: The rest of a word.
        slot: A few words.
    """

    apart = gap = star = slot = ""

    def literal(self, text: str) -> str:
        """Write letters as they are."""
        return re.escape(text)

    def sequence(self, sequence: Sequence) -> str:
        """Join words; one that may be missing takes its space with it."""
        written, started, between = "", False, self.apart
        for part in sequence.parts:
            if isinstance(part, Gap):
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

    def chunk(self, chunk: Chunk) -> str:
        """Write what stands together; the one who asks writes that it may be missing."""
        if len(chunk.atoms) == 1:
            return self._atom(chunk.atoms[0])
        return "".join(
            self._atom(atom) + ("?" if isinstance(atom, Group | Choice) and atom.optional else "")
            for atom in chunk.atoms
        )

    def group(self, group: Group) -> str:
        """Write a choice."""
        return f"(?:{'|'.join(self.sequence(item) for item in group.alternatives)})"

    def choice(self, choice: Choice) -> str:
        """Write a choice of words."""
        return f"(?:{'|'.join(self.apart.join(map(self._word, words)) for words in choice.alternatives)})"

    def _word(self, word: str) -> str:
        return self.literal(word[:-1]) + self.star if word[-1] == "*" else self.literal(word)

    def _atom(self, atom: Atom) -> str:
        match atom:
            case Literal(text):
                return self.literal(text)
            case Star():
                return self.star
            case Slot():
                return self.slot
            case Group():
                return self.group(atom)
            case Choice():
                return self.choice(atom)
