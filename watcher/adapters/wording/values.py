"""What a draft speaks of -> values a template may name: plain lines, empty for what could not be a name."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.verdict import Stage

NOT_TRAINABLE = frozenset({"salary", "availability", "competition", "fit", "internal_candidate"})
"""Themes nobody can take up and work on: a thank-you does not name them."""


def values_of(facts: Facts) -> dict[str, Any]:
    """Give every value by its name."""
    first, last = _name(facts.first_name), _name(facts.last_name)
    title = _name(facts.title) if last else ""
    stage = facts.stage.rank
    return {
        "kind": facts.kind.value,
        "region": facts.language.replace("_", "-").partition("-")[2].upper(),
        "formality": facts.formality or "",
        "formal": facts.formality != "informal",  # a tie is formal (ETIQUETTE, notes to the model drafts)
        "me": " ".join(facts.me.split()),
        "first": first,
        "last": last,
        "title": title,
        "full_name": _full_name(title, first, last, facts.language),
        "employer": _name(facts.employer),
        "role": _role(facts.role),
        "role_vowel": _starts_with_vowel(_role(facts.role)),
        "interviewed": stage >= Stage.INTERVIEWED.rank,
        "assessed": stage == Stage.ASSESSED.rank,
        "final_round": stage >= Stage.FINAL_ROUND.rank,
        "by_phone": facts.by_phone,
        "feedback_offered": facts.feedback_offered,
        "hint": facts.hint,
        "question": _line(facts.question),
        "point": _point(facts.point),
    }


def _full_name(title: str, first: str, last: str, language: str) -> str:
    """Write the name as its script does: in East Asia 山田太郎 has the family first and no space, Anna Smith never."""
    if first and last and language[:2] in {"ja", "ko", "zh"} and _HAN_OR_HANGUL(last + first):
        return f"{title} {last}{first}".strip()
    return " ".join(item for item in (title, first, last) if item)


_HAN_OR_HANGUL = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々]+").fullmatch
_THEME = re.compile(r"[a-z]+(?:_[a-z]+)+").fullmatch
_MARKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_NEVER_IN_A_NAME = re.compile(
    r"[{}<>\[\]|\\?!=\"%$^~_;…]|://|www\.|@|\.\.|XX|\bTODO\b|[\U0001F000-\U0001FAFF☀-➿]", re.IGNORECASE
)
_GENDER_TAG = re.compile(
    r"[\s,|–-]+(?:all genders|h/f|f/h|m/f|f/m|m/v|v/m|m/k|k/m|m/ž|[mwfhdxvgn](?:[/|*][mwfhdxvgn]){2,3})\s*$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


def _line(text: str) -> str:
    return joined(_MARKS.sub(" ", text).replace("\N{NO-BREAK SPACE}", " "))


def _starts_with_vowel(text: str) -> bool:
    """True where French says `d'` (an h counts as silent only where it nearly always is)."""
    plain = unicodedata.normalize("NFD", text.lower())
    return plain[:1] in set("aeiou") or plain.startswith(("ho\u0302", "hu\u0302", "hy"))


def joined(text: str) -> str:
    """Make one line; no-break spaces stay, French needs them before its question marks."""
    line = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    return re.sub(r" ([.,])(?= |$)", r"\1", line)  # left where something optional was left out


def _plausible(text: str, longest: int, words: int = 8) -> str:
    """Give the text as one line, or nothing when it could not be what it claims to be."""
    line = _line(text)
    good = 0 < len(line) <= longest and any(letter.isalpha() for letter in line) and not _NEVER_IN_A_NAME.search(line)
    return line if good and len(line.split()) <= words else ""


def _point(text: str) -> str:
    if text in NOT_TRAINABLE:
        return ""
    return text if _THEME(text) else _plausible(text, 90)


def _name(text: str) -> str:
    return _plausible(text.strip(" ,;:"), 60)


def _role(text: str) -> str:
    """Give the title without "(m/w/d)" and the like, which nobody says in a sentence."""
    line = _line(text)
    return _plausible(_IN_BRACKETS.sub("", _GENDER_TAG.sub("", line)).strip(" ,;:-–"), 80)


KNOWN = frozenset(values_of(Facts(kind=Kind.REQUEST, language="", me=""))) | {"choice_", "self", "super"}
"""Every name a template may use."""


def paragraphs(text: str) -> str:
    """Tidy every line, and leave one blank line between two paragraphs."""
    lines = [joined(line) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
