"""Every mail somebody really received, in a real Dovecot: drafts only for those with a person, valid and threaded."""

import imaplib
import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.configured import configured
from tests.contract.worlds import ImapWorld
from tests.servers import PASSWORD, MailServer
from tools.labelled import LABELLED, load, to_mail
from watcher.core.contact import ContactKind
from watcher.core.message import parse
from watcher.ports import DraftState
from watcher.shells.cli import run
from watcher.wiring import open_works, read_config

pytestmark = [pytest.mark.server, pytest.mark.slow]

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime.fromisoformat("2026-11-16T08:00:00+00:00")  # a Monday


@pytest.mark.skipif(not LABELLED.exists(), reason="../shared/data is not here: real input was not tried")
def test_real_mail_brings_drafts_only_to_people_and_a_second_run_nothing(
    dovecot: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SAM_PASSWORD", PASSWORD)
    world = ImapWorld(dovecot)
    config = configured(tmp_path, dovecot.port, world.user, more="drafts: {max_a_day: 1000}")
    rows = [row for row in load() if row.kind == "received"]
    labels: dict[str, str] = {}
    with world.hand() as hand:
        for number, row in enumerate(rows):
            raw = to_mail(row)
            labels[parse(raw).message_id] = row.label
            stamp = imaplib.Time2Internaldate(START + number * HOUR / 10)
            assert hand.append("INBOX", None, stamp, raw)[0] == "OK"
    last = START + len(rows) * HOUR / 10

    def once(now: datetime) -> dict[str, object]:
        assert run(["once", "--config", str(config), "--now", now.isoformat(), "--json"]) == 0
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        (account,) = json.loads(out)["accounts"]
        assert isinstance(account, dict)
        return account

    first = once(last)
    assert first["new"] == len(rows)
    assert first["failed"] == 0
    reports = [once(START + days * DAY) for days in (2, 3, 4)]
    placed = sum(len(report["drafts"]) for report in [first, *reports])  # type: ignore[arg-type,misc]

    again = once(START + 4 * DAY + HOUR)
    assert (again["new"], again["drafts"], again["happened"]) == (0, [], [])

    with open_works(read_config(str(config))) as works:
        applications = {item.ref: item for item in works.store.applications()}
        drafts = works.store.drafts()
    lying = [parse(raw) for _, _, raw in world.contents("drafts")]
    assert len(lying) == placed == sum(draft.state is DraftState.PLACED for draft in drafts)
    for message in lying:
        assert not message.error
        assert len(message.to) == 1
        assert not message.cc
        assert message.subject.startswith("Re: ")
        assert message.references[-1:] == message.in_reply_to
        assert message.in_reply_to[0] in labels
        assert labels[message.in_reply_to[0]] == "rejection", message.in_reply_to
    for draft in drafts:
        person = applications[draft.ref].person
        assert person is not None
        assert person.kind in {ContactKind.HUMAN, ContactKind.TOKEN}
        assert not draft.late or draft.placed_at is not None
    reasons = Counter(f"{item.state}/{item.reason}/{item.rule}" for item in applications.values())
    told = f"real input: {len(rows)} mails, {len(applications)} applications, {placed} drafts; {dict(reasons)}"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
