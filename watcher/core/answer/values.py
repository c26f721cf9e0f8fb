"""The values of reading an answer: AnswerKind, Point, Answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from watcher.core.decoder import Point
from watcher.core.verdict import Evidence

__all__ = ["Answer", "AnswerKind", "Point"]


class AnswerKind(StrEnum):
    """What an incoming mail is as an answer to a feedback request."""

    SUBSTANTIVE = "substantive"
    VAGUE = "vague"
    DECLINED = "declined"
    CALL = "call"
    REDIRECT = "redirect"
    COURTESY = "courtesy"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SURVEY = "survey"

    @property
    def is_human(self) -> bool:
        """False for what machines send: never feedback, never ends the waiting."""
        return self not in {AnswerKind.AUTO_REPLY, AnswerKind.BOUNCE, AnswerKind.SURVEY}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read.

    Attributes:
        kind: What it is.
        language: Tag of the language it was read in, empty when none was recognised.
        themes: Themes of the decoder in the order of the text, without repeats.
        points: What was said, each with its sentence.
        evidence: What was listened for and heard; `counted` is False for what was praise or only mentioned.
    """

    kind: AnswerKind
    language: str = ""
    themes: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
