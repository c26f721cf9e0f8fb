"""Mail and parts for tests of the line: a mailbox in memory, SQLite, the shipped rules and templates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher.adapters.mail.memory import MemoryAccount
from watcher.adapters.rulebook import load_rulebook
from watcher.adapters.store import SqlStore, open_store
from watcher.adapters.wording import TemplateWording, load_wording
from watcher.core.life import JobApplication, Reason, State
from watcher.core.message import Address, Message, parse
from watcher.core.plan import Hours
from watcher.core.rules import Rulebook
from watcher.parts import Parts, Report, Settings
from watcher.pipeline import run_once
from watcher.ports import Fetched, MailAccount

ME = "sam@example.org"
ANNA = "Anna Beispiel <anna@acme.example>"
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)  # 11:00 in Berlin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NO = """Hi Sam,

thank you for taking the time to interview with us for the Data Engineer position at Acme. Unfortunately, we have
decided to move forward with other candidates.

We wish you all the best.

Best regards,
Anna Beispiel
Recruiter, Acme
"""
ADVICE = """Hi Sam,

happy to share some feedback: your experience with SQL was not deep enough for this role.

Best,
Anna
"""
AWAY = """Thank you for your message. I am out of the office until Monday and will answer when I am back."""


def mail(
    body: str,
    sender: str = ANNA,
    subject: str = "Your application as Data Engineer",
    message_id: str = "no@acme.example",
    when: datetime = TUESDAY,
    to: str = f"Sam Doe <{ME}>",
    **headers: str,
) -> bytes:
    """Write a message; further header fields by keyword, `_` for `-`."""
    fields = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": f"<{message_id}>",
        "Date": format_datetime(when),
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return f"{head}\n{body}".replace("\n", "\r\n").encode()


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


@cache
def wording() -> TemplateWording:
    return load_wording()


@dataclass
class Desk:
    """A user with one account, in memory."""

    folder: Path
    memory: MemoryAccount
    parts: Parts

    @property
    def store(self) -> SqlStore:
        store = self.parts.store
        assert isinstance(store, SqlStore)
        return store

    def once(self, now: datetime) -> Report:
        return run_once(self.parts, now)

    def deliver(self, raw: bytes, when: datetime, role: str = "inbox") -> Fetched:
        return self.memory.deliver(raw, when, role)

    def restart(self) -> None:
        """Leave as if killed, and come back."""
        self.store.close()
        self.parts = replace(self.parts, store=open_store(f"sqlite:///{self.folder}/state.db"))

    def set(self, settings: Settings) -> None:
        self.parts = replace(self.parts, settings=settings)

    @property
    def application(self) -> JobApplication:
        (one,) = self.store.applications()
        return one

    def state(self) -> State:
        return self.application.state

    def reason(self) -> Reason:
        return self.application.reason

    @property
    def drafts(self) -> list[Message]:
        return [parse(item.raw) for item in self.memory.boxes["drafts"].messages]

    def send(self, now: datetime, *, new_id: str = "") -> bytes:
        """Send the newest draft, as a mail client would; with another Message-ID when one is given."""
        (*_, draft) = self.memory.boxes["drafts"].messages
        raw = draft.raw
        if new_id:
            old = parse(raw).message_id
            raw = raw.replace(f"Message-ID: <{old}>".encode(), f"Message-ID: <{new_id}>".encode())
        self.memory.remove("drafts", draft.uid)
        self.memory.deliver(raw, now, "sent")
        return raw

    def discard(self) -> None:
        (*_, draft) = self.memory.boxes["drafts"].messages
        self.memory.remove("drafts", draft.uid)

    def close(self) -> None:
        self.store.close()


def desk(folder: Path, hours: Hours | None = None) -> Desk:
    """Set up a user."""
    memory = MemoryAccount("private", ME)
    return Desk(folder, memory, parts_for(folder, memory, hours))


def parts_for(folder: Path, account: MailAccount, hours: Hours | None = None) -> Parts:
    return Parts(
        account="private",
        me=Address("Sam Doe", ME),
        own=frozenset({ME}),
        mail=account,
        store=open_store(f"sqlite:///{folder}/state.db"),
        rulebook=rulebook(),
        wording=wording(),
        hours=hours or Hours(zone=BERLIN),
    )
