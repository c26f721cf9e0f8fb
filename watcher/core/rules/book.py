"""The Rulebook: everything under rules/ and the user's own overrides, as one frozen value."""

from __future__ import annotations

from pydantic import Field

from watcher.core.rules.application import ApplicationWords
from watcher.core.rules.ats import Ats
from watcher.core.rules.feedback import FeedbackWords, Phrase
from watcher.core.rules.language import Language
from watcher.core.rules.policy import PolicyRule
from watcher.core.rules.provider import Provider
from watcher.core.rules.shape import Shape
from watcher.core.rules.tone import Tone


class Rulebook(Shape):
    """All rules in force; loaded all-or-nothing by adapters/rulebook.py."""

    languages: tuple[Language, ...] = ()
    ats: tuple[Ats, ...] = ()
    application: tuple[ApplicationWords, ...] = ()
    policy: tuple[PolicyRule, ...] = Field(default=(), description="User rules first, then the shipped ones.")
    feedback: tuple[Phrase, ...] = ()
    feedback_words: tuple[FeedbackWords, ...] = Field(default=(), description="One a language, and one for all.")
    tone: tuple[Tone, ...] = ()
    providers: tuple[Provider, ...] = ()
    model: bytes | None = Field(default=None, repr=False, description="The learned second opinion's weights.")
    fingerprint: str = Field(default="", description="Changes whenever any rule changes; keys compiled caches.")
