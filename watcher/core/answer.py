"""read_answer(): what came back: substantive, vague, declined, call, redirect, courtesy, auto-reply, bounce, survey.

Source: RFC 3834 (automatic responses), RFC 3464 (delivery status notifications).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Evidence


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
class Point:
    """One thing an answer said: the decoder phrase, its theme, and the quoted words."""

    phrase: str
    theme: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    kind: AnswerKind
    language: str = ""
    themes: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)


def read_answer(message: Message, rulebook: Rulebook) -> Answer:
    """Read a mail as an answer to a feedback request; quoted history and signature do not count."""
    raise NotImplementedError
