"""`afterword add`: record a rejection that came by phone or in a portal."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.option("--employer", required=True, help="Who turned you down.")
@click.option("--role", default="", help="For which opening.")
@click.option(
    "--how", type=click.Choice(["phone", "portal"]), default="phone", show_default=True, help="How you were told."
)
@click.option("--when", "when_text", metavar="TIME", help="When (ISO 8601); now if not given.")
@click.option("--to", "address", default="", metavar="ADDRESS", help="The person who told you.")
@click.option("--name", default="", help="Their name.")
@click.option(
    "--stage",
    type=click.Choice(["unknown", "applied", "screened", "assessed", "interviewed", "final_round"]),
    default="interviewed",
    show_default=True,
    help="How far you had got.",
)
@click.option("--language", default="en", show_default=True, help="Tag of the language to write in.")
@click.option("--account", "account_name", default="", help="Which account; the first if not given.")
@CONFIG
@NOW
def command(
    employer: str,
    role: str,
    how: str,
    when_text: str | None,
    address: str,
    name: str,
    stage: str,
    language: str,
    account_name: str,
    config_file: str | None,
    now_text: str | None,
) -> None:
    """Record a rejection your mailbox does not know of. The rest of its life is the same."""
    from typing import Literal, cast

    from watcher.core.verdict import Stage
    from watcher.errors import StoreError, UsageError
    from watcher.shells.moment import moment
    from watcher.wiring import accounts_of, open_works, read_config
    from watcher.wishes import Told, add

    if address and ("@" not in address.strip("@") or any(mark in address for mark in " <>,;\r\n")):
        raise UsageError(f"'{address}' is no address")
    config = read_config(config_file)
    now = moment(now_text, config.me.zone)
    account = accounts_of(config, (account_name,) if account_name else ())[0]
    at = moment(when_text, config.me.zone) if when_text else now
    if at > now:
        raise UsageError("it cannot have come in the future")
    kind = cast("Literal['phone', 'portal']", how)
    told = Told(kind, employer.strip(), role.strip(), at, Stage(stage), language, address.strip(), name.strip())
    with open_works(config) as works:
        made, change = add(works.parts(account, now), told, now)
        if not works.store.record(change):
            raise StoreError("that rejection was recorded by somebody else at the same moment")
    click.echo(f"{made.ref}: recorded")
