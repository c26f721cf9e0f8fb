"""`--now` and other moments typed by a person -> aware UTC, and back into the person's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from watcher.adapters.clock import SystemClock
from watcher.errors import UsageError


def moment(text: str | None, zone: tzinfo) -> datetime:
    """Read ISO 8601; without an offset it is meant in the user's zone; nothing is the present.

    Raises:
        UsageError: It is no moment.
    """
    if text is None:
        return SystemClock().now()
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"'{text}' is no moment; write it as 2026-11-22T20:00, with +01:00 or Z for another zone than yours"
        ) from None
    try:
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise UsageError(f"'{text}' is too far away") from None


def shown(instant: datetime | None, zone: tzinfo) -> str:
    """Write an instant in the user's zone."""
    return instant.astimezone(zone).strftime("%a %Y-%m-%d %H:%M") if instant else "-"
