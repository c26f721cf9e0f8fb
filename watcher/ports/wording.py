"""Facts -> the words of a draft."""

from __future__ import annotations

from typing import Protocol

from watcher.core.draft import Facts, Words
from watcher.core.plan import Kind


class Wording(Protocol):
    """Templates -> words."""

    def languages(self) -> frozenset[str]:
        """Give the tags that can be written."""
        ...

    def writes(self, language: str, kind: Kind = Kind.REQUEST) -> bool:
        """Tell whether a draft of this kind can be written in this language itself."""
        ...

    def render(self, facts: Facts) -> Words:
        """Fill the template of facts.language (or its nearest) and kind.

        Raises:
            TemplateError: The template is wrong; carries file and line.
        """
        ...
