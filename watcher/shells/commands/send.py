"""`afterword send ID`: sends the draft of an application over SMTP: shown first, confirmed, recorded, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.adapters.sender import Letter
    from watcher.config import Account
    from watcher.core.life import JobApplication
    from watcher.ports import DraftRecord, MailAccount, Store
    from watcher.wiring import Works

STARTED, DONE, FAILED, UNCERTAIN = "send_started", "send_done", "send_failed", "send_uncertain"


@click.command()
@click.argument("ref", metavar="ID")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--yes", is_flag=True, help="Do not ask; the draft is shown all the same.")
@click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")
def command(ref: str, config_file: str | None, yes: bool, now_text: str | None) -> None:
    """Send the draft of this application that lies in your Drafts.

    It goes as it lies there, your changes included.

    Nothing is ever sent without this command. A draft is sent once; if it is not certain whether it went out,
    it is not tried again.
    """
    from watcher.adapters.sender import read_letter
    from watcher.shells.applications import find_application
    from watcher.shells.moment import moment
    from watcher.shells.wishing import account_of
    from watcher.wiring import open_works, read_config

    config = read_config(config_file)
    now = moment(now_text, config.me.zone)
    with open_works(config) as works:
        application = find_application(works.store, ref)
        account = account_of(config, application)
        draft = _open_draft(works.store, application)
        mail = works.parts(account, now if now_text else None).mail
        letter = read_letter(_raw(mail, draft))
        click.echo(f"To:      {letter.recipient}\nSubject: {letter.subject}\n\n{letter.text.rstrip()}\n")
        if not yes and not click.confirm("Send this?", default=False):
            click.echo("nothing was sent")
            return
        _send(works, application, draft, letter, now)


def _open_draft(store: Store, application: JobApplication) -> DraftRecord:
    """Give the one draft that lies in Drafts and was never sent by us.

    Raises:
        UsageError: There is none, or it was sent, or may have been.
    """
    from watcher.errors import UsageError

    drafts = [draft for draft in store.drafts(ref=application.ref) if draft.state.is_open]
    if not drafts:
        raise UsageError(f"no draft of {application.ref} lies in Drafts; `afterword show {application.ref}` tells more")
    draft = drafts[-1]
    last = next(
        (e.what for e in reversed(store.events(application.ref)) if e.detail == draft.message_id and e.what in _OURS),
        FAILED,
    )
    if last == DONE:
        raise UsageError("this draft was sent already")
    if last in {STARTED, UNCERTAIN}:
        raise UsageError(
            "an earlier try to send this draft ended without an answer of the server: it may have been sent; "
            "look into your Sent mailbox and, if it is not there, send it from your mail client"
        )
    return draft


_OURS = frozenset({STARTED, DONE, FAILED, UNCERTAIN})


def _raw(mail: MailAccount, draft: DraftRecord) -> bytes:
    """Give the draft as it lies in Drafts now.

    Raises:
        InputError: It is not there (any more, or with another Message-ID after an edit elsewhere), or too large.
    """
    from watcher.core.message import parse
    from watcher.errors import InputError

    for found in mail.find("drafts", [draft.message_id]):
        if parse(found.raw).message_id == draft.message_id:
            if found.header_only or len(found.raw) < found.size:
                raise InputError("the draft is too large to be sent from here; send it from your mail client")
            return found.raw
    raise InputError("the draft is not in Drafts any more as it was placed; send it from your mail client")


def _send(works: Works, application: JobApplication, draft: DraftRecord, letter: Letter, now: datetime) -> None:
    from watcher.adapters.clock import SystemClock
    from watcher.errors import MailUncertain, StoreError, WatcherError
    from watcher.letters import delivery
    from watcher.ports import Change, EventRecord
    from watcher.shells.wishing import account_of

    def noted(what: str) -> EventRecord:
        return EventRecord(now, application.account, application.ref, what, draft.message_id)

    def note(what: str) -> None:
        works.store.record(Change(application.account, events=(noted(what),)))

    account = account_of(works.config, application)
    deliver = delivery(works.config, account, letter.recipient, SystemClock().now)
    # the record's version lets one of two commands through: claim and event are one transaction
    claim = Change(application.account, applications=(replace(application, changed=now),), events=(noted(STARTED),))
    if not works.store.record(claim):
        raise StoreError("this application has just been changed; nothing was sent, look and try again")
    try:
        deliver(letter.message)
    except MailUncertain:
        note(UNCERTAIN)
        raise
    except WatcherError:
        note(FAILED)
        raise
    note(DONE)
    click.echo("sent")
    _file(works, account, draft, letter)


def _file(works: Works, account: Account, draft: DraftRecord, letter: Letter) -> None:
    """File the copy; the letter is out already, so a mailbox that cannot be used now is only told of."""
    from watcher.adapters.clock import SystemClock
    from watcher.adapters.sender import file_copy
    from watcher.errors import WatcherError
    from watcher.letters import layer

    mail = works.parts(account).mail
    lay = layer(works.config, account, SystemClock().now)
    try:
        sent = mail.facts().mailboxes["sent"]
        if file_copy(letter, lambda: bool(mail.find("sent", [draft.message_id])), lambda raw: lay(sent, raw)):
            click.echo(f"a copy lies in {sent}")
    except (WatcherError, KeyError) as error:
        click.echo(f"afterword: it was sent, but no copy could be filed: {error}", err=True)
