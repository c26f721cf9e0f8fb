"""`afterword send` from Drafts on an IMAP server to an SMTP server: shown, asked, recorded, and never twice."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.smtp_server import PASSWORD, SmtpServer, smtp_server
from watcher.adapters.store import open_store
from watcher.config import load
from watcher.core.life import JobApplication, State
from watcher.core.plan import Kind, Plan
from watcher.demo.imap_server import EmbeddedServer
from watcher.errors import MailUncertain
from watcher.ports import Change, DraftRecord, DraftState
from watcher.shells.cli import run

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
MESSAGE_ID = "draft.1@afterword.invalid"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]


@dataclass
class Place:
    config: str
    smtp: SmtpServer
    imap: EmbeddedServer

    def sent(self) -> list[bytes]:
        return [one.raw for one in self.imap.contents("sam", "Sent")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("PW", PASSWORD)
    with EmbeddedServer(password=PASSWORD) as imap, smtp_server() as smtp:
        file = tmp_path / "afterword.yaml"
        file.write_text(
            "me: {name: Sam, timezone: Europe/Berlin}\n"
            "accounts:\n"
            "  - name: home\n"
            "    address: sam@home.example\n"
            f"    imap: {{host: 127.0.0.1, port: {imap.port}, security: none, timeout_s: 10}}\n"
            "    login: {user: sam, password: {env: PW}}\n"
            f"    smtp: {{host: 127.0.0.1, port: {smtp.port}, security: none, timeout_s: 5}}\n",
            encoding="utf-8",
        )
        imap.deliver("sam", draft("rita@acme.example"), NOW, "Drafts", frozenset({"\\Draft", "\\Seen"}))
        store = open_store(load(file).store_url)
        plan = Plan(Kind.REQUEST, NOW, NOW, NOW, NOW + timedelta(days=5))
        record = DraftRecord("abc", "home", plan, MESSAGE_ID, DraftState.PLACED, "rita@acme.example", placed_at=NOW)
        application = JobApplication("abc", "home", State.REQUEST_DRAFTED, arrived=NOW)
        store.record(Change("home", applications=(application,), drafts=(record,)))
        store.close()
        yield Place(str(file), smtp, imap)


def draft(to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Sam <sam@home.example>", to, "Re: Your application"
    message["Message-ID"] = f"<{MESSAGE_ID}>"
    message.set_content("Thank you. Is there one area I could strengthen?\n")
    return message.as_bytes()


def send(place: Place, *more: str) -> int:
    return run(["send", "abc", "--config", place.config, *more])


def test_a_draft_is_shown_sent_once_and_its_copy_filed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert send(place, "--yes") == 0
    shown = capsys.readouterr().out
    assert "rita@acme.example" in shown
    assert "Is there one area" in shown
    ((recipients, taken),) = place.smtp.taken
    assert recipients == ["rita@acme.example"]
    assert taken["Message-ID"] == f"<{MESSAGE_ID}>"
    assert len(place.sent()) == 1
    assert send(place, "--yes") == 64
    assert len(place.smtp.taken) == 1


def test_a_copy_the_server_filed_is_not_filed_again(place: Place) -> None:
    place.imap.deliver("sam", draft("rita@acme.example"), NOW, "Sent", frozenset())
    assert send(place, "--yes") == 0
    assert len(place.sent()) == 1


def test_without_a_yes_nothing_is_sent(place: Place) -> None:
    from watcher.shells.commands.send import command

    done = CliRunner().invoke(command, ["abc", "--config", place.config], input="n\n")
    assert "nothing was sent" in done.output
    assert place.smtp.logins == []


def test_a_connection_broken_in_data_is_never_tried_again(place: Place) -> None:
    place.smtp.fault = "broken_in_data"
    assert send(place, "--yes") == MailUncertain.exit_code
    place.smtp.fault = ""
    assert send(place, "--yes") == 64
    assert len(place.smtp.taken) == 1


@pytest.mark.parametrize("fault", ["refused", "greylisted", "broken_at_rcpt", "data_refused"])
def test_what_was_surely_not_sent_can_be_tried_again(place: Place, fault: str) -> None:
    place.smtp.fault = fault  # type: ignore[assignment]
    assert send(place, "--yes") in {75, 77}
    assert place.sent() == []
    place.smtp.fault = ""
    assert send(place, "--yes") == 0
    assert len(place.smtp.taken) == 1


def test_a_process_killed_while_sending_is_not_followed_by_a_second_letter(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "data", killed)
        assert send(place, "--yes") == 130
    assert send(place, "--yes") == 64
    assert place.smtp.taken == []


def test_a_draft_the_user_made_to_two_people_is_not_sent(place: Place) -> None:
    for one in place.imap.contents("sam", "Drafts"):
        place.imap.remove("sam", "Drafts", one.uid)
    place.imap.deliver("sam", draft("rita@acme.example, boss@acme.example"), NOW, "Drafts", frozenset({"\\Draft"}))
    assert send(place, "--yes") == 77
    assert place.smtp.logins == []


def test_a_draft_that_is_gone_is_not_sent(place: Place) -> None:
    for one in place.imap.contents("sam", "Drafts"):
        place.imap.remove("sam", "Drafts", one.uid)
    assert send(place, "--yes") == 66
    assert place.smtp.logins == []
