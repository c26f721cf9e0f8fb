"""read_answer(): the steps from a message to an answer: who wrote it, in which language, what it says."""

from __future__ import annotations

from watcher.core.answer.machine import machine_kind
from watcher.core.answer.values import Answer, AnswerKind, Point
from watcher.core.decoder import Hearing, hear, phrase, recognise
from watcher.core.message import Message
from watcher.core.rules import Rulebook

_EMPTY_THEMES = frozenset({"none", "competition", "fit"})
"""Themes that name nothing to work on: alone they make an answer vague."""

ENOUGH_NEED = 3
"""So many words of need make an answer substantive although no topic is known."""

ENOUGH_NEED_ALONE = 2
"""The same where nobody is thanked or wished anything."""


def read_answer(message: Message, rulebook: Rulebook) -> Answer:
    """Read a mail as an answer to a feedback request; quoted history and signature do not count."""
    language = recognise(message.fresh, rulebook) or recognise(message.subject, rulebook)
    hearing = hear(message.fresh, language, rulebook)
    machine = machine_kind(message, hearing, rulebook)
    if machine is not None:
        kind, evidence = machine
        return Answer(kind, language, evidence=(evidence,))
    kind, points = _human_kind(hearing, rulebook)
    if message.calendar and not points and kind is not AnswerKind.DECLINED:
        kind = AnswerKind.CALL  # an invitation to talk, whatever its text says
    themes = tuple(dict.fromkeys(point.theme for point in points if point.theme != "none"))
    return Answer(kind, language, themes, points, hearing.evidence)


def _human_kind(hearing: Hearing, rulebook: Rulebook) -> tuple[AnswerKind, tuple[Point, ...]]:
    told = [point for point in hearing.points if point.theme not in _EMPTY_THEMES]
    refusals = [" ".join(item.quote.split()) for item in hearing.evidence if item.category == "declined"]
    if refusals:
        retracted = hearing.heard("even_so")
        told = [p for p in told if _trains(p, rulebook) and (retracted or not any(r in p.quote for r in refusals))]
    if told:
        return AnswerKind.SUBSTANTIVE, hearing.points
    for kind in (AnswerKind.DECLINED, AnswerKind.REDIRECT, AnswerKind.CALL):
        if _heard_outside_a_promise(hearing, str(kind)):
            return kind, ()
    if hearing.points:
        return AnswerKind.VAGUE, hearing.points
    mentioned = tuple(point for point in hearing.mentioned if point.phrase != "more_experience")
    if hearing.heard("advice") or (mentioned and hearing.heard("need")):
        return AnswerKind.SUBSTANTIVE, mentioned
    if hearing.heard("vague"):
        return AnswerKind.VAGUE, ()
    if mentioned:
        return AnswerKind.SUBSTANTIVE, mentioned
    needs = sum(item.category == "need" for item in hearing.evidence)
    if needs >= (ENOUGH_NEED if hearing.heard("courtesy") else ENOUGH_NEED_ALONE):
        return AnswerKind.SUBSTANTIVE, ()
    return AnswerKind.COURTESY, ()


def _heard_outside_a_promise(hearing: Hearing, what: str) -> bool:
    """Tell whether this was said to the reader: "I will speak to the manager and get back to you" sends nobody away."""
    promises = [item for item in hearing.evidence if item.category == "promise"]
    return any(
        item.category == what and item.counted and not any(p.start <= item.start < p.end for p in promises)
        for item in hearing.evidence
    )


def _trains(point: Point, rulebook: Rulebook) -> bool:
    """Tell whether a point is worth having beside a refusal: "no feedback, but look at Kafka" is feedback."""
    found = phrase(point.phrase, rulebook)
    return found is not None and found.kind == "actionable"
