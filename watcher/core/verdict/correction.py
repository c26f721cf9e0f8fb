"""What the user corrected, applied again: the same sender's same template gets the user's word.

A correction is keyed by sender and template, never global: another employer's mail is judged as before.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from watcher.core.message import Message
from watcher.core.verdict.normalise import normalise, normalise_line
from watcher.core.verdict.values import Certainty, Evidence, Outcome, Verdict

SHINGLE_WORDS = 3
SKETCH = 8
"""Smallest shingle hashes kept of a wording: other names and roles change few of them."""

ALIKE = 4
"""So many common hashes make two mails the same template."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing the user taught.

    Attributes:
        key: Sender, then a sketch of the wording: `rita@employer.example 01ab…-…`; it holds no text of the mail.
        outcome: What such mail is.
        subject: The subject corrected, to recognise the entry by; may be empty.
    """

    key: str
    outcome: Outcome
    subject: str = ""


def fingerprint(message: Message) -> str:
    """Give the key under which a correction of this message is kept: sender, then a sketch of its wording."""
    sender = message.author.addr_spec.lower() if message.author else "unknown"
    return f"{sender} {'-'.join(_sketch(message))}"


def learn_correction(message: Message, outcome: Outcome | str) -> Correction:
    """Turn the user's word on one message into a correction for its kind."""
    return Correction(fingerprint(message), Outcome(outcome), message.subject)


def apply(verdict: Verdict, message: Message, corrections: Mapping[str, str]) -> Verdict:
    """Give the verdict the user would give, when they corrected this sender's template before."""
    known = _find(fingerprint(message), corrections)
    if known is None:
        return verdict
    note = Evidence("correction", "correction", "", note=f"the rules alone say {verdict.outcome}")
    return replace(
        verdict,
        outcome=Outcome(known),
        certainty=Certainty.SURE,
        evidence=(*verdict.evidence, note),
        because="you corrected mail of this sender and wording before",
    )


def _find(key: str, corrections: Mapping[str, str]) -> str | None:
    if key in corrections:
        return corrections[key]
    sender, _, sketch = key.partition(" ")
    mine = set(sketch.split("-"))
    found, best = None, ALIKE - 1
    for other, outcome in corrections.items():
        other_sender, _, other_sketch = other.partition(" ")
        if other_sender == sender and (common := len(mine.intersection(other_sketch.split("-")))) > best:
            found, best = outcome, common
    return found


def _sketch(message: Message) -> list[str]:
    words = _WORD.findall(normalise_line(message.subject) + "\n" + normalise(message.fresh or message.text))
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {" ".join(words[place : place + SHINGLE_WORDS]) for place in range(last)}
    return [
        f"{number:08x}" for number in sorted(zlib.crc32(item.encode("utf-8", "replace")) for item in shingles)[:SKETCH]
    ]
