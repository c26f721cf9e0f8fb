"""`afterword status`: how every account is doing, and what waits for the user."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command()
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--healthy", is_flag=True, help="Say nothing; exit 0 if every mailbox was reached lately, else 1.")
def command(config_file: str | None, as_json: bool, healthy: bool) -> int:
    """Show how every mailbox is doing, and what waits.

    Last contact, what was seen and judged, what is wrong in your own rules. Exits 1 when you must act.
    """
    from watcher.adapters.store import open_store
    from watcher.wiring import read_config

    config = read_config(config_file)
    store = open_store(config.store_url)
    try:
        told = [_account(store, config, account) for account in config.accounts]
    finally:
        store.close()
    if healthy:
        return int(not all(_is_healthy(item, config) for item in told))
    wrong = _wrong_rules(config)
    if as_json:
        whole = {"paused": config.drafts.paused, "wrong_rules": wrong, "accounts": told}
        click.echo(json.dumps(whole, ensure_ascii=False))
    else:
        for item in told:
            _print(item, config.me.zone)
        if wrong:
            click.echo("your rules or templates are wrong; a daemon that runs keeps the old ones, none can start:")
        for problem in wrong:
            click.echo(f"  {problem}")
        if config.drafts.paused:
            click.echo("drafts.paused: nothing is placed")
    return 1 if wrong or any(item["must_act"] for item in told) else 0


def _wrong_rules(config: Any) -> list[str]:
    """Tell what is wrong in the user's own rules and templates as they are now."""
    from watcher.errors import ConfigError
    from watcher.wiring import load_rules

    if not (config.rules or config.templates):
        return []
    try:
        load_rules(config)
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    return []


def _account(store: Any, config: Any, account: Any) -> dict[str, Any]:
    from watcher.core.life import State
    from watcher.ports import DraftState
    from watcher.shells.applications import iso, rows
    from watcher.shells.facts import known_facts

    health = store.health(account.name)
    counts = store.counts(account.name)
    known = rows(store, account.name)
    drafts = [draft for row in known for draft in row.drafts]
    return {
        "account": account.name,
        "last_contact": iso(health.last_contact),
        "last_push": iso(health.last_push),
        "last_poll": iso(health.last_poll),
        "last_judged": iso(health.last_judged),
        "error": health.error or None,
        "must_act": health.must_act,
        "next_try": iso(health.next_try),
        "seen": sum(counts.values()),
        "judged": counts.get("judged", 0),
        "skipped": counts.get("own", 0) + counts.get("draft", 0),
        "failed": counts.get("failed", 0),
        "answers": counts.get("answer", 0),
        "applications": len(known),
        "open": sum(row.application.state is not State.CLOSED for row in known),
        "needs_you": [row.application.ref for row in known if row.application.needs_user],
        "waiting": sum(draft.state is DraftState.WAITING for draft in drafts),
        "in_drafts": sum(draft.state.is_open for draft in drafts),
        "blocked": [draft.ref for draft in drafts if draft.state is DraftState.BLOCKED],
        "next_due": iso(store.next_due(account.name)),
        "token": _token(config, account),
        "server": known_facts(store, account.name),
        "control": {"keywords": account.control.keywords, "folders": account.control.folders},
    }


def _is_healthy(item: dict[str, Any], config: Any) -> bool:
    """Tell whether the mailbox was reached within three polls; a quarter of an hour is always allowed."""
    from datetime import datetime, timedelta

    from watcher.adapters.clock import SystemClock

    if item["error"] or not item["last_contact"]:
        return False
    allowed = max(timedelta(seconds=3 * config.watch.poll_s), timedelta(minutes=15))
    return SystemClock().now() - datetime.fromisoformat(item["last_contact"]) <= allowed


def _token(config: Any, account: Any) -> dict[str, Any] | None:
    from dataclasses import asdict

    from watcher.adapters.clock import SystemClock
    from watcher.logins import token_source

    source = token_source(config, account, SystemClock().now)
    if source is None:
        return None
    return {name: str(value) if value is not None else None for name, value in asdict(source.health()).items()}


def _print(item: dict[str, Any], zone: Any) -> None:
    from datetime import datetime

    def when(text: str | None) -> str:
        return datetime.fromisoformat(text).astimezone(zone).strftime("%a %Y-%m-%d %H:%M") if text else "never"

    click.echo(f"{item['account']}: last contact {when(item['last_contact'])}")
    if item["last_contact"]:
        times = (("rang", "last_push"), ("asked", "last_poll"), ("judged", "last_judged"))
        click.echo("  last " + ", last ".join(f"{word} {when(item[key])}" for word, key in times))
    elif not item["error"]:
        click.echo("  not looked at yet: afterword check tries it, afterword run or once starts")
    if item["error"]:
        act = "you must act" if item["must_act"] else f"next try {when(item['next_try'])}"
        click.echo(f"  {item['error']} ({act})")
    click.echo(
        f"  {item['seen']} messages seen, {item['judged']} judged, {item['failed']} not readable,"
        f" {item['applications']} applications, {item['open']} open"
    )
    click.echo(f"  {item['waiting']} drafts wait, {item['in_drafts']} lie in Drafts; next {when(item['next_due'])}")
    for ref in item["needs_you"]:
        click.echo(f"  {ref} needs your word: afterword show {ref}")
    for ref in item["blocked"]:
        click.echo(f"  {ref} cannot be drafted: afterword show {ref}")
    if server := item["server"]:
        for line in _server_lines(item, server):
            click.echo(f"  {line}")
    if item["token"]:
        click.echo("  token: " + ", ".join(f"{name} {value}" for name, value in item["token"].items() if value))


def _server_lines(item: dict[str, Any], server: dict[str, Any]) -> list[str]:
    boxes = ", ".join(f"{role} '{name}'" for role, name in sorted(server["mailboxes"].items()))
    lines = [f"mailboxes: {boxes}", "new mail rings (IDLE)" if server["idle"] else "no IDLE: new mail is asked for"]
    if server["keywords"] is not None:
        lines.append("keywords of your own: " + ("allowed" if server["keywords"] else "not allowed"))
    if item["control"]["keywords"] and server["keywords"] is False:
        lines.append("this server keeps no keywords: set control: {folders: true}, or nothing you mark is heard")
    return lines
