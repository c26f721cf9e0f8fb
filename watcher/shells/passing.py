"""One pass over one account, and its health written down: what the daemon and `once` share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.errors import MailError, MailRefused, SecretError
from watcher.parts import Parts, Report
from watcher.pipeline import run_once


def make_pass(parts: Parts, now: datetime) -> Report:
    """Run one pass and keep how it went, for `status`.

    Raises:
        MailError: The mailbox could not be used; that is kept too.
        SecretError: The password cannot be had; that is kept too.
    """
    health = parts.store.health(parts.account)
    try:
        report = run_once(parts, now)
    except (MailError, SecretError) as error:
        must_act = isinstance(error, MailRefused | SecretError)
        parts.store.set_health(replace(health, error=str(error), must_act=must_act))
        raise
    judged = now if report.new else health.last_judged
    well = replace(health, last_contact=now, last_poll=now, last_judged=judged, error="", must_act=False, next_try=None)
    parts.store.set_health(well)
    return report
