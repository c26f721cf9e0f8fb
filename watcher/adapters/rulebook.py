"""rules/ (shipped, then the user's own) -> Rulebook, all-or-nothing, every problem at once.

The file's name is the registration: nothing to edit elsewhere. A user's entry of the same id replaces the shipped
one; `off: true` switches a signal off.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from watcher.core.contact import compile_pattern
from watcher.core.decoder.notation import translate
from watcher.core.rules import ApplicationWords, Ats, FeedbackWords, Language, PolicyRule, Provider, Rulebook, Tone
from watcher.core.rules.feedback import FeedbackFile
from watcher.core.rules.policy import PolicyFile
from watcher.core.verdict import Outcome, faults_of
from watcher.documents import Document, read_document, validate
from watcher.errors import Problem, RuleError

T = TypeVar("T", bound=BaseModel)
P = TypeVar("P", Ats, ApplicationWords)


def shipped(folder: str) -> Path:
    """Give `rules` or `templates` as shipped: inside the wheel, or beside the package in a checkout."""
    here = Path(__file__).resolve().parent.parent
    inside = here / folder
    return inside if inside.is_dir() else here.parent / folder


def load_rulebook(own: Path | None = None, base: Path | None = None, *, thorough: bool = False) -> Rulebook:
    """Read every rule file; the user's phrases are tried too, so that a bad one is told at once.

    Args:
        own: The user's folder, laid out as rules/; None when there is none.
        base: The shipped folder; another one in tests.
        thorough: Try the shipped phrases as well (`rules check`); starting need not.

    Raises:
        RuleError: With every problem in every file.
    """
    reader = _Reader()
    roots = [base or shipped("rules"), *([own] if own else [])]
    languages = _merge_languages([list(reader.languages(root, thorough=thorough or root == own)) for root in roots])
    ats = _override([list(reader.patterned(root / "ats", Ats, tried=thorough or root == own)) for root in roots])
    application = [
        list(reader.patterned(root / "application", ApplicationWords, tried=thorough or root == own)) for root in roots
    ]
    policy = _first_of_each(rule for root in reversed(roots) for rule in reader.policy(root))
    decoder = [list(reader.folder(root / "feedback", FeedbackFile)) for root in roots]
    feedback = _override([[phrase for file in layer for phrase in file.phrases] for layer in decoder])
    reader.check_words(decoder, {phrase.id for phrase in feedback})
    providers = _override([list(reader.folder(root / "providers", Provider)) for root in roots])
    tone = [item for root in roots for item in reader.folder(root / "tone", Tone)]
    if own and not own.is_dir():
        reader.problems.append(Problem(str(own), 0, "", "there is no such folder", "see `rules:` in afterword.yaml"))
    reader.check_unique(languages)
    if reader.problems:
        raise RuleError(*reader.problems)
    return Rulebook(
        languages=tuple(languages),
        ats=tuple(ats),
        application=tuple(item for layer in reversed(application) for item in layer),
        policy=tuple(policy),
        feedback=tuple(feedback),
        feedback_words=tuple(_merge_words([file for layer in decoder for file in layer])),
        providers=tuple(providers),
        tone=tuple({item.language: item for item in tone}.values()),
        model=reader.model(base or shipped("rules")),
        fingerprint=reader.fingerprint.hexdigest()[:16],
    )


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.fingerprint = hashlib.sha256()

    def folder(self, folder: Path, model: type[T]) -> Iterator[T]:
        for path in sorted(folder.glob("*.yaml")):
            if (value := self.file(path, model)) is not None:
                yield value

    def file(self, path: Path, model: type[T]) -> T | None:
        document = read_document(path)
        self.fingerprint.update(path.name.encode() + b"\0" + repr(document.data).encode() + b"\0")
        return self._checked(document, model)

    def patterned(self, folder: Path, model: type[P], *, tried: bool) -> Iterator[P]:
        for path in sorted(folder.glob("*.yaml")):
            document = read_document(path)
            self.fingerprint.update(path.name.encode() + b"\0" + repr(document.data).encode() + b"\0")
            if (value := self._checked(document, model)) is not None:
                if tried:
                    self.problems += _wrong_patterns(value, document)
                yield value

    def policy(self, root: Path) -> tuple[PolicyRule, ...]:
        path = root / "policy.yaml"
        if not path.is_file():
            return ()
        file = self.file(path, PolicyFile)
        return file.rules if file else ()

    def model(self, root: Path) -> bytes | None:
        path = root / "model" / "opinion.bin"
        if not path.is_file():
            return None
        model = path.read_bytes()
        self.fingerprint.update(model)
        return model

    def _checked(self, document: Document, model: type[T]) -> T | None:
        value = validate(document, model)
        self.problems += document.problems
        return value

    def languages(self, root: Path, *, thorough: bool) -> Iterator[Language]:
        for path in sorted((root / "language").glob("*.yaml")):
            document = read_document(path)
            self.fingerprint.update(path.name.encode() + b"\0" + repr(document.data).encode() + b"\0")
            language = self._checked(document, Language)
            if language is None:
                continue
            self.problems += _problems_of(language, document, path, thorough=thorough)
            yield language

    def check_unique(self, languages: Iterable[Language]) -> None:
        seen: dict[str, str] = {}
        for language in languages:
            for signal in language.signals:
                first = seen.setdefault(signal.id, language.language)
                if first != language.language:
                    place = f"rules/language/{language.language}.yaml"
                    what = f"is also used in {first}.yaml"
                    self.problems.append(Problem(place, 0, signal.id, what, "ids are unique across files"))

    def check_words(self, layers: list[list[FeedbackFile]], known: set[str]) -> None:
        for file in (file for layer in layers for file in layer):
            place = f"rules/feedback/{file.language or '(every language)'}"
            for name in sorted({*file.says, *file.topics} - known):
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else "phrases are described in rules/feedback/meanings.yaml"
                self.problems.append(Problem(place, 0, name, "is no phrase of the decoder", hint))
            lists = {**file.says, **file.topics, **{str(key): value for key, value in file.listen_for.items()}}
            for where, phrases in lists.items():
                for phrase in phrases:
                    try:
                        translate(phrase)
                    except ValueError as error:
                        self.problems.append(Problem(place, 0, where, str(error), "see docs/rules.md"))


def _problems_of(language: Language, document: Document, path: Path, *, thorough: bool) -> Iterator[Problem]:
    """Tell what is wrong with a language file beyond its shape."""
    file = document.file
    if language.language != path.stem:
        hint = f"call the file {language.language}.yaml"
        yield Problem(file, document.line(("language",)), "language", "differs from the file's name", hint)
    first: dict[str, int] = {}
    for index, signal in enumerate(language.signals):
        line = document.line(("signals", index, "id"))
        if signal.id in first:
            yield Problem(file, line, signal.id, "stands twice", f"first in line {first[signal.id]}; ids are unique")
        first.setdefault(signal.id, line)
        if not (signal.phrases or signal.regex or signal.off):
            yield Problem(file, line, signal.id, "has nothing to look for", "give phrases: or regex:, or off: true")
    known = [outcome.value for outcome in Outcome]
    for index, example in enumerate(language.examples):
        if example.outcome not in known:
            near = difflib.get_close_matches(example.outcome, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"allowed: {', '.join(known)}"
            line = document.line(("examples", index, "outcome"))
            yield Problem(file, line, f"examples.{index}.outcome", f"'{example.outcome}' is no outcome", hint)
    if thorough:
        places = {signal.id: index for index, signal in enumerate(language.signals)}
        for fault in faults_of(language):
            line = document.line(("signals", places[fault.signal], fault.field, fault.index))
            hint = "see docs/rules.md for the notation" if fault.field == "phrases" else "see docs/rules.md for regex:"
            yield Problem(file, line, fault.signal, f"{fault.field}: {fault.what}", hint)


def _merge_words(files: Iterable[FeedbackFile]) -> Iterator[FeedbackWords]:
    """Lay files of one language over one another: under the same key the later one counts."""
    merged: dict[str, FeedbackWords] = {}
    for file in files:
        below = merged.get(file.language, FeedbackWords(language=file.language))
        merged[file.language] = FeedbackWords(
            language=file.language,
            stop_words=(*below.stop_words, *file.stop_words),
            says={**below.says, **file.says},
            topics={**below.topics, **file.topics},
            listen_for={**below.listen_for, **file.listen_for},
        )
    yield from merged.values()


def _first_of_each(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    kept: dict[str, PolicyRule] = {}
    for rule in rules:
        kept.setdefault(rule.id, rule)
    return [rule for rule in kept.values() if not rule.off]


def _wrong_patterns(value: Ats | ApplicationWords, document: Document) -> Iterator[Problem]:
    for place, text in value.patterns():
        try:
            compile_pattern(text)
        except ValueError as error:
            where = ".".join(str(part) for part in place)
            hint = (
                "no look-around, no back-references; slots: {employer}, {role}, {requisition}, {location}, {end}, {job}"
            )
            yield Problem(document.file, document.line(place), where, f"is not RE2 syntax: {error}", hint)


def _override(layers: list[list[T]]) -> list[T]:
    merged: dict[str, T] = {}
    for layer in layers:
        merged.update({item.id: item for item in layer})  # type: ignore[attr-defined]
    return list(merged.values())


def _merge_languages(layers: list[list[Language]]) -> list[Language]:
    merged: dict[str, Language] = {}
    for layer in layers:
        for own in layer:
            below = merged.get(own.language)
            merged[own.language] = _merge_language(below, own) if below else own
    return list(merged.values())


def _merge_language(below: Language, own: Language) -> Language:
    signals = {signal.id: signal for signal in below.signals} | {signal.id: signal for signal in own.signals}
    return below.model_copy(
        update={
            "signals": tuple(signals.values()),
            "examples": (*below.examples, *own.examples),
            "stop_words": (*below.stop_words, *own.stop_words),
        }
    )
