"""What Afterword remembers, as a port."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from watcher.core.life import JobApplication
from watcher.core.plan import Kind
from watcher.ports.mail import Cursor
from watcher.ports.notifier import Notice
from watcher.ports.records import AnswerRecord, Change, DraftRecord, EventRecord, Health, Seen


class Store(Protocol):
    """What Afterword remembers. Every method raises StoreError when the database cannot be used."""

    def cursor(self, account: str, role: str) -> Cursor | None:
        """Give the bookmark, None before the first run."""
        ...

    def seen(self, account: str, key: str) -> Seen | None:
        """Give what is known of a message."""
        ...

    def record(self, *changes: Change) -> bool:
        """Write changes in one transaction; False and nothing written when a record was changed meanwhile."""
        ...

    def applications(self, account: str | None = None) -> list[JobApplication]:
        """Give applications, oldest first."""
        ...

    def application(self, ref: str) -> JobApplication | None:
        """Give one application by its whole ref."""
        ...

    def refs(self, prefix: str) -> list[str]:
        """Give the refs that start so."""
        ...

    def threads(self, account: str) -> dict[str, str]:
        """Give message id -> ref for every message that belongs to an application, our drafts and their copies too."""
        ...

    def drafts(self, account: str | None = None, ref: str | None = None) -> list[DraftRecord]:
        """Give drafts, the earliest due first."""
        ...

    def due(self, account: str, now: datetime) -> list[DraftRecord]:
        """Give the waiting drafts whose moment has come, the earliest first."""
        ...

    def next_due(self, account: str) -> datetime | None:
        """Give the moment of the next waiting draft."""
        ...

    def claim(self, ref: str, kind: Kind, now: datetime) -> bool:
        """Take a waiting draft for placing; False when it is not waiting any more."""
        ...

    def recover(self, account: str) -> list[DraftRecord]:
        """Give back what a killed process had claimed; the caller holds the lock."""
        ...

    def placed_since(self, since: datetime) -> int:
        """Count the drafts placed since then, over all accounts."""
        ...

    def answers(self, ref: str | None = None) -> list[AnswerRecord]:
        """Give answers, oldest first."""
        ...

    def events(self, ref: str | None = None) -> list[EventRecord]:
        """Give the log, oldest first."""
        ...

    def counts(self, account: str) -> dict[str, int]:
        """Count the messages seen by what they were."""
        ...

    def health(self, account: str) -> Health:
        """Give how an account was doing when we last looked."""
        ...

    def set_health(self, health: Health) -> None:
        """Keep how an account is doing."""
        ...

    def untold(self) -> list[Notice]:
        """Give the notices not told yet, oldest first."""
        ...

    def told(self, key: str, now: datetime) -> None:
        """Note that a notice was told."""
        ...

    def forget(self, ref: str, now: datetime) -> None:
        """Erase an application and the people in it; what was seen stays as bare hashes, so that it stays seen."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
