"""`afterword undo ID`: take your last wish about an application back."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@CONFIG
@NOW
def command(ref: str, config_file: str | None, now_text: str | None) -> None:
    """Take back your last ask, skip, snooze or correct. It can be while nothing has come of it yet.

    With a correction goes what it taught: its entry in corrections.yaml.
    """
    from watcher.shells.wishing import carry_out
    from watcher.wishes import taught_by, undo

    carry_out(config_file, ref, now_text, undo, taught_by)
