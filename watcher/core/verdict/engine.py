"""Rules of one language -> one automaton: which signals hit, and where.

Looks, each linear in the text. First a few google-re2 `Set`s of phrases' pieces say which phrases may hit at all: a
small one of the words for a job, then those that may decide; nearly every mail ends there. Then all the rest is asked,
and only phrases all of whose pieces are there are searched for their words, in one sentence. Hostile patterns cannot
hang it: RE2 has no backtracking.

Source: google/re2 (re2/set.h: SearchSet, max_mem; Match gives None when nothing hits).
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import re2 as _re2

from watcher.core.notation import NotationError
from watcher.core.rules import Language, Signal
from watcher.core.verdict.notation import exact, folded_regex, pieces

re2: Any = _re2  # the library carries no types

MAX_MEMORY = 256 << 20
MAX_HITS = 50
"""Of one phrase in a text."""

GROUP = 320
SETS = 4
"""Pieces in one Set, and Sets at most. An automaton's states multiply with what it looks for at once; those of several
only add up, but each text is read once by each."""

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


class Pieces:
    """Sources of pieces and regexes, numbered, in as many Sets as keep their automata small."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._sources: dict[str, list[str]] = {}
        self._sets: list[tuple[Any, list[int]]] = []

    def add(self, source: str, kind: str) -> int:
        """Take a source of a phrase or, apart since they match more at once, of a regex; the same one once."""
        if source not in self._numbers:
            self._numbers[source] = len(self._numbers)
            self._sources.setdefault(kind, []).append(source)
        return self._numbers[source]

    def compile(self) -> None:
        """Make ready to match; nothing can be added then."""
        for sources in self._sources.values():
            size = -(-len(sources) // min(SETS, max(1, round(len(sources) / GROUP))))
            for start in range(0, len(sources), size):
                self._sets.append(self._set_of(sources[start : start + size]))

    def _set_of(self, sources: list[str]) -> tuple[Any, list[int]]:
        machine_set, numbers = re2.Set.SearchSet(_options()), []
        for source in sources:
            with contextlib.suppress(re2.error):  # faults_of() says so; it never hits
                machine_set.Add(source)
                numbers.append(self._numbers[source])
        machine_set.Compile()
        return machine_set, numbers

    def match(self, text: bytes) -> list[int]:
        """Give the numbers of the sources that hit."""
        return [numbers[place] for machine_set, numbers in self._sets for place in machine_set.Match(text) or ()]


class Phrases:
    """Phrases and regexes of some signals of a language; their automata are made when first asked."""

    def __init__(self, language: Language, signals: Iterable[Signal]) -> None:
        self._language = language
        self._signals = tuple(signals)
        self._faults: list[Fault] = []
        self._by_piece: dict[int, list[Entry]] | None = None
        self._pieces = Pieces()

    @property
    def faults(self) -> list[Fault]:
        """What cannot be compiled, and is left out."""
        self._made()
        return self._faults

    def touched(self, text: bytes) -> Iterator[Entry]:
        """Give those that may hit this text between line breaks; some may not."""
        by_piece = self._made()
        matched = self._pieces.match(text)
        present = set(matched)
        for piece in matched:
            for entry in by_piece.get(piece, ()):
                if len(entry.needs) == 1 or present.issuperset(entry.needs):
                    yield entry

    def _made(self) -> dict[int, list[Entry]]:
        if self._by_piece is None:
            self._by_piece = {}
            for signal in self._signals:
                for kind, index, text in _sources(signal):
                    self._take(self._by_piece, signal, kind, index, text)
            self._pieces.compile()
        return self._by_piece

    def _take(self, by_piece: dict[int, list[Entry]], signal: Signal, kind: str, index: int, text: str) -> None:
        try:
            needs = _added(self._pieces, kind, text, self._language)
        except (NotationError, re2.error) as error:
            self._faults.append(Fault(signal.id, kind, index, _reason(error)))
            return
        by_piece.setdefault(needs[0], []).append(Entry(signal, kind, text, needs))


class Machine:
    """One language, ready to match.

    Attributes:
        language: It.
        parts: Its signals as they are asked for: words for a job, what may decide, all the rest.
    """

    def __init__(self, language: Language, deciding: frozenset[str] = frozenset()) -> None:
        self.language = language
        jobs: list[Signal] = []
        decisive: list[Signal] = []
        rest: list[Signal] = []
        for signal in language.signals:
            kept = jobs if signal.category == "job_term" else decisive if signal.category in deciding else rest
            kept.append(signal)
        self._jobs, self._deciding, self._rest = (Phrases(language, signals) for signals in (jobs, decisive, rest))
        self.parts = (self._jobs, self._deciding, self._rest)

    def speaks_of_jobs(self, subject: bytes, text: bytes) -> bool:
        """Say whether a word for a job may stand in a text that begins with a subject: most mail has none and is done.

        Many a title is a common word elsewhere ("sales", "director"), and counts in the subject only.
        """
        touched = list(self._jobs.touched(b"\n" + text + b"\n"))
        if any(entry.signal.where != "subject" for entry in touched):
            return True
        return bool(touched) and any(self._jobs.touched(b"\n" + subject + b"\n"))

    def touched(self, text: bytes) -> list[Entry]:
        """Give the phrases that may decide and may hit this normalised text; some may not."""
        return list(self._deciding.touched(b"\n" + text + b"\n"))

    def has_any(self, entries: Iterable[Entry], text: bytes) -> bool:
        """Say whether any of these phrases stands in the text."""
        return any(self._compiled(entry).search(text) is not None for entry in entries)

    def find(self, text: bytes, touched: Iterable[Entry]) -> list[Hit]:
        """Search every sentence for the words of all signals; offsets are octets.

        Args:
            text: Normalised.
            touched: What touched() gave of it.
        """
        sentences = list(_sentences(text))
        whole = b"".join(sentence for sentence, _ in sentences)
        begins = list(itertools.accumulate((len(sentence) for sentence, _ in sentences), initial=0))
        hits = []
        for entry in itertools.chain(touched, self._jobs.touched(whole), self._rest.touched(whole)):
            for start, end in self._search(entry, whole, begins):
                number = bisect.bisect_right(begins, start) - 1
                moved = sentences[number][1] - begins[number]
                hits.append(Hit(entry.signal, start + moved, end + moved))
        return hits

    def _compiled(self, entry: Entry) -> Any:
        if entry.compiled is None:
            entry.compiled = re2.compile(_exact(entry.kind, entry.text, self.language), _options())
        return entry.compiled

    def _search(self, entry: Entry, text: bytes, begins: list[int]) -> Iterator[tuple[int, int]]:
        """Give where a phrase stands; no phrase reaches over a line break, but a regex might, so it gets each alone."""
        stretches = itertools.pairwise(begins) if entry.kind == "regex" else [(0, len(text))]
        compiled = self._compiled(entry)
        for first, last in stretches:
            for match in itertools.islice(compiled.finditer(text[first:last]), MAX_HITS):
                start, end = match.span(1)
                start, end = start + first, end + first
                while start < end and text[start] in _BLANK:
                    start += 1
                while end > start and text[end - 1] in _BLANK:
                    end -= 1
                if end > start:
                    yield start, end


def _sentences(text: bytes) -> Iterator[tuple[bytes, int]]:
    """Give each sentence between line breaks of its own, and where the first of them stands."""
    start = 0
    for line in text.split(b"\n"):
        words = line.lstrip()
        if words:
            yield b"\n" + words + b"\n", start + len(line) - len(words) - 1
        start += len(line) + 1


def _added(all_pieces: Pieces, kind: str, text: str, language: Language) -> tuple[int, ...]:
    """Take the pieces of a phrase, or a regex; give their numbers, the longest first: it is looked up by that one."""
    if kind == "regex":
        source = folded_regex(text)
        re2.compile(source, _options())  # says what is wrong; the Set only says that
        return (all_pieces.add(source, kind),)
    return tuple(
        all_pieces.add(source, kind) for source in sorted(pieces(text, spaced=language.spaced), key=len, reverse=True)
    )


def in_characters(hits: list[Hit], text: str, octets: bytes) -> list[Hit]:
    """Turn offsets in UTF-8 octets into offsets in characters; sorted by place."""
    hits = sorted(hits, key=lambda hit: (hit.start, hit.end, hit.signal.id))
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
    faults = [fault for part in Machine(language).parts for fault in part.faults]
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
