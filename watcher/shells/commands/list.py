"""`afterword list`: every application that was turned down, and where it stands."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--account", "account", metavar="NAME", help="Only this account.")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def command(config_file: str | None, account: str | None, only_open: bool, as_json: bool) -> None:
    """List the applications, oldest first."""
    from watcher.adapters.store import open_store
    from watcher.core.life import State
    from watcher.shells import applications as shown
    from watcher.shells.moment import shown as moment
    from watcher.wiring import accounts_of, read_config

    config = read_config(config_file)
    accounts_of(config, (account,) if account else ())
    store = open_store(config.store_url)
    rows = shown.rows(store, account)
    store.close()
    if only_open:
        rows = [row for row in rows if row.application.state is not State.CLOSED]
    if as_json:
        click.echo(json.dumps([shown.as_json(row) for row in rows], ensure_ascii=False))
        return
    lines: list[tuple[str, ...]] = [
        (
            row.application.ref,
            moment(row.application.arrived, config.me.zone),
            row.application.details.employer or "-",
            row.application.details.role or "-",
            row.application.person.address if row.application.person else "nobody",
            shown.state_words(row, config.me.zone),
        )
        for row in rows
    ]
    if sys.stdout.isatty():
        _table(lines)
    else:
        for line in lines:
            click.echo("  ".join(line))
    if not lines:
        click.echo("nothing yet: no rejection was seen", err=True)


def _table(lines: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("id", "arrived", "employer", "role", "person", "stands at"):
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(table)
