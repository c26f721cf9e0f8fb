"""lint(): what a gracious draft must not say, and the form it keeps; a draft with findings is not placed.

Phrases come from rules/tone/<tag>.yaml; what is the same in every language (length, links, capitals) is here. Matching
is linear in the text (RE2). Quoted history below a draft is not read.

Source: ETIQUETTE 1.4, R8-R22, R42-R44, R49.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2 as _re2

from watcher.core.plan import Kind
from watcher.core.rules import Rulebook, Tone
from watcher.core.rules.tone import Avoid, Length
from watcher.core.verdict.normalise import origins
from watcher.core.verdict.notation import exact, pieces

re2: Any = _re2  # the binding has no types

MOST_QUESTIONS = 1
MOST_EXCLAMATIONS = 1
MOST_CHARACTERS = 20_000  # nothing longer is read to the end: it is too long anyway
LEAST_THANKS = 8  # a thank-you is brief (R41), but it is more than a greeting
MOST_THANKS = 100
HITS_SHOWN = 5  # of each rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a draft says that it must not: rule, words, what to do."""

    rule: str
    words: str
    hint: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known to be true, so that a false claim can be told (ETIQUETTE 1.4 no. 8).

    Attributes:
        interviewed: An interview was held.
        assessed: An assessment was taken.
        role: Title of the opening as it was seen; empty when none was.
        employer: Its name as it was seen.
        names: Every name of a person that was seen; empty: names are not judged.
        unchecked: True when nothing is known of the application: claims are not judged.
    """

    interviewed: bool = False
    assessed: bool = False
    role: str = ""
    employer: str = ""
    names: tuple[str, ...] = ()
    unchecked: bool = False


HINTS = {
    "challenge": "accept the decision; ask what to strengthen, not why",
    "comparison": "leave out whoever was chosen; ask about your own next step",
    "demand": "ask, and leave a way out; no 'must', no deadline",
    "law": "no word of law or rights: it ends the conversation",
    "broad": "ask for one point that can be answered in a sentence or two",
    "emotion": "thank and look ahead; disappointment stays out of this mail",
    "pressure": "announce nothing and ask for no quick answer",
    "criticism": "respect the process; leave criticism out",
    "attachment": "send nothing along",
    "claim": "say only what happened: this was not seen in your mail",
    "thanks": "thank for the time",
    "asks": "a thank-you asks for nothing",
    "questions": "one question, no more",
    "length": "between 60 and 120 words",
    "paragraphs": "one paragraph between salutation and closing",
    "placeholder": "fill this in",
    "link": "no links",
    "capitals": "no words in capitals",
    "emoji": "no emoji",
    "exclamation": "one exclamation mark at most",
    "formality": "use one form of address throughout",
}
"""Every rule of the lint, and what to do about a finding."""


def lint(text: str, language: str, kind: Kind, truth: Truth, rulebook: Rulebook) -> tuple[Finding, ...]:
    """Read a draft's body and list what is wrong with it; an empty result means it may be placed.

    Args:
        text: Body of the draft; lines beginning with `>` are not read.
        language: Tag it is written in; without rules for it only the form is checked.
        kind: A thank-you asks nothing and is brief; a request has its length and one question.
        truth: What may be claimed.
        rulebook: Its `tone` part is used.
    """
    own = _own_words(text)
    tone = _tone_of(rulebook, language)
    rules = _compiled(tone)
    found = [*_form(own, kind, tone.length, truth), *_words(_masked(own, truth), rules, kind)]
    if not truth.unchecked:
        found += _claims(own, rules, truth)
    return tuple(item for item in dict.fromkeys(found) if item.rule not in tone.off)


def _own_words(text: str) -> str:
    plain = text[: MOST_CHARACTERS * 2].replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in plain.split("\n") if not line.startswith(">")]
    return unicodedata.normalize("NFC", "\n".join(lines)).strip()


def _tone_of(rulebook: Rulebook, language: str) -> Tone:
    tag = language.replace("_", "-")
    primary = tag.partition("-")[0].lower()
    by_tag = {tone.language: tone for tone in rulebook.tone}
    return by_tag.get(tag) or by_tag.get(primary) or Tone(language=primary)


# --- the form, the same in every language

_PLACEHOLDER = re.compile(
    r"\{[^{}\n]{0,80}\}|\[[^\[\]\n]{0,80}\]|<[^<>\n]{1,80}>|_{3,}|\bX{2,}\b|%[sd]\b|\b(?:TODO|TBD|N\.N\.)|[{}]"
)
_LINK = re.compile(r"https?:|www\.|\bmailto:|\b[a-z0-9-]{2,}\.(?:com|org|net|io|dev|me|ly)/", re.IGNORECASE)
_EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27bf\u2b50\u2b55\ufe0f]|(?<!\w)[:;]['-]?[()DPp/](?!\w)|<3")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{6,}\b(?![a-z])|\b[^\W\d_a-z]{2,}(?:[ ,]+[^\W\d_a-z]{2,})+\b")
_QUESTION = re.compile(r"[?？؟]")
_EXCLAMATION = re.compile(r"[!！]")
_LETTERS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W_]+(?:['’./+#&-]*[^\W_]+)*")


def _form(text: str, kind: Kind, length: Length, truth: Truth) -> Iterator[Finding]:
    yield from _hits("placeholder", _PLACEHOLDER, text)
    yield from _hits("link", _LINK, text)
    yield from _hits("emoji", _EMOJI, text)
    runs = _CAPITALS.findall(_masked(text, truth))
    shouted = [run for run in runs if all(map(str.isupper, filter(str.isalpha, run)))]
    yield from (_finding("capitals", hit) for hit in shouted[:HITS_SHOWN])
    if (count := len(_EXCLAMATION.findall(_masked(text, truth)))) > MOST_EXCLAMATIONS:
        yield _finding("exclamation", f"{count} exclamation marks")
    questions = len(_QUESTION.findall(text))
    if kind is Kind.REQUEST and questions > MOST_QUESTIONS:
        yield _finding("questions", f"{questions} questions")
    if kind is not Kind.REQUEST and questions:
        yield _finding("asks", f"{questions} question" + "s" * (questions > 1))
    if (paragraphs := len(_paragraphs(text))) != 1:
        yield _finding("paragraphs", f"{paragraphs} paragraphs")
    yield from _length(text, kind, length)


def _length(text: str, kind: Kind, length: Length) -> Iterator[Finding]:
    size = sum(map(str.isalpha, text)) if length.characters else len(_WORD.findall(text))
    unit = "characters" if length.characters else "words"
    least, most = (length.least, length.most) if kind is Kind.REQUEST else (LEAST_THANKS, min(MOST_THANKS, length.most))
    if length.characters and kind is not Kind.REQUEST:
        most = length.most
    if not least <= size <= most:
        yield Finding("length", f"{size} {unit}", f"between {least} and {most} {unit}")


def _paragraphs(text: str) -> list[str]:
    """Give what stands between salutation and closing."""
    blocks = [block.strip() for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    if len(blocks) > 1 and _is_aside(blocks[0]):
        blocks = blocks[1:]
    while len(blocks) > 1 and _is_aside(blocks[-1]):
        blocks = blocks[:-1]
    return blocks


def _is_aside(block: str) -> bool:
    """Tell a salutation or a closing: short, and no sentence."""
    lines = block.split("\n")
    return len(block) <= 200 and all(
        len(line) <= 120 and not line.rstrip().endswith((".", "?", "。")) for line in lines
    )


# --- the words, from rules/tone/


class _Phrases:
    """All phrases of a language at once: one automaton learns which may hit, only those are searched for."""

    def __init__(self, labelled: Iterable[tuple[str, str]]) -> None:
        self.labelled = tuple(labelled)
        self.automaton = re2.Set.SearchSet(_options())
        numbers: dict[str, int] = {}
        self.needs: list[frozenset[int]] = []
        for _, phrase in self.labelled:
            sources = pieces(phrase)
            for source in sources:
                if source not in numbers:
                    numbers[source] = self.automaton.Add(source)
            self.needs.append(frozenset(numbers[source] for source in sources))
        if numbers:
            self.automaton.Compile()
        self.any = bool(numbers)
        self.exact: dict[int, Any] = {}

    def read(self, text: str) -> dict[str, list[str]]:
        """Give label -> the words that hit, as written."""
        normal, places = origins(text)
        present = set(self.automaton.Match(f"\n{normal}\n") or ()) if self.any else set[int]()
        found: dict[str, list[str]] = {}
        for index, (label, phrase) in enumerate(self.labelled):
            if not self.needs[index] <= present:
                continue
            if index not in self.exact:
                self.exact[index] = re2.compile(exact(phrase), _options())
            for hit in itertools.islice(self.exact[index].finditer(f"\n{normal}\n"), HITS_SHOWN):
                start, end = max(hit.start(1) - 1, 0), min(hit.end(1) - 1, len(normal))
                if start < end:
                    found.setdefault(label, []).append(text[places[start] : places[end - 1] + 1])
        return found


@dataclass(frozen=True)
class _Rules:
    phrases: _Phrases
    needs_thanks: bool
    greeting: Any
    anyone: frozenset[str]
    role: tuple[Any, ...]
    formal: tuple[Any, ...]
    informal: tuple[Any, ...]


THANKS, ASKS, INTERVIEW, ASSESSMENT = "thanks", "asks", "interview", "assessment"


@lru_cache(maxsize=64)
def _compiled(tone: Tone) -> _Rules:
    more = {
        THANKS: tone.thanks,
        ASKS: tone.asks,
        INTERVIEW: tone.claims.interview,
        ASSESSMENT: tone.claims.assessment,
    }
    return _Rules(
        phrases=_Phrases((label, item) for label, items in [*tone.avoid, *more.items()] for item in items),
        needs_thanks=bool(tone.thanks),
        greeting=_greeting(tone.claims.greeting),
        anyone=frozenset(tone.claims.anyone),
        role=tuple(map(_expression, tone.claims.role)),
        formal=tuple(map(_expression, tone.address.formal)),
        informal=tuple(map(_expression, tone.address.informal)),
    )


def _words(text: str, rules: _Rules, kind: Kind) -> Iterator[Finding]:
    found = rules.phrases.read(text)
    for rule in (name for name in found if name in Avoid.model_fields):
        yield from (_finding(rule, hit) for hit in found[rule])
    if rules.needs_thanks and THANKS not in found:
        yield _finding("thanks", "no thanks")
    if kind is not Kind.REQUEST:
        yield from (_finding("asks", hit) for hit in found.get(ASKS, ()))
    straight = _straight(text)
    formal, informal = [_first(patterns, straight) for patterns in (rules.formal, rules.informal)]
    if formal and informal:
        yield _finding("formality", f"{formal} ... {informal}")


def _claims(text: str, rules: _Rules, truth: Truth) -> Iterator[Finding]:
    found = rules.phrases.read(_masked(text, truth))
    if not truth.interviewed:
        yield from (_finding("claim", hit) for hit in found.get(INTERVIEW, ()))
    if not (truth.assessed or truth.interviewed):
        yield from (_finding("claim", hit) for hit in found.get(ASSESSMENT, ()))
    seen = _tokens(" ".join(truth.names))
    greeted = rules.greeting.search(_straight(text.split("\n", 1)[0])) if rules.greeting else None
    if greeted and seen and not _tokens(greeted.group(1)) & (seen | _tokens(truth.employer) | rules.anyone):
        yield _finding("claim", greeted.group(1))
    for pattern in rules.role:
        for named in pattern.finditer(_straight(text)):
            if not _tokens(named.group(1)) & _tokens(truth.role):
                yield _finding("claim", named.group(1))


def _masked(text: str, truth: Truth) -> str:
    """Hide what is known to be a name, so that an employer called "Urgent Care" is not taken for a demand."""
    spoken = truth.role.partition("(")[0].strip()  # nobody says "(m/w/d)"
    for name in sorted({truth.role, spoken, truth.employer, *truth.names}, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, "N")
    return text


def _finding(rule: str, words: str) -> Finding:
    return Finding(rule, " ".join(words.split())[:120], HINTS[rule])


def _hits(rule: str, pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    yield from (_finding(rule, hit) for hit in pattern.findall(text)[:HITS_SHOWN])


def _first(patterns: Iterable[Any], text: str) -> str:
    return next((hit.group(0).strip() for pattern in patterns if (hit := pattern.search(text))), "")


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_LETTERS.findall(_straight(text).casefold()))


def _straight(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("ʼ", "'").replace("\u00ad", "").split())


def _greeting(words: Iterable[str]) -> Any:
    alternatives = "|".join(re2.escape(word) for word in words)
    pattern = rf"(?i)^(?:{alternatives}),?\s+([^,:!?]{{1,80}}?)\s*[,:!]?$"
    return re2.compile(pattern, _options()) if alternatives else None


def _expression(source: str) -> Any:
    r"""Compile RE2 syntax; `\b` knows every letter here, RE2's own only those of ASCII."""
    return re2.compile(source.replace(r"\b", r"(?:^|$|[^\p{L}\p{N}])"), _options())


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options
