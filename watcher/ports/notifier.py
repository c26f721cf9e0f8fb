"""A notice, and a way to tell it to the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should hear; goes to the user and nobody else."""

    key: str  # told once per key
    subject: str
    body: str
    urgent: bool = False


class Notifier(Protocol):
    """One way to tell the user."""

    def tell(self, notice: Notice) -> None:
        """Deliver the notice, or raise MailUnavailable / MailRefused."""
        ...
