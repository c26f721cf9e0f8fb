"""Control from the mailbox with a second, plain IMAP client against Dovecot: keywords, folders, marks."""

from __future__ import annotations

import contextlib
import imaplib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.configured import configured
from tests.line.builders import ANNA, NO, mail
from tests.servers import PASSWORD, MailServer
from watcher.adapters.corrections import read_corrections
from watcher.core.message import Message, parse
from watcher.demo.imap_personality import EXCHANGE, GMAIL
from watcher.demo.imap_server import EmbeddedServer
from watcher.shells.cli import run

pytestmark = [pytest.mark.server, pytest.mark.slow]
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
USERS = count()
LUNCH = "Hi Sam,\n\nlunch on Thursday at the usual place?\n\nBob\n"


class Hand:
    """A user with a plain IMAP client beside Afterword."""

    def __init__(self, port: int, folder: Path, *, keywords: bool, folders: bool) -> None:
        self.user = f"control{next(USERS)}"
        self.folder = folder
        control = f"control: {{keywords: {keywords}, folders: {folders}}}".lower()
        self.config = configured(folder, port, self.user, account=control)
        self.imap = imaplib.IMAP4("127.0.0.1", port)
        self.imap.login(self.user, PASSWORD)

    def afterword(self, *arguments: str) -> str:
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = run([*arguments, "--config", str(self.config)])
        assert code == 0, told.getvalue()
        return told.getvalue()

    def once(self, hours: float) -> None:
        self.afterword("once", "--now", (TUESDAY + timedelta(hours=hours)).isoformat())

    def deliver(self, raw: bytes) -> None:
        when = imaplib.Time2Internaldate(TUESDAY)
        assert self.imap.append("INBOX", "", when, raw)[0] == "OK"

    def uid(self, message_id: str, mailbox: str = "INBOX") -> str:
        self.imap.select(mailbox)
        return str(self.imap.uid("SEARCH", "HEADER", "Message-ID", message_id)[1][0].split()[-1].decode())

    def store(self, message_id: str, how: str, keyword: str) -> None:
        uid = self.uid(message_id)
        assert self.imap.uid("STORE", uid, how, f"({keyword})")[0] == "OK"

    def copy(self, message_id: str, mailbox: str) -> None:
        uid = self.uid(message_id)
        assert self.imap.uid("COPY", uid, mailbox)[0] == "OK"

    def keywords(self, message_id: str) -> set[str]:
        found = re.search(rb"FLAGS \(([^)]*)\)", self.imap.uid("FETCH", self.uid(message_id), "(FLAGS)")[1][0])
        assert found
        return {flag.lower() for flag in found[1].decode().split() if not flag.startswith("\\")}

    @property
    def drafts(self) -> list[Message]:
        self.imap.select(self.drafts_name, readonly=True)
        numbers = self.imap.search(None, "ALL")[1][0].split()
        fetched = [self.imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
        return [parse(item[1]) for item in fetched if isinstance(item, tuple)]

    drafts_name = "Drafts"

    @property
    def states(self) -> list[str]:
        return [item["state"] for item in json.loads(self.afterword("list", "--json"))]

    @property
    def taught(self) -> list[str]:
        return sorted(read_corrections(self.folder / "corrections.yaml").values())


@pytest.fixture
def hand(dovecot: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hand]:
    monkeypatch.setenv("SAM_PASSWORD", PASSWORD)
    made = Hand(dovecot.port, tmp_path, keywords=True, folders=True)
    yield made
    made.imap.logout()


def test_what_afterword_thinks_is_marked_on_the_rejection_alone(hand: Hand) -> None:
    hand.deliver(mail(NO))
    hand.deliver(mail(LUNCH, sender="Bob <bob@friends.example>", subject="Lunch", message_id="lunch@friends.example"))
    hand.once(1)
    assert hand.keywords("no@acme.example") == {"$rejection"}
    assert hand.keywords("lunch@friends.example") == set()
    hand.once(29)
    assert hand.keywords("no@acme.example") == {"$rejection", "$feedbackdraft"}
    assert len(hand.drafts) == 1


@pytest.mark.parametrize("spelling", ["$NotRejection", "notrejection"])
def test_not_a_rejection_cancels_teaches_and_is_confirmed(hand: Hand, spelling: str) -> None:
    hand.deliver(mail(NO))
    hand.once(1)
    hand.store("no@acme.example", "+FLAGS", spelling)
    hand.once(2)
    assert hand.keywords("no@acme.example") == {spelling.lower(), "$feedbackheard"}
    hand.once(29)
    assert hand.drafts == []
    assert hand.taught == ["other"]
    hand.deliver(mail(NO, message_id="again@acme.example"))
    hand.once(30)
    assert hand.states == ["closed"]


def test_do_not_ask_cancels_and_ask_now_brings_it_back(hand: Hand) -> None:
    hand.deliver(mail(NO))
    hand.once(1)
    hand.store("no@acme.example", "+FLAGS", "$DontAsk")
    hand.once(2)
    assert hand.states == ["closed"]
    hand.store("no@acme.example", "+FLAGS", "$AskNow")
    hand.once(3)
    assert "$dontask" not in hand.keywords("no@acme.example")
    hand.once(29)
    (request,) = hand.drafts
    assert [str(item) for item in request.to] == [ANNA]


def test_a_rejection_afterword_missed_is_taken_up_by_a_keyword(hand: Hand) -> None:
    missed = (
        "Hi Sam,\n\nafter our talk on Monday I am afraid the answer is what you feared. All the best to you!\n\nAnna\n"
    )
    hand.deliver(mail(missed, subject="Our talk"))
    hand.once(1)
    assert hand.states == []
    hand.store("no@acme.example", "+FLAGS", "$isrejection")
    hand.once(2)
    assert "$rejection" in hand.keywords("no@acme.example")
    assert hand.taught == ["rejection"]
    hand.once(29)
    assert len(hand.drafts) == 1


def test_a_word_is_obeyed_once_and_anew_when_it_was_taken_off(hand: Hand) -> None:
    hand.deliver(mail(NO))
    hand.once(1)
    hand.store("no@acme.example", "+FLAGS", "$DontAsk")
    hand.once(2)
    ref = json.loads(hand.afterword("list", "--json"))[0]["id"]
    hand.afterword("undo", ref, "--now", (TUESDAY + 3 * HOUR).isoformat())
    hand.once(4)
    assert hand.states == ["request_waiting"]
    hand.store("no@acme.example", "-FLAGS", "$DontAsk")
    hand.once(5)
    hand.store("no@acme.example", "+FLAGS", "$DontAsk")
    hand.once(6)
    assert hand.states == ["closed"]


@pytest.mark.parametrize("how", ["copy", "move"])
def test_a_message_laid_into_a_folder_says_the_same(hand: Hand, how: str) -> None:
    hand.deliver(mail(NO))
    hand.once(1)
    if how == "copy":
        hand.copy("no@acme.example", "Feedback/dontask")
    else:
        assert hand.imap.uid("MOVE", hand.uid("no@acme.example"), "Feedback/dontask")[0] == "OK"
    hand.once(2)
    hand.once(29)
    assert hand.states == ["closed"]
    assert hand.drafts == []


def test_a_folder_takes_back_the_contrary_keyword(hand: Hand) -> None:
    hand.deliver(mail(NO))
    hand.once(1)
    hand.store("no@acme.example", "+FLAGS", "$DontAsk")
    hand.once(2)
    hand.copy("no@acme.example", "Feedback/asknow")
    hand.once(3)
    assert hand.states == ["request_waiting"]
    assert "$dontask" not in hand.keywords("no@acme.example")


def test_nothing_is_marked_or_made_when_it_is_off(
    dovecot: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAM_PASSWORD", PASSWORD)
    hand = Hand(dovecot.port, tmp_path, keywords=False, folders=False)
    hand.deliver(mail(NO))
    hand.store("no@acme.example", "+FLAGS", "$NotRejection")
    hand.once(1)
    assert hand.keywords("no@acme.example") == {"$notrejection"}
    assert hand.states == ["request_waiting"]
    assert "Feedback" not in repr(hand.imap.list()[1])
    hand.imap.logout()


def test_gmail_labels_and_exchange_folders_work_where_keywords_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAM_PASSWORD", PASSWORD)
    for personality, drafts in ((EXCHANGE, "Entwürfe"), (GMAIL, "[Gmail]/Drafts")):
        folder = tmp_path / personality.name
        folder.mkdir()
        with EmbeddedServer(personality) as server:
            hand = Hand(server.port, folder, keywords=True, folders=True)
            hand.deliver(mail(NO))
            hand.once(1)
            hand.copy("no@acme.example", "Feedback/notrejection")
            hand.once(2)
            hand.once(29)
            assert hand.states == ["closed"]
            assert hand.taught == ["other"]
            assert server.contents(hand.user, drafts) == []
            hand.imap.logout()
