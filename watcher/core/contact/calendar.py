"""text/calendar parts -> who organised and who attends a meeting, robots left out.

Source: RFC 5545 3.8.4.1 (ATTENDEE), 3.8.4.3 (ORGANIZER), 3.8.2.4 (DTSTART).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from watcher.core.message import Address, Message

MAX_CALENDAR = 100_000
MAX_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as its calendar part tells it."""

    organizer: Address | None = None
    attendees: tuple[Address, ...] = ()
    start: datetime | None = None
    summary: str = ""
    cancelled: bool = False


def meetings(message: Message) -> tuple[Meeting, ...]:
    """Read every meeting of a message; what cannot be read is left out."""
    return tuple(found for text in message.calendar[:5] for found in _read(text[:MAX_CALENDAR]))


def _read(text: str) -> list[Meeting]:
    from icalendar import Calendar  # 60 ms, and few mails carry a meeting

    try:
        calendar = Calendar.from_ical(text)
        return [_meeting(event, str(calendar.get("METHOD", ""))) for event in calendar.walk("VEVENT")[:5]]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return []  # hostile or broken calendars: nobody is seen in them


def _meeting(event: object, method: str) -> Meeting:
    get = event.get  # type: ignore[attr-defined]
    attendees = get("ATTENDEE") or []
    attendees = attendees if isinstance(attendees, list) else [attendees]
    people = tuple(item for item in map(_address, attendees[:MAX_PEOPLE]) if item is not None)
    status = str(get("STATUS", "")).upper()
    return Meeting(
        organizer=_address(get("ORGANIZER")) if get("ORGANIZER") else None,
        attendees=people,
        start=_instant(getattr(get("DTSTART"), "dt", None)),
        summary=" ".join(str(get("SUMMARY", "")).split())[:200],
        cancelled=method.upper() == "CANCEL" or status == "CANCELLED",
    )


def _address(value: object) -> Address | None:
    text = str(value)
    spec = text[7:] if text.lower().startswith("mailto:") else text
    if spec.count("@") != 1 or len(spec) > 254 or any(c in spec for c in " \t\r\n<>,;:\"'"):
        return None
    params = getattr(value, "params", {})
    if str(params.get("CUTYPE", "INDIVIDUAL")).upper() not in {"INDIVIDUAL", ""}:
        return None
    local, _, domain = spec.rpartition("@")
    name = " ".join(str(params.get("CN", "")).split())[:100]
    return Address("" if "@" in name else name, f"{local}@{domain.lower()}")


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
