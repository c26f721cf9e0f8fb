"""One face for every mailbox the contract is tried on: the account under test, and a hand inside its server."""

from __future__ import annotations

import imaplib
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from tests.servers import PASSWORD, MailServer
from watcher.adapters.mail.control import open_control
from watcher.adapters.mail.imap import open_account
from watcher.adapters.mail.memory import MemoryAccount, MemoryControl
from watcher.config import Account
from watcher.demo.imap_server import EmbeddedServer
from watcher.ports import Control, MailAccount

_numbers = itertools.count(1)
_cyrus_users = itertools.count(1)
ADDRESS = "sam@example.org"


class World(Protocol):
    """What a test may do behind the account's back."""

    account: MailAccount
    control: Control

    def deliver(self, raw: bytes, when: datetime, role: str = "inbox", flags: tuple[str, ...] = ()) -> int:
        """Put a message in; gives its UID."""
        ...

    def remove(self, role: str, uid: int) -> None:
        """Take a message out."""
        ...

    def contents(self, role: str) -> list[tuple[int, frozenset[str], bytes]]:
        """Give (uid, flags, raw) of every message, oldest first."""
        ...

    def renew(self, role: str) -> None:
        """Give the mailbox a new UIDVALIDITY, keeping its messages."""
        ...


class MemoryWorld:
    """The fake."""

    def __init__(self) -> None:
        self.memory = MemoryAccount(address=ADDRESS)
        self.account: MailAccount = self.memory
        self.control: Control = MemoryControl(self.memory)

    def deliver(self, raw: bytes, when: datetime, role: str = "inbox", flags: tuple[str, ...] = ()) -> int:
        return self.memory.deliver(raw, when, role, frozenset(flags)).uid

    def remove(self, role: str, uid: int) -> None:
        self.memory.remove(role, uid)

    def contents(self, role: str) -> list[tuple[int, frozenset[str], bytes]]:
        return [(message.uid, message.flags, message.raw) for message in self.memory.boxes[role].messages]

    def renew(self, role: str) -> None:
        self.memory.renew(role)


class EmbeddedWorld:
    """A fresh account on the embedded server."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.user = f"user{next(_numbers)}"
        settings = account_at(server.host, server.port, self.user)
        self.account: MailAccount = open_account(settings, lambda: PASSWORD)
        self.control: Control = open_control(settings, lambda: PASSWORD)

    def deliver(self, raw: bytes, when: datetime, role: str = "inbox", flags: tuple[str, ...] = ()) -> int:
        return self.server.deliver(self.user, raw, when, NAMES.get(role, role), frozenset(flags))

    def remove(self, role: str, uid: int) -> None:
        self.server.remove(self.user, NAMES[role], uid)

    def contents(self, role: str) -> list[tuple[int, frozenset[str], bytes]]:
        return [(one.uid, one.flags, one.raw) for one in self.server.contents(self.user, NAMES[role])]

    def renew(self, role: str) -> None:
        self.server.renew(self.user, NAMES[role])


NAMES = {"inbox": "INBOX", "drafts": "Drafts", "sent": "Sent", "archive": "Archive"}


class ImapWorld:
    """A fresh account on an IMAP server; the hand inside is the standard library's own client."""

    def __init__(self, server: MailServer, user: str = "") -> None:
        self.server = server
        self.user = user or (f"cy{next(_cyrus_users)}" if server.name == "cyrus" else f"user{next(_numbers)}")
        self.account: MailAccount = open_account(account_on(server, self.user), lambda: PASSWORD)
        self.control: Control = open_control(account_on(server, self.user), lambda: PASSWORD)

    def deliver(self, raw: bytes, when: datetime, role: str = "inbox", flags: tuple[str, ...] = ()) -> int:
        with self.hand() as hand:
            stamp = imaplib.Time2Internaldate(when.astimezone(UTC))
            typ, data = hand.append(NAMES.get(role, role), " ".join(flags) if flags else "", stamp, raw)
            assert typ == "OK", data
            match = re.search(rb"APPENDUID \d+ (\d+)", data[0])
            assert match, data
            return int(match[1])

    def remove(self, role: str, uid: int) -> None:
        with self.hand() as hand:
            hand.select(NAMES[role])
            hand.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            hand.expunge()

    def contents(self, role: str) -> list[tuple[int, frozenset[str], bytes]]:
        found = []
        with self.hand() as hand:
            hand.select(NAMES[role], readonly=True)
            data: list[Any] = hand.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]
        for item in data:
            if isinstance(item, tuple):
                uid = re.search(rb"UID (\d+)", item[0])
                flags = re.search(rb"FLAGS \(([^)]*)\)", item[0])
                assert uid
                assert flags
                found.append((int(uid[1]), frozenset(flags[1].decode().split()) - {"\\Recent"}, bytes(item[1])))
        return sorted(found, key=lambda one: one[0])

    def renew(self, role: str) -> None:
        """Dovecot keeps UIDVALIDITY in a file beside the mail."""
        if self.server.name != "dovecot":
            pytest.skip(f"no way known to give a mailbox of {self.server.name} another UIDVALIDITY")
        home = self.server.folder / "mail" / self.user / "Maildir"
        folder = home if role == "inbox" else home / f".{NAMES[role]}"
        path = folder / "dovecot-uidlist"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[0] = re.sub(r"V(\d+)", lambda match: f"V{int(match[1]) + 7}", lines[0])
        path.write_text("".join(lines), encoding="utf-8")
        for index in folder.glob("dovecot.index*"):
            index.unlink()

    @contextmanager
    def hand(self) -> Iterator[imaplib.IMAP4]:
        hand = imaplib.IMAP4(self.server.host, self.server.port, timeout=20)
        try:
            hand.login(self.user, PASSWORD)
            yield hand
        finally:
            hand.logout()


def account_on(server: MailServer, user: str, **changes: Any) -> Account:
    """A configured account on a test server; `changes` replace parts of it."""
    return account_at(server.host, server.port, user, **changes)


def account_at(host: str, port: int, user: str, **changes: Any) -> Account:
    """A configured account at a place on loopback, in plain text unless changed."""
    plain = {"host": host, "port": port, "security": "none", "timeout_s": 15}
    return Account.model_validate(
        {
            "name": "test",
            "address": ADDRESS,
            "imap": plain,
            "login": {"user": user, "password": {"env": "NOBODY_READS_THIS"}},
        }
        | changes
    )
