"""A login that lasts: connects when it is needed, notices a dead connection, makes another one on the next use."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from watcher.adapters.mail.client import Client, tls_context
from watcher.adapters.mail.refusal import translated
from watcher.adapters.mail.transport import Endpoint
from watcher.config import Imap

STALE_S = 30.0  # a connection unused for longer is asked before it is trusted (NAT boxes forget silently)

Login = Callable[[Client], None]
"""Logs a fresh connection in: by password, or by a token that wiring brings."""


class Session:
    """One connection to one server, used by one thread at a time."""

    def __init__(self, imap: Imap, login: Login) -> None:
        self.server = f"{imap.host}:{imap.port_used}"
        self._imap = imap
        self._login = login
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._used = 0.0

    @contextmanager
    def use(self, doing: str) -> Iterator[Client]:
        """Lend the connection, logged in.

        Raises:
            MailUnavailable: The connection is dropped; the next use makes another one.
            MailRefused: Somebody must act.
        """
        with self._lock, translated(doing, self.server):
            client = self._living()
            done = False
            try:
                yield client
                done = True
            except Exception as error:
                # A plain NO leaves the connection good; anything else and nobody knows where it stands.
                done = _is_plain_no(error)
                raise
            finally:
                self._used = time.monotonic()
                if not done:
                    self._drop()

    def close(self) -> None:
        """End it from any thread: politely when nobody uses it, at once otherwise."""
        client = self._client
        if client is None:
            return
        if self._lock.acquire(blocking=False):
            try:
                client.logout()
                self._client = None
            finally:
                self._lock.release()
        else:
            client.hang_up()

    def _living(self) -> Client:
        if self._client is not None and time.monotonic() - self._used > STALE_S:
            try:
                self._client.noop()
            except Exception:  # noqa: BLE001  whatever it is, another connection is the answer
                self._drop()
        if self._client is None:
            self._client = connect(self._imap, self._login)
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.drop()
            self._client = None


def connect(imap: Imap, login: Login) -> Client:
    """Open a connection as configured and log in; raises what `refusal.translated` understands."""
    context = None if imap.security == "none" else tls_context(imap.ca_file)
    endpoint = Endpoint(imap.host, imap.port_used, imap.timeout_s, context if imap.security == "tls" else None)
    client = Client(endpoint)
    try:
        if imap.security == "starttls" and context is not None:
            client.secure(context)
        login(client)
        client.introduce("afterword")
    except BaseException:
        client.drop()
        raise
    return client


def _is_plain_no(error: Exception) -> bool:
    return isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort)
