"""A real SMTP server (aiosmtpd) for tests, with TLS, AUTH and faults to order."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Fault = Literal["", "refused", "greylisted", "broken_in_data", "broken_at_rcpt", "data_refused"]
USER, PASSWORD, TOKEN = "sam", "right", "token-1"


@dataclass
class SmtpServer:
    """What the server does and what it took.

    Attributes:
        port: On 127.0.0.1.
        fault: What goes wrong.
        taken: Each accepted (or, when broken in DATA, received) message with its envelope recipients.
        logins: Mechanisms that were tried.
    """

    port: int = 0
    fault: Fault = ""
    taken: list[tuple[list[str], Message]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    connections: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fault == "refused":
            return "550 5.1.1 No such user"
        if self.fault == "greylisted":
            return "451 4.7.1 Greylisted, try again"
        if self.fault == "broken_at_rcpt":
            _drop(server)
            return "421 gone"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.fault == "data_refused":
            return "554 5.7.1 Looks like spam"
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append((list(envelope.rcpt_tos), message_from_bytes(content)))
        if self.fault == "broken_in_data":
            _drop(server)
        return "250 Taken"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(mechanism)
        if isinstance(data, LoginPassword):
            good = data.login == USER.encode() and data.password == PASSWORD.encode()
            return AuthResult(success=good, handled=False)
        return AuthResult(success=False, handled=False)


def _drop(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


class _WithToken(SMTP):
    async def auth_XOAUTH2(self, _: SMTP, args: list[str]) -> AuthResult:
        import base64

        told = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        self.event_handler.logins.append("XOAUTH2")
        good = told == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01"
        return AuthResult(success=good, handled=False, auth_data=USER.encode() if good else None)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _WithToken(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_server(
    folder: Path | None = None, security: Literal["tls", "starttls", "none"] = "none"
) -> Iterator[SmtpServer]:
    """Run a server; `folder` holds cert.pem and key.pem for TLS."""
    handler = SmtpServer()
    context = None
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    controller = _Controller(
        handler,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        authenticator=handler.authenticate,
        auth_required=True,
        auth_require_tls=security == "starttls",
    )
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
