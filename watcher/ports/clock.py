"""Where `now` comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The present, handed in."""

    def now(self) -> datetime:
        """Give the present instant, aware UTC."""
        ...
