"""What the user corrected, applied again: the same sender's same template gets the user's word.

A correction is keyed by sender and template, never global: another employer's mail is judged as before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from watcher.core.message import Message
from watcher.core.verdict.normalise import normalise, normalise_line
from watcher.core.verdict.values import Certainty, Evidence, Outcome, Verdict

TEMPLATE_WORDS = 3
"""Shingles of so many words; a template survives other names and roles in it."""

SKETCH = 24
"""Shingles kept of a template."""

_WORD = re.compile(r"[a-z\u0080-\U0010ffff]{3,}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing the user taught.

    Attributes:
        key: Sender and template: `address template`, both readable in the file.
        outcome: What such mail is.
        subject: The subject corrected, to recognise the entry by; may be empty.
    """

    key: str
    outcome: Outcome
    subject: str = ""


def fingerprint(message: Message) -> str:
    """Give the key under which a correction of this message is kept: sender, then a sketch of its wording."""
    return f"{_sender(message)} {_sketch(message)}"


def learn_correction(message: Message, outcome: Outcome | str) -> Correction:
    """Turn the user's word on one message into a correction for its kind."""
    return Correction(fingerprint(message), Outcome(outcome), message.subject)


def apply(verdict: Verdict, message: Message, corrections: Mapping[str, str]) -> Verdict:
    """Give the verdict the user would give, when they corrected this sender's template before."""
    known = corrections.get(fingerprint(message))
    if known is None:
        return verdict
    note = Evidence("correction", "correction", "", note="you said so about the same kind of mail")
    return replace(
        verdict,
        outcome=Outcome(known),
        certainty=Certainty.SURE,
        evidence=(*verdict.evidence, note),
        because="you corrected mail of this sender and wording before",
    )


def _sender(message: Message) -> str:
    return message.author.addr_spec.lower() if message.author else "unknown"


def _sketch(message: Message) -> str:
    text = normalise_line(message.subject) + "\n" + normalise(message.fresh or message.text)
    digest = hashlib.sha256(" ".join(_WORD.findall(text)).encode()).hexdigest()
    return digest[:16]
