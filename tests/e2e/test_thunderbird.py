"""The add-on in a real, headless Thunderbird against Dovecot: keywords both ways, truth, languages, tidiness."""

from __future__ import annotations

import contextlib
import email.utils
import imaplib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest

from tests.needs import need
from tests.servers import PASSWORD, MailServer
from tests.thunderbird.client import PROGRAM, Thunderbird
from tools import lint_addon, xpi
from watcher.adapters.clock import SystemClock

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("thunderbird")]
USER = "sam@example.test"
ADDON = json.loads((xpi.SOURCE / "manifest.json").read_text())["browser_specific_settings"]["gecko"]["id"]
SHOTS = Path(os.environ.get("AFTERWORD_SCREENSHOTS", ""))
T = TypeVar("T")


def need_thunderbird() -> None:
    if not Path(PROGRAM).exists():
        need("thunderbird")


def mail(sender: str, subject: str, text: str, message_id: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, USER, subject
    message["Message-ID"] = f"<{message_id}>"
    message["Date"] = email.utils.format_datetime(SystemClock().now() - timedelta(hours=1))
    message.set_content(text)
    return message.as_bytes()


def until(ask: Callable[[], T], timeout: float = 15) -> T:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout} s")


@dataclass
class World:
    """A mailbox, a Thunderbird on it, and a second plain client."""

    thunderbird: Thunderbird
    imap: imaplib.IMAP4

    def keywords(self, message_id: str, mailbox: str = "INBOX") -> set[str]:
        self.imap.select(mailbox)
        uids = self.imap.uid("SEARCH", "HEADER", "Message-ID", message_id)[1][0].split()
        if not uids:
            return set()
        found = re.search(rb"FLAGS \(([^)]*)\)", self.imap.uid("FETCH", uids[-1].decode(), "(FLAGS)")[1][0])
        assert found
        return {flag.lower() for flag in found[1].decode().split() if not flag.startswith("\\")}

    def store(self, message_id: str, how: str, keyword: str) -> None:
        self.imap.select("INBOX")
        uid = self.imap.uid("SEARCH", "HEADER", "Message-ID", message_id)[1][0].split()[-1].decode()
        self.imap.uid("STORE", uid, how, f"({keyword})")

    def shot(self, name: str) -> None:
        if str(SHOTS) != ".":
            SHOTS.mkdir(exist_ok=True)
            self.thunderbird.shot(SHOTS / f"{name}.png")


def start(folder: Path, dovecot: MailServer, user: str, locale: str = "en-US") -> Thunderbird:
    add_on = folder / "afterword.xpi"
    xpi.build(add_on)
    return Thunderbird(folder / "profile", dovecot.port, 1, add_on, ADDON, user, PASSWORD, locale)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, dovecot: MailServer) -> Iterator[World]:
    need_thunderbird()
    with contextlib.ExitStack() as end:
        imap = imaplib.IMAP4(dovecot.host, dovecot.port)
        end.callback(imap.logout)
        imap.login(USER, PASSWORD)
        imap.append(
            "INBOX",
            "($Rejection)",
            None,
            mail("Rita <rita@acme.example>", "Your application", "No.", "rejection@acme.example"),
        )
        imap.append(
            "INBOX", None, None, mail("Bob <bob@friends.example>", "Lunch?", "Tuesday?", "lunch@friends.example")
        )
        imap.append("INBOX", None, None, mail("Ann <ann@firm.example>", "News", "Hm.", "news@firm.example"))
        thunderbird = start(tmp_path_factory.mktemp("tb"), dovecot, USER)
        end.callback(thunderbird.stop)
        yield World(thunderbird, imap)


def test_the_add_on_is_active_without_warnings(world: World) -> None:
    assert world.thunderbird.wait(
        "const {AddonManager} = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');"
        "return (await AddonManager.getAddonByID(args[0]))?.isActive",
        ADDON,
    )
    found = world.thunderbird.run(
        "const {ExtensionParent} = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');"
        "const e = ExtensionParent.GlobalManager.getExtension(args[0]);"
        "return {errors: e.errors || [], warnings: e.warnings || []}",
        ADDON,
    )
    assert found == {"errors": [], "warnings": []}


def test_what_the_daemon_marked_is_shown_with_the_window(world: World) -> None:
    world.thunderbird.open("INBOX", "rejection@acme.example")
    until(lambda: world.thunderbird.label() == "Rejection")
    told = until(world.thunderbird.banner)
    assert told.startswith("Afterword: Rejection. If a request is to be written, it appears between")
    world.shot("rejection")


def test_mail_that_is_no_matter_for_us_has_no_banner(world: World) -> None:
    world.thunderbird.open("INBOX", "lunch@friends.example")
    until(lambda: world.thunderbird.label() == "Not a matter for Afterword")
    assert world.thunderbird.banner() == ""


def test_a_button_writes_its_keyword_and_takes_back_the_contrary(world: World) -> None:
    world.thunderbird.open("INBOX", "lunch@friends.example")
    said = world.thunderbird.press("notrejection")
    assert "Waiting for Afterword to confirm" in said
    until(lambda: "$notrejection" in world.keywords("lunch@friends.example"))
    world.thunderbird.press("isrejection")
    until(lambda: {"$notrejection", "$isrejection"} & world.keywords("lunch@friends.example") == {"$isrejection"})
    world.thunderbird.press("asknow")
    world.thunderbird.press("dontask")
    until(lambda: {"$asknow", "$dontask"} & world.keywords("lunch@friends.example") == {"$dontask"})


def test_the_daemons_confirmation_is_shown(world: World) -> None:
    world.thunderbird.open("INBOX", "news@firm.example")
    world.thunderbird.press("isrejection")
    until(lambda: "$isrejection" in world.keywords("news@firm.example"))
    world.store("news@firm.example", "+FLAGS", "$FeedbackHeard")
    world.thunderbird.open_popup()
    world.thunderbird.wait(
        "return await inside(popup(), \"return content.document.getElementById('said').textContent.includes('heard you')\")"
    )
    world.shot("popup")
    world.thunderbird.close_popup()
    until(lambda: world.thunderbird.label() == "Rejection (you said so)")


def test_a_change_on_the_server_reaches_the_banner(world: World) -> None:
    world.thunderbird.open("INBOX", "rejection@acme.example")
    world.store("rejection@acme.example", "-FLAGS", "$Rejection")
    world.store("rejection@acme.example", "+FLAGS", "$RejectionUncertain")
    until(lambda: "please decide" in world.thunderbird.banner(), timeout=30)
    world.store("rejection@acme.example", "+FLAGS", "$FeedbackDraft")
    until(lambda: "a draft lies in Drafts" in world.thunderbird.banner(), timeout=30)


def test_the_popup_can_be_used_by_keyboard_and_by_ear(world: World) -> None:
    world.thunderbird.open("INBOX", "rejection@acme.example")
    world.thunderbird.open_popup()
    found = world.thunderbird.in_popup(
        "const d = content.document; const b = [...d.querySelectorAll('button')];"
        "return JSON.stringify({n: b.length, names: b.every(x => x.textContent.trim().length > 3),"
        " tab: b.every(x => x.tabIndex == 0), pressed: b.every(x => x.hasAttribute('aria-pressed')),"
        " live: d.getElementById('said').getAttribute('aria-live'), lang: d.documentElement.lang,"
        " group: !!d.querySelector('[role=group][aria-labelledby=verdict]'), h1: d.querySelectorAll('h1').length})"
    )
    assert json.loads(found) == {
        "n": 4, "names": True, "tab": True, "pressed": True, "live": "polite", "lang": "en-US", "group": True, "h1": 1,
    }  # fmt: skip
    world.thunderbird.close_popup()


def test_no_permission_is_asked_that_no_call_needs() -> None:
    need_thunderbird()
    wrong, used = lint_addon.lint(xpi.SOURCE, lint_addon.read_api())
    assert not wrong
    assert len(used) > 15
