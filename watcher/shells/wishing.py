"""A wish typed by the user -> carried out on the store, while a daemon may be running."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from watcher.adapters.store import SqlStore
from watcher.config import Account, Config
from watcher.core.life import JobApplication
from watcher.errors import StoreError, UsageError
from watcher.parts import Parts
from watcher.ports import Change
from watcher.shells.applications import find_application
from watcher.wiring import open_works, read_config

TRIES = 5
Wish = Callable[[Parts, JobApplication, datetime], Change]
Taught = Callable[[Parts, JobApplication], str]


def carry_out(
    config_file: str | None, ref: str, now_text: str | None, wish: Wish, taught: Taught | None = None
) -> None:
    """Compute the wish's change and write it, anew when the daemon changed the record meanwhile; say how it stands.

    Args:
        config_file: As typed.
        ref: Of the application, as typed.
        now_text: As typed.
        wish: Gives the change.
        taught: Gives the key of the correction that is forgotten with it; empty for none.
    """
    from watcher.shells.moment import moment

    config = read_config(config_file)
    now = moment(now_text, config.me.zone)
    with open_works(config) as works:
        for _ in range(TRIES):
            application = find_application(works.store, ref)
            parts = works.parts(account_of(config, application), now)
            key = taught(parts, application) if taught else ""
            if works.store.record(wish(parts, application, now)):
                if key and works.unlearn(key):
                    click.echo("what it taught is forgotten too")
                tell(works.store, find_application(works.store, application.ref), config)
                return
    raise StoreError("the daemon changes this application again and again; try later")


def account_of(config: Config, application: JobApplication) -> Account:
    """Give the account an application belongs to.

    Raises:
        UsageError: It is not in the configuration any more.
    """
    account = config.account(application.account)
    if account is None:
        raise UsageError(f"{application.ref} belongs to the account '{application.account}', which is not configured")
    return account


def tell(store: SqlStore, application: JobApplication, config: Config) -> None:
    """Say how an application stands now."""
    from watcher.shells.applications import Row, state_words

    row = Row(application, store.drafts(ref=application.ref))
    click.echo(f"{application.ref}: {state_words(row, config.me.zone)}")
