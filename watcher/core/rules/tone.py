"""rules/tone/<tag>.yaml as a value: what a draft in this language must not say."""

from __future__ import annotations

from watcher.core.rules.shape import Shape


class Tone(Shape):
    """The words a gracious draft avoids, by kind."""

    language: str
