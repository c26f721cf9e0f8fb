"""The transport against a real SMTP server: trusted only when it may be, one attempt, never sent twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, get_args

import pytest

from tests.needs import need
from tests.servers import free_port, make_certificate
from tests.smtp_server import PASSWORD, TOKEN, USER, Fault, SmtpServer, smtp_server
from watcher.adapters.notify.mail import MailNotifier
from watcher.adapters.smtp import SmtpTransport
from watcher.config import Smtp
from watcher.errors import MailRefused, MailUnavailable, MailUncertain
from watcher.ports import Notice

RITA = "rita@acme.example"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]
Security = Literal["tls", "starttls", "none"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("openssl")
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder)
    return folder


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def transport(
    server: SmtpServer,
    security: Security = "none",
    ca_file: Path | str = "",
    password: str = PASSWORD,
    allowed: str = RITA,
    token: Callable[[], str] | None = None,
    host: str = "localhost",
) -> SmtpTransport:
    where = Smtp(host=host, port=server.port, security=security, ca_file=str(ca_file), timeout_s=5)
    return SmtpTransport(where, USER, lambda: password, allowed=frozenset({allowed}), token=token)


def letter(to: str = RITA) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Sam <sam@home.example>", to, "Re: Größe"
    message["Message-ID"] = "<1@home.example>"
    message.set_content("Grüße\n.\nüber einen Punkt\n")
    return message


@pytest.mark.parametrize("security", get_args(Security))
def test_a_letter_arrives_once_and_whole(certificate: Path, security: Security) -> None:
    with smtp_server(certificate, security) as server:
        transport(server, security, certificate / "cert.pem").send(letter(), "sam@home.example")
        ((recipients, taken),) = server.taken
    assert recipients == [RITA]
    assert taken["Message-ID"] == "<1@home.example>"
    body = taken.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines() == ["Grüße", ".", "über einen Punkt"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path, security: Security) -> None:
    with smtp_server(certificate, security) as server:
        with pytest.raises(MailRefused, match="certificate"):
            transport(server, security).send(letter(), "sam@home.example")
        assert server.taken == []
        assert server.logins == []


def test_starttls_asked_for_and_not_offered_ends_before_the_password_goes_over(server: SmtpServer) -> None:
    with pytest.raises(MailRefused, match="STARTTLS"):
        transport(server, "starttls").send(letter(), "sam@home.example")
    assert server.logins == []


def test_a_wrong_password_needs_somebody(server: SmtpServer) -> None:
    with pytest.raises(MailRefused, match="535"):
        transport(server, password="wrong").send(letter(), "sam@home.example")
    assert server.taken == []


def test_a_token_logs_in_by_xoauth2(server: SmtpServer) -> None:
    transport(server, token=lambda: TOKEN).send(letter(), "sam@home.example")
    assert server.logins == ["XOAUTH2"]
    assert len(server.taken) == 1


def test_an_old_token_needs_somebody(server: SmtpServer) -> None:
    with pytest.raises(MailRefused):
        transport(server, token=lambda: "old").send(letter(), "sam@home.example")
    assert server.taken == []


@pytest.mark.parametrize(
    ("fault", "error", "received"),
    [
        ("refused", MailRefused, 0),
        ("greylisted", MailUnavailable, 0),
        ("broken_at_rcpt", MailUnavailable, 0),
        ("data_refused", MailRefused, 0),
        ("broken_in_data", MailUncertain, 1),
    ],
)
def test_every_fault_is_told_apart_and_nothing_is_tried_twice(
    server: SmtpServer, fault: Fault, error: type[Exception], received: int
) -> None:
    server.fault = fault
    with pytest.raises(error):
        transport(server).send(letter(), "sam@home.example")
    assert len(server.taken) == received


def test_nobody_there_is_to_be_tried_later() -> None:
    with pytest.raises(MailUnavailable):
        transport(SmtpServer(port=free_port())).send(letter(), "sam@home.example")


@pytest.mark.parametrize("field", ["To", "Cc", "Bcc"])
def test_a_stranger_among_the_recipients_stops_it_before_connecting(server: SmtpServer, field: str) -> None:
    message = letter("sam@home.example")
    if field != "To":
        message[field] = RITA
    else:
        message.replace_header("To", RITA)
    with pytest.raises(MailRefused, match="refused to send"):
        transport(server, allowed="sam@home.example").send(message, "sam@home.example")
    assert server.logins == []


def test_a_notice_goes_to_the_user_and_carries_the_mark_of_a_machine(server: SmtpServer) -> None:
    way = transport(server, allowed="sam@home.example")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    notifier = MailNotifier("sam@home.example", lambda m: way.send(m, "sam@home.example"), lambda: now)
    notifier.tell(Notice("k", "An answer came\r\nBcc: x@y.example", "Read it."))
    ((recipients, taken),) = server.taken
    assert recipients == ["sam@home.example"]
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["Bcc"] is None
