"""A look-up in a mailbox of 20,000 mails stays within five commands and a megabyte."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.test_mail_account import mail
from tests.contract.worlds import ADDRESS, ImapWorld
from tests.servers import NOBODY, MailServer
from watcher.adapters.mail.imap import ImapAccount
from watcher.ports import HistoryQuery

MAILS = 20_000
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FILLER = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.\r\n" * 20


@pytest.mark.slow
@pytest.mark.server
def test_the_recruiter_of_three_weeks_ago_is_found_among_twenty_thousand(
    dovecot: MailServer, record_property: Callable[[str, object], None]
) -> None:
    world = ImapWorld(dovecot)
    world.contents("inbox")  # logs in once, so that the Maildir is there
    folder = dovecot.folder / "mail" / world.user / "Maildir" / "cur"
    interview = NOW - timedelta(weeks=3)
    for n in range(MAILS):
        when = NOW - timedelta(minutes=13 * n)
        raw = mail(
            f"newsletter {n}",
            f"News {n % 500} <news@shop{n % 500}.example>",
            message_id=f"n{n}@shop.example",
            body=FILLER,
        )
        path = folder / f"{int(when.timestamp())}.M{n}.host:2,S"
        path.write_bytes(raw)
        os.utime(path, (when.timestamp(), when.timestamp()))
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
    world.deliver(mail("Interview on Tuesday", "Rita Recruiter <rita@acme.example>", body=FILLER), interview)
    world.deliver(mail("Re: Interview", ADDRESS, "rita@acme.example", body="See you then.\r\n"), interview, "sent")
    assert isinstance(world.account, ImapAccount)
    world.account.cursor_now("inbox")
    query = HistoryQuery(
        domains=("acme.example",),
        addresses=("no-reply@ats.example",),
        message_ids=("r1@ats.example",),
        words=("Acme",),
        since=NOW - timedelta(days=180),
        before=NOW,
    )
    client = world.account._session._client
    assert client
    connection = client.connection
    commands, octets, begun = connection.commands, connection.bytes_in + connection.bytes_out, time.monotonic()
    found = world.account.history(query)
    seconds = time.monotonic() - begun
    commands = connection.commands - commands
    octets = connection.bytes_in + connection.bytes_out - octets
    world.account.close()
    record_property("measured", f"{commands} commands, {octets} octets, {seconds:.1f} s")
    assert [message.raw.split(b"Subject: ")[1].split(b"\r\n")[0] for message in found.received] == [
        b"Interview on Tuesday"
    ]
    assert len(found.sent) == 1
    assert commands <= 5
    assert octets <= 1_000_000
