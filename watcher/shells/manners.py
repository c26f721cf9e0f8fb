"""What the user is told before the first draft: why a day passes, how rare an answer is (ETIQUETTE R4, R23, R26)."""

from __future__ import annotations

WHY_WAIT = (
    "Nothing is drafted in the first 24 hours: disappointment is natural, and a day later both sides read more calmly."
)
WHAT_TO_EXPECT = (
    "A specific answer is rare and silence is normal, whatever is written: many firms may not say more "
    "(docs/expectations.md)."
)
