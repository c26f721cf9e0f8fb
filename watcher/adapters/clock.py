"""The clock of this machine, and one that a test or the demo turns by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present instant, aware UTC."""
        return datetime.now(UTC)


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Give the instant it was last turned to."""
        return self._now

    def turn(self, by: timedelta) -> None:
        """Move on (or back)."""
        self._now += by

    def turn_to(self, instant: datetime) -> None:
        """Jump."""
        self._now = instant.astimezone(UTC)
