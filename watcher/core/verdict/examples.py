"""The examples in rule files, judged: each tells a wording and what must come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watcher.core.message import Address, Message
from watcher.core.rules import Language, Rulebook
from watcher.core.rules.language import Example
from watcher.core.verdict.judge import judge
from watcher.core.verdict.values import Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """One example, judged.

    Attributes:
        language: Tag of its file.
        index: Its place in the file's `examples`, from 0.
        example: What was asked.
        verdict: What came of it.
    """

    language: str
    index: int
    example: Example
    verdict: Verdict

    @property
    def passed(self) -> bool:
        """True when outcome, and certainty where given, are as written."""
        wanted = self.example.certainty
        return self.verdict.outcome == self.example.outcome and wanted in {None, self.verdict.certainty}


def run_examples(language: Language, rulebook: Rulebook) -> Iterator[Trial]:
    """Judge every example of a language with all rules in force."""
    for index, example in enumerate(language.examples):
        yield Trial(language.language, index, example, judge(message_of(example), rulebook))


def message_of(example: Example) -> Message:
    """Make the mail an example stands for."""
    name, _, rest = example.sender.rpartition("<")
    address = (rest or example.sender).strip("<> ")
    authors = (Address(name.strip(' "'), address.lower()),) if "@" in address else ()
    return Message(subject=" ".join(example.subject.split()), from_=authors, text=example.body)
