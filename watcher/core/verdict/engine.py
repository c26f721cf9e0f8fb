"""Rules of one language -> one automaton: which signals hit, and where.

Two looks, both linear in the text. First one google-re2 `Set` of all phrases' pieces says which phrases may hit at
all: nearly every mail ends there. Then each sentence is matched by the same Set, and only phrases all of whose pieces
stand in it are searched for their words. Hostile patterns cannot hang it: RE2 has no backtracking.

Source: google/re2 (re2/set.h: SearchSet, max_mem; Match gives None when nothing hits).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import re2 as _re2

from watcher.core.notation import NotationError
from watcher.core.rules import Language, Signal
from watcher.core.verdict.notation import exact, folded_regex, pieces

re2: Any = _re2  # the library carries no types

MAX_MEMORY = 256 << 20
MAX_HITS_PER_SENTENCE = 4
_BLANK = b" \t\n,;:"


@dataclass(frozen=True, slots=True)
class Fault:
    """A phrase or regex that cannot be used: which signal, which field and index, and why."""

    signal: str
    field: str
    index: int
    what: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A signal that hit, and where in the normalised text (octets while searching, then characters)."""

    signal: Signal
    start: int
    end: int


@dataclass(slots=True)
class Entry:
    """One phrase or regex.

    Attributes:
        signal: What it stands for.
        kind: `phrases` or `regex`.
        text: As written.
        needs: Numbers of its pieces in the Set; the first is the one it is looked up by.
        compiled: The exact search, made when first needed.
    """

    signal: Signal
    kind: str
    text: str
    needs: tuple[int, ...]
    compiled: Any = None


@dataclass(slots=True)
class Machine:
    """One language, ready to match."""

    language: Language
    faults: tuple[Fault, ...] = ()
    _entries: list[Entry] = field(default_factory=list)
    _by_piece: dict[int, list[Entry]] = field(default_factory=dict)
    _set: Any = None

    def touched(self, text: bytes) -> list[Entry]:
        """Give the phrases that may hit this normalised text; some may not."""
        return list(self._candidates(b"\n" + text + b"\n"))

    def has_any(self, entries: Iterable[Entry], text: bytes) -> bool:
        """Say whether any of these phrases stands in the text."""
        return any(self._compiled(entry).search(text) is not None for entry in entries)

    def find(self, text: bytes) -> list[Hit]:
        """Search every sentence for the words of all signals; offsets are octets."""
        return [
            hit
            for sentence, start in _sentences(text)
            for entry in self._candidates(sentence)
            for hit in self._search(entry, sentence, start)
        ]

    def _compiled(self, entry: Entry) -> Any:
        if entry.compiled is None:
            entry.compiled = re2.compile(_exact(entry.kind, entry.text, self.language), _options())
        return entry.compiled

    def _candidates(self, text: bytes) -> Iterable[Entry]:
        matched = self._set.Match(text) if self._set is not None else None
        if not matched:
            return
        present = set(matched)
        for piece in matched:
            for entry in self._by_piece.get(piece, ()):
                if len(entry.needs) == 1 or present.issuperset(entry.needs):
                    yield entry

    def _search(self, entry: Entry, sentence: bytes, offset: int) -> list[Hit]:
        hits = []
        for match in self._compiled(entry).finditer(sentence):
            start, end = match.span(1)
            while start < end and sentence[start] in _BLANK:
                start += 1
            while end > start and sentence[end - 1] in _BLANK:
                end -= 1
            if end > start:
                hits.append(Hit(entry.signal, start + offset, end + offset))
            if len(hits) >= MAX_HITS_PER_SENTENCE:
                break
        return hits


def _sentences(text: bytes) -> Iterator[tuple[bytes, int]]:
    """Give each sentence between line breaks of its own, and where the first of them stands."""
    start = 0
    for line in text.split(b"\n"):
        words = line.lstrip()
        if words:
            yield b"\n" + words + b"\n", start + len(line) - len(words) - 1
        start += len(line) + 1


def build(language: Language) -> Machine:
    """Compile a language; what cannot be compiled is in `faults` and left out."""
    machine = Machine(language)
    faults: list[Fault] = []
    numbers: dict[str, int] = {}
    machine_set = re2.Set.SearchSet(_options())
    for signal in language.signals:
        for kind, index, text in _sources(signal):
            try:
                sources = pieces(text, spaced=language.spaced) if kind == "phrases" else (folded_regex(text),)
                if kind == "regex":
                    re2.compile(sources[0], _options())  # says what is wrong; the Set only says that
                for source in sources:
                    if source not in numbers:
                        numbers[source] = machine_set.Add(source)
            except (NotationError, re2.error) as error:
                faults.append(Fault(signal.id, kind, index, _reason(error)))
                continue
            rarest_first = sorted(sources, key=len)
            entry = Entry(signal, kind, text, tuple(numbers[source] for source in rarest_first))
            machine._entries.append(entry)  # noqa: SLF001 -- built here, read there
            machine._by_piece.setdefault(entry.needs[0], []).append(entry)  # noqa: SLF001
    machine.faults = tuple(faults)
    if numbers:
        machine_set.Compile()
        machine._set = machine_set  # noqa: SLF001
    return machine


class JobWords:
    """The words for a job of every language, in one small automaton: tells whose own automaton is worth building."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self._set: Any = re2.Set.SearchSet(_options())
        self._phrases: list[tuple[int, frozenset[int]]] = []
        pieces_known: dict[str, int] = {}
        for number, language in enumerate(languages):
            for needs in _needed_pieces(language, "job_term", self._set, pieces_known):
                self._phrases.append((number, needs))
        if pieces_known:
            self._set.Compile()
        else:
            self._set = None

    def languages_of(self, text: bytes) -> set[int]:
        """Give the numbers of the languages of which a word for a job may stand in the text."""
        present = frozenset((self._set.Match(b"\n" + text + b"\n") if self._set is not None else None) or ())
        return {number for number, needs in self._phrases if needs <= present} if present else set()


def _needed_pieces(
    language: Language, category: str, machine_set: Any, numbers: dict[str, int]
) -> Iterator[frozenset[int]]:
    for signal in language.signals:
        for kind, _, text in _sources(signal) if signal.category == category else ():
            try:
                sources = pieces(text, spaced=language.spaced) if kind == "phrases" else (folded_regex(text),)
                for source in sources:
                    if source not in numbers:
                        numbers[source] = machine_set.Add(source)
            except (NotationError, re2.error):
                continue  # build() says so
            yield frozenset(numbers[source] for source in sources)


def in_characters(hits: list[Hit], text: str, octets: bytes) -> list[Hit]:
    """Turn offsets in UTF-8 octets into offsets in characters; sorted by place."""
    hits = sorted(hits, key=lambda hit: (hit.start, hit.end))
    if len(octets) == len(text):
        return hits
    moved, octet, character = {}, 0, 0
    for place in sorted({hit.start for hit in hits} | {hit.end for hit in hits}):
        character += len(octets[octet:place].decode("utf-8", "surrogatepass"))
        octet = place
        moved[place] = character
    return [Hit(hit.signal, moved[hit.start], moved[hit.end]) for hit in hits]


def faults_of(language: Language) -> list[Fault]:
    """Give everything wrong with a language's patterns, the limits of the exact search included."""
    faults = list(build(language).faults)
    known = {(fault.signal, fault.field, fault.index) for fault in faults}
    for signal in language.signals:
        for kind, index, text in _sources(signal):
            if (signal.id, kind, index) in known:
                continue
            try:
                compiled = re2.compile(_exact(kind, text, language), _options())
            except (NotationError, re2.error) as error:
                faults.append(Fault(signal.id, kind, index, _reason(error)))
                continue
            if compiled.search("") is not None:
                faults.append(Fault(signal.id, kind, index, "matches anything, even nothing"))
    return faults


def _exact(kind: str, text: str, language: Language) -> str:
    return exact(text, spaced=language.spaced) if kind == "phrases" else folded_regex(text)


def _sources(signal: Signal) -> list[tuple[str, int, str]]:
    if signal.off:
        return []
    phrases = [("phrases", index, text) for index, text in enumerate(signal.phrases)]
    return phrases + [("regex", index, text) for index, text in enumerate(signal.regex)]


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    return options


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
