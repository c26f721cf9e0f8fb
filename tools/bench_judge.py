"""Judging alone: messages of 4 KB a second, cost by size and by number of rules, hostile patterns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tools.bench import Figure, seconds_of
from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import Message
from watcher.core.rules import Language, Rulebook, Signal
from watcher.core.verdict import judge

MESSAGES = 200
CHATTER = (
    "The build on the second machine finished before lunch and nobody noticed.",
    "I have put the notes of the meeting where the others are, please have a look at them when you can.",
    "We still need a room for Thursday and somebody who brings the key!",
    "Is the old printer yours, or does it belong to the people on the third floor?",
    "They said that the parts would come next week, but I would not count on it.",
)
REFUSAL = (
    "Dear Sam,\n\nThank you for applying for the Data Analyst position. After careful review we have decided to move"
    " forward with other candidates whose experience more closely matches what the team needs.\n\n"
)
HOSTILE = ("(a+)+b", "(x*)*y", "(.*a){12}", "([a-z]+)*[0-9]")


def figures() -> Iterator[Figure]:
    """Measure."""
    rulebook = load_rulebook()
    mixed = [_mail(number, 4_000, is_refusal=number % 20 == 0) for number in range(MESSAGES)]
    refusals = [_mail(number, 1_500, is_refusal=True) for number in range(MESSAGES)]
    work = partial(_judge_all, mixed, rulebook)
    work()
    (seconds,) = seconds_of(work)
    yield Figure("4 KB, one in twenty a refusal", MESSAGES / seconds, "messages/s", "goal 5,000")
    _judge_all(refusals, rulebook)
    (seconds,) = seconds_of(partial(_judge_all, refusals, rulebook))
    yield Figure("1.5 KB, every one a refusal", MESSAGES / seconds, "messages/s", "evidence mapped back to the mail")
    yield from _sizes(rulebook)
    yield from _rules(rulebook, mixed)
    yield from _hostile(rulebook)


def _sizes(rulebook: Rulebook) -> Iterator[Figure]:
    small, large = ([_mail(number, size) for number in range(40)] for size in (1_200, 9_600))
    first, second = seconds_of(partial(_judge_all, small, rulebook), partial(_judge_all, large, rulebook))
    yield Figure("9.6 KB against 1.2 KB", second / first, "x", "8 is linear; beyond 10,000 characters a mail is cut")


def _rules(rulebook: Rulebook, mails: list[Message]) -> Iterator[Figure]:
    more = rulebook.model_copy(
        update={"languages": tuple(_tenfold(item) for item in rulebook.languages), "fingerprint": "tenfold"}
    )
    _judge_all(mails, more)
    first, second = seconds_of(partial(_judge_all, mails, rulebook), partial(_judge_all, mails, more))
    yield Figure("ten times the rules", second / first, "x", "1 is flat")


def _tenfold(language: Language) -> Language:
    if language.language != "en":
        return language
    added = tuple(
        Signal(
            id=f"{signal.id}_{number}",
            category=signal.category,
            strength=signal.strength,
            where=signal.where,
            phrases=tuple(f"{phrase} zq{number}" for phrase in signal.phrases),
        )
        for number in range(9)
        for signal in language.signals
        if signal.phrases
    )
    return language.model_copy(update={"signals": (*language.signals, *added)})


def _hostile(rulebook: Rulebook) -> Iterator[Figure]:
    signal = Signal(id="en.rejection.hostile", category="rejection", regex=HOSTILE)
    english = next(item for item in rulebook.languages if item.language == "en")
    poisoned = english.model_copy(update={"signals": (*english.signals, signal)})
    others = tuple(item for item in rulebook.languages if item.language != "en")
    book = rulebook.model_copy(update={"languages": (poisoned, *others), "fingerprint": "hostile"})
    text = "the job and the position you have " + "a" * 30_000
    mail = Message(text=text)
    judge(mail, book)
    (seconds,) = seconds_of(partial(judge, mail, book))
    yield Figure("hostile patterns on 30,000 letters", seconds * 1_000, "ms", "re hangs on these")


def _judge_all(mails: list[Message], rulebook: Rulebook) -> None:
    for mail in mails:
        judge(mail, rulebook)


def _mail(number: int, size: int, *, is_refusal: bool = False) -> Message:
    lines, place = [REFUSAL] if is_refusal else [], number
    while sum(map(len, lines)) < size:
        lines.append(CHATTER[place % len(CHATTER)] + ("\n\n" if place % 4 == 0 else " "))
        place += 1 + number % 3
    text = "".join(lines)[:size]
    return Message(subject=f"Number {number}", text=text)
