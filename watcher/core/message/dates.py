"""Date-time fields -> instants in UTC; mail-parser reads what the usual form does not fit.

Source: RFC 5322 3.3 (date-time), 4.3 (obsolete zones).
"""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, timedelta, timezone

import mailparser.utils

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_USUAL_DATE = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun), {1,2})?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) "
    r"([12]\d{3}) (\d\d):(\d\d)(?::([0-5]\d))? ([+-])([01]\d|2[0-3])([0-5]\d)(?: \([A-Za-z]{1,5}\))?",
    re.IGNORECASE | re.ASCII,
)


def instant(line: str) -> datetime | None:
    """Read a date-time field; one without a zone is taken as UTC."""
    line = line.strip()[:200]
    if not line:
        return None
    if usual := _USUAL_DATE.fullmatch(line):  # nearly every field; mail-parser takes ten times as long
        day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        try:
            local = datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001
            return (local - shift).replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None
    try:
        value, _ = mailparser.utils.convert_mail_date(line)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, OverflowError):
        value = None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        parts = email.utils.parsedate_tz(line)
        if parts is None or not 1970 <= parts[0] <= 9990:
            return None
        zone = timezone(timedelta(seconds=max(-86_000, min(86_000, parts[9] or 0))))
        return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
