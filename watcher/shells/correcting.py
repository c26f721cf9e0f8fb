"""A correction typed by the user -> the record changed, and the word kept for mail of the same kind."""

from __future__ import annotations

from watcher.core.life import JobApplication
from watcher.core.message import parse
from watcher.core.verdict import Outcome
from watcher.core.verdict.correction import learn_correction
from watcher.errors import InputError, StoreError
from watcher.parts import Parts
from watcher.ports import Fetched
from watcher.shells.applications import find_application
from watcher.shells.moment import moment
from watcher.shells.wishing import TRIES, account_of, tell
from watcher.wiring import Works, accounts_of, open_works, read_config
from watcher.wishes import correct, not_a_rejection


def correct_mail(config_file: str | None, ref: str, outcome_text: str, account_name: str, now_text: str | None) -> None:
    """Correct one mail, named by its application or its Message-ID.

    Raises:
        InputError: There is no such application or message.
        StoreError: The record could not be written.
    """
    config = read_config(config_file)
    now = moment(now_text, config.me.zone)
    outcome = Outcome(outcome_text)
    with open_works(config) as works:
        for _ in range(TRIES):
            parts, application, fetched = _named(works, ref, account_name)
            if fetched is None:
                assert application is not None
                change = not_a_rejection(parts, application, now, outcome)
            else:
                change = correct(parts, fetched, outcome, now)
            if works.store.record(change):
                break
        else:
            raise StoreError("the daemon changes this application again and again; try later")
        if fetched is not None:
            works.learn([learn_correction(parse(fetched.raw), outcome)])
        known = change.applications[0] if change.applications else application
        if known is not None:
            tell(works.store, find_application(works.store, known.ref), config)


def _named(works: Works, ref: str, account_name: str) -> tuple[Parts, JobApplication | None, Fetched | None]:
    if "@" not in ref:
        application = find_application(works.store, ref)
        parts = works.parts(account_of(works.config, application))
        return parts, application, parts.mail.message(application.message_id) if application.message_id else None
    for account in accounts_of(works.config, (account_name,) if account_name else ()):
        parts = works.parts(account)
        if (fetched := parts.mail.message(ref.strip().strip("<>"))) is not None:
            return parts, None, fetched
    raise InputError(f"no account has a message {ref} in its inbox, Sent or archive")
