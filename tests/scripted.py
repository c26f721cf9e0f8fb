"""A server that says exactly what a test wants, octet by octet."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GREETING = b"* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] hello\r\n"


class Line:
    """One connection seen from the server."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.file = sock.makefile("rb")

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self) -> tuple[bytes, bytes]:
        """Give tag and the rest of the next command; ("", "") at the end."""
        line = self.file.readline().rstrip(b"\r\n")
        tag, _, rest = line.partition(b" ")
        return tag, rest

    def let_in(self, greeting: bytes = GREETING, select: bytes = b"* 3 EXISTS\r\n") -> tuple[bytes, bytes]:
        """Play an ordinary server until something that is not about login or opening comes; gives that."""
        self.say(greeting)
        while True:
            tag, rest = self.hear()
            verb = rest.upper()
            if verb.startswith(b"CAPABILITY"):
                self.say(b"* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\n" + tag + b" OK done\r\n")
            elif verb.startswith(b"LOGIN"):
                self.say(tag + b" OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in\r\n")
            elif verb.startswith(b"LIST"):
                self.say(
                    b'* LIST () "/" INBOX\r\n* LIST (\\Drafts) "/" Drafts\r\n* LIST (\\Sent) "/" Sent\r\n'
                    + tag
                    + b" OK done\r\n"
                )
            elif verb.startswith(b"EXAMINE"):
                self.say(
                    b"* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] v\r\n* OK [UIDNEXT 10] n\r\n"
                    + select
                    + tag
                    + b" OK [READ-ONLY] open\r\n"
                )
            elif verb.startswith(b"LOGOUT"):
                self.say(b"* BYE bye\r\n" + tag + b" OK done\r\n")
            else:
                return tag, rest


Script = Callable[[Line], None]


@contextmanager
def scripted(*scripts: Script) -> Iterator[int]:
    """Listen; the first connection gets the first script and so on, the last one serves the rest. Gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_lines: list[socket.socket] = []

    def play(script: Script, sock: socket.socket) -> None:
        with suppress(OSError, ValueError):
            script(Line(sock))
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        count = 0
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                open_lines.append(sock)
                script = scripts[min(count, len(scripts) - 1)]
                count += 1
                threading.Thread(target=play, args=(script, sock), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for sock in open_lines:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        thread.join(2)
