"""Runs the examples inside rules/ats/ and rules/application/: what is read against what the file says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watcher.core.contact import ContactKind, classify, is_noise, origin, read_opening
from watcher.core.job_application.understand import understand
from watcher.core.message import Message, parse
from watcher.core.rules import ApplicationWords, Ats, Rulebook
from watcher.core.rules.application import ApplicationExample
from watcher.core.rules.ats import AtsExample
from watcher.core.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class ReadingTrial:
    """One example run: which file, which example, and what came out otherwise than written."""

    file: str
    index: int
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True when everything came out as written."""
        return not self.problems


def run_reading_examples(rulebook: Rulebook) -> list[ReadingTrial]:
    """Run every example of the systems and of the application words."""
    trials = [
        ReadingTrial(f"ats/{ats.id}.yaml", index, tuple(_system_problems(ats, example, rulebook)))
        for ats in rulebook.ats
        for index, example in enumerate(ats.examples)
    ]
    trials += [
        ReadingTrial(f"application/{words.language}.yaml", index, tuple(_word_problems(words, example, rulebook)))
        for words in rulebook.application
        for index, example in enumerate(words.examples)
    ]
    return trials


def reaches(message: Message, rulebook: Rulebook) -> str:
    """Say whom an answer to this mail would reach by its addresses alone: Reply-To, else From."""
    author = message.author
    if author is None:
        return ContactKind.UNKNOWN.value
    if is_noise(author.addr_spec, rulebook):
        return "noise"
    target = author
    if message.reply_to and classify(message.reply_to[0], rulebook) is not ContactKind.UNMONITORED:
        target = message.reply_to[0]
    return classify(target, rulebook).value


def _system_problems(ats: Ats, example: AtsExample, rulebook: Rulebook) -> Iterator[str]:
    head = "\r\n".join(example.headers)
    message = parse(f"{head}\r\nTo: sam@example.org\r\n\r\n{example.body or 'Thank you.'}".encode())
    found = origin(message, rulebook).system
    if found is None or found.id != ats.id:
        yield f"taken for mail of {found.id if found else 'no system'}"
    if (got := reaches(message, rulebook)) != example.reaches:
        yield f"an answer reaches {got}, not {example.reaches}"
    opening = read_opening(message, rulebook)
    for name in ("employer", "role", "requisition"):
        wanted, value = getattr(example, name), getattr(opening, name)
        if wanted and value != wanted:
            yield f"{name} is read as {value!r}, not {wanted!r}"


def _word_problems(words: ApplicationWords, example: ApplicationExample, rulebook: Rulebook) -> Iterator[str]:
    sender = example.sender or "no-reply@nobody.example"
    head = f"From: {sender}\r\nTo: sam@example.org\r\nSubject: {example.subject}\r\n"
    mail = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{example.body}"
    details = understand(parse(mail.encode()), Verdict(outcome=Outcome.REJECTION, language=words.language), rulebook)
    for name in ("employer", "role", "requisition", "stage"):
        wanted, value = getattr(example, name), str(getattr(details, name))
        if wanted and value != wanted:
            yield f"{name} is read as {value!r}, not {wanted!r}"
