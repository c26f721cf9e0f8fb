"""Waiting for the server's doorbell: IDLE on a connection of its own, which any other thread can end at once.

A ring says only that something happened; what it was is asked by UID on the other connection. A lost doorbell rings
once when it is back, for what may have come in between.

Source: RFC 2177 3 (IDLE), RFC 9051 6.3.13 (IDLE).
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterable

from watcher.adapters.mail.client import Client
from watcher.adapters.mail.refusal import translated
from watcher.errors import MailUnavailable

_RING = re.compile(rb"\* (\d+) (EXISTS|RECENT)", re.IGNORECASE)
_FLAGS = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
SHORTEST_LIMIT_S = 60.0  # a connection lost sooner was lost for another reason


class Doorbell:
    """IDLE on one mailbox.

    Args:
        connect: Makes a connection, logged in.
        server: `host:port`, for messages.
        renew_s: IDLE is issued anew after so many seconds; below the provider's limit.
        flags_too: Ring for changed flags as well (control by keywords).
    """

    def __init__(self, connect: Callable[[], Client], server: str, renew_s: float, *, flags_too: bool) -> None:
        self._connect = connect
        self._server = server
        self.renew_s = renew_s
        self._flags_too = flags_too
        self._client: Client | None = None
        self._begun = 0.0
        self._exists = 0
        self._lock = threading.Lock()
        self._inner, self._outer = socket.socketpair()
        self._inner.setblocking(False)
        self._outer.setblocking(False)
        weakref.finalize(self, _close_both, self._inner, self._outer)

    def wait(self, mailbox: str, seconds: float) -> bool:
        """Wait until something happens in the mailbox, `stop()` is called, or the time is over; True for the first.

        Raises:
            MailUnavailable: The connection was lost; waiting again makes another one.
        """
        ends = time.monotonic() + seconds
        with self._lock:
            if self._stopped():
                return False
            try:
                with translated("wait for new mail", self._server):
                    if self._client is None and self._begin(mailbox):
                        return True
                    return self._listen(mailbox, ends)
            except BaseException as error:
                if self._client is not None and self._begun:
                    self.lost_after(time.monotonic() - self._begun)
                self._drop()
                if isinstance(error, MailUnavailable) and self._stopped():
                    return False  # close() hung up
                raise

    def stop(self) -> None:
        """End the present wait, or else the next one, at once; from any thread."""
        with contextlib.suppress(OSError):  # full: it has been told often enough
            self._outer.send(b"!")

    def close(self) -> None:
        """Stop, and close the connection."""
        self.stop()
        client = self._client
        if client is not None:
            client.hang_up()
        if self._lock.acquire(timeout=0.2):
            try:
                self._drop()
            finally:
                self._lock.release()

    def lost_after(self, seconds: float) -> None:
        """Learn a server's limit: who dropped us that long into IDLE is asked again sooner (Yahoo: 300 s)."""
        if SHORTEST_LIMIT_S <= seconds < self.renew_s:
            self.renew_s = max(SHORTEST_LIMIT_S, seconds * 0.8)

    def _begin(self, mailbox: str) -> bool:
        """Connect; True when there is something to look at: what came before IDLE began rang no bell."""
        self._client = self._connect()
        self._exists = self._client.examine(mailbox).exists
        if self._client.can("IDLE"):
            self._rings(self._client.idle_begin())
            self._begun = time.monotonic()
        return True

    def _listen(self, mailbox: str, ends: float) -> bool:
        client = self._client
        if client is None:
            return False
        if not client.can("IDLE"):
            return self._nap(client, mailbox, ends)
        while True:
            now = time.monotonic()
            renew = self._begun + self.renew_s
            if now >= renew:
                rang = self._rings(client.idle_end())
                rang = self._rings(client.idle_begin()) or rang
                self._begun = time.monotonic()
                if rang:
                    return True
                continue
            if now >= ends and not client.connection.has_line():
                return False
            lines, stop = client.idle_lines(min(ends, renew) - now, self._inner)
            if self._rings(lines):
                return True
            if stop and self._stopped():
                return False

    def _nap(self, client: Client, mailbox: str, ends: float) -> bool:
        """Without IDLE: one look at the end of the time, so that the connection lives and news is noticed."""
        _, stop = client.connection.wait_readable(max(0.0, ends - time.monotonic()), self._inner)
        if stop and self._stopped():
            return False
        before, self._exists = self._exists, client.examine(mailbox).exists
        return self._exists > before

    def _rings(self, lines: Iterable[bytes]) -> bool:
        rang = False
        for line in lines:
            if match := _RING.match(line):
                count = int(match[1])
                if match[2].upper() == b"EXISTS":
                    rang = rang or count > self._exists
                    self._exists = count
                else:
                    rang = rang or count > 0
            elif line.upper().endswith(b" EXPUNGE"):
                self._exists = max(0, self._exists - 1)
            elif self._flags_too and _FLAGS.match(line):
                rang = True
        return rang

    def _stopped(self) -> bool:
        try:
            return bool(self._inner.recv(64))
        except BlockingIOError:
            return False

    def _drop(self) -> None:
        self._begun = 0.0
        if self._client is not None:
            self._client.drop()
            self._client = None


def _close_both(one: socket.socket, other: socket.socket) -> None:
    one.close()
    other.close()
