"""The straight line: run_once() is one pass over one account, the same for the daemon, `once` and the demo.

    sent mail      what the user did with drafts, or wrote without us          following.py
    new mail       bytes -> message -> verdict -> contact -> plan, or answer   intake.py
    open drafts    edited, sent, thrown away                                   following.py
    due drafts     claim -> look up -> compose -> lint -> APPEND -> record     placing.py

Each step computes a Change first and writes it in one transaction, the cursor with it: killed anywhere, the next pass
goes on where this one stopped. One bad message costs one message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from watcher.errors import StoreError, WatcherError
from watcher.following import open_drafts, sent_message
from watcher.intake import failure, take_in
from watcher.parts import Parts, Report
from watcher.placing import place_due
from watcher.ports import Change, Fetched, MailboxRole

BATCH = 50
TRIES = 3
_LOG = logging.getLogger("afterword.pipeline")


def run_once(parts: Parts, now: datetime) -> Report:
    """Make one pass: take in what is new, follow what was placed, place what is due.

    Raises:
        MailUnavailable: The connection was lost; what was done is recorded.
        MailRefused: Somebody must act.
        StoreError: The database cannot be used.
    """
    report = Report(parts.account)
    for draft in parts.store.recover(parts.account):
        report.tell("recovered", draft.ref, draft.plan.kind)
    follow_sent(parts, now, report)
    take_in_new(parts, now, report)
    for change in open_drafts(parts, now):
        record(parts, change, report)
    place_due(parts, now, report)
    return report


def take_in_new(parts: Parts, now: datetime, report: Report) -> None:
    """Judge every new message of the inbox."""
    waiting: list[Change] = []
    try:
        for fetched in _new(parts, "inbox", now):
            change = _safely(take_in, "inbox", parts, fetched, now, report)
            report.new += bool(change.seen)
            waiting.append(change)
            if change.applications or change.drafts or len(waiting) >= BATCH:
                _record_all(parts, waiting, report)
    finally:
        _record_all(parts, waiting, report)


def follow_sent(parts: Parts, now: datetime, report: Report) -> None:
    """Read what the user sent since the last pass."""
    for fetched in _new(parts, "sent", now):
        for _ in range(TRIES):
            if record(parts, _safely(sent_message, "sent", parts, fetched, now, report), report):
                break


def record(parts: Parts, change: Change, report: Report) -> bool:
    """Write a change and tell what it was; False when somebody else changed a record meanwhile."""
    if not parts.store.record(change):
        return False
    _tell(parts, change, report)
    return True


def _new(parts: Parts, role: MailboxRole, now: datetime) -> Iterator[Fetched]:
    """Give the new messages of a mailbox; a first look that finds none still sets the bookmark."""
    cursor = parts.store.cursor(parts.account, role)
    if cursor is None:
        start = parts.mail.cursor_now(role)
        nothing_to_follow = role == "sent" and not parts.store.applications(parts.account)
        found = iter(()) if nothing_to_follow else parts.mail.new_messages(role, None, now - parts.settings.first_run)
        first = next(found, None)
        if first is None:
            parts.store.record(Change(parts.account, cursor=(role, start)))
            return
        yield first
        yield from found
    else:
        yield from parts.mail.new_messages(role, cursor, now - parts.settings.first_run)


def _safely(
    step: Callable[[Parts, Fetched, datetime], Change],
    role: MailboxRole,
    parts: Parts,
    fetched: Fetched,
    now: datetime,
    report: Report,
) -> Change:
    try:
        return step(parts, fetched, now)
    except WatcherError:
        raise  # the mailbox or the store: not this message's fault
    except Exception as error:  # noqa: BLE001 -- one bad message costs one message
        detail = _LOG.isEnabledFor(logging.DEBUG)
        _LOG.error(
            "failed account=%s uid=%s error=%s", parts.account, fetched.uid, type(error).__name__, exc_info=detail
        )
        report.failed += 1
        return failure(parts, role, fetched, error, now)


def _record_all(parts: Parts, waiting: list[Change], report: Report) -> None:
    """Write changes in one transaction, or nothing when a command changed a record: the next pass looks anew."""
    changes, waiting[:] = list(waiting), []
    if not changes:
        return
    if parts.store.record(*changes):
        for change in changes:
            _tell(parts, change, report)
        return
    raise StoreError("a record was changed by another program meanwhile; the next pass looks again")


def _tell(parts: Parts, change: Change, report: Report) -> None:
    for event in change.events:
        report.tell(event.what, event.ref, event.detail)
        _LOG.info("%s account=%s application=%s detail=%s", event.what, parts.account, event.ref, event.detail)
