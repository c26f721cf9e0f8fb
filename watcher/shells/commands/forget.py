"""`afterword forget ID`: erase all that was kept of an application and the people in it."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask back.")
@CONFIG
@NOW
def command(ref: str, yes: bool, config_file: str | None, now_text: str | None) -> None:
    """Erase an application and the people in it.

    Its drafts, answers and history go too; your mailbox is not touched.
    """
    from watcher.adapters.store import open_store
    from watcher.shells.applications import find_application
    from watcher.shells.moment import moment
    from watcher.wiring import read_config

    config = read_config(config_file)
    store = open_store(config.store_url)
    try:
        application = find_application(store, ref)
        if not yes:
            click.confirm(f"Erase all that is kept of {application.ref}? This cannot be undone", abort=True)
        store.forget(application.ref, moment(now_text, config.me.zone))
    finally:
        store.close()
    click.echo(f"{application.ref}: forgotten; mail in your mailbox stays where it is")
