"""Notices that wait -> told to the user, at once or as one a day; each once.

Files above this hand in the notifier; this one decides what is told when.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from typing import Literal

from watcher.errors import MailUncertain
from watcher.ports import Change, EventRecord, Notice, Notifier, Store

DIGEST = "digest"
MOST_AT_ONCE = 5  # more than these wait together, after a first run say: they come as one


def tell(store: Store, notifier: Notifier, how: Literal["at_once", "daily"], now: datetime, zone: tzinfo) -> int:
    """Tell what waits; gives how many mails that made. A notice whose fate is uncertain is not told again.

    Raises:
        MailUnavailable: Told later.
        MailRefused: Somebody must act; the notices wait.
    """
    waiting = store.untold()
    today = now.astimezone(zone).date()
    together = how == "daily"
    at_once = [notice for notice in waiting if notice.urgent or not together]
    rest = [notice for notice in waiting if together and not notice.urgent]
    made = _tell(store, notifier, at_once if len(at_once) <= MOST_AT_ONCE else group(at_once, today), at_once, now)
    if rest and not _told_today(store, today, zone):
        made += _tell(store, notifier, group(rest, today), rest, now)
        store.record(Change("", events=(EventRecord(now, "", "", DIGEST),)))
    return made


def group(notices: Sequence[Notice], today: date) -> list[Notice]:
    """Make one notice of several; a single one stays as it is."""
    if len(notices) <= 1:
        return list(notices)
    parts = [f"{notice.subject}\n{notice.body.strip()}\n" for notice in notices]
    key = f"{DIGEST}/{today.isoformat()}/{notices[0].key}"
    return [Notice(key, f"{len(notices)} things to know", "\n".join(parts), urgent=any(n.urgent for n in notices))]


def _tell(store: Store, notifier: Notifier, mails: Sequence[Notice], notices: Sequence[Notice], now: datetime) -> int:
    for mail in mails:
        with suppress(MailUncertain):  # it may have arrived: a notice lost is better than one told again and again
            notifier.tell(mail)
        for notice in notices:
            if len(mails) == 1 or notice.key == mail.key:
                store.told(notice.key, now)
    return len(mails)


def _told_today(store: Store, today: date, zone: tzinfo) -> bool:
    return any(event.what == DIGEST and event.at.astimezone(zone).date() == today for event in store.events())
