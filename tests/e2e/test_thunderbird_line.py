"""The whole life through a real, headless Thunderbird: the daemon's draft is edited and sent there, buttons reach it.

Dovecot (keywords) and a server that keeps none (folders); a local SMTP sink takes what Thunderbird sends.
"""

from __future__ import annotations

import contextlib
import email
import imaplib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.line.builders import NO, mail
from tests.needs import need
from tests.servers import PASSWORD, MailServer, free_port
from tests.thunderbird.client import PROGRAM, Thunderbird
from tools import xpi
from watcher.adapters.clock import SystemClock
from watcher.demo.imap_personality import EXCHANGE
from watcher.demo.imap_server import EmbeddedServer

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("thunderbird")]
ADDON = json.loads((xpi.SOURCE / "manifest.json").read_text())["browser_specific_settings"]["gecko"]["id"]
SHOTS = Path(os.environ.get("AFTERWORD_SCREENSHOTS", ""))
T = TypeVar("T")
CONFIG = """\
me:
  name: Sam Doe
  timezone: UTC
  hours: {{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "23:59"}}
accounts:
  - name: private
    address: {user}
    imap: {{host: 127.0.0.1, port: {port}, security: none}}
    login: {{user: {user}, password: {{env: SAM_PASSWORD}}}}
    control: {{keywords: true, folders: {folders}}}
watch: {{poll_s: 5}}
store: {{url: "sqlite:///state.db"}}
"""


class Sink:
    """Takes what is sent."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.messages: list[Message] = []
        sink = self

        class Handler:
            async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
                sink.messages.append(email.message_from_bytes(envelope.content))
                return "250 OK"

        self.port = free_port()
        self._controller = Controller(Handler(), hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


class Daemon:
    """`afterword run` in a process of its own."""

    def __init__(self, folder: Path, port: int, user: str, *, folders: bool) -> None:
        self.folder = folder
        told = CONFIG.format(port=port, user=user, folders=str(folders).lower())
        (folder / "afterword.yaml").write_text(told)
        self._environment = {**os.environ, "SAM_PASSWORD": PASSWORD}
        self._log = (folder / "daemon.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "watcher", "run", "--config", str(folder / "afterword.yaml")],
            env=self._environment, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def list(self) -> list[dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "watcher", "list", "--json", "--config", str(self.folder / "afterword.yaml")],
            env=self._environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        self._log.close()


def until(ask: Callable[[], T], timeout: float = 60) -> T:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {timeout} s")


def deliver(imap: imaplib.IMAP4, message_id: str, hours_ago: float, user: str) -> None:
    when = SystemClock().now() - timedelta(hours=hours_ago)
    raw = mail(NO, message_id=message_id, when=when, to=f"Sam Doe <{user}>")
    assert imap.append("INBOX", "", imaplib.Time2Internaldate(when), raw)[0] == "OK"


def contents(imap: imaplib.IMAP4, mailbox: str) -> list[Message]:
    imap.select(f'"{mailbox}"', readonly=True)
    numbers = imap.search(None, "UNDELETED")[1][0].split()
    fetched = [imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
    return [email.message_from_bytes(item[1]) for item in fetched if isinstance(item, tuple)]


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    if not Path(PROGRAM).exists():
        need("thunderbird")
    with contextlib.ExitStack() as end:
        yield end


def login(stack: contextlib.ExitStack, port: int, user: str) -> imaplib.IMAP4:
    imap = imaplib.IMAP4("127.0.0.1", port)
    imap.login(user, PASSWORD)

    def leave() -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            imap.logout()

    stack.callback(leave)
    return imap


def start(stack: contextlib.ExitStack, folder: Path, port: int, sink: Sink, user: str) -> Thunderbird:
    add_on = folder / "afterword.xpi"
    xpi.build(add_on)
    thunderbird = Thunderbird(folder / "profile", port, sink.port, add_on, ADDON, user, PASSWORD)
    stack.callback(thunderbird.stop)
    return thunderbird


def send_edited(thunderbird: Thunderbird, message_id: str) -> None:
    """Open the draft, change a word, send it."""
    thunderbird.open("Drafts", message_id)
    if str(SHOTS) != ".":
        SHOTS.mkdir(exist_ok=True)
        time.sleep(1)
        thunderbird.shot(SHOTS / "draft.png")
    thunderbird.run("about3Pane.commandController.doCommand('cmd_editDraftMsg')")
    thunderbird.wait(
        "return !!compose?.gMsgCompose?.editor && compose.document.getElementById('msgSubject').value.startsWith('Re: ')"
    )
    time.sleep(1)
    thunderbird.run(
        "const editor = compose.gMsgCompose.editor; editor.beginningOfDocument();"
        "editor.QueryInterface(Ci.nsIEditorMailSupport); editor.insertText('(edited) ');"
    )
    thunderbird.run("compose.goDoCommand('cmd_sendNow')")


def test_the_daemons_draft_is_edited_and_sent_from_thunderbird_and_recognised(
    stack: contextlib.ExitStack, dovecot: MailServer, tmp_path: Path
) -> None:
    user = "line@example.test"
    imap = login(stack, dovecot.port, user)
    deliver(imap, "old@acme.example", 30, user)
    sink = Sink()
    stack.callback(sink.stop)
    daemon = Daemon(tmp_path, dovecot.port, user, folders=False)
    stack.callback(daemon.stop)
    (draft,) = until(lambda: contents(imap, "Drafts"))
    thunderbird = start(stack, tmp_path, dovecot.port, sink, user)
    thunderbird.open("INBOX", "old@acme.example")
    until(lambda: "a draft lies in Drafts" in thunderbird.banner())

    send_edited(thunderbird, str(draft["Message-ID"]).strip("<>"))
    (sent,) = until(lambda: sink.messages)
    assert sent["To"] == draft["To"]
    assert sent["In-Reply-To"] == "<old@acme.example>"
    assert "(edited)" in str(sent.get_payload())
    until(lambda: daemon.list()[0]["state"] == "request_sent")
    assert contents(imap, "Drafts") == []


def test_a_button_in_thunderbird_corrects_the_daemon_and_the_banner_follows(
    stack: contextlib.ExitStack, dovecot: MailServer, tmp_path: Path
) -> None:
    user = "button@example.test"
    imap = login(stack, dovecot.port, user)
    deliver(imap, "new@acme.example", 1, user)
    sink = Sink()
    stack.callback(sink.stop)
    daemon = Daemon(tmp_path, dovecot.port, user, folders=False)
    stack.callback(daemon.stop)
    thunderbird = start(stack, tmp_path, dovecot.port, sink, user)
    thunderbird.open("INBOX", "new@acme.example")
    until(lambda: thunderbird.banner().startswith("Afterword: Rejection. If a request"))
    assert "Waiting for Afterword" in thunderbird.press("notrejection")
    until(lambda: daemon.list()[0]["state"] == "closed")
    until(lambda: "Not a rejection (you said so)" in thunderbird.banner())
    thunderbird.open_popup()
    thunderbird.wait(
        "return await inside(popup(), \"return content.document.getElementById('said').textContent.includes('heard')\")"
    )
    thunderbird.close_popup()


def test_where_the_server_keeps_no_keywords_the_buttons_use_folders(
    stack: contextlib.ExitStack, tmp_path: Path
) -> None:
    user = "folders@example.test"
    server = stack.enter_context(EmbeddedServer(EXCHANGE))
    imap = login(stack, server.port, user)
    deliver(imap, "new@acme.example", 1, user)
    sink = Sink()
    stack.callback(sink.stop)
    daemon = Daemon(tmp_path, server.port, user, folders=True)
    stack.callback(daemon.stop)
    until(lambda: "Feedback/dontask" in repr(imap.list()[1]))
    thunderbird = start(stack, tmp_path, server.port, sink, user)
    thunderbird.open("INBOX", "new@acme.example")
    assert "Handed over" in thunderbird.press("dontask")
    until(lambda: daemon.list()[0]["state"] == "closed")
    assert contents(imap, "Feedback/dontask")
