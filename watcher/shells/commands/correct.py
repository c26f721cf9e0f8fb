"""`afterword correct ID OUTCOME`: say what a mail is; its like from the same sender is judged so from now on."""

from __future__ import annotations

import click

OUTCOMES = (
    "rejection",
    "rejection_with_offer",
    "position_closed",
    "on_hold",
    "acknowledgement",
    "interview",
    "assessment",
    "offer",
    "requirement_question",
    "withdrawn",
    "other",
)
CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
NOW = click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")


@click.command()
@click.argument("ref", metavar="ID")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--account", "account_name", default="", help="Where to look for a MESSAGE-ID; default: everywhere.")
@CONFIG
@NOW
def command(ref: str, outcome: str, account_name: str, config_file: str | None, now_text: str | None) -> None:
    """Say that the mail of ID (or of a MESSAGE-ID) is OUTCOME.

    The word reaches the same sender's same wording from now on, never anybody else's; it stands in corrections.yaml
    beside the store, until you delete it there or `undo` takes it back.
    """
    from watcher.shells.correcting import correct_mail

    correct_mail(config_file, ref, outcome, account_name, now_text)
