"""`afterword report --html FILE`: the plan, the themes and the plots as one self-contained page."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--html", "file", required=True, metavar="FILE", help="Where to write the page; - is standard output.")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")
def command(file: str, config_file: str | None, now_text: str | None) -> None:
    """Write a page with the plan, themes and plots. It loads nothing and sends nothing."""
    from watcher.core.lesson import learn
    from watcher.errors import InputError
    from watcher.shells.heard import done_items, gather, waiting
    from watcher.shells.moment import moment
    from watcher.shells.report import WaitRow, render, report_data
    from watcher.wiring import open_works, read_config

    config = read_config(config_file)
    made = moment(now_text, config.me.zone).astimezone(config.me.zone)
    with open_works(config) as works:
        rulebook = works.rules.rulebook
        heard = gather(works.store)
        plan = learn(heard, rulebook, made.date(), done_items(works.store.events()))
        employers = {one.application: one.employer for one in heard}
        rows = [
            WaitRow(
                f"{str(draft.plan.kind).replace('_', ' ').capitalize()}"
                f"{' to come' if draft.state.value == 'waiting' else ' in Drafts'}",
                employers.get(draft.ref, draft.ref),
                (draft.plan.due if draft.state.value == "waiting" else draft.plan.gives_up).astimezone(config.me.zone),
            )
            for draft in waiting(works.store.drafts())
        ]
    page = render(report_data(heard, plan, rulebook, made, rows))
    if file == "-":
        sys.stdout.write(page)
        return
    try:
        Path(file).write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from error
    click.echo(f"written: {file}")
