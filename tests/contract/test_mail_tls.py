"""How the IMAP adapter trusts: only certificates it may, never plain text where TLS was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.worlds import account_at
from tests.needs import need
from tests.scripted import Line, scripted
from tests.servers import PASSWORD, MailServer, make_certificate
from watcher.adapters.mail.imap import ImapAccount, open_account
from watcher.demo.imap_server import EmbeddedServer
from watcher.errors import MailRefused, MailUnavailable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("openssl")
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder)
    return folder


@pytest.fixture(scope="module")
def secure(certificate: Path) -> Iterator[EmbeddedServer]:
    pair = (str(certificate / "cert.pem"), str(certificate / "key.pem"))
    with EmbeddedServer(certificate=pair, starttls=True) as server:
        yield server


def account(port: int, security: str, ca_file: Path | str = "", host: str = "127.0.0.1") -> ImapAccount:
    imap = {"host": host, "port": port, "security": security, "ca_file": str(ca_file), "timeout_s": 3}
    return open_account(account_at(host, port, "sam", imap=imap), lambda: PASSWORD)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_with_its_own_certificate_named_a_server_is_trusted(
    secure: EmbeddedServer, certificate: Path, security: str, host: str
) -> None:
    port = secure.tls_port if security == "tls" else secure.port
    opened = account(port, security, certificate / "cert.pem", host)
    assert opened.facts().mailboxes["drafts"] == "Drafts"
    opened.close()


@pytest.mark.server
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_dovecot_is_trusted_the_same(dovecot: MailServer, security: str) -> None:
    opened = account(dovecot.tls_port if security == "tls" else dovecot.port, security, dovecot.ca_file)
    assert opened.facts().mailboxes["drafts"] == "Drafts"
    assert opened.wait(5) is True
    assert opened.wait(0.2) is False
    opened.close()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused_and_nothing_is_said(secure: EmbeddedServer, security: str) -> None:
    before = secure.commands.count("LOGIN")
    opened = account(secure.tls_port if security == "tls" else secure.port, security)
    with pytest.raises(MailRefused, match=r"cannot be trusted.*self-signed.*imap\.ca_file"):
        opened.facts()
    assert secure.commands.count("LOGIN") == before


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    need("openssl")
    make_certificate(tmp_path, "mail.other.example")
    with EmbeddedServer(certificate=(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))) as server:
        opened = account(server.tls_port, "tls", tmp_path / "cert.pem")
        with pytest.raises(MailRefused, match=r"another name.*imap\.host"):
            opened.facts()
        assert server.commands == []


def test_a_ca_file_that_cannot_be_read_says_so(secure: EmbeddedServer, tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(MailRefused, match=r"imap\.ca_file"):
            account(secure.tls_port, "tls", path).facts()


def test_tls_on_a_plain_port_says_which_ports_are_usual(embedded: EmbeddedServer) -> None:
    with pytest.raises(MailRefused, match="993"):
        account(embedded.port, "tls").facts()


def test_plain_text_on_a_tls_port_ends_in_time(secure: EmbeddedServer) -> None:
    begun = time.monotonic()
    with pytest.raises(MailUnavailable):
        account(secure.tls_port, "none").facts()
    assert time.monotonic() - begun < 6


def test_a_starttls_that_was_cut_out_is_not_gone_without() -> None:
    heard: list[bytes] = []

    def script(line: Line) -> None:
        line.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
        while True:
            tag, rest = line.hear()
            if not tag:
                return
            heard.append(rest)
            line.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")

    with scripted(script) as port, pytest.raises(MailRefused, match="no STARTTLS"):
        account(port, "starttls").facts()
    assert not any(PASSWORD.encode() in item for item in heard)
    assert set(heard) == {b"CAPABILITY"}


def test_a_server_that_greets_as_if_logged_in_is_not_trusted_before_tls() -> None:
    def script(line: Line) -> None:
        line.say(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome back\r\n")
        tag, _ = line.hear()
        line.say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")
        line.hear()

    with scripted(script) as port, pytest.raises(MailRefused, match="before TLS"):
        account(port, "starttls").facts()


def test_plain_text_slipped_in_behind_starttls_is_not_believed() -> None:
    heard: list[bytes] = []

    def script(line: Line) -> None:
        line.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        while True:
            tag, rest = line.hear()
            heard.append(rest)
            if b"STARTTLS" in rest:
                line.say(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
                heard.append(line.file.read(64))
                return
            line.say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")

    with scripted(script) as port, pytest.raises(MailRefused, match="slipped in"):
        account(port, "starttls").facts()
    assert not any(PASSWORD.encode() in item for item in heard)


def test_a_server_that_takes_no_password_in_the_open_gets_none() -> None:
    heard: list[bytes] = []

    def script(line: Line) -> None:
        line.say(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello\r\n")
        while True:
            tag, rest = line.hear()
            if not tag:
                return
            heard.append(rest)
            line.say(b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n" + tag + b" OK done\r\n")

    with scripted(script) as port, pytest.raises(MailRefused, match="security: tls"):
        account(port, "none").facts()
    assert not any(PASSWORD.encode() in item for item in heard)
