"""`afterword show ID`: all that is kept of one application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.adapters.store import SqlStore
    from watcher.core.life import JobApplication


@click.command()
@click.argument("ref", metavar="ID")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(ref: str, config_file: str | None, as_json: bool) -> None:
    """Show one application with its whole history.

    The people considered, the rule that decided, its drafts and answers.
    """
    from watcher.adapters.store import open_store
    from watcher.shells.applications import find_application
    from watcher.wiring import read_config

    config = read_config(config_file)
    store = open_store(config.store_url)
    try:
        told = _told(store, find_application(store, ref))
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(told, config.me.zone)


def _told(store: SqlStore, application: JobApplication) -> dict[str, Any]:
    from watcher.shells.applications import Row, as_json, candidate_json, iso

    considered = application.contact.considered if application.contact is not None else ()
    told = as_json(Row(application, store.drafts(ref=application.ref)))
    return told | {
        "subject": application.subject or None,
        "details_from": dict(application.details.evidence),
        "person_because": application.person.evidence if application.person else None,
        "considered": [candidate_json(item) for item in considered],
        "answers": [
            {
                "at": iso(item.at),
                "kind": str(item.answer.kind),
                "themes": list(item.answer.themes),
                "quotes": [point.quote for point in item.answer.points],
            }
            for item in store.answers(application.ref)
        ],
        "events": [
            {"at": iso(item.at), "what": item.what, "detail": item.detail} for item in store.events(application.ref)
        ],
    }


def _print(told: dict[str, Any], zone: Any) -> None:
    from datetime import datetime

    from watcher.shells.manners import WHAT_TO_EXPECT, WHY_WAIT

    def when(text: str | None) -> str:
        return datetime.fromisoformat(text).astimezone(zone).strftime("%a %Y-%m-%d %H:%M") if text else "-"

    person = told["contact"]
    click.echo(f"{told['id']}  {told['employer'] or 'unknown employer'}, {told['role'] or 'unknown role'}")
    click.echo(f"  stands at   {told['state']}" + (f" ({told['reason']})" if told["reason"] else ""))
    click.echo(f"  arrived     {when(told['arrived'])}, {told['outcome']} ({told['certainty']}), {told['language']}")
    click.echo(f"  stage       {told['stage']}")
    click.echo(f"  person      {(person['name'] + ' ' + person['address']).strip() if person else 'nobody'}")
    click.echo(f"  why them    {told['person_because'] or told['no_contact_reason'] or '-'}")
    click.echo(f"  decided by  {told['rule']}: {told['because']}")
    if told["warning"]:
        click.echo(f"  mind        {told['warning']}")
    for item in told["considered"]:
        click.echo(
            f"  {'took' if item['taken'] else 'left'}        {item['address']} ({item['source']}): {item['because']}"
        )
    for item in told["drafts"]:
        late = ", late" if item["late"] else ""
        click.echo(f"  draft       {item['kind']}: {item['state']}{late}, due {when(item['due'])}" + _extra(item))
    if told["state"] == "request_waiting":
        click.echo(f"  why wait    {WHY_WAIT}")
    if told["state"] in {"request_waiting", "request_drafted", "request_sent"}:
        click.echo(f"  expect      {WHAT_TO_EXPECT}")
    for item in told["answers"]:
        click.echo(f"  answer      {when(item['at'])} {item['kind']}: {'; '.join(item['quotes']) or '-'}")
    for item in told["events"]:
        click.echo(f"  {when(item['at'])}  {item['what']}" + (f": {item['detail']}" if item["detail"] else ""))


def _extra(item: dict[str, Any]) -> str:
    return "".join(f", {text}" for text in (item["note"], item["error"]) if text)
