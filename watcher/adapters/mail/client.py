"""IMAP commands with types: IMAPClient over our own transport, the only file that touches its API.

Source: RFC 9051 6 (client commands), RFC 2177 (IDLE), RFC 4315 (UIDPLUS), RFC 6154 (SPECIAL-USE).
"""

from __future__ import annotations

import contextlib
import functools
import imaplib
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_fetch_response, parse_message_list, parse_response

from watcher.adapters.mail.refusal import refused_login
from watcher.adapters.mail.transport import Connection, Endpoint, Gone, hang_up
from watcher.errors import MailRefused

logging.getLogger("imapclient").setLevel(logging.INFO)  # its DEBUG repeats search terms: addresses, names

COUNT_GOOD_S = 600.0  # a mailbox seen empty is taken for empty that long, where it only saves a look
GOODBYE_S = 0.1  # to hand LOGOUT to the operating system, should it be slow to take it
SINCE_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

FetchData = dict[bytes, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """One mailbox as LIST gave it; attributes in lower case."""

    name: str
    delimiter: str
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Selected:
    """What EXAMINE or SELECT said; `uidnext` is None on servers that do not tell (Courier)."""

    uidvalidity: int
    uidnext: int | None
    exists: int
    permanent_flags: frozenset[str]


class _OverOurTransport(IMAPClient):
    """IMAPClient that opens our Connection."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        timeout: Any = SocketTimeout(endpoint.timeout_s, endpoint.timeout_s)
        super().__init__(endpoint.host, endpoint.port, ssl=endpoint.context is not None, timeout=timeout)

    def _create_IMAP4(self) -> Connection:  # noqa: N802
        return Connection(self._endpoint)


class Client:
    """A connection that was opened; raises imaplib's errors, ssl's and OSError: see `refusal.translated`."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client: Any = _OverOurTransport(endpoint)
        self.connection: Connection = self._client._imap  # noqa: SLF001
        self.connection.debug = 0
        self.selected: str = ""
        self.opened: Selected | None = None
        self._counted: dict[str, tuple[int, float]] = {}

    # -- login ------------------------------------------------------------------------------------------------

    def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS, or MailRefused: never go on in plain text."""
        place = f"{self.connection.host}:{self.connection.port}"
        if self.connection.state != "NONAUTH":
            raise MailRefused(f"{place}: the server greets as if logged in before TLS; use security: tls (port 993)")
        if not self.can("STARTTLS"):
            raise MailRefused(
                f"{place}: the server offers no STARTTLS; use security: tls (port 993) if it has that, "
                "otherwise somebody may be in between"
            )
        typ, data = self._client._imap._simple_command("STARTTLS")  # noqa: SLF001
        if typ != "OK":
            raise imaplib.IMAP4.error(f"STARTTLS refused: {data!r}")
        if self.connection.has_unread():  # what stands behind that OK was not said by the server we mean
            raise MailRefused(f"{place}: plain text was slipped in behind STARTTLS; somebody is in between")
        self.connection.secure(context)
        self._client._starttls_done = True  # noqa: SLF001
        self._client._cached_capabilities = None  # noqa: SLF001

    def login(self, user: str, password: str) -> None:
        """Log in with a password.

        Raises:
            MailRefused: Wrong user or password, or the server takes none on this connection.
            MailUnavailable: The server cannot say just now.
        """
        place = f"{self.connection.host}:{self.connection.port}"
        if _CONTROL.search(user + password):
            raise MailRefused(f"{place}: user or password holds a control character or a line break")
        plain_text = (user + password).isascii()
        try:
            if self.can("AUTH=PLAIN") and (self.can("LOGINDISABLED") or not plain_text):
                self.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
                return
            if self.can("LOGINDISABLED"):
                raise MailRefused(f"{place}: the server takes no password on this connection; use security: tls")
            self._client._imap.untagged_responses.pop("CAPABILITY", None)  # noqa: SLF001
            self._client._command_and_check("login", user, password)  # noqa: SLF001
            self._client._cached_capabilities = None  # noqa: SLF001  more is offered after login
        except UnicodeEncodeError:
            raise MailRefused(f"{place}: the server takes only ASCII in user name and password") from None
        except imaplib.IMAP4.error as error:
            raise refused_login(error, f"of '{user}'", place) from error

    def authenticate(self, mechanism: str, respond: Callable[[bytes], bytes | None]) -> None:
        """Log in by SASL; for tokens and whatever else wiring brings (XOAUTH2, OAUTHBEARER).

        Args:
            mechanism: As the server announces it behind `AUTH=`.
            respond: Gives the answer to each challenge, unencoded.

        Raises:
            MailRefused: The server does not take it.
            MailUnavailable: The server cannot say just now.
        """
        try:
            self._client._imap.untagged_responses.pop("CAPABILITY", None)  # noqa: SLF001
            self._client._imap.authenticate(mechanism, respond)  # noqa: SLF001
        except imaplib.IMAP4.error as error:
            place = f"{self.connection.host}:{self.connection.port}"
            raise refused_login(error, f"by {mechanism}", place) from error
        self._client._cached_capabilities = None  # noqa: SLF001

    # -- asking -----------------------------------------------------------------------------------------------

    def capabilities(self) -> frozenset[str]:
        """Give what the server offers, upper case."""
        return frozenset(_text(word) for word in self._client.capabilities())

    def can(self, capability: str) -> bool:
        """Tell whether the server offers it."""
        return capability in self.capabilities()

    def introduce(self, name: str) -> None:
        """Tell who we are; NetEase refuses EXAMINE from the unnamed. Source: RFC 2971 3.1."""
        if self.can("ID"):
            with contextlib.suppress(imaplib.IMAP4.error):
                self._client.id_({"name": name})

    def mailboxes(self) -> list[Listed]:
        """List all mailboxes with their attributes."""
        imap = self._client._imap  # noqa: SLF001
        imap.untagged_responses.clear()
        wishes = [
            wish
            for wish, needs in (("SPECIAL-USE", "SPECIAL-USE"), ("STATUS (MESSAGES)", "LIST-STATUS"))
            if self.can(needs) and self.can("LIST-EXTENDED")
        ]
        returning = (f"RETURN ({' '.join(wishes)})",) if wishes else ()
        typ, data = imap._simple_command("LIST", '""', '"*"', *returning)  # noqa: SLF001
        self._client._checkok("LIST", typ, data)  # noqa: SLF001
        _, data = imap._untagged_response(typ, data, "LIST")  # noqa: SLF001
        _, counts = imap._untagged_response(typ, [None], "STATUS")  # noqa: SLF001
        self._count(counts)
        found = []
        for entry in _entries(data):
            with contextlib.suppress(ValueError, TypeError):  # one odd name costs one name
                parsed: tuple[Any, ...] = parse_response(entry)
                attributes, delimiter, name = parsed[:3]
                found.append(
                    Listed(
                        _name(name),
                        _text(delimiter) if delimiter else "",
                        frozenset(_text(item).lower() for item in attributes),
                    )
                )
        return found

    def count(self, mailbox: str) -> None:
        """See whether a mailbox is empty, unless LIST has told."""
        if mailbox not in self._counted:
            with contextlib.suppress(imaplib.IMAP4.error):
                self._counted[mailbox] = (self.status(mailbox, "MESSAGES").get("MESSAGES", 1), time.monotonic())

    def seems_empty(self, mailbox: str) -> bool:
        """Tell whether the mailbox was seen empty lately, without asking."""
        exists, when = self._counted.get(mailbox, (1, 0.0))
        return exists == 0 and time.monotonic() - when < COUNT_GOOD_S

    def examine(self, mailbox: str) -> Selected:
        """Open read-only."""
        return self._open(mailbox, read_only=True)

    def select(self, mailbox: str) -> Selected:
        """Open for changes; only `control` does."""
        return self._open(mailbox, read_only=False)

    def search(self, *criteria: bytes) -> list[int]:
        """Give the UIDs that match, ascending; criteria are atoms or come from `text()`."""
        raw = list(criteria)
        if any(_is_8bit(item) for item in raw):
            raw = [b"CHARSET", b"UTF-8", *raw]
        data = self._client._raw_command_untagged(b"SEARCH", raw)  # noqa: SLF001
        found: set[int] = set()
        for line in data:
            if line:
                found.update(int(uid) for uid in parse_message_list([line]))
        return sorted(found)

    def fetch(self, uids: Sequence[int] | str, items: str) -> dict[int, FetchData]:
        """Fetch by UID; answers without a UID (a flag changed elsewhere) are dropped.

        Args:
            uids: UIDs, or a set as RFC 9051 9 writes it, such as `7:*`.
            items: As the command takes them, parenthesised.
        """
        chosen = uids if isinstance(uids, str) else uid_set(uids)
        if not chosen:
            return {}
        imap = self._client._imap  # noqa: SLF001
        tag = imap._command("UID", "FETCH", chosen, items)  # noqa: SLF001
        typ, data = imap._command_complete("FETCH", tag)  # noqa: SLF001
        self._client._checkok("fetch", typ, data)  # noqa: SLF001
        _, data = imap._untagged_response(typ, data, "FETCH")  # noqa: SLF001
        found: dict[int, FetchData] = {}
        for entry in _entries(data):
            uid, parsed = _one_fetch(entry)
            if uid:
                found.setdefault(uid, {}).update(parsed)
        return found

    def status(self, mailbox: str, *items: str) -> dict[str, int]:
        """Ask about a mailbox without opening it."""
        answer = self._client.folder_status(mailbox, list(items))
        return {_text(key): int(value) for key, value in answer.items()}

    def noop(self) -> None:
        """Show that the connection lives."""
        self._client.noop()

    # -- the one thing that writes for the line ---------------------------------------------------------------------

    def append(self, mailbox: str, raw: bytes, flags: Iterable[str]) -> tuple[int, int] | None:
        r"""Add a message; gives (uidvalidity, uid) where the server tells.

        Source: RFC 9051 6.3.12 (APPEND), RFC 4315 3 (APPENDUID).
        """
        answer = self._client.append(mailbox, raw, flags=tuple(flags))
        match = _APPENDUID.search(answer if isinstance(answer, bytes) else b"")
        return (int(match[1]), int(match[2])) if match else None

    # -- what only `control` uses ------------------------------------------------------------------------------

    def store(self, uids: Sequence[int], how: str, flags: Sequence[str]) -> None:
        """Change flags in the open mailbox; nothing when there are none."""
        if uids and flags:
            imap = self._client._imap  # noqa: SLF001
            typ, data = imap.uid("STORE", uid_set(uids), how, f"({' '.join(flags)})")
            self._client._checkok("store", typ, data)  # noqa: SLF001

    def expunge(self, uids: Sequence[int]) -> None:
        r"""Expunge these, where UIDPLUS is offered; else all that is marked \Deleted."""
        if self.can("UIDPLUS"):
            self._client.uid_expunge(list(uids))
        else:
            self._client.expunge()

    def create(self, mailbox: str) -> None:
        """Make a mailbox, subscribed so that clients show it."""
        try:
            self._client.create_folder(mailbox)
        except imaplib.IMAP4.error as error:
            if "ALREADYEXISTS" not in str(error):
                raise
        with contextlib.suppress(imaplib.IMAP4.error):
            self._client.subscribe_folder(mailbox)

    # -- the doorbell -----------------------------------------------------------------------------------------

    def idle_begin(self) -> list[bytes]:
        """Start IDLE; gives the untagged lines that came before the continuation."""
        imap = self._client._imap  # noqa: SLF001
        self._idle_tag = imap._command("IDLE")  # noqa: SLF001
        lines: list[bytes] = []
        while (line := imap._get_response()) is not None:  # noqa: SLF001
            if imap.tagged_commands[self._idle_tag]:
                _, data = imap.tagged_commands.pop(self._idle_tag)
                raise imaplib.IMAP4.error(f"IDLE refused: {data!r}")
            lines.append(line)
            _no_bye(line)
        imap.untagged_responses.clear()
        return lines

    def idle_lines(self, seconds: float, also: socket.socket) -> tuple[list[bytes], bool]:
        """Wait for untagged lines; gives those that came, and whether `also` became readable."""
        connection = self.connection
        stop = False
        if not connection.has_line():
            ready, stop = connection.wait_readable(seconds, also)
            if ready:
                connection.fill_if_ready()
        lines: list[bytes] = []
        while connection.has_line():
            line = self._client._imap._get_response()  # noqa: SLF001
            if line is not None:
                _no_bye(line)
                lines.append(line)
        self._client._imap.untagged_responses.clear()  # noqa: SLF001
        return lines, stop

    def idle_end(self) -> list[bytes]:
        """End IDLE; gives the untagged lines that still came."""
        imap = self._client._imap  # noqa: SLF001
        imap.send(b"DONE\r\n")
        lines: list[bytes] = []
        while not imap.tagged_commands[self._idle_tag]:
            line = imap._get_response()  # noqa: SLF001
            if line is not None:
                _no_bye(line)
                lines.append(line)
        imap.tagged_commands.pop(self._idle_tag)
        imap.untagged_responses.clear()
        return lines

    # -- the end ----------------------------------------------------------------------------------------------

    def logout(self) -> None:
        """Say goodbye without waiting for an answer, then close; never raises. Many accounts end within a second."""
        with contextlib.suppress(Exception):
            self.connection.sock.settimeout(GOODBYE_S)
            self.connection.send(self.connection._new_tag() + b" LOGOUT\r\n")  # noqa: SLF001
        self.drop()

    def drop(self) -> None:
        """Close at once; never raises."""
        self.connection.shutdown()

    def hang_up(self) -> None:
        """End the connection under another thread's feet; that thread gets Gone and closes."""
        hang_up(self.connection.sock)

    def _open(self, mailbox: str, *, read_only: bool) -> Selected:
        self.selected = ""
        said = self._client.select_folder(mailbox, readonly=read_only)
        self.selected = mailbox
        self.opened = Selected(
            uidvalidity=int(said.get(b"UIDVALIDITY", 1)),
            uidnext=int(said[b"UIDNEXT"]) if b"UIDNEXT" in said else None,
            exists=int(said.get(b"EXISTS", 0)),
            permanent_flags=frozenset(
                _text(flag).strip("()").lower() for flag in said.get(b"PERMANENTFLAGS", ()) if flag
            ),
        )
        self._counted[mailbox] = (self.opened.exists, time.monotonic())
        return self.opened

    def _count(self, answers: Sequence[Any]) -> None:
        for entry in _entries(answers):
            with contextlib.suppress(ValueError, TypeError):
                parsed: tuple[Any, ...] = parse_response(entry)
                name, items = parsed[:2]
                values = dict(zip(items[::2], items[1::2], strict=True))
                self._counted[_name(name)] = (int(values[b"MESSAGES"]), time.monotonic())


@functools.lru_cache(maxsize=16)
def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Give the context all connections share: 24 ms and 800 KB each otherwise.

    Args:
        ca_file: PEM of a further authority, or of the server itself (Proton Bridge, a server at home).

    Raises:
        MailRefused: The file cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise MailRefused(f"imap.ca_file: '{ca_file}' cannot be read as PEM ({error.strerror or error})") from error
        # A server's own certificate, trusted by name, need not be shaped like an authority's.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def text(term: str) -> bytes:
    """Write a search term so that it stays one: quoted, or 8-bit for a literal; no control characters.

    Source: RFC 9051 4.3 (strings), RFC 9051 6.4.4 (SEARCH).
    """
    clean = _CONTROL.sub(" ", term).encode("utf-8", "replace")
    if _is_8bit(clean):
        return clean  # IMAPClient sends these as literals
    return b'"' + clean.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def day(moment: datetime | date) -> bytes:
    """Write a date as SEARCH takes it, whatever the locale."""
    return f"{moment.day}-{SINCE_MONTHS[moment.month - 1]}-{moment.year:04d}".encode()


def uid_set(uids: Iterable[int]) -> str:
    """Write UIDs short: 1:5,9. Source: RFC 9051 9 (sequence-set)."""
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def aware(moment: datetime | None) -> datetime | None:
    """Give an instant in UTC; a naive one was meant so."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _entries(data: Sequence[Any]) -> Iterable[list[Any]]:
    """Untagged responses one by one: imaplib splits one with literals into several items."""
    entry: list[Any] = []
    for item in data:
        if item is None:
            continue
        entry.append(item)
        if not isinstance(item, tuple):
            yield entry
            entry = []
    if entry:
        yield entry


def _one_fetch(entry: list[Any]) -> tuple[int, FetchData]:
    """Parse one FETCH response; (0, {}) when it has no UID or cannot be read."""
    try:
        parsed = parse_fetch_response(entry, normalise_times=False, uid_is_key=False)
    except Exception:  # noqa: BLE001  one odd answer costs one message; the caller sees that it is missing
        return 0, {}
    for message in parsed.values():
        uid = message.get(b"UID", 0)
        return (uid if isinstance(uid, int) else 0), dict(message)
    return 0, {}


def _name(raw: Any) -> str:
    if isinstance(raw, int):  # "2024" unquoted
        return str(raw)
    try:
        return str(decode_utf7(raw))
    except (ValueError, LookupError):
        return _text(raw)


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


def _is_8bit(item: bytes) -> bool:
    return any(octet > 127 for octet in item)


def _no_bye(line: bytes) -> None:
    if line[:5].upper() == b"* BYE":
        raise Gone(f"the server said goodbye: {_text(line[5:]).strip()}")
