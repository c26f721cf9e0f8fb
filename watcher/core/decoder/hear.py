"""hear(): a text -> the remarks in it that are something to work on, each with its sentence.

A topic counts beside a word of need and not beside praise: "your communication was excellent" is no remark,
"we loved your design, but the examples lacked numbers" is one about examples and numbers.

Source: ETIQUETTE section 2 (an explicit statement beats any inference; quote it), R30, R31.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import re2

from watcher.core.decoder.clauses import Piece, Sentence, split
from watcher.core.decoder.fold import fold
from watcher.core.decoder.notation import compile_phrases
from watcher.core.rules import Phrase, Rulebook
from watcher.core.rules.feedback import FeedbackWords, ListenFor
from watcher.core.verdict import Evidence

MAX_CHARACTERS = 20_000
MENTIONED = "only mentioned"
PROTECTED = "stands beside age, origin, sex, disability, religion or family: never something to work on"
_ADDRESS = re2.compile(r"[\w.+-]+@[\w.-]+|https?://[^\s<>]+|www\.[^\s<>]+")  # type: ignore[no-untyped-call]
GENERAL = frozenset({"more_experience", "missing_skill", "no_depth", "hands_on"})
"""Give way to a named topic in the same piece: "more Kafka experience" is about Kafka."""
FAINT = "more_experience"
"""Its bare topic words (experience, exposure) count only when nothing else was named."""
_SMALL = 3
"""Words of need as short as this ("za", "för": too, but also for) say nothing in a sentence of thanks."""
Polarity = Literal["need", "praise", "dismissed"]
CUES: tuple[Polarity, ...] = ("need", "praise", "dismissed")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing a text said: the decoder phrase, its theme, and the quoted words."""

    phrase: str
    theme: str
    quote: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard: the points, and every word that was listened for, by kind."""

    points: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    mentioned: tuple[Point, ...] = ()
    """Topics without any word of need or praise near them: worth something only where nothing else was said."""

    def heard(self, what: str) -> bool:
        """Tell whether anything of this kind was heard and counted."""
        return any(item.category == what and item.counted for item in self.evidence)


@dataclass(frozen=True, slots=True)
class _Hit:
    name: Any
    start: int
    end: int


def hear(text: str, language: str, rulebook: Rulebook) -> Hearing:
    """Find the remarks in a text written in `language`."""
    text = text[:MAX_CHARACTERS]
    ears = _ears(rulebook.fingerprint or str(id(rulebook)), language, _Held(rulebook))
    return _Listener(text, ears).listen()


def overhear(text: str, what: tuple[ListenFor, ...], rulebook: Rulebook) -> frozenset[str]:
    """Tell which of these are heard in a text, in whichever language (machines mix them)."""
    folded = fold(text[:MAX_CHARACTERS])
    heard = set()
    for item in rulebook.feedback_words:
        ears = _ears(rulebook.fingerprint or str(id(rulebook)), item.language, _Held(rulebook))
        heard |= {name for name in what if (found := ears.listen_for.get(name)) and found.search(folded)}
    return frozenset(heard)


def hints(text: str, language: str, rulebook: Rulebook) -> tuple[str, ...]:
    """Give the ids of the phrases a rejection hints at, the more telling first; formulas last."""
    order = {"actionable": 0, "partly": 1, "not_about_you": 2, "boilerplate": 3}
    heard = hear(text, language, rulebook)
    needs = [item.quote.casefold() for item in heard.evidence if item.category == "need" and len(item.quote) > _SMALL]
    found = dict.fromkeys(
        point.phrase
        for point in heard.points
        # "Thank you for your motivation" is how rejections are written; a hint says that something lacked.
        if point.theme != "motivation" or any(need in point.quote.casefold() for need in needs)
    )
    known = {item.id: item for item in rulebook.feedback}
    return tuple(sorted(found, key=lambda name: order[known[name].kind]))


def phrase(name: str, rulebook: Rulebook) -> Phrase | None:
    """Explain one phrase: kind, theme, what it may mean, what can be done."""
    return next((item for item in rulebook.feedback if item.id == name), None)


class _Held:
    """Carries a rulebook past the cache's hash: its fingerprint is the key."""

    __slots__ = ("rulebook",)

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class _Ears:
    says: tuple[tuple[str, Any], ...]
    topics: tuple[tuple[str, Any], ...]
    listen_for: dict[str, Any]
    themes: Mapping[str, str]


@lru_cache(maxsize=128)
def _ears(fingerprint: str, language: str, held: _Held) -> _Ears:
    del fingerprint
    rulebook = held.rulebook
    base = language.partition("-")[0]
    words = [item for item in rulebook.feedback_words if item.language in {"", base, language}]
    live = {item.id: item.theme for item in rulebook.feedback if not item.off}
    return _Ears(
        says=_patterns([item.says for item in words], live),
        topics=_patterns([item.topics for item in words], live),
        listen_for={
            what: pattern
            for what in ListenFor.__args__  # type: ignore[attr-defined]
            if (pattern := compile_phrases(_all([_listen(item) for item in words], what))) is not None
        },
        themes=live,
    )


def _listen(words: FeedbackWords) -> dict[str, tuple[str, ...]]:
    return {str(key): value for key, value in words.listen_for.items()}


def _all(sources: list[dict[str, tuple[str, ...]]], key: str) -> list[str]:
    return [text for source in sources for text in source.get(key, ())]


def _patterns(sources: list[dict[str, tuple[str, ...]]], live: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    names = dict.fromkeys(name for source in sources for name in source if name in live)
    return tuple((name, compile_phrases(_all(sources, name))) for name in names)


def _without_addresses(folded: str) -> str:
    """Blank out addresses and links: their words say nothing."""
    blanked: str = _ADDRESS.sub(lambda found: " " * len(found.group()), folded)
    return blanked


class _Listener:
    def __init__(self, text: str, ears: _Ears) -> None:
        self.text = text
        self.folded = _without_addresses(fold(text))
        self.ears = ears
        self.cues = self._cues()
        self.says = self._scan(ears.says)
        self.topics = self._scan(ears.topics)

    def listen(self) -> Hearing:
        points: list[tuple[_Hit, Sentence]] = []
        ignored: list[tuple[_Hit, str]] = []
        mentioned: list[tuple[_Hit, Sentence]] = []
        standing: Polarity | None = None
        protected = self._places("protected")
        for sentence in split(self.folded, self.ears.listen_for.get("contrast")):
            polarity = self._polarity(sentence, standing)
            told_of = any(sentence.start <= place < sentence.end for place in protected)
            for piece in sentence.pieces:
                kept, left = self._in_piece(piece, polarity[piece])
                if told_of:
                    left = [(hit, PROTECTED) for hit in (*kept, *(hit for hit, _ in left))]
                    kept = []
                mentioned += [(hit, sentence) for hit, note in left if note == MENTIONED]
                points += [(hit, sentence) for hit in kept]
                ignored += left
            standing = self._standing(sentence, standing, polarity)
        points, faint = self._without_faint(points)
        ignored += [(hit, "something more particular is said") for hit in faint]
        heard = [hit for hit, _ in points]
        return Hearing(self._points(points), self._evidence(heard, ignored), self._points(mentioned))

    def _places(self, what: str) -> list[int]:
        pattern = self.ears.listen_for.get(what)
        return [found.start() for found in pattern.finditer(self.folded)] if pattern is not None else []

    def _scan(self, patterns: tuple[tuple[str, Any], ...]) -> list[_Hit]:
        return [
            _Hit(name, found.start(), found.end())
            for name, pattern in patterns
            for found in pattern.finditer(self.folded)
        ]

    def _cues(self) -> list[_Hit]:
        """Words of need and praise; one inside a longer one of the other kind does not count ("not convincing")."""
        wanted = tuple((name, self.ears.listen_for[name]) for name in CUES if name in self.ears.listen_for)
        hits = self._scan(wanted)
        return [
            hit
            for hit in hits
            if not any(
                other.name != hit.name
                and other.start <= hit.start
                and hit.end <= other.end
                and (other.end - other.start) > (hit.end - hit.start)
                for other in hits
            )
        ]

    def _polarity(self, sentence: Sentence, standing: Polarity | None) -> dict[Piece, Polarity | None]:
        """Give each piece its own polarity, else that of its neighbour before, else after, else the standing one."""
        own = {piece: self._own(piece) for piece in sentence.pieces}
        result = dict(own)
        pieces = sentence.pieces
        for index, piece in enumerate(pieces):
            before = pieces[index - 1] if index else None
            if result[piece] is None and before is not None and before.turn == piece.turn:
                result[piece] = _inherited(result[before])
        for index in range(len(pieces) - 2, -1, -1):
            piece, after = pieces[index], pieces[index + 1]
            if result[piece] is None and after.turn == piece.turn:
                result[piece] = _inherited(result[after])
        return {piece: polarity or standing for piece, polarity in result.items()}

    def _own(self, piece: Piece) -> Polarity | None:
        return _strongest([hit for hit in self.cues if piece.start <= hit.start < piece.end])

    def _standing(
        self, sentence: Sentence, standing: Polarity | None, polarity: dict[Piece, Polarity | None]
    ) -> Polarity | None:
        if sentence.leads:
            return polarity[sentence.pieces[-1]] if sentence.pieces else None
        return standing if sentence.item else None

    def _in_piece(self, piece: Piece, polarity: Polarity | None) -> tuple[list[_Hit], list[tuple[_Hit, str]]]:
        inside = [hit for hit in self.says if piece.start <= hit.start < piece.end]
        topics = [hit for hit in self.topics if piece.start <= hit.start < piece.end]
        kept, ignored = [], []
        for hit in _longest(inside + topics):
            near = self._beside(hit, piece) or polarity
            if near == "dismissed":
                ignored.append((hit, "said not to be the point"))
            elif near == "praise" and hit not in inside:
                ignored.append((hit, "said as praise"))
            elif hit in inside or near == "need":
                kept.append(hit)
            else:
                ignored.append((hit, MENTIONED))
        named = [self._part(hit, piece) for hit in kept if self._particular(hit)]
        general = [hit for hit in kept if hit.name in GENERAL and any(a <= hit.start < b for a, b in named)]
        ignored += [(hit, "a more particular point stands beside it") for hit in general]
        return [hit for hit in kept if hit not in general], ignored

    def _part(self, hit: _Hit, piece: Piece) -> tuple[int, int]:
        """Give the hit's own part of the piece, between words that join two statements."""
        begin, end = piece.start, piece.end
        joins = self.ears.listen_for.get("joins")
        for found in joins.finditer(self.folded[piece.start : piece.end]) if joins is not None else ():
            place = piece.start + found.start()
            begin, end = (place, end) if place < hit.start else (begin, min(end, place))
        return begin, end

    def _particular(self, hit: _Hit) -> bool:
        return hit.name not in GENERAL and self.ears.themes[hit.name] not in {"none", "competition", "fit"}

    def _without_faint(self, points: list[tuple[_Hit, Sentence]]) -> tuple[list[tuple[_Hit, Sentence]], list[_Hit]]:
        """Drop bare "experience" beside anything else in its sentence, or when something particular was named."""
        particular = any(self._particular(hit) for hit, _ in points)
        faint = [
            hit
            for hit, sentence in points
            if hit.name == FAINT
            and hit in self.topics
            and (particular or any(other.name != FAINT and place == sentence for other, place in points))
        ]
        return [(hit, sentence) for hit, sentence in points if hit not in faint], faint

    def _beside(self, hit: _Hit, piece: Piece) -> Polarity | None:
        """Give the polarity in the hit's own part of the piece ("was good and the design lacked depth"), need first."""
        cues = [cue for cue in self.cues if piece.start <= cue.start < piece.end]
        if not cues:
            return None
        begin, end = self._part(hit, piece)
        return _strongest([cue for cue in cues if begin <= cue.start < end]) or _strongest(cues)

    def _points(self, found: list[tuple[_Hit, Sentence]]) -> tuple[Point, ...]:
        points: dict[str, Point] = {}
        for hit, sentence in sorted(found, key=lambda item: item[0].start):
            quote = " ".join(self.text[sentence.start : sentence.end].split())
            points.setdefault(hit.name, Point(hit.name, self.ears.themes[hit.name], quote))
        return tuple(points.values())

    def _evidence(self, kept: list[_Hit], ignored: list[tuple[_Hit, str]]) -> tuple[Evidence, ...]:
        found = [self._item(hit, "point") for hit in kept]
        found += [self._item(hit, "point", note) for hit, note in ignored]
        found += [self._item(hit, hit.name) for hit in self.cues]
        rest = tuple((n, p) for n, p in self.ears.listen_for.items() if n not in {*CUES, "contrast", "joins"})
        found += [self._item(hit, hit.name) for hit in self._scan(rest)]
        return tuple(sorted(found, key=lambda item: (item.start, item.end)))

    def _item(self, hit: _Hit, category: str, note: str = "") -> Evidence:
        quote = self.text[hit.start : hit.end]
        return Evidence(hit.name, category, quote, hit.start, hit.end, counted=not note, note=note)


def _inherited(polarity: Polarity | None) -> Polarity | None:
    """Need and praise spread over commas; a dismissal speaks of its own piece alone."""
    return None if polarity == "dismissed" else polarity


def _strongest(cues: list[_Hit]) -> Polarity | None:
    names = {cue.name for cue in cues}
    order: tuple[Polarity, ...] = ("dismissed", "need", "praise")
    return next((polarity for polarity in order if polarity in names), None)


def _longest(hits: list[_Hit]) -> list[_Hit]:
    """Drop hits that lie inside a longer one of another name."""
    return [
        hit
        for hit in hits
        if not any(
            other is not hit
            and other.name != hit.name
            and other.start <= hit.start
            and hit.end <= other.end
            and (other.end - other.start) > (hit.end - hit.start)
            for other in hits
        )
    ]
