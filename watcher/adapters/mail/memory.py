"""A mailbox in memory that keeps the promises of ports.MailAccount: for tests, and for trying things out.

It meets the same contract tests as real servers (tests/contract/test_mail_account.py).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from watcher.adapters.mail.control import check_keywords
from watcher.adapters.mail.headers import addresses, bare, ids
from watcher.adapters.mail.history import matches
from watcher.adapters.mail.reading import CAP
from watcher.config import Account
from watcher.errors import MailError, MailRefused
from watcher.ports import AccountFacts, Cursor, Fetched, Found, HistoryQuery, MailboxRole, Marked, Placed

FIRST_UIDVALIDITY = 1000


@dataclass(slots=True)
class Box:
    """One mailbox."""

    name: str
    uidvalidity: int
    next_uid: int = 1
    messages: list[Fetched] = field(default_factory=list)


def open_account(account: Account, secret: Callable[[], str], *, login: object = None) -> MemoryAccount:
    """Give an empty account; nobody is asked for a password."""
    del secret, login
    return MemoryAccount(account.name, account.address, own=account.own_addresses)


class MemoryAccount:
    """One login, in memory.

    Attributes:
        boxes: Role -> mailbox; delete `drafts` to be an account without Drafts.
        fail: When set, every call raises it: a server that is gone or refuses.
    """

    def __init__(
        self, name: str = "memory", address: str = "me@example.org", own: frozenset[str] = frozenset()
    ) -> None:
        self.name = name
        self.address = address
        self.fail: MailError | None = None
        self._own = own or frozenset({address.lower()})
        self._validity = itertools.count(FIRST_UIDVALIDITY)
        self.boxes = {
            role: Box(name, next(self._validity))
            for role, name in (("inbox", "INBOX"), ("drafts", "Drafts"), ("sent", "Sent"), ("archive", "Archive"))
        }
        self._bell = threading.Event()
        self._stop = False

    # -- what a test does to it ------------------------------------------------------------------------------

    def deliver(
        self, raw: bytes, internal_date: datetime, role: str = "inbox", flags: frozenset[str] = frozenset()
    ) -> Fetched:
        """Put a message in, as a server would."""
        box = self.boxes[role]
        uid = box.next_uid
        box.next_uid += 1
        message = Fetched(
            raw=raw,
            internal_date=internal_date.astimezone(UTC).replace(microsecond=0),
            cursor=Cursor(f"{box.uidvalidity}:{uid}"),
            mailbox=box.name,
            uid=uid,
            uidvalidity=box.uidvalidity,
            flags=flags,
            size=len(raw),
        )
        box.messages.append(message)
        if role == "inbox":
            self._bell.set()
        return message

    def remove(self, role: str, uid: int) -> None:
        """Take a message out."""
        box = self.boxes[role]
        box.messages = [message for message in box.messages if message.uid != uid]

    def renew(self, role: str) -> None:
        """Give a mailbox a new UIDVALIDITY and new UIDs, as after a restore."""
        box = self.boxes[role]
        box.uidvalidity = next(self._validity)
        box.messages = [
            replace(message, uid=uid, uidvalidity=box.uidvalidity, cursor=Cursor(f"{box.uidvalidity}:{uid}"))
            for uid, message in enumerate(box.messages, start=1)
        ]
        box.next_uid = len(box.messages) + 1

    def make(self, name: str) -> None:
        """Create a mailbox of this name; its role is its name."""
        self.boxes.setdefault(name, Box(name, next(self._validity)))

    # -- ports.MailAccount ------------------------------------------------------------------------------------

    def facts(self) -> AccountFacts:
        """Tell what there is; see ports.MailAccount."""
        self.box("drafts")
        return AccountFacts(
            capabilities=("IDLE", "IMAP4REV1", "SPECIAL-USE", "UIDPLUS"),
            mailboxes={role: box.name for role, box in self.boxes.items()},
            found_by={role: "protocol" if role == "inbox" else "special-use" for role in self.boxes},
            keywords_allowed=True,
            idle=True,
        )

    def new_messages(self, role: MailboxRole, after: Cursor | None, since: datetime) -> Iterator[Fetched]:
        """Give messages behind the cursor, oldest first; see ports.MailAccount."""
        box = self.box(role)
        validity, _, uid = after.value.partition(":") if after else ("", "", "")
        known = validity == str(box.uidvalidity) and uid.isdecimal()
        for message in list(box.messages):
            self.box(role)
            if (message.uid > int(uid)) if known else (message.internal_date >= since):
                yield _capped(message)

    def cursor_now(self, role: MailboxRole) -> Cursor:
        """Give the bookmark behind the newest message; see ports.MailAccount."""
        box = self.box(role)
        return Cursor(f"{box.uidvalidity}:{box.next_uid - 1}")

    def find(self, role: MailboxRole, message_ids: Sequence[str]) -> list[Fetched]:
        """Find messages that name any of these ids; see ports.MailAccount."""
        wanted = {bare(item) for item in message_ids} - {""}
        return [
            _capped(message)
            for message in self.box(role).messages
            if wanted & ids(message.raw, "Message-ID", "In-Reply-To", "References")
        ]

    def find_to(self, role: MailboxRole, recipient: str, since: datetime) -> list[Fetched]:
        """Find messages to this recipient since then; see ports.MailAccount."""
        wanted = recipient.strip().casefold()
        return [
            _capped(message)
            for message in self.box(role).messages
            if wanted and message.internal_date >= since and wanted in addresses(message.raw, "To", "Cc")
        ]

    def message(self, message_id: str) -> Fetched | None:
        """Find one message by its Message-ID; see ports.MailAccount."""
        self.box("inbox")
        for role in ("inbox", "sent", "archive"):
            for message in reversed(self.boxes[role].messages if role in self.boxes else []):
                if bare(message_id) in ids(message.raw, "Message-ID"):
                    return _capped(message)
        return None

    def history(self, query: HistoryQuery) -> Found:
        """Search earlier mail; see ports.MailAccount."""
        self.box("inbox")
        hits = [
            message
            for role in ("inbox", "archive", "sent")
            if role in self.boxes
            for message in self.boxes[role].messages
            if "\\Draft" not in message.flags and matches(message, query)
        ]
        hits.sort(key=lambda message: message.internal_date, reverse=True)
        kept = hits[: max(0, query.limit)]
        sent = {id(message) for message in kept if self._is_mine(message)}
        return Found(
            tuple(_capped(message) for message in kept if id(message) not in sent),
            tuple(_capped(message) for message in kept if id(message) in sent),
        )

    def place_draft(self, raw: bytes, message_id: str) -> Placed:
        """Put a draft into Drafts; see ports.MailAccount."""
        del message_id
        self.box("drafts")
        now = datetime.now(UTC)  # noqa: TID251  the server's clock, not ours
        placed = self.deliver(raw, now, "drafts", frozenset({"\\Draft", "\\Seen"}))
        return Placed(placed.mailbox, placed.uid, placed.uidvalidity)

    def wait(self, seconds: float) -> bool:
        """Wait for a delivery into INBOX; see ports.MailAccount."""
        self.box("inbox")
        rang = self._bell.wait(seconds)
        self._bell.clear()
        stopped, self._stop = self._stop, False
        return rang and not stopped

    def close(self) -> None:
        """End a wait; see ports.MailAccount."""
        self._stop = True
        self._bell.set()

    def box(self, role: str) -> Box:
        """Give a mailbox, or what a server in trouble would raise."""
        if self.fail is not None:
            raise self.fail
        if role not in self.boxes:
            raise MailRefused(f"no {role.capitalize()} mailbox found; set mailboxes.{role} in the configuration")
        return self.boxes[role]

    def _is_mine(self, message: Fetched) -> bool:
        return message.mailbox == "Sent" or bool(addresses(message.raw, "From") & self._own)


class MemoryControl:
    r"""The control port of a MemoryAccount; see ports.Control.

    Attributes:
        keywords: False is a server without `\*` in PERMANENTFLAGS.
    """

    def __init__(self, memory: MemoryAccount) -> None:
        self._memory = memory
        self.keywords = True

    def keywords_allowed(self) -> bool:
        """Tell whether INBOX stores keywords; see ports.Control."""
        self._memory.box("inbox")
        return self.keywords

    def marked(self, keywords: Sequence[str]) -> list[Marked]:
        """Give the messages of INBOX that carry any of these; see ports.Control."""
        plain = {keyword.lower().removeprefix("$") for keyword in keywords}
        wanted = plain | {f"${keyword}" for keyword in plain}
        return [
            Marked(message.mailbox, message.uid, _id_of(message), carried)
            for message in self._memory.box("inbox").messages
            if (carried := frozenset(flag.lower() for flag in message.flags) & wanted)
        ]

    def mark(self, message_id: str, add: Sequence[str], remove: Sequence[str]) -> bool:
        """Set and remove keywords on a message of INBOX; see ports.Control."""
        check_keywords(*add, *remove)
        box = self._memory.box("inbox")
        there = [message for message in box.messages if _id_of(message) == bare(message_id)]
        if not there or not self.keywords:
            return False
        gone = {keyword.lower() for keyword in remove}
        for message in there:
            flags = {flag for flag in message.flags if flag.lower() not in gone}
            flags |= {keyword for keyword in add if keyword.lower() not in {flag.lower() for flag in flags}}
            box.messages[box.messages.index(message)] = replace(message, flags=frozenset(flags))
        return True

    def make_folders(self, names: Sequence[str]) -> list[str]:
        """Make sure mailboxes of these paths exist; see ports.Control."""
        for name in names:
            self._memory.make(name)
        return []

    def dropped(self, name: str, after: Cursor | None) -> tuple[list[Marked], Cursor | None]:
        """Give what came into one of our folders since the cursor; see ports.Control."""
        if name not in self._memory.boxes:
            return [], None
        box = self._memory.box(name)
        validity, _, uid = after.value.partition(":") if after else ("", "", "0")
        last = int(uid) if validity == str(box.uidvalidity) else 0
        new = [message for message in box.messages if message.uid > last]
        newest = max((message.uid for message in new), default=last)
        return [Marked(box.name, m.uid, _id_of(m)) for m in new], Cursor(f"{box.uidvalidity}:{newest}")

    def remove_own_draft(self, message_id: str, raw: bytes) -> bool:
        """Remove a draft of ours that nobody touched; see ports.Control."""
        for message in self._memory.box("drafts").messages:
            if _id_of(message) == bare(message_id) and message.raw == raw:
                self._memory.remove("drafts", message.uid)
                return True
        return False

    def lay(self, mailbox: str, raw: bytes) -> None:
        """Put a notice into a mailbox, unread; see ports.Control."""
        role = next((role for role, box in self._memory.boxes.items() if box.name == mailbox), None)
        if role is None:
            raise MailRefused(f"there is no mailbox '{mailbox}'")
        self._memory.deliver(raw, datetime.now(UTC), role)  # noqa: TID251  the server's clock, not ours

    def close(self) -> None:
        """Nothing to drop."""


def _id_of(message: Fetched) -> str:
    return min(ids(message.raw, "Message-ID"), default="")


def _capped(message: Fetched) -> Fetched:
    return message if len(message.raw) <= CAP else replace(message, raw=message.raw[:CAP])
