"""The bytes between us and an IMAP server: an `imaplib` connection that reads through a buffer of its own.

`open`, `read`, `readline`, `send` and `shutdown` are imaplib's documented override points. What ours do better:
lines may arrive in pieces, a bell that came with other data is seen, EOF and time-outs end the connection instead of
looping or poisoning it, small writes leave at once (TCP_NODELAY), and everything has a limit.

Source: RFC 9051 2.2 (commands and responses), RFC 9051 4.3 (literals).
"""

from __future__ import annotations

import contextlib
import imaplib
import select
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any, cast

MAX_LINE = 16 << 20  # octets; a SEARCH answer of 2 million UIDs
MAX_LITERAL = 64 << 20  # octets; we ask for 256 KiB at most, some servers ignore partial fetch
MAX_ANSWER = 256 << 20  # octets one command may be answered with
PATIENCE = 10  # times the read time-out: the longest one command may take, however slowly it drips
CHUNK = 1 << 18

KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4), ("TCP_USER_TIMEOUT", 60_000))


class Gone(imaplib.IMAP4.abort):
    """The connection is lost or not to be trusted any more: make another one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect and how; `context` is None for plain text and until STARTTLS."""

    host: str
    port: int
    timeout_s: float
    context: ssl.SSLContext | None = None


class Connection(imaplib.IMAP4):
    """One connection; counts what crosses it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.bytes_in = self.bytes_out = self.commands = 0
        self._buffer = bytearray()
        self._answer = 0
        self._deadline = time.monotonic() + endpoint.timeout_s * PATIENCE
        super().__init__(endpoint.host, endpoint.port, timeout=endpoint.timeout_s)

    # -- what imaplib calls ---------------------------------------------------------------------------------

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, with TLS when the endpoint has a context."""
        self.host, self.port = host, port
        self.sock: socket.socket = socket.create_connection((host, port), timeout or self.endpoint.timeout_s)
        _tune(self.sock)
        if self.endpoint.context is not None:
            self.sock = _wrap(self.endpoint.context, self.sock, host)

    def read(self, size: int) -> bytes:
        """Read exactly so many octets."""
        if size > MAX_LITERAL:
            raise Gone(f"the server announced a literal of {size} octets")
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def readline(self) -> bytes:
        """Read one line with its CRLF."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > MAX_LINE:
                raise Gone("the server sent a line without end")
            self._fill()
        return self._take(end + 1)

    def send(self, data: Any) -> None:
        """Write all of it."""
        self.bytes_out += len(data)
        self._begin()
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Gone(f"could not write: {error}") from error

    def shutdown(self) -> None:
        """Close the socket; never raises."""
        if hasattr(self, "sock"):
            hang_up(self.sock)
            with contextlib.suppress(OSError):
                self.sock.close()

    def _new_tag(self) -> bytes:
        self.commands += 1
        return cast("bytes", super()._new_tag())  # type: ignore[misc]

    def _mesg(self, *_: object, **__: object) -> None:  # imaplib's own log would repeat bodies and the password
        pass

    def _log(self, *_: object) -> None:
        pass

    # -- what IDLE needs --------------------------------------------------------------------------------------

    def has_line(self) -> bool:
        """Tell whether a whole line waits in the buffer."""
        return b"\n" in self._buffer

    def has_unread(self) -> bool:
        """Tell whether anything waits in the buffer."""
        return bool(self._buffer)

    def fill_if_ready(self) -> None:
        """Take what the socket has, without waiting: a TLS record may hold no data for us (session tickets)."""
        self._begin()
        self.sock.settimeout(0)
        try:
            self._fill()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        finally:
            with contextlib.suppress(OSError):
                self.sock.settimeout(self.endpoint.timeout_s)

    def wait_readable(self, seconds: float, also: socket.socket) -> tuple[bool, bool]:
        """Wait until the server or `also` has something to read; tells which."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True, False
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        poller.register(also, select.POLLIN)
        try:
            ready = {fd for fd, _ in poller.poll(max(0.0, seconds) * 1000)}
            return self.sock.fileno() in ready, also.fileno() in ready
        except (OSError, ValueError) as error:  # closed by another thread
            raise Gone(f"the connection was closed: {error}") from error

    # -- STARTTLS ---------------------------------------------------------------------------------------------

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on over TLS, after the server's OK to STARTTLS; forget all that was said in the open.

        Source: RFC 9051 6.2.1 (STARTTLS).
        """
        self.sock = _wrap(context, self.sock, self.host)
        self.untagged_responses.clear()
        self._tls_established = True

    # -- the buffer -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._answer = 0
        self._deadline = time.monotonic() + self.endpoint.timeout_s * PATIENCE

    def _fill(self) -> None:
        if time.monotonic() > self._deadline:
            raise Gone("the answer took too long")
        try:
            data = self.sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            raise
        except TimeoutError as error:
            raise Gone(f"no answer within {self.endpoint.timeout_s:g} s") from error
        except (OSError, ValueError) as error:
            raise Gone(f"the connection broke: {error}") from error
        if not data:
            raise Gone("the server closed the connection")
        self.bytes_in += len(data)
        self._answer += len(data)
        if self._answer > MAX_ANSWER:
            raise Gone("the answer has no end")
        self._buffer += data

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data


def hang_up(sock: socket.socket) -> None:
    """End a connection from any thread; a read that waits in another thread returns at once."""
    with contextlib.suppress(OSError, ValueError):
        # Below the TLS layer: SSLSocket.shutdown() would pull the TLS state from under a waiting read.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _wrap(context: ssl.SSLContext, sock: socket.socket, host: str) -> socket.socket:
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def _tune(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
