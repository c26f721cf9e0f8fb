"""judge(): the steps from a message to a verdict, in order."""

from __future__ import annotations

from dataclasses import dataclass, field

from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict.values import Verdict


@dataclass(frozen=True, slots=True)
class Memory:
    """What the judge may know beside the message and the rules.

    Attributes:
        own_addresses: The user's addresses, lower case: mail from them is never judged.
        corrections: What the user taught: key (sender or template fingerprint) -> outcome.
        known_threads: Message ids of earlier mail of applications: they open the job gate.
    """

    own_addresses: frozenset[str] = frozenset()
    corrections: dict[str, str] = field(default_factory=dict)
    known_threads: frozenset[str] = frozenset()


def judge(message: Message, rulebook: Rulebook, memory: Memory | None = None) -> Verdict:
    """Say what a message is; the same message, rules and memory always give the same verdict."""
    raise NotImplementedError
