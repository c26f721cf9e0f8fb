"""A look-up in a mailbox of 20,000 mails stays within five commands and a megabyte.

`pytest --log-cli-level=INFO tests/contract/test_history_size.py` tells the figures.
"""

from __future__ import annotations

import itertools
import logging
import os
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import IMAPClient

from tests.contract.test_mail_account import mail
from tests.contract.worlds import ADDRESS, ImapWorld
from tests.servers import NOBODY, PASSWORD
from watcher.adapters.mail.imap import ImapAccount
from watcher.ports import HistoryQuery

log = logging.getLogger(__name__)
MAILS = 20_000
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FILLER = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.\r\n" * 20


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.parametrize("name", ["dovecot", pytest.param("cyrus", marks=pytest.mark.xdist_group("cyrus"))])
def test_the_recruiter_of_three_weeks_ago_is_found_among_twenty_thousand(
    name: str, request: pytest.FixtureRequest
) -> None:
    world = ImapWorld(request.getfixturevalue(name))
    fill(world)
    interview = NOW - timedelta(weeks=3)
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
    log.info("%s: %d commands, %d octets, %.1f s", name, commands, octets, seconds)
    assert [message.raw.split(b"Subject: ")[1].split(b"\r\n")[0] for message in found.received] == [
        b"Interview on Tuesday"
    ]
    assert len(found.sent) == 1
    assert commands <= 5
    assert octets <= 1_000_000


def newsletters() -> Iterator[tuple[datetime, bytes]]:
    for n in range(MAILS):
        sender = f"News {n % 500} <news@shop{n % 500}.example>"
        yield (
            NOW - timedelta(minutes=13 * n),
            mail(f"newsletter {n}", sender, message_id=f"n{n}@shop.example", body=FILLER),
        )


def fill(world: ImapWorld) -> None:
    """Fill INBOX: by files where the server reads a Maildir, else by MULTIAPPEND (RFC 3502 6.3.11)."""
    if world.server.name != "dovecot":
        client: Any = IMAPClient(world.server.host, world.server.port, ssl=False, timeout=60)
        client.login(world.user, PASSWORD)
        for batch in batched(newsletters(), 1000):
            client.multiappend("INBOX", [{"msg": raw, "date": when} for when, raw in batch])
        client.logout()
        return
    world.contents("inbox")  # logs in once, so that the Maildir is there
    folder = world.server.folder / "mail" / world.user / "Maildir" / "cur"
    for n, (when, raw) in enumerate(newsletters()):
        path = folder / f"{int(when.timestamp())}.M{n}.host:2,S"
        path.write_bytes(raw)
        os.utime(path, (when.timestamp(), when.timestamp()))
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)


def batched(items: Iterable[tuple[datetime, bytes]], size: int) -> Iterator[list[tuple[datetime, bytes]]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
