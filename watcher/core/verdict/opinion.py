"""A second opinion, learnt: a linear model on hashed words, made by `python -m tools.train`; no text is in it.

It never decides. Where rules say *sure* and it strongly disagrees, or they find nothing decisive and it strongly
suspects, the user is asked (docs/decisions tells by which figures it earned that much and no more).
"""

from __future__ import annotations

import itertools
import math
import re
import zlib
from array import array
from functools import lru_cache

BITS = 16
"""2^16 weights of one octet each."""

MAX_WORDS = 300
"""A letter of refusal has said so by then."""

_MASK = (1 << BITS) - 1
MAGIC = b"AWO2"
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def features(text: str) -> list[int]:
    """Give the numbers of the hashed features of a normalised text, each once, in rising order."""
    return sorted(_present(text))


def opinion(text: str, model: bytes) -> float | None:
    """Give the probability that a normalised text is a refusal of a job application; None for a foreign model."""
    weights = _weights(model)
    if weights is None:
        return None
    scale, bias, numbers = weights
    present = _present(text)
    if not present:
        return None
    total = sum(map(numbers.__getitem__, present)) * scale / math.sqrt(len(present)) + bias
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def pack(weights: list[float], bias: float) -> bytes:
    """Write a model: magic, scale and bias, then one signed octet for each weight, compressed."""
    largest = max(map(abs, weights), default=0.0) or 1.0
    scale = largest / 127
    octets = array("b", (round(weight / scale) for weight in weights))
    head = array("d", (scale, bias)).tobytes()
    return MAGIC + zlib.compress(head + octets.tobytes(), 9)


def _present(text: str) -> set[int]:
    found: set[int] = set()
    before = 0
    for word in _words(text):
        whole, beginning = _hashes(word)
        found.update((whole, beginning, whole ^ (before * 31 & _MASK)))
        before = whole
    return found


@lru_cache(maxsize=20_000)
def _hashes(word: str) -> tuple[int, int]:
    """Hash a word and its beginning; a mailbox uses the same words again and again."""
    whole = zlib.crc32(word.encode("utf-8", "surrogatepass"), 1)
    return whole & _MASK, zlib.crc32(word[:5].encode("utf-8", "surrogatepass"), 2) & _MASK


@lru_cache(maxsize=2)
def _weights(model: bytes) -> tuple[float, float, array[int]] | None:
    if not model.startswith(MAGIC):
        return None
    try:
        raw = zlib.decompress(model[len(MAGIC) :])
    except zlib.error:
        return None
    head, numbers = array("d"), array("b")
    head.frombytes(raw[:16])
    numbers.frombytes(raw[16:])
    return (head[0], head[1], numbers) if len(numbers) == 1 << BITS else None


def _words(text: str) -> list[str]:
    if text.isascii():
        return [match.group() for match in itertools.islice(_WORD.finditer(text), MAX_WORDS)]
    words: list[str] = []
    for match in itertools.islice(_WORD.finditer(text), MAX_WORDS):
        word = match.group()
        if word.isascii() or not _UNSPACED.search(word):
            words.append(word)
        else:
            words += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
    return words
