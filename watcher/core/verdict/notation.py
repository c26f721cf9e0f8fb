"""Phrase notation -> RE2 source: what a rule author writes, as one linear-time pattern.

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
from dataclasses import dataclass

from watcher.core.verdict.normalise import fold, normalise_line

GAP_CHARACTERS = 90
SLOT_WORDS = 8
MAX_PHRASE = 2_000
_APART = r"[\x00-\x09\x0b-/:-@\[-`{-\x7f]"  # ASCII, neither letter nor digit nor line break: all that is left apart
_LETTER = r"[^\x00-/:-@\[-`{-\x7f]"
_BEFORE = f"(?:^|{_APART}|\\n)"
_AFTER = f"(?:$|{_APART}|\\n)"
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "å": "aa?", "ø": "oe?"}
_META = re.compile(r"([.^$*+?{}\[\]|()\\])")
_TOKEN = re.compile(r"\.\.\.|…|\{[a-z_]+\}|[()\[\]|?*]|\s+|[^\s()\[\]|?*{}….]+|[.{}]")


class NotationError(ValueError):
    """A phrase is not in the notation; the message says what and where."""


def loose(phrase: str, *, spaced: bool = True) -> str:
    """Give the source for the automaton that learns which phrases may hit: gaps have no limit, so it stays small.

    Raises:
        NotationError: Unbalanced group, empty alternative, a phrase that matches nothing or everything.
    """
    source = _Writer(phrase, spaced=spaced, exact=False).write()
    return f"{_BEFORE}(?:{source}){_AFTER}" if spaced else f"(?:{source})"


def exact(phrase: str, *, spaced: bool = True) -> str:
    """Give the source for the search that finds the words: gaps as documented, group 1 is the hit."""
    source = _Writer(phrase, spaced=spaced, exact=True).write()
    return f"{_BEFORE}({source}){_AFTER}" if spaced else f"({source})"


def folded_regex(source: str) -> str:
    """Fold the letters of a regular expression like the mail, as group 1; its syntax is left alone."""
    letters = "".join(mark if mark.isascii() else fold(mark).replace("\x02", "\\n") for mark in source)
    return f"({letters})"


@dataclass(frozen=True, slots=True)
class _Part:
    source: str
    optional: bool = False
    gap: bool = False


class _Writer:
    """Reads one phrase from left to right; every method eats what it understands."""

    def __init__(self, phrase: str, *, spaced: bool, exact: bool) -> None:
        if len(phrase) > MAX_PHRASE:
            raise NotationError(f"is longer than {MAX_PHRASE} characters")
        self.spaced, self.exact = spaced, exact
        self.tokens = _TOKEN.findall(_expanded(phrase))
        self.place = 0
        self.apart = f"{_APART}+" if spaced else f"{_APART}*"
        if spaced:
            inside = rf"[^\n]{{0,{GAP_CHARACTERS}}}?" if exact else r"[^\n]*?"
            self.gap = f"{_APART}+(?:{inside}{_APART}+)?"
        else:
            self.gap = rf"[^\n]{{0,{GAP_CHARACTERS // 2}}}?" if exact else r"[^\n]*?"

    def write(self) -> str:
        source, optional = self._alternatives(closing="")
        if self.place < len(self.tokens):
            raise NotationError(f"has a '{self.tokens[self.place]}' without its opening bracket")
        if optional:
            raise NotationError("every word may be missing, so it would match anything")
        return source

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _alternatives(self, closing: str) -> tuple[str, bool]:
        sources, optional = [], False
        while True:
            source, empty = self._sequence(closing)
            if source == "":
                raise NotationError("has an empty alternative" if closing else "is empty")
            sources.append(source)
            optional = optional or empty
            if closing and self._peek() == "|":
                self.place += 1
                continue
            break
        if closing:
            if self._peek() != closing:
                raise NotationError(f"lacks a '{closing}'")
            self.place += 1
        joined = "|".join(sources)
        return (f"(?:{joined})" if len(sources) > 1 else joined), optional

    def _sequence(self, closing: str) -> tuple[str, bool]:
        parts: list[_Part] = []
        while (token := self._peek()) and token not in ({"|", closing} if closing else set()):
            if token.isspace():
                self.place += 1
            elif token in {"...", "…"}:
                self.place += 1
                parts.append(_Part("", optional=True, gap=True))
            elif not closing and token in {")", "]"}:
                break
            else:
                parts.append(self._chunk(closing))
        while parts and parts[-1].gap:
            parts.pop()
        while parts and parts[0].gap:
            parts.pop(0)
        return self._join(parts), all(part.optional for part in parts)

    def _join(self, parts: list[_Part]) -> str:
        """Join words; one that may be missing takes its space with it."""
        written, started, between = "", False, self.apart
        for part in parts:
            if part.gap:
                between = self.gap
            elif part.optional and not started:
                written += f"(?:{part.source}{self.apart})?"
            elif part.optional:
                written += f"(?:{between}{part.source})?"
            else:
                written += (between if started else "") + part.source
                started, between = True, self.apart
        if parts and not started:  # all may be missing: the caller refuses or makes the whole optional
            inner = "|".join(part.source for part in parts if part.source)
            return f"(?:{inner})" if inner else ""
        return written

    def _chunk(self, closing: str) -> _Part:
        """Read what stands together without white space, such as `kandidat(in|en)?` or `weiter*`."""
        atoms: list[tuple[str, bool]] = []
        while (token := self._peek()) and not token.isspace() and token not in {"|", "...", "…", ")", "]", closing}:
            atom, may_miss, detached = self._atom(token)
            atoms.append((atom, may_miss))
            if detached:
                break
        if not atoms:
            raise NotationError(f"has a '{self._peek()}' that opens nothing")
        if len(atoms) == 1:
            return _Part(atoms[0][0], optional=atoms[0][1])
        source = "".join(f"(?:{atom})?" if may_miss and atom else atom for atom, may_miss in atoms)
        return _Part(source, optional=all(may_miss for _, may_miss in atoms))

    def _atom(self, mark: str) -> tuple[str, bool, bool]:
        self.place += 1
        if mark == "(":
            source, optional = self._alternatives(")")
            ends_apart = self.tokens[self.place - 2].isspace()
            if self._peek() == "?":
                self.place += 1
                optional = True
            return f"(?:{source})", optional, ends_apart
        if mark == "[":
            source, _ = self._alternatives("]")
            following = self._peek()
            return f"(?:{source})", True, bool(following) and not following.isspace() and following not in "|)]"
        if mark == "*":
            return (f"{_LETTER}*" if self.spaced else ""), True, False
        if mark.startswith("{") and len(mark) > 1:
            return self._slot(), False, False
        if mark in {"?", "{", "}"}:
            raise NotationError(f"has a stray '{mark}'")
        return self._literal(mark), False, False

    def _slot(self) -> str:
        if not self.spaced:
            return r"[^\n]{1,40}?" if self.exact else r"[^\n]+?"
        word = r"[^\n ]+"
        return f"{word}(?: +{word}){{0,{SLOT_WORDS - 1}}}?" if self.exact else f"{word}(?: +{word})*?"

    def _literal(self, token: str) -> str:
        return "".join(self._letter(mark) for mark in token)

    def _letter(self, mark: str) -> str:
        if mark in _UMLAUTS and self.spaced:
            return _UMLAUTS[mark]
        if mark == "-":
            return f"{_APART}*"
        if mark == "'":
            return "' ?"
        if mark in ",;:":
            return f"{_APART}*"
        folded = mark if mark.isascii() else fold(mark)
        return _META.sub(r"\\\1", folded.strip().replace("\x02", ""))


def _expanded(phrase: str) -> str:
    """Spell contractions out and straighten quotes, and leave the notation and the umlauts alone."""
    lowered = phrase.lower()
    for mark in "‘’‛ʼ´`":
        lowered = lowered.replace(mark, "'")
    if "'" not in lowered:
        return lowered
    return re.sub(r"[a-z]+'[a-z]+", lambda match: normalise_line(match.group()), lowered)
