"""When a draft is due: plan_request() and plan_thanks(), deterministic, DST-proof, in the user's working hours.

Windows are absolute hours, so clock changes do not move them; working hours are wall-clock hours of the user's zone.

Source: ETIQUETTE section 7 (timing algorithm), R1-R4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Literal

EARLIEST = timedelta(hours=24)  # R2, R4: never before
GIVE_UP = timedelta(days=7)  # section 7 no. 5: older only on request
SPREAD = timedelta(minutes=30)
PUNCTUAL = timedelta(hours=1)  # a tick this much behind `due` is the same moment, not a daemon that was off
DAYTIME = (time(9), time(18))  # section 7 no. 4
THANKS_EARLIEST = timedelta(hours=2)
THANKS_LATEST_DAYS = 1
SILENCE_LATEST_DAYS = 2  # 8 working days, at most 10 (ETIQUETTE 1.2)
THANKS_GIVE_UP = timedelta(days=21)
SEARCH_DAYS = 400  # a calendar without a working day in so many days has none


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


@dataclass(frozen=True, slots=True)
class Hours:
    """When the user works.

    Attributes:
        zone: Their time zone.
        days: Working days, Monday is 0.
        start: First working instant of a day, wall clock.
        end: First instant after work, wall clock.
        holidays: Days off; anything that answers `day in holidays`.
        weekend: What to do when the window holds no working hour: its best hour, or the next working morning.
    """

    zone: tzinfo = UTC
    days: frozenset[int] = frozenset(range(5))
    start: time = time(9)
    end: time = time(17)
    holidays: Container[date] = frozenset()
    weekend: Literal["best", "defer"] = "best"

    def is_working(self, day: date) -> bool:
        """Tell a working day from a day off."""
        return day.weekday() in self.days and day not in self.holidays


class Readiness(StrEnum):
    """What a planned draft is at an instant."""

    WAIT = "wait"
    READY = "ready"
    LATE = "late"
    EXPIRED = "expired"


def arrival(internal_date: datetime, received: Sequence[datetime] = ()) -> datetime:
    """Give the instant a mail arrived: the earlier of INTERNALDATE and the topmost Received field (section 7 no. 1)."""
    instants = [internal_date, *received[:1]]
    return min(instant.astimezone(UTC) for instant in instants)


def plan_request(
    arrived: datetime,
    seed: str,
    hours: Hours,
    earliest: timedelta = EARLIEST,
    latest: timedelta = timedelta(hours=48),
) -> Plan:
    """Plan the feedback request: the first working instant of the window, else its best hour.

    Args:
        arrived: When the rejection arrived, aware.
        seed: The same seed gives the same minute; different ones spread over half an hour.
        hours: When the user works.
        earliest: After arrival; less than 24 h is taken as 24 h (R2).
        latest: After arrival; less than `earliest` is taken as `earliest`.
    """
    arrived = arrived.astimezone(UTC)
    earliest = max(earliest, EARLIEST)
    opens, closes = arrived + earliest, arrived + max(latest, earliest)
    gives_up = max(arrived + GIVE_UP, closes)
    for start, end in _intersections(opens, closes, _working_slots(opens, hours)):
        return Plan(Kind.REQUEST, start + _spread(seed, end - start), opens, closes, gives_up)
    working = _next_slot(closes, hours)
    if hours.weekend == "defer" and working is not None:
        start, end = working
        due = min(start + SPREAD, end - timedelta(seconds=1))
        return Plan(Kind.REQUEST, due, opens, end, max(gives_up, end), note=_advice(start, hours))
    note = _advice(working[0], hours) if working else ""
    daytime = list(_intersections(opens, closes, _daytime_slots(opens, closes, hours)))
    if not daytime:  # a window the policy made so short that it lies in one night
        return Plan(Kind.REQUEST, opens, opens, closes, gives_up, note=note)
    start, end = daytime[-1]
    # The spread goes backwards, so that the tick that comes a little after `due` still falls into the window.
    return Plan(Kind.REQUEST, end - _spread(seed, end - start), opens, closes, gives_up, note=note)


def plan_thanks(
    kind: Literal[Kind.THANKS_ANSWER, Kind.THANKS_SILENCE], since: datetime, seed: str, hours: Hours, days: int = 8
) -> Plan:
    """Plan the final thank-you.

    Args:
        kind: After an answer (2 h to one working day) or after silence (so many working days).
        since: When the answer arrived, or when the request was sent (never when it was drafted), aware.
        seed: As in plan_request().
        hours: When the user works.
        days: Working days of silence; only for THANKS_SILENCE.
    """
    since = since.astimezone(UTC)
    if kind is Kind.THANKS_ANSWER:
        opens = since + THANKS_EARLIEST
        closes = max(_working_days_after(since, THANKS_LATEST_DAYS, hours), opens)
    else:
        opens = _working_days_after(since, days, hours)
        closes = _working_days_after(since, days + SILENCE_LATEST_DAYS, hours)
    slot = _next_slot(opens, hours)
    if slot is None:
        return Plan(kind, opens, opens, closes, closes + THANKS_GIVE_UP)
    start, end = slot
    closes = max(closes, start)
    room = min(end - timedelta(seconds=1), closes) - start
    return Plan(kind, start + _spread(seed, room), opens, closes, closes + THANKS_GIVE_UP)


def readiness(plan: Plan, now: datetime, hours: Hours) -> Readiness:
    """Say whether a planned draft may appear now (section 7 no. 5).

    In the window after a pause it appears at once by day, and waits for the day by night unless the window ends
    first; after the window it appears marked late; after `gives_up` only when the user asks.
    """
    if now < plan.opens or now < plan.due:
        return Readiness.WAIT
    if now > plan.gives_up:
        return Readiness.EXPIRED
    if now > plan.closes:
        return Readiness.LATE
    if now - plan.due <= PUNCTUAL or _is_daytime(now, hours):
        return Readiness.READY
    rest = _intersections(now, plan.closes, _daytime_slots(now, plan.closes, hours))
    return Readiness.WAIT if next(rest, None) else Readiness.READY


def _spread(seed: str, room: timedelta) -> timedelta:
    seconds = int(min(SPREAD, max(room, timedelta())).total_seconds())
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogateescape")).digest()[:8], "big")
    return timedelta(seconds=number % (seconds + 1))


def _intersections(
    opens: datetime, closes: datetime, slots: Iterator[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    for start, end in slots:
        if start > closes:
            return
        first, last = max(start, opens), min(end - timedelta(seconds=1), closes)
        if first <= last:
            yield first, last


def _working_slots(since: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    for day in _days(since, hours):
        if hours.is_working(day):
            slot = _slot(day, hours.start, hours.end, hours.zone)
            if slot[0] < slot[1]:
                yield slot


def _daytime_slots(since: datetime, until: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    for day in _days(since, hours):
        slot = _slot(day, *DAYTIME, hours.zone)
        if slot[0] > until:
            return
        yield slot


def _days(since: datetime, hours: Hours) -> Iterator[date]:
    first = since.astimezone(hours.zone).date() - timedelta(days=1)
    return (first + timedelta(days=number) for number in range(SEARCH_DAYS))


def _slot(day: date, start: time, end: time, zone: tzinfo) -> tuple[datetime, datetime]:
    return _instant(day, start, zone), _instant(day, end, zone)


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _next_slot(since: datetime, hours: Hours) -> tuple[datetime, datetime] | None:
    for start, end in _working_slots(since, hours):
        if end > since:
            return max(start, since), end
    return None


def _working_days_after(since: datetime, count: int, hours: Hours) -> datetime:
    local = since.astimezone(hours.zone)
    left = count
    for number in range(1, SEARCH_DAYS):
        day = local.date() + timedelta(days=number)
        left -= hours.is_working(day)
        if left == 0:
            # Counted from a day off, "one working day" is the whole of the next one.
            at = local.time() if hours.is_working(local.date()) else hours.end
            return _instant(day, at.replace(tzinfo=None), hours.zone)
    return since + timedelta(days=count)


def _is_daytime(now: datetime, hours: Hours) -> bool:
    """Day time, or an hour the user works (who works at night is not asleep)."""
    local = now.astimezone(hours.zone)
    works = hours.is_working(local.date()) and hours.start <= local.time() < hours.end
    return works or DAYTIME[0] <= local.time() < DAYTIME[1]


def _advice(working: datetime, hours: Hours) -> str:
    return f"best sent on {working.astimezone(hours.zone):%A} morning"
