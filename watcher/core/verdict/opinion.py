"""A second opinion, learnt: two linear models on hashed words and pieces of words, made by `python -m tools.train`.

It never decides. Where rules find nothing decisive and it strongly suspects a refusal, or they are sure of one and it
takes it for a refusal of something else, the user is asked (docs/decisions/0006 tells by which figures it earned that
much and no more). No text is in the weights.
"""

from __future__ import annotations

import itertools
import math
import re
import zlib
from array import array
from dataclasses import dataclass
from functools import lru_cache

BITS = 18
"""2^18 weights of one octet each, for each of the two."""

MAX_WORDS = 300
"""A letter of refusal has said so by then."""

HEADS = 2
PIECES = (3, 4)
"""Lengths of the pieces of words: endings and stems, in languages that have many forms of a word."""

_MASK = (1 << BITS) - 1
MAGIC = b"AWO3"
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the two models make of a text, as probabilities.

    Attributes:
        refusal: That it is a refusal of a job application, beside mail of every kind.
        job: The same, weighed against refusals of loans, flats, places and papers.
    """

    refusal: float
    job: float


Weights = tuple[list[float], float]
"""One model to be packed: 2^BITS weights and a bias."""


def features(text: str) -> list[int]:
    """Give the numbers of the hashed features of a normalised text, each once, in rising order."""
    return sorted(_present(text))


def opinion(text: str, model: bytes) -> Opinion | None:
    """Judge a normalised text; None for a foreign model or a text without words."""
    heads = _heads(model)
    present = _present(text) if heads else None
    if not heads or not present:
        return None
    size = 1 / math.sqrt(len(present))
    totals = (sum(map(numbers.__getitem__, present)) * scale * size + bias for scale, bias, numbers in heads)
    return Opinion(*(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))) for total in totals))


def pack(*heads: Weights) -> bytes:
    """Write a model: magic, then for each of the two scale, bias and one signed octet for each weight, compressed."""
    return MAGIC + zlib.compress(b"".join(_packed(*head) for head in heads), 9)


def _packed(weights: list[float], bias: float) -> bytes:
    scale = (max(map(abs, weights), default=0.0) or 1.0) / 127
    return array("d", (scale, bias)).tobytes() + array("b", (round(weight / scale) for weight in weights)).tobytes()


def _present(text: str) -> set[int]:
    words = _words(text)
    hashes = {word: _hashes(word) for word in dict.fromkeys(words)}
    found = set(itertools.chain.from_iterable(hashes.values()))
    wholes = [hashes[word][0] for word in words]
    found.update([whole ^ (before * 31 & _MASK) for before, whole in zip([0, *wholes], wholes, strict=False)])
    return found


@lru_cache(maxsize=20_000)
def _hashes(word: str) -> tuple[int, ...]:
    """Hash a word, its beginning and its pieces; a mailbox uses the same words again and again."""
    octets = word.encode("utf-8", "surrogatepass")
    bounded = f" {word} "
    pieces = (
        zlib.crc32(bounded[start : start + length].encode("utf-8", "surrogatepass"), length)
        for length in PIECES
        for start in range(len(bounded) - length + 1)
    )
    beginning = zlib.crc32(word[:5].encode("utf-8", "surrogatepass"), 2)
    return tuple(number & _MASK for number in (zlib.crc32(octets, 1), beginning, *pieces))


@lru_cache(maxsize=2)
def _heads(model: bytes) -> tuple[tuple[float, float, array[int]], ...]:
    if not model.startswith(MAGIC):
        return ()
    try:
        raw = zlib.decompress(model[len(MAGIC) :])
    except zlib.error:
        return ()
    size = 16 + (1 << BITS)
    if len(raw) != HEADS * size:
        return ()
    return tuple(_head(raw[place : place + size]) for place in range(0, len(raw), size))


def _head(raw: bytes) -> tuple[float, float, array[int]]:
    start, numbers = array("d"), array("b")
    start.frombytes(raw[:16])
    numbers.frombytes(raw[16:])
    return start[0], start[1], numbers


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
