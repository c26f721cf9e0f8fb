"""A second opinion, learnt: a linear model on hashed words, made by `python -m tools.train`; no text is in it.

It never decides. Where rules say *sure* and it strongly disagrees, or they find nothing decisive and it strongly
suspects, the user is asked (docs/decisions tells by which figures it earned that much and no more).
"""

from __future__ import annotations

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
    crc, found, before = zlib.crc32, set(), 0
    for word in _words(text):
        whole = crc(word.encode("utf-8", "surrogatepass"), 1)
        found.add(whole)
        found.add(crc(word[:5].encode("utf-8", "surrogatepass"), 2))
        found.add(whole ^ (before * 31))
        before = whole
    return sorted({number & _MASK for number in found})


def opinion(text: str, model: bytes) -> float | None:
    """Give the probability that a normalised text is a refusal of a job application; None for a foreign model."""
    weights = _weights(model)
    if weights is None:
        return None
    scale, bias, numbers = weights
    present = features(text)
    if not present:
        return None
    total = sum(numbers[number] for number in present) * scale / math.sqrt(len(present)) + bias
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def pack(weights: list[float], bias: float) -> bytes:
    """Write a model: magic, scale and bias, then one signed octet for each weight, compressed."""
    largest = max(map(abs, weights), default=0.0) or 1.0
    scale = largest / 127
    octets = array("b", (round(weight / scale) for weight in weights))
    head = array("d", (scale, bias)).tobytes()
    return MAGIC + zlib.compress(head + octets.tobytes(), 9)


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
    words: list[str] = []
    for word in _WORD.findall(text)[:MAX_WORDS]:
        if word.isascii() or not _UNSPACED.search(word):
            words.append(word)
        else:
            words += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
    return words
