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
from collections.abc import Callable
from datetime import datetime

from watcher.errors import WatcherError
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
            change = _taken(parts, fetched, now, report)
            report.new += bool(change.seen)
            if change.applications or change.drafts:
                _write(parts, waiting, report)
                if not record(parts, change, report):  # the user changed the record meanwhile: look again
                    record(parts, _taken(parts, fetched, now, report), report)
            else:
                waiting.append(change)
                if len(waiting) >= BATCH:
                    _write(parts, waiting, report)
    finally:
        _write(parts, waiting, report)


def follow_sent(parts: Parts, now: datetime, report: Report) -> None:
    """Read what the user sent since the last pass."""
    for fetched in _new(parts, "sent", now):
        change = _attempt(lambda fetched=fetched: sent_message(parts, fetched, now), "sent")  # type: ignore[misc]
        change = change or Change(parts.account)
        record(parts, _at(change, "sent", fetched), report)


def record(parts: Parts, change: Change, report: Report) -> bool:
    """Write a change and tell what it was; False when a record was changed by somebody else meanwhile."""
    if not parts.store.record(change):
        return False
    for event in change.events:
        report.tell(event.what, event.ref, event.detail)
        _LOG.info("%s account=%s application=%s %s", event.what, parts.account, event.ref, event.detail)
    return True


def _new(parts: Parts, role: MailboxRole, now: datetime):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Give the new messages of a mailbox; a first look that finds none still sets the bookmark."""
    cursor = parts.store.cursor(parts.account, role)
    start = parts.mail.cursor_now(role) if cursor is None else None
    if role == "sent" and cursor is None and not parts.store.applications(parts.account):
        parts.store.record(Change(parts.account, cursor=(role, parts.mail.cursor_now(role))))
        return
    empty = True
    for fetched in parts.mail.new_messages(role, cursor, now - parts.settings.first_run):
        empty = False
        yield fetched
    if empty and start is not None:
        parts.store.record(Change(parts.account, cursor=(role, start)))


def _taken(parts: Parts, fetched: Fetched, now: datetime, report: Report) -> Change:
    try:
        return take_in(parts, fetched, now)
    except WatcherError:
        raise  # the mailbox or the store: not this message's fault
    except Exception as error:  # one bad message costs one message
        _LOG.exception("failed account=%s uid=%s", parts.account, fetched.uid, exc_info=_LOG.isEnabledFor(logging.DEBUG))
        report.failed += 1
        return failure(parts, fetched, error, now)


def _attempt(step: Callable[[], Change | None], what: str) -> Change | None:
    try:
        return step()
    except WatcherError:
        raise
    except Exception:
        _LOG.exception("failed step=%s", what, exc_info=_LOG.isEnabledFor(logging.DEBUG))
        return None


def _write(parts: Parts, waiting: list[Change], report: Report) -> None:
    if waiting:
        parts.store.record(*waiting)
        for change in waiting:
            for event in change.events:
                report.tell(event.what, event.ref, event.detail)
        waiting.clear()


def _at(change: Change, role: MailboxRole, fetched: Fetched) -> Change:
    from dataclasses import replace

    return replace(change, cursor=(role, fetched.cursor))
