"""rules/feedback/*.yaml as a value: what vague phrases may mean and what can be done about them."""

from __future__ import annotations

from watcher.core.rules.shape import Shape


class Phrase(Shape):
    """One vague phrase: kind, theme, possible meanings, actions, the one question that fits."""

    id: str


class FeedbackFile(Shape):
    """One file: a family of phrases."""

    phrases: tuple[Phrase, ...] = ()
