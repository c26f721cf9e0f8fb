"""Phrase notation -> one RE2 pattern for many phrases, on folded text; linear time whatever the mail holds.

(a|b)   one of these            [x]    may be there
...     up to 90 characters     *      any word ending
{}      one to four words
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import re2

from watcher.core.decoder.fold import fold

_SIGN = re.compile(r"\.\.\.|\{[^}]*\}|[()\[\]|*?]|\s+|[^()\[\]|*?\s.{}]+|[.{}]")
_GAP = r"[^.!?\n]{0,90}?"
_WORDS = r"(?:[^\s.!?]+\s+){0,3}[^\s.!?]+"
_SPACE = r"\s+"


def compile_phrases(phrases: Iterable[str]) -> Any:
    """Compile phrases to one pattern, or None when there are none.

    Raises:
        ValueError: A phrase is not well formed; names it.
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
        ValueError: Brackets do not pair, or nothing is left.
    """
    signs = _SIGN.findall(fold(phrase.strip()))
    partner = _partners(signs, phrase)
    if not any(letter.isalnum() for sign in signs for letter in sign if sign[0] != "{"):
        raise ValueError(f"nothing to look for in '{phrase}'")
    out: list[str] = []
    for index, sign in enumerate(signs):
        if sign == "[" and not _space_after(signs, partner[index]) and out and out[-1] == _SPACE:
            out[-1:] = ["(?:", _SPACE, "(?:"]
        elif sign == "[":
            out.append("(?:(?:")
        elif sign == "]":
            out.append(f"){_SPACE})?" if _space_after(signs, index) else "))?")
        elif not (sign.isspace() and index and signs[index - 1] == "]"):
            out.append(_plain(sign))
    return _edge("".join(out).replace(_SPACE + _GAP + _SPACE, r"\b" + _GAP + r"\b"), signs)


def _partners(signs: list[str], phrase: str) -> dict[int, int]:
    open_: list[int] = []
    partner: dict[int, int] = {}
    for index, sign in enumerate(signs):
        if sign in {"(", "["}:
            open_.append(index)
        elif sign in {")", "]"}:
            if not open_ or (signs[open_[-1]] == "(") != (sign == ")"):
                raise ValueError(f"brackets do not pair in '{phrase}'")
            partner[open_.pop()] = index
    if open_:
        raise ValueError(f"brackets do not pair in '{phrase}'")
    return partner


def _space_after(signs: list[str], index: int) -> bool:
    return index + 1 < len(signs) and signs[index + 1].isspace()


def _plain(sign: str) -> str:
    match sign:
        case "...":
            return _GAP
        case "*":
            return r"[\w'-]*"
        case "(":
            return "(?:"
        case ")" | "|" | "?":
            return sign
    if sign[0] == "{":
        return _WORDS
    return _SPACE if sign.isspace() else re.escape(sign)


def _edge(pattern: str, signs: list[str]) -> str:
    begins = r"\b" if signs[0][0].isalnum() or signs[0][0] in "([{" else ""
    ends = r"\b" if signs[-1][-1].isalnum() or signs[-1][-1] in ")]}" else ""
    return f"{begins}(?:{pattern}){ends}"
