"""`afterword ask ID`: draft a request although the policy would not, or as you confirm."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@click.option("--to", default="", metavar="ADDRESS", help="Another of the people considered (see `show`).")
@CONFIG
@NOW
def command(ref: str, to: str, config_file: str | None, now_text: str | None) -> None:
    """Draft a feedback request for this application. It comes in its window, or at once and marked late."""
    from watcher.shells.wishing import carry_out
    from watcher.wishes import ask

    carry_out(config_file, ref, now_text, lambda parts, application, now: ask(parts, application, now, to))
