"""Phrases (core/notation.py) -> one RE2 pattern on folded text; linear time whatever the mail holds.

Words are apart by white space alone, a comma begins another piece; a slot is one to four words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

from watcher.core.decoder.fold import fold
from watcher.core.notation import GAP_CHARACTERS, Chunk, Gap, Literal, NotationError, Sequence, Star, Writer, read


class _Folded(Writer):
    apart = r"\s+"
    gap = rf"\b[^.!?\n]{{0,{GAP_CHARACTERS}}}?\b"
    star = r"[\w'-]*"
    slot = r"(?:[^\s.!?]+\s+){0,3}[^\s.!?]+"

    def sequence(self, sequence: Sequence) -> str:
        """Join words; a gap at the end asks for a further word."""
        return super().sequence(sequence) + (r"\s+\b" if isinstance(sequence.parts[-1], Gap) else "")


_FOLDED = _Folded()


def compile_phrases(phrases: Iterable[str]) -> Any:
    """Compile phrases to one pattern, or None when there are none.

    Raises:
        NotationError: A phrase is not well formed; names it.
    """
    parts = [translate(phrase) for phrase in phrases]
    if not parts:
        return None
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    return re2.compile("|".join(f"(?:{part})" for part in parts), options)  # type: ignore[no-untyped-call]


def translate(phrase: str) -> str:
    """Translate one phrase to RE2 syntax.

    Raises:
        NotationError: It is not well formed; names it.
    """
    try:
        tree = read(fold(phrase))
    except NotationError as error:
        raise NotationError(f"'{phrase}' {error}") from None
    begins = r"\b" if _bounded(tree, 0) else ""
    ends = r"\b" if _bounded(tree, -1) else ""
    return f"{begins}(?:{_FOLDED.sequence(tree)}){ends}"


def _bounded(tree: Sequence, end: int) -> bool:
    """Tell whether a phrase begins (0) or ends (-1) with a word, so that half a word is no hit."""
    part = tree.parts[end]
    atom = part.atoms[end] if isinstance(part, Chunk) else None
    return not isinstance(atom, Star) and not (isinstance(atom, Literal) and not atom.text[end].isalnum())
