"""fold(): text -> the same text without case, accents and typographic quotes, character for character.

Character for character, so that a place found in the folded text is the place in the original.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPECIAL = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "´": "'",
        "`": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\t": " ",
        "\r": " ",
        "‐": "-",
        "‑": "-",
        "ß": "s",
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "Ø": "o",
        "æ": "a",
        "Æ": "a",
        "œ": "o",
        "Œ": "o",
        "đ": "d",
        "ı": "i",
    }
)


def fold(text: str) -> str:
    """Fold a text for matching; the result has exactly as many characters."""
    plain = text.translate(_SPECIAL)
    return plain if plain.isascii() and plain.islower() else "".join(map(_letter, plain))


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    base = unicodedata.normalize("NFKD", letter)[:1].lower()
    return base if len(base) == 1 else letter
