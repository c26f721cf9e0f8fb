"""lint(): what a gracious draft must not say, and the form it keeps; a draft with findings is not placed.

Source: ETIQUETTE 1.4, R8-R22.
"""

from __future__ import annotations

from dataclasses import dataclass

from watcher.core.plan import Kind
from watcher.core.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a draft says that it must not: rule, words, what to do."""

    rule: str
    words: str
    hint: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known to be true, so that a false claim can be told (ETIQUETTE 1.4 no. 8)."""

    interviewed: bool = False
    assessed: bool = False
    role: str = ""
    employer: str = ""
    names: tuple[str, ...] = ()


def lint(text: str, language: str, kind: Kind, truth: Truth, rulebook: Rulebook) -> tuple[Finding, ...]:
    """Read a draft's body and list what is wrong with it; an empty result means it may be placed."""
    raise NotImplementedError
