"""recognise(): text -> the language it is written in, by its small frequent words."""

from __future__ import annotations

import re
from collections import Counter

from watcher.core.decoder.fold import fold
from watcher.core.rules import Rulebook

_WORD = re.compile(r"[a-z']+")
_ENOUGH = 4_000


def recognise(text: str, rulebook: Rulebook) -> str:
    """Give the tag of the language whose small words are most frequent; empty when none is seen."""
    words = Counter(_WORD.findall(fold(text[:_ENOUGH])))
    best, most = "", 0
    for item in rulebook.feedback_words:
        score = sum(words[fold(word)] for word in item.stop_words)
        if score > most:
            best, most = item.language, score
    return best
