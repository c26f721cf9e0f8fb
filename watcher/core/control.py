"""settle(): keywords a user's client set on a message, then and now -> what the user wants, and what contradicts it.

The words are keywords (RFC 9051 2.3.2) on the message, or names of folders `Feedback/<word>`; case and a leading `$`
make no difference, since mail clients differ in both. In a contradiction the newest word wins and the other is removed;
when both are new the careful one wins: not a rejection, do not ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What the user can say."""

    IS_REJECTION = "isrejection"
    NOT_REJECTION = "notrejection"
    ASK_NOW = "asknow"
    DONT_ASK = "dontask"


class Mark(StrEnum):
    """What we say; written only when the user switched marking on."""

    REJECTION = "$rejection"
    UNCERTAIN = "$rejectionuncertain"
    DRAFT = "$feedbackdraft"
    HEARD = "$feedbackheard"


CONTRARY: dict[Word, frozenset[Word]] = {
    Word.NOT_REJECTION: frozenset({Word.IS_REJECTION, Word.ASK_NOW}),
    Word.DONT_ASK: frozenset({Word.ASK_NOW}),
    Word.ASK_NOW: frozenset({Word.DONT_ASK, Word.NOT_REJECTION}),
    Word.IS_REJECTION: frozenset({Word.NOT_REJECTION}),
}
"""Which words each takes back, the careful ones first."""

KEYWORDS = tuple(f"{dollar}{word}" for word in Word for dollar in ("$", ""))
"""Every spelling asked for on the server; case is the adapter's business."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a message's keywords come to.

    Attributes:
        wanted: What the user newly says, to be obeyed, in the order of Word.
        standing: Every word that stands after contradictions are settled.
        removed: Keywords to take off the message, spelled as they were found.
    """

    wanted: tuple[Word, ...]
    standing: frozenset[Word]
    removed: tuple[str, ...]


def word_of(keyword: str) -> Word | None:
    """Read a keyword or folder name; None for one that is not ours."""
    plain = keyword.strip().lower().removeprefix("$")
    return next((word for word in Word if word == plain), None)


def settle(before: frozenset[Word], keywords: Iterable[str]) -> Settled:
    """Tell what is new and what falls.

    Args:
        before: The words that stood when we last looked.
        keywords: Those on the message now; others than ours are left alone.
    """
    spelled = {keyword: word for keyword in sorted(set(keywords)) if (word := word_of(keyword))}
    present = set(spelled.values())
    new = present - before
    fallen: set[Word] = set()
    for word in (*(w for w in CONTRARY if w in new), *(w for w in CONTRARY if w not in new)):
        if word in present and word not in fallen:
            fallen |= CONTRARY[word] & present
    standing = frozenset(present - fallen)
    removed = tuple(keyword for keyword, word in spelled.items() if word in fallen)
    return Settled(tuple(word for word in Word if word in new & standing), standing, removed)
