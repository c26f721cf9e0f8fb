"""When a draft is due: plan_request() and plan_thanks(), deterministic, DST-proof, in the user's working hours.

Source: ETIQUETTE section 7 (timing algorithm), R1-R4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """The three drafts Afterword writes."""

    REQUEST = "request"
    THANKS_ANSWER = "thanks_answer"
    THANKS_SILENCE = "thanks_silence"


@dataclass(frozen=True, slots=True)
class Plan:
    """One draft to come.

    Attributes:
        kind: Which of the drafts.
        due: When it is to appear, UTC.
        opens: Never before, UTC.
        closes: Normally not after, UTC; a later one is marked late.
        gives_up: Never after without the user asking, UTC.
        note: Advice to the user, such as "best sent on Monday morning"; may be empty.
        late: True when it can only appear after `closes`.
    """

    kind: Kind
    due: datetime
    opens: datetime
    closes: datetime
    gives_up: datetime
    note: str = ""
    late: bool = False
