"""An IMAP server in memory, on loopback: for the demo, for tests, and to imitate providers and faults.

It runs in a thread of its own; every method here may be called from any other thread.

    with EmbeddedServer() as server:
        server.deliver("sam", raw, now)
        ...IMAP on 127.0.0.1, server.port, user "sam", server.password...
"""

from __future__ import annotations

import asyncio
import itertools
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from watcher.demo.imap_conversation import MAX_LINE, Fault
from watcher.demo.imap_mailbox import Box, Mail
from watcher.demo.imap_personality import PLAIN, Personality
from watcher.demo.imap_session import Session

__all__ = ["EmbeddedServer", "Fault", "Stored"]

START_S = 10.0
T = TypeVar("T")
_validities = itertools.count(1_700_000_000)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it lies in a mailbox."""

    uid: int
    flags: frozenset[str]
    internal_date: datetime
    raw: bytes


class EmbeddedServer:
    """An IMAP server.

    Args:
        personality: How it behaves.
        password: Every user's.
        port: 0 takes a free one.
        certificate: (certificate, key) files: TLS on `tls_port`, and STARTTLS on `port` where `starttls` is set.
        starttls: Offer STARTTLS.
        tokens: User -> bearer token taken by XOAUTH2 and OAUTHBEARER.

    Attributes:
        commands: Name of every command heard, in order.
    """

    def __init__(
        self,
        personality: Personality = PLAIN,
        *,
        password: str = "secret",  # noqa: S107  of a server that holds sample mail on loopback
        port: int = 0,
        certificate: tuple[str, str] | None = None,
        starttls: bool = False,
        tokens: dict[str, str] | None = None,
    ) -> None:
        self.personality = personality
        self.password = password
        self.host = "127.0.0.1"
        self.port = port
        self.tls_port = 0
        self.starttls = starttls
        self.tls: ssl.SSLContext | None = None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(*certificate)
        self.tokens = dict(tokens or {})
        self.idle_limit_s = personality.idle_limit_s
        self.commands: list[str] = []
        self._faults: list[tuple[Fault, int]] = []
        self._users: dict[str, dict[str, Box]] = {}
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event | None = None

    # -- life -------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen; the ports are known when this returns."""
        up = threading.Event()
        problem: list[BaseException] = []

        def serve() -> None:
            try:
                asyncio.run(self._serve(up))
            except BaseException as error:  # noqa: BLE001  told to the thread that waits
                problem.append(error)
            finally:
                up.set()

        self._thread = threading.Thread(target=serve, name="embedded-imap", daemon=True)
        self._thread.start()
        if not up.wait(START_S) or problem:
            raise RuntimeError(f"the embedded server did not start: {problem}")
        return self

    def stop(self) -> None:
        """End all connections and stop listening; may be called twice."""
        loop, over, thread = self._loop, self._over, self._thread
        if loop is not None and over is not None and thread is not None and thread.is_alive():
            loop.call_soon_threadsafe(over.set)
            thread.join(START_S)
        self._loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- what a test or the demo does -----------------------------------------------------------------------------

    def deliver(
        self,
        user: str,
        raw: bytes,
        internal_date: datetime,
        mailbox: str = "INBOX",
        flags: frozenset[str] = frozenset(),
    ) -> int:
        """Put a message in as mail that came in; gives its UID."""
        return self._do(lambda: self._add(user, self._box(user, mailbox), Mail(raw, internal_date, set(flags))))

    def contents(self, user: str, mailbox: str) -> list[Stored]:
        """Give every message of a mailbox, oldest first."""
        return self._do(
            lambda: [
                Stored(entry.uid, frozenset(entry.mail.flags), entry.mail.internal_date, entry.mail.raw)
                for entry in self._box(user, mailbox).entries
            ]
        )

    def mailboxes(self, user: str) -> list[str]:
        """Give the names of a user's mailboxes."""
        return self._do(lambda: sorted(self.boxes(user)))

    def remove(self, user: str, mailbox: str, uid: int) -> None:
        """Take a message out."""
        self._do(lambda: self._box(user, mailbox).remove(lambda entry: entry.uid == uid))

    def move(self, user: str, mailbox: str, uid: int, to: str) -> None:
        """Move a message, as the user does in some other client."""

        def move() -> None:
            for entry in self._box(user, mailbox).remove(lambda entry: entry.uid == uid):
                self._box(user, to).add(entry.mail)

        self._do(move)

    def mark(self, user: str, mailbox: str, uid: int, *flags: str) -> None:
        """Set flags, as the user does in some other client."""

        def mark() -> None:
            box = self._box(user, mailbox)
            for number, entry in box.chosen(b"%d" % uid, by_uid=True):
                entry.mail.flags.update(flags)
                box.touch(entry)
                box.tell(b"* %d FETCH (UID %d FLAGS (%b))" % (number, uid, " ".join(sorted(entry.mail.flags)).encode()))

        self._do(mark)

    def drop_mailbox(self, user: str, mailbox: str) -> None:
        """Delete a mailbox."""
        self._do(lambda: self.boxes(user).pop(mailbox))

    def make_mailbox(self, user: str, mailbox: str, special: str = "") -> None:
        """Create a mailbox."""
        self._do(lambda: self.make(user, mailbox, special))

    def renew(self, user: str, mailbox: str) -> None:
        """Give a mailbox a new UIDVALIDITY and new UIDs; open connections are dropped, as after a restore."""

        def renew() -> None:
            self._box(user, mailbox).renew()
            self._drop_all()

        self._do(renew)

    def send_draft(self, user: str, uid: int, when: datetime, *, edit: Callable[[bytes], bytes] | None = None) -> bytes:
        r"""Send a draft as the provider's own web client does; gives what was sent.

        The draft disappears, a copy without `\Draft` appears in Sent, with a Message-ID of the server's own where
        the personality is like that.
        """

        def send() -> bytes:
            drafts = self._special(user, "\\Drafts", ("Drafts", "Draft", "Entwürfe"))
            (entry,) = drafts.remove(lambda entry: entry.uid == uid)
            if self.personality.all_mail:
                self._box(user, self.personality.all_mail).remove(lambda other: other.mail is entry.mail)
            raw = edit(entry.mail.raw) if edit else entry.mail.raw
            if field_name := self.personality.new_id_on_sending:
                raw = _with_new_id(raw, field_name, entry.mail.number)
            sent = self._special(user, "\\Sent", ("Sent", "Gesendete Elemente"))
            self._add(user, sent, Mail(raw, when, {"\\Seen"}))
            return raw

        return self._do(send)

    def inject(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self._do(lambda: self._faults.append((fault, fault.times)))

    def drop_connections(self) -> None:
        """End every connection without a word."""
        self._do(self._drop_all)

    # -- for sessions, inside the server's thread -----------------------------------------------------------------

    def fault_at(self, command: str) -> Fault | None:
        """Give the fault that strikes now, if any."""
        for index, (fault, left) in enumerate(self._faults):
            if fault.command in {command, "*"}:
                if left > 1:
                    self._faults[index] = (fault, left - 1)
                else:
                    del self._faults[index]
                return fault
        return None

    def boxes(self, user: str) -> dict[str, Box]:
        """Give a user's mailboxes, made at the first look."""
        if user not in self._users:
            self._users[user] = {}
            for name, special in self.personality.mailboxes:
                self.make(user, name, special)
        return self._users[user]

    def box(self, user: str, name: str) -> Box | None:
        """Find a mailbox; INBOX in any case. Source: RFC 3501 5.1."""
        boxes = self.boxes(user)
        if name.upper() == "INBOX":
            return next((box for key, box in boxes.items() if key.upper() == "INBOX"), None)
        return boxes.get(name)

    def make(self, user: str, name: str, special: str = "") -> None:
        """Create a mailbox."""
        self._users[user][name] = Box(name, special, next(_validities))

    def append(self, user: str, box: Box, raw: bytes, flags: set[str], when: datetime) -> int:
        """Take an APPEND; 0 when it was swallowed."""
        if box.name == self.personality.swallows:
            return 0
        for field_name in self.personality.appended_without:
            raw = _without(raw, field_name)
        return self._add(user, box, Mail(raw, when, flags))

    def labels(self, user: str, mail: Mail) -> list[str]:
        """Give the mailboxes a message shows up in, Gmail's way."""
        if not self.personality.all_mail:
            return []
        return [
            "\\Inbox" if name == "INBOX" else box.special or name
            for name, box in self.boxes(user).items()
            if name != self.personality.all_mail and any(entry.mail is mail for entry in box.entries)
        ]

    # -- inside -----------------------------------------------------------------------------------------------

    def _add(self, user: str, box: Box, mail: Mail) -> int:
        uid = box.add(mail)
        everything = self.personality.all_mail
        if everything and box.name != everything and box.special not in {"\\Trash", "\\Junk"}:
            self._box(user, everything).add(mail)
        return uid

    def _box(self, user: str, name: str) -> Box:
        box = self.box(user, name)
        if box is None:
            raise KeyError(f"{user} has no mailbox {name}")
        return box

    def _special(self, user: str, attribute: str, names: tuple[str, ...]) -> Box:
        boxes = self.boxes(user)
        for box in boxes.values():
            if box.special == attribute:
                return box
        return next(boxes[name] for name in names if name in boxes)

    def _drop_all(self) -> None:
        for session in list(self._sessions):
            session.writer.transport.abort()

    def _do(self, what: Callable[[], T]) -> T:
        """Run it where the mailboxes live."""
        if self._loop is None:
            return what()

        async def run() -> T:
            return what()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(START_S)

    async def _serve(self, up: threading.Event) -> None:
        self._over = asyncio.Event()
        listeners = [await asyncio.start_server(self._talk, self.host, self.port, limit=MAX_LINE)]
        self.port = int(listeners[0].sockets[0].getsockname()[1])
        if self.tls is not None:
            listeners.append(await asyncio.start_server(self._talk, self.host, 0, limit=MAX_LINE, ssl=self.tls))
            self.tls_port = int(listeners[1].sockets[0].getsockname()[1])
        self._loop = asyncio.get_running_loop()
        up.set()
        await self._over.wait()
        for listener in listeners:
            listener.close()
        self._drop_all()
        for task in list(self._sessions.values()):
            task.cancel()
        await asyncio.gather(*self._sessions.values(), return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        task = asyncio.current_task()
        if task is not None:
            self._sessions[session] = task
        try:
            await session.run()
        except asyncio.CancelledError:
            pass  # the server stops
        finally:
            self._sessions.pop(session, None)


def _without(raw: bytes, field_name: str) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    lines = re.split(rb"\r\n(?![ \t])", head)
    kept = [line for line in lines if line.split(b":")[0].strip().lower() != field_name.lower().encode()]
    return b"\r\n".join(kept) + gap + body


def _with_new_id(raw: bytes, old_goes_to: str, number: int) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    new = re.sub(
        rb"(?im)^Message-ID:[ \t]*(\S+)",
        lambda match: b"Message-ID: <SRV%d@mail.provider.example>\r\n%b: %b" % (number, old_goes_to.encode(), match[1]),
        head,
        count=1,
    )
    return new + gap + body
