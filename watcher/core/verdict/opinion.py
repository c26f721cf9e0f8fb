"""A second opinion, learnt: two linear models on hashed words and pieces of words, made by `python -m tools.train`.

It never decides. Where rules find nothing decisive and it strongly suspects a refusal, or they are sure of one and it
takes it for a refusal of something else, the user is asked (docs/decisions/0006 tells by which figures it earned that
much and no more). No text is in the weights.
"""

from __future__ import annotations

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

MAX_LETTERS = 4_000
KNOWN_WORDS = 50_000
HEADS = 2
PIECES = (3, 4)
"""Lengths of the pieces of words: endings and stems, in languages that have many forms of a word."""

_MASK = (1 << BITS) - 1
MAGIC = b"AWO4"
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
    """Give the numbers of the hashed features of a normalised text: of each word, and of each two in a row, once.

    A number is there as often as words share it.
    """
    words = _words(text)
    return [number for word in dict.fromkeys(words) for number in _hashes(word)] + sorted(
        _pairs([_hashes(word)[0] for word in words])
    )


def opinion(text: str, model: bytes) -> Opinion | None:
    """Judge a normalised text; None for a foreign model or a text without words."""
    learnt = _learnt(model)
    words = _words(text)
    if learnt is None or not words:
        return None
    known = {word: learnt.of_word(word) for word in set(words)}
    pairs = _pairs([known[word][0] for word in words])
    size = 1 / math.sqrt(sum([item[1] for item in known.values()]) + len(pairs))
    totals = []
    for place, head in enumerate(learnt.heads, 2):
        weight = sum([item[place] for item in known.values()]) + sum([head.weights[pair] for pair in pairs])
        totals.append(weight * head.scale * size + head.bias)
    return Opinion(*(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))) for total in totals))


def pack(*heads: Weights) -> bytes:
    """Write a model: magic, then for each of the two scale, bias and one signed octet for each weight, compressed."""
    return MAGIC + zlib.compress(b"".join(_packed(*head) for head in heads), 9)


def _packed(weights: list[float], bias: float) -> bytes:
    scale = (max(map(abs, weights), default=0.0) or 1.0) / 127
    return array("d", (scale, bias)).tobytes() + array("b", (round(weight / scale) for weight in weights)).tobytes()


def _pairs(wholes: list[int]) -> set[int]:
    return {whole ^ (before * 31 & _MASK) for before, whole in zip([0, *wholes], wholes, strict=False)}


def _hashes(word: str) -> tuple[int, ...]:
    """Hash a word, its beginning and its pieces."""
    octets = word.encode("utf-8", "surrogatepass")
    beginning = word[:5].encode("utf-8", "surrogatepass")
    pieces = [zlib.crc32(piece, length) for length in PIECES for piece in _runs(f" {word} ", length)]
    return tuple([number & _MASK for number in (zlib.crc32(octets, 1), zlib.crc32(beginning, 2), *pieces)])


def _runs(word: str, length: int) -> list[bytes]:
    """Give all runs of so many letters."""
    starts = range(len(word) - length + 1)
    if word.isascii():
        octets = word.encode("ascii")
        return [octets[start : start + length] for start in starts]
    return [word[start : start + length].encode("utf-8", "surrogatepass") for start in starts]


@dataclass(frozen=True, slots=True)
class _Head:
    """One model: the weights as octets, what one of them is worth, and the bias."""

    scale: float
    bias: float
    weights: array[int]


class _Learnt:
    """Both models, and what they make of words met before."""

    def __init__(self, heads: tuple[_Head, ...]) -> None:
        self.heads = heads
        self._known: dict[str, tuple[int, ...]] = {}

    def of_word(self, word: str) -> tuple[int, ...]:
        """Give a word's own number, how many features it has, and their sum in each model: words come again."""
        if word not in self._known:
            if len(self._known) >= KNOWN_WORDS:
                self._known.clear()
            numbers = _hashes(word)
            sums = (sum([head.weights[number] for number in numbers]) for head in self.heads)
            self._known[word] = (numbers[0], len(numbers), *sums)
        return self._known[word]


@lru_cache(maxsize=2)
def _learnt(model: bytes) -> _Learnt | None:
    if not model.startswith(MAGIC):
        return None
    try:
        raw = zlib.decompress(model[len(MAGIC) :])
    except zlib.error:
        return None
    size = 16 + (1 << BITS)
    if len(raw) != HEADS * size:
        return None
    return _Learnt(tuple(_head(raw[place : place + size]) for place in range(0, len(raw), size)))


def _head(raw: bytes) -> _Head:
    start, numbers = array("d"), array("b")
    start.frombytes(raw[:16])
    numbers.frombytes(raw[16:])
    return _Head(start[0], start[1], numbers)


def _words(text: str) -> list[str]:
    if text.isascii():
        return _WORD.findall(text, 0, MAX_LETTERS)[:MAX_WORDS]
    words: list[str] = []
    for word in _WORD.findall(text, 0, MAX_LETTERS)[:MAX_WORDS]:
        if word.isascii() or not _UNSPACED.search(word):
            words.append(word)
        else:
            words += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
    return words
