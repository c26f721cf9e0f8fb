"""rules/policy.yaml as a value: when to ask, when never, how and why."""

from __future__ import annotations

from watcher.core.rules.shape import Shape


class PolicyRule(Shape):
    """`when` all named fields match, `then` does this, `because`."""

    id: str


class PolicyFile(Shape):
    """The file: its rules, in the order they are asked."""

    rules: tuple[PolicyRule, ...] = ()
