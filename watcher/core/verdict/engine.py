"""Rules of one language -> one automaton: which signals hit, and where.

One google-re2 `Set` says which phrases may hit, in time linear in the text and nearly flat in the number of rules;
only those are then searched for their words. Hostile patterns cannot hang it: RE2 has no backtracking.

Source: google/re2 (re2/set.h: SearchSet, max_mem; Match gives None when nothing hits).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2 as _re2

from watcher.core.rules import Language, Signal
from watcher.core.rules.language import Category
from watcher.core.verdict.notation import NotationError, exact, folded_regex, loose

re2: Any = _re2  # the library carries no types

MAX_MEMORY = 256 << 20
MAX_HITS_PER_PATTERN = 12
_BLANK = " \t\n,;:"


@dataclass(frozen=True, slots=True)
class Fault:
    """A phrase or regex that cannot be used: which signal, which field and index, and why."""

    signal: str
    field: str
    index: int
    what: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A signal that hit, and where in the normalised text."""

    signal: Signal
    start: int
    end: int


@dataclass(slots=True)
class _Entry:
    signal: Signal
    kind: str
    text: str
    compiled: Any = None


@dataclass(slots=True)
class Machine:
    """One language, ready to match."""

    language: Language
    faults: tuple[Fault, ...] = ()
    _entries: list[_Entry] = field(default_factory=list)
    _set: Any = None

    def touched(self, text: bytes) -> list[int]:
        """Give the numbers of the patterns that may hit this normalised text."""
        if self._set is None:
            return []
        return self._set.Match(text) or []

    def category(self, number: int) -> Category:
        """Give the category a pattern stands for."""
        return self._entries[number].signal.category

    def signal(self, number: int) -> Signal:
        """Give the signal a pattern stands for."""
        return self._entries[number].signal

    def find(self, number: int, text: str) -> list[Hit]:
        """Search the words of one pattern: every place, at most twelve."""
        entry = self._entries[number]
        if entry.compiled is None:
            entry.compiled = re2.compile(_exact(entry.kind, entry.text, self.language), _options())
        hits = []
        for match in entry.compiled.finditer(text):
            start, end = match.span(1)
            while start < end and text[start] in _BLANK:
                start += 1
            while end > start and text[end - 1] in _BLANK:
                end -= 1
            if end > start:
                hits.append(Hit(entry.signal, start, end))
            if len(hits) >= MAX_HITS_PER_PATTERN:
                break
        return hits


def build(language: Language) -> Machine:
    """Compile a language; what cannot be compiled is in `faults` and left out."""
    faults: list[Fault] = []
    entries: list[_Entry] = []
    machine_set = re2.Set.SearchSet(_options())
    for signal in language.signals:
        for kind, index, text in _sources(signal):
            try:
                machine_set.Add(loose(text, spaced=language.spaced) if kind == "phrases" else folded_regex(text))
            except (NotationError, re2.error) as error:
                faults.append(Fault(signal.id, kind, index, _reason(error)))
                continue
            entries.append(_Entry(signal, kind, text))
    machine = Machine(language, tuple(faults), entries)
    if entries:
        machine_set.Compile()
        machine._set = machine_set  # noqa: SLF001 -- built here, read there
    return machine


def faults_of(language: Language) -> list[Fault]:
    """Give everything wrong with a language's patterns, the limits of the exact search included."""
    faults: list[Fault] = []
    for signal in language.signals:
        for kind, index, text in _sources(signal):
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
