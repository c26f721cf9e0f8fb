"""Hits -> evidence: which hits count, and which a guard in the same sentence takes away.

`if`, `should we`, `unless` take a hit away when they stand before it; a reschedule, the candidate's own words, a
silence clause and an older no ("last year") do so anywhere in the sentence; words in quotation marks are somebody
else's. In languages whose condition follows the verb (ja, ko, tr) it also counts inside the hit and up to 25
characters after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from watcher.core.verdict.engine import Hit

AFTER_CHARACTERS = 25

GUARDED = frozenset({"rejection", "position_closed", "on_hold", "redirect", "offer", "withdrawn"})
"""Categories that guards can take away."""

DENIED = frozenset({"interview", "assessment", "offer"})
"""Categories that a no in the same sentence takes away."""

_NOTES = {
    "guard_conditional": "only a condition",
    "guard_appointment": "about an appointment",
    "guard_candidate": "the candidate's own words",
    "guard_past": "an older no",
    "guard_silence": "what silence would mean",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit, its words as normalised, whether it counts, and why not."""

    hit: Hit
    words: str
    counted: bool = True
    note: str = ""


def weigh(hits: list[Hit], text: str, *, guards_follow: bool) -> list[Judged]:
    """Take away every hit that a guard in its sentence takes away; order is kept."""
    guards = [hit for hit in hits if hit.signal.category in _NOTES]
    judged = [_judge(hit, guards, text, guards_follow=guards_follow) for hit in hits]
    refused = [item.hit for item in judged if item.counted and _is_no(item.hit)]
    if not refused:
        return judged
    return [_denied(item, refused, text) for item in judged]


def _is_no(hit: Hit) -> bool:
    return hit.signal.category in {"rejection", "position_closed"} and hit.signal.strength == "strong"


def _denied(item: Judged, refused: list[Hit], text: str) -> Judged:
    """Take away what a no in the same sentence denies: "unable to offer you the position" is no offer.

    An offer whose words are over before the no begins stands: "we offer you the post, more pay we can not"; so does an
    invitation after an opening that is gone: "Leeds is filled, but come and talk about York".
    """
    if item.hit.signal.category not in DENIED:
        return item
    first, last = _sentence(item.hit, text)
    if any(first <= no.start < last and _denies(no, item.hit) for no in refused):
        return replace(item, counted=False, note="denied in the same sentence")
    return item


def _denies(no: Hit, hit: Hit) -> bool:
    if hit.signal.category == "offer":
        return no.start < hit.end
    return no.signal.category != "position_closed" or no.end > hit.start


def _judge(hit: Hit, guards: list[Hit], text: str, *, guards_follow: bool) -> Judged:
    words = text[hit.start : hit.end]
    if hit.signal.category not in GUARDED or hit.signal.strength == "supporting":  # regret is regret, even with an if
        return Judged(hit, words)
    first, last = _sentence(hit, text)
    if _is_quoted(hit, text):
        return Judged(hit, words, counted=False, note="quoted from elsewhere")
    for guard in guards:
        if not first <= guard.start < last:
            continue
        category = guard.signal.category
        if category == "guard_candidate" and hit.signal.category == "withdrawn":
            continue
        if category != "guard_conditional" or _stands_before(guard, hit, guards_follow=guards_follow):
            return Judged(hit, words, counted=False, note=_NOTES[category])
    return Judged(hit, words)


def _sentence(hit: Hit, text: str) -> tuple[int, int]:
    last = text.find("\n", hit.end)
    return text.rfind("\n", 0, hit.start) + 1, len(text) if last < 0 else last


def _is_quoted(hit: Hit, text: str) -> bool:
    """Say whether the words stand between quotation marks of one paragraph: articles and newsletters quote refusals."""
    first = text.rfind("\n\n", 0, hit.start) + 1
    last = text.find("\n\n", hit.end)
    before = text.count('"', first, hit.start)
    return before % 2 == 1 and text.find('"', hit.end, len(text) if last < 0 else last) >= 0


def _stands_before(guard: Hit, hit: Hit, *, guards_follow: bool) -> bool:
    if guard.start <= hit.start:
        return True
    return guards_follow and guard.start <= hit.end + AFTER_CHARACTERS
