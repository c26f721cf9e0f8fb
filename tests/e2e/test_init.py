"""`afterword init` driven in a real terminal against Dovecot: a working file, or one sentence that says what to do."""

from __future__ import annotations

import imaplib
import re
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.servers import PASSWORD, MailServer, free_port
from watcher.config import load

pytestmark = pytest.mark.server
AFTERWORD = [sys.executable, "-m", "watcher"]
EX_USAGE, EX_TEMPFAIL, EX_NOPERM = 64, 75, 77


class Terminal:
    """A person at a terminal."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.child: Any = pexpect.spawn(
            sys.executable, ["-m", "watcher", "init", *arguments], cwd=str(folder), encoding="utf-8", timeout=30,
            dimensions=(40, 160), env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"},
        )  # fmt: skip

    def answer(self, question: str, text: str = "") -> None:
        self.child.expect_exact(question)
        self.child.sendline(text)

    def rest(self) -> tuple[int, str]:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus, self.child.before.replace("\r\n", "\n")


def by_flags(folder: Path, *arguments: str, password: str = PASSWORD, timeout: float = 60) -> tuple[int, str]:
    done = subprocess.run(
        [*AFTERWORD, "init", "--yes", "--no-lookup", "--name", "Sam Doe", "--timezone", "Europe/Berlin",
         "--password-stdin", *arguments],
        cwd=folder, input=password + "\n", capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def plain(dovecot: MailServer) -> list[str]:
    return ["--host", dovecot.host, "--port", str(dovecot.port), "--security", "none", "--user", "init"]


def test_questions_lead_to_a_working_file(tmp_path: Path, dovecot: MailServer) -> None:
    terminal = Terminal(tmp_path, "--no-lookup")
    terminal.answer("Your mail address", "sam.doe@example.org")
    terminal.answer("IMAP server", "localhost")
    terminal.answer("Security", "none")
    terminal.answer("Login name", "init")
    terminal.answer("Your name, as you sign [Sam Doe]")
    terminal.answer("Time zone", "Europe/Berlin")
    terminal.answer("Where shall the password be kept", "file")
    terminal.answer("Password for init", PASSWORD)
    code, told = terminal.rest()
    assert code == EX_TEMPFAIL  # the usual port 143 is not Dovecot's here
    assert "nothing listens there" in told
    assert "goes on from here" in told

    again = Terminal(tmp_path, "--no-lookup", "--port", str(dovecot.port))
    again.child.expect_exact("Going on with what you told for sam.doe@example.org.")
    again.answer("Password for init (empty: the one kept in private-password)", "")
    again.child.expect_exact("Drafts: Drafts (found by special-use)")
    again.answer("Place a test draft and remove it again?", "n")
    code, told = again.rest()
    assert code == 0, told

    path = tmp_path / "afterword.yaml"
    account = load(path).accounts[0]
    assert (account.address, account.imap.port_used, account.login.user) == (
        "sam.doe@example.org",
        dovecot.port,
        "init",
    )
    assert PASSWORD not in path.read_text()
    assert stat.S_IMODE((tmp_path / "private-password").stat().st_mode) == 0o600
    assert sorted(item.name for item in tmp_path.iterdir() if not item.is_dir()) == [
        "afterword.yaml",
        "private-password",
    ]


def test_flags_alone_do_the_same(tmp_path: Path, dovecot: MailServer) -> None:
    code, told = by_flags(tmp_path, "sam@example.org", *plain(dovecot))
    assert code == 0, told
    assert load(tmp_path / "afterword.yaml").accounts[0].login.user == "init"


def test_a_wrong_password_is_told_and_nothing_is_written(tmp_path: Path, dovecot: MailServer) -> None:
    code, told = by_flags(tmp_path, "sam@example.org", *plain(dovecot), password="wrong")
    assert code == EX_NOPERM
    assert re.search(r"refused|password", told)
    assert not (tmp_path / "afterword.yaml").exists()


def test_a_wrong_port_is_told(tmp_path: Path) -> None:
    code, told = by_flags(
        tmp_path, "sam@example.org", "--host", "127.0.0.1", "--port", str(free_port()), "--security", "none"
    )
    assert code == EX_TEMPFAIL
    assert "nothing listens there" in told


def test_tls_to_a_plain_port_is_told(tmp_path: Path, dovecot: MailServer) -> None:
    code, told = by_flags(
        tmp_path, "sam@example.org", "--host", "localhost", "--port", str(dovecot.port), "--security", "tls"
    )
    assert code in {EX_TEMPFAIL, EX_NOPERM}
    assert re.search(r"starttls|security", told)


def test_plain_text_to_a_tls_port_is_told(tmp_path: Path, dovecot: MailServer) -> None:
    arguments = ["--host", "localhost", "--port", str(dovecot.tls_port), "--security", "none"]
    code, told = by_flags(tmp_path, "sam@example.org", *arguments, timeout=90)
    assert code in {EX_TEMPFAIL, EX_NOPERM}
    assert len(told.splitlines()) < 8


def test_a_self_signed_certificate_is_refused_until_its_ca_is_named(tmp_path: Path, dovecot: MailServer) -> None:
    arguments = ["sam@example.org", "--host", "localhost", "--port", str(dovecot.tls_port), "--user", "init"]
    code, told = by_flags(tmp_path, *arguments)
    assert code == EX_NOPERM
    assert "ca_file" in told
    code, told = by_flags(tmp_path, *arguments, "--ca-file", dovecot.ca_file)
    assert code == 0, told
    assert load(tmp_path / "afterword.yaml").accounts[0].imap.ca_file == dovecot.ca_file


def test_starttls_works(tmp_path: Path, dovecot: MailServer) -> None:
    code, told = by_flags(
        tmp_path, "sam@example.org", "--host", "localhost", "--port", str(dovecot.port), "--security", "starttls",
        "--user", "init", "--ca-file", dovecot.ca_file,
    )  # fmt: skip
    assert code == 0, told


def test_a_mailbox_without_drafts_is_told_and_naming_one_mends_it(tmp_path: Path, dovecot: MailServer) -> None:
    connection = imaplib.IMAP4(dovecot.host, dovecot.port)
    connection.login("nodrafts", PASSWORD)
    connection.create("Konzepte-neu")
    connection.logout()
    arguments = ["sam@example.org", "--host", dovecot.host, "--port", str(dovecot.port), "--security", "none", "--user", "nodrafts"]  # fmt: skip
    code, told = by_flags(tmp_path, *arguments, "--drafts", "Nowhere")
    assert code == EX_NOPERM
    assert "Nowhere" in told
    code, told = by_flags(tmp_path, *arguments, "--drafts", "Konzepte-neu")
    assert code == 0, told
    assert load(tmp_path / "afterword.yaml").accounts[0].mailboxes.drafts == "Konzepte-neu"


@pytest.fixture
def imap_off() -> Iterator[int]:
    """A provider that answers every login with: IMAP is switched off."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
                for line in lines:
                    tag, _, rest = line.partition(b" ")
                    if rest.upper().startswith(b"CAPABILITY"):
                        connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
                    elif rest.upper().startswith(b"LOGIN"):
                        connection.sendall(tag + b" NO [ALERT] Your account is not enabled for IMAP use.\r\n")
                    else:
                        connection.sendall(tag + b" OK bye\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def test_imap_switched_off_is_told_in_the_servers_words(tmp_path: Path, imap_off: int) -> None:
    code, told = by_flags(
        tmp_path, "sam@example.org", "--host", "127.0.0.1", "--port", str(imap_off), "--security", "none"
    )
    assert code == EX_NOPERM
    assert "not enabled for IMAP" in told


def test_an_existing_configuration_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "afterword.yaml").write_text("mine")
    code, told = by_flags(tmp_path, "sam@example.org")
    assert code == EX_USAGE
    assert "--force" in told
    assert (tmp_path / "afterword.yaml").read_text() == "mine"


@pytest.mark.parametrize("address", ["sam", "sam@", "@x", "a b@c.example", "a@b@c"])
def test_what_is_no_address_is_told(tmp_path: Path, address: str) -> None:
    code, told = by_flags(tmp_path, address)
    assert code == EX_USAGE
    assert "not a mail address" in told


def test_what_a_known_provider_needs_is_said_before_the_password(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "sam@gmail.com", "--no-lookup", "--timezone", "UTC")
    terminal.child.expect_exact("2-Step Verification")
    terminal.child.expect_exact("Your name, as you sign")
    terminal.child.terminate(force=True)


def test_a_test_draft_is_placed_and_removed_only_with_consent(tmp_path: Path, dovecot: MailServer) -> None:
    code, told = by_flags(tmp_path, "sam@example.org", *plain(dovecot), "--test-draft")
    assert code == 0, told
    assert "it was removed again" in told
    connection = imaplib.IMAP4(dovecot.host, dovecot.port)
    connection.login("init", PASSWORD)
    assert connection.select("Drafts")[1] == [b"0"]
    connection.logout()
