"""One pass over one account, and its health written down: what the daemon and `once` share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.errors import MailError, MailRefused, SecretError
from watcher.parts import Parts, Report
from watcher.pipeline import run_once
from watcher.shells.facts import remember_facts
from watcher.steering import steer, write_marks
from watcher.wiring import Works


def make_pass(parts: Parts, now: datetime, works: Works | None = None) -> Report:
    """Run one pass and keep how it went, for `status`.

    Args:
        parts: Of the account.
        now: The present.
        works: Where the account's steering and what it teaches are kept; None leaves steering out (a dry run).

    Raises:
        MailError: The mailbox could not be used; that is kept too.
        SecretError: The password cannot be had; that is kept too.
    """
    health = parts.store.health(parts.account)
    try:
        report = _steered(parts, now, works)
    except (MailError, SecretError) as error:
        must_act = isinstance(error, MailRefused | SecretError)
        parts.store.set_health(replace(health, error=str(error), must_act=must_act))
        raise
    judged = now if report.new else health.last_judged
    well = replace(health, last_contact=now, last_poll=now, last_judged=judged, error="", must_act=False, next_try=None)
    parts.store.set_health(well)
    return report


def _steered(parts: Parts, now: datetime, works: Works | None) -> Report:
    """Obey the mailbox first, so that what it says is done in this pass; write our marks last."""
    account = works.config.account(parts.account) if works else None
    steering = works.steering(account) if works and account else None
    if works is not None:
        remember_facts(parts, steering.control if steering else None, now)
    if works is None or steering is None:
        return run_once(parts, now)
    said = Report(parts.account)
    works.learn(steer(parts, steering, now, said))
    report = run_once(parts, now)
    write_marks(parts, steering)
    report.happened[:0] = said.happened
    return report
