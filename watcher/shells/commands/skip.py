"""`afterword skip ID`: nothing is drafted for this application."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@CONFIG
@NOW
def command(ref: str, config_file: str | None, now_text: str | None) -> None:
    """Draft nothing (more) for this application; `undo` takes it back."""
    from watcher.shells.wishing import carry_out
    from watcher.wishes import skip

    carry_out(config_file, ref, now_text, skip)
