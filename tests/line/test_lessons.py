"""What hurt users of neighbouring tools, as tests of the line: no sender is left out, nothing is lost silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.line.builders import HOUR, NO, TUESDAY, desk, mail
from watcher.core.life import State

SENDERS = [
    "Anna Beispiel <anna.beispiel@gmail.com>",
    "jobs@small-firm.example",
    "Tesla Recruiting <no-reply@tesla.example>",
    "agency@unheard-of-agency.example",
    '"Acme via Greenhouse" <no-reply@us.greenhouse-mail.io>',
]


@pytest.mark.parametrize("sender", SENDERS)
def test_a_rejection_is_found_whoever_sent_it(tmp_path: Path, sender: str) -> None:
    user = desk(tmp_path)
    user.deliver(mail(NO, sender=sender), TUESDAY)
    user.once(TUESDAY + HOUR)
    assert len(user.store.applications()) == 1
    user.close()


def test_what_was_seen_and_not_taken_for_a_rejection_is_counted(tmp_path: Path) -> None:
    user = desk(tmp_path)
    user.deliver(mail("Lunch on Thursday?", subject="Lunch", message_id="lunch@friends.example"), TUESDAY)
    user.deliver(mail(NO), TUESDAY)
    user.once(TUESDAY + HOUR)
    assert user.store.counts("private")["judged"] == 2
    assert [item.state for item in user.store.applications()] == [State.REQUEST_WAITING]
    user.close()
