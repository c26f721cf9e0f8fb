"""One rejection's whole life on a real Dovecot, driven by `afterword once` as a user would."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.configured import configured
from tests.contract.worlds import ImapWorld
from tests.line.builders import ADVICE, AWAY, DAY, HOUR, NO, TUESDAY, mail
from tests.servers import PASSWORD, MailServer
from watcher.core.message import Message, parse
from watcher.shells.cli import run

pytestmark = [pytest.mark.server, pytest.mark.slow]

Once = Callable[[datetime], dict[str, Any]]


class Sam:
    """The user: a mailbox on Dovecot, and a terminal."""

    def __init__(self, world: ImapWorld, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.world = world
        self.config = str(config)
        self.capsys = capsys

    def types(self, *arguments: str) -> Any:
        assert run([*arguments, "--config", self.config, "--json"]) == 0
        return json.loads(self.capsys.readouterr().out)

    def once(self, now: datetime) -> dict[str, Any]:
        (account,) = self.types("once", "--now", now.isoformat())["accounts"]
        assert isinstance(account, dict)
        return account

    def state(self) -> str:
        (item,) = self.types("list")
        return str(item["state"])

    def drafts(self) -> list[tuple[int, frozenset[str], Message]]:
        return [(uid, flags, parse(raw)) for uid, flags, raw in self.world.contents("drafts")]

    def sends(self, now: datetime, new_id: str) -> None:
        (uid, _, raw) = self.world.contents("drafts")[-1]
        self.world.remove("drafts", uid)
        self.world.deliver(raw.replace(parse(raw).message_id.encode(), new_id.encode(), 1), now, "sent")


@pytest.fixture
def sam(
    dovecot: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sam:
    monkeypatch.setenv("SAM_PASSWORD", PASSWORD)
    world = ImapWorld(dovecot)
    return Sam(world, configured(tmp_path, dovecot.port, world.user), capsys)


def test_the_whole_life_with_an_answer(sam: Sam) -> None:
    sam.world.deliver(mail(NO), TUESDAY)
    assert sam.once(TUESDAY + HOUR)["planned"] == 1
    assert sam.state() == "request_waiting"
    assert sam.once(TUESDAY + 23 * HOUR)["drafts"] == []
    due = TUESDAY + DAY + HOUR
    assert len(sam.once(due)["drafts"]) == 1
    ((_, flags, draft),) = sam.drafts()
    assert {"\\Draft", "\\Seen"} <= flags
    assert [to.addr_spec for to in draft.to] == ["anna@acme.example"]
    assert draft.in_reply_to == ("no@acme.example",)
    assert 60 <= len(draft.fresh.split()) <= 120
    assert sam.once(due + HOUR)["drafts"] == []

    sent = due + 2 * HOUR
    sam.sends(sent, "sent-by@client.example")
    assert sam.once(sent + HOUR)["sent"] == 1
    assert sam.state() == "request_sent"

    away = sent + 2 * HOUR
    reply = {"In_Reply_To": "<sent-by@client.example>", "subject": "Re: Your application as Data Engineer"}
    sam.world.deliver(
        mail(AWAY, message_id="away@acme.example", when=away, Auto_Submitted="auto-replied", **reply), away
    )
    sam.once(away + HOUR)
    assert sam.state() == "request_sent"

    answered = sent + DAY
    sam.world.deliver(mail(ADVICE, message_id="answer@acme.example", when=answered, **reply), answered)
    assert sam.once(answered + HOUR)["answers"] == 1
    assert sam.drafts() == []
    assert len(sam.once(answered + 26 * HOUR)["drafts"]) == 1
    ((_, _, thanks),) = sam.drafts()
    assert thanks.in_reply_to == ("answer@acme.example",)
    sam.sends(answered + 27 * HOUR, "thanks@client.example")
    sam.once(answered + 28 * HOUR)
    assert sam.state() == "closed"
    (item,) = sam.types("list")
    told = sam.types("show", item["id"])
    assert [answer["kind"] for answer in told["answers"]] == ["substantive"]
    assert told["reason"] == "done"
    for days in range(1, 20, 3):
        assert sam.once(answered + (2 + days) * DAY)["drafts"] == []


def test_the_whole_life_with_silence(sam: Sam) -> None:
    sam.world.deliver(mail(NO), TUESDAY)
    due = TUESDAY + DAY + HOUR
    sam.once(TUESDAY + HOUR)
    sam.once(due)
    sam.sends(due + HOUR, "sent-by@client.example")
    sam.once(due + 2 * HOUR)
    assert sam.once(due + 11 * DAY)["drafts"] == []
    assert [item["kind"] for item in sam.once(due + 12 * DAY + 3 * HOUR)["drafts"]] == ["thanks_silence"]
    assert sam.state() == "thanks_drafted"


def test_a_new_uidvalidity_on_dovecot_brings_nothing_new(sam: Sam) -> None:
    sam.world.deliver(mail(NO), TUESDAY)
    sam.once(TUESDAY + HOUR)
    sam.once(TUESDAY + DAY + HOUR)
    for role in ("inbox", "sent"):
        sam.world.renew(role)
    again = sam.once(TUESDAY + DAY + 2 * HOUR)
    assert (again["new"], again["drafts"]) == (0, [])
    assert len(sam.drafts()) == 1


def test_a_message_of_the_mailbox_is_explained(sam: Sam) -> None:
    sam.world.deliver(mail(NO), TUESDAY)
    told = sam.types("explain", "<no@acme.example>", "--now", (TUESDAY + HOUR).isoformat())
    assert (told["outcome"], told["ask"], told["contact"]["address"]) == ("rejection", True, "anna@acme.example")
    assert datetime.fromisoformat(told["due"]) - TUESDAY >= timedelta(hours=24)
    assert sam.drafts() == []
