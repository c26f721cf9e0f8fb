"""`afterword snooze ID --until TIME`: put off what waits."""

from __future__ import annotations

import click

CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@click.option("--until", required=True, metavar="TIME", help="ISO 8601, in your zone if none is given.")
@CONFIG
@NOW
def command(ref: str, until: str, config_file: str | None, now_text: str | None) -> None:
    """Put off the draft that waits for this application. After its window it is marked late."""
    from watcher.shells.moment import moment
    from watcher.shells.wishing import carry_out
    from watcher.wishes import snooze

    carry_out(
        config_file,
        ref,
        now_text,
        lambda parts, application, now: snooze(parts, application, now, moment(until, parts.hours.zone)),
    )
