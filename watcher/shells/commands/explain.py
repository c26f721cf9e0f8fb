"""`afterword explain PATH or MESSAGE-ID`: why a mail is what it is: signals, person, rule, moment."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.config import Config
    from watcher.examining import Examination
    from watcher.parts import Parts


@click.command()
@click.argument("what", metavar="PATH|MESSAGE-ID|ID")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: as `scan`, plus ask, because and the rest.")
def command(what: str, config_file: str | None, now_text: str | None, as_json: bool) -> None:
    """Explain how one mail is judged and what follows.

    From a file (or - for standard input) it is explained alone, from an account with the whole mailbox.
    """
    from watcher.shells.moment import moment

    config = _config(config_file, needed=not _is_file(what))
    zone = config.me.zone if config else _utc()
    now = moment(now_text, zone)
    found, parts = _from_file(what, config, now) if _is_file(what) else _from_account(what, config, now)
    told = _told(what, found, parts, now)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(told, found, zone)


def _is_file(what: str) -> bool:
    return what == "-" or Path(what).exists()


def _utc() -> Any:
    from datetime import UTC

    return UTC


def _config(given: str | None, *, needed: bool) -> Config | None:
    from watcher.errors import ConfigError
    from watcher.wiring import read_config

    try:
        return read_config(given)
    except ConfigError:
        if given or needed:
            raise
        return None


def _from_file(what: str, config: Config | None, now: datetime) -> tuple[Examination, Parts]:
    from watcher.adapters.mailfiles import read_mail
    from watcher.core.message import parse
    from watcher.errors import InputError
    from watcher.examining import examine
    from watcher.shells.offline import offline_parts

    items = list(read_mail([what], sys.stdin.buffer))
    if len(items) != 1:
        raise InputError(f"{what} holds {len(items)} messages; `explain` takes one (`scan` takes many)")
    if items[0].kind != "message":
        raise InputError(f"{what}: {items[0].error}")
    parts = offline_parts(config)
    message = parse(items[0].raw)
    arrived = (*message.received[:1], *([message.date] if message.date else []), now)[0]
    return examine(parts, message, items[0].raw, arrived), parts


def _from_account(what: str, config: Config | None, now: datetime) -> tuple[Examination, Parts]:
    from watcher.core.message import parse
    from watcher.errors import InputError
    from watcher.examining import examine
    from watcher.wiring import open_works

    assert config is not None
    with open_works(config) as works:
        wanted = what.strip().removeprefix("<").removesuffix(">")
        if "@" not in wanted:
            from watcher.shells.applications import find_application

            wanted = find_application(works.store, wanted).message_id
        for account in config.accounts:
            parts = works.parts(account, now)
            fetched = parts.mail.message(wanted) if wanted else None
            if fetched is not None:
                message = parse(fetched.raw)
                return examine(parts, message, fetched.raw, fetched.internal_date), parts
    raise InputError(f"no account has a message <{wanted}>, and there is no file of that name")


def _told(what: str, found: Examination, parts: Parts, now: datetime) -> dict[str, Any]:
    from watcher.core.plan import readiness
    from watcher.shells.applications import candidate_json, iso
    from watcher.shells.verdict_json import verdict_json

    plan, decision = found.plan, found.decision
    return verdict_json(what, found.message, found.verdict, found.contact, found.details) | {
        "ask": decision.ask,
        "because": f"{decision.rule}: {decision.because}",
        "rule": decision.rule,
        "confirm": decision.confirm,
        "warning": decision.warning or None,
        "verdict_because": found.verdict.because,
        "arrived": iso(found.arrived),
        "due": iso(plan.due) if plan else None,
        "opens": iso(plan.opens) if plan else None,
        "closes": iso(plan.closes) if plan else None,
        "gives_up": iso(plan.gives_up) if plan else None,
        "note": plan.note or None if plan else None,
        "now": str(readiness(plan, now, parts.hours)) if plan else None,
        "considered": [candidate_json(item) for item in found.contact.considered],
        "details_from": dict(found.details.evidence),
        "earlier_mail": len(found.history.received) + len(found.history.sent),
    }


def _print(told: dict[str, Any], found: Examination, zone: Any) -> None:
    from watcher.shells.manners import WHAT_TO_EXPECT, WHY_WAIT
    from watcher.shells.moment import shown

    verdict, decision, plan = found.verdict, found.decision, found.plan
    click.echo(f"{verdict.outcome} ({verdict.certainty}), language {verdict.language or 'unknown'}")
    if verdict.because:
        click.echo(f"  {verdict.because}")
    click.echo("\nwhat it says")
    for line in _marked(found).splitlines():
        click.echo(f"  | {line}")
    click.echo("\nsignals")
    for item in verdict.evidence:
        counted = "" if item.counted else f" (not counted{': ' + item.note if item.note else ''})"
        said = f'"{item.quote}"' if item.quote else item.note or "no words of its own"
        click.echo(f"  {item.signal}: {said}{counted}")
    details = found.details
    click.echo(
        f"\napplication: {details.employer or 'unknown employer'}, {details.role or 'unknown role'}, {details.stage}"
    )
    for name, source in details.evidence:
        click.echo(f"  {name}: {source}")
    click.echo("\nperson")
    for one in found.contact.considered:
        click.echo(f"  {'took' if one.taken else 'left'} {one.address} ({one.kind}, {one.source}): {one.because}")
    click.echo(f"  {_person(told)}")
    for reason in found.contact.trust.reasons:
        click.echo(f"  doubtful: {reason}")
    asked = "ask" if decision.ask else "your word is needed" if decision.confirm else "do not ask"
    click.echo(f"\ndecision: {asked}, by {decision.rule}: {decision.because}")
    if decision.warning:
        click.echo(f"  mind: {decision.warning}")
    click.echo(f"\narrived {shown(found.arrived, zone)}")
    if plan is not None:
        note = f", {plan.note}" if plan.note else ""
        click.echo(
            f"draft {shown(plan.due, zone)} (window {shown(plan.opens, zone)} to {shown(plan.closes, zone)}){note}"
        )
        click.echo(f"now: {told['now']}")
        click.echo(f"{WHY_WAIT}\n{WHAT_TO_EXPECT}")


def _marked(found: Examination) -> str:
    """Give the author's own words with what hit in [[ ]]."""
    text = found.message.fresh or found.message.text
    spans = sorted({(item.start, item.end) for item in found.verdict.evidence if 0 <= item.start < item.end})
    parts, last = [], 0
    for start, end in spans:
        if start >= last:
            parts += [text[last:start], "[[", text[start:end], "]]"]
            last = end
    return "".join([*parts, text[last:]])


def _person(told: dict[str, Any]) -> str:
    person = told["contact"]
    if person is None:
        return f"nobody: {told['no_contact_reason']}"
    return f"{person['name']} <{person['address']}>: {person['evidence']}"
