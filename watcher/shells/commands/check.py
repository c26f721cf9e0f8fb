"""`afterword check`: configuration, rules, templates and every account: what works, what does not, what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.config import Account, Config

EX_CONFIG = 78


@click.command()
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(config_file: str | None, as_json: bool) -> int:
    """Try everything without changing anything; exits 0 when all works."""
    items, code = _checked(config_file)
    if as_json:
        click.echo(json.dumps({"ok": code == 0, "checks": items}, ensure_ascii=False))
        return code
    for item in items:
        click.echo(f"{'ok ' if item['ok'] else 'NO '} {item['what']}: {item['told']}")
        for line in item.get("more", []):
            click.echo(f"      {line}")
    return code


def _checked(config_file: str | None) -> tuple[list[dict[str, Any]], int]:
    from watcher.errors import ConfigError, StoreError
    from watcher.wiring import hours_of, load_rules, read_config

    try:
        config = read_config(config_file)
    except ConfigError as error:
        return [_no("configuration", "has problems", error)], error.exit_code
    items = [_yes("configuration", f"{len(config.accounts)} account(s), {config.me.timezone}")]
    code = 0
    steps: dict[str, Callable[[], str]] = {
        "holidays": lambda: _holidays(config, hours_of(config)),
        "rules and templates": lambda: _rules(load_rules(config)),
        "store": lambda: _store(config),
    }
    for what, step in steps.items():
        try:
            items.append(_yes(what, step()))
        except (ConfigError, StoreError) as error:
            items.append(_no(what, "cannot be used", error))
            code = max(code, error.exit_code)
    for account in config.accounts:
        item, failed = _account(config, account)
        items.append(item)
        code = max(code, failed)
    return items, code


def _yes(what: str, told: str, more: list[str] | None = None) -> dict[str, Any]:
    return {"what": what, "ok": True, "told": told, "more": more or []}


def _no(what: str, told: str, error: Exception) -> dict[str, Any]:
    return {"what": what, "ok": False, "told": told, "more": str(error).splitlines()}


def _holidays(config: Config, hours: Any) -> str:
    del hours
    return f"those of {config.me.country} {config.me.region}".strip() if config.me.country else "none (me.country)"


def _rules(rules: Any) -> str:
    book, wording = rules.rulebook, rules.wording
    read = ", ".join(sorted(language.language for language in book.languages))
    return f"reads {read}; writes {', '.join(sorted(wording.languages()))}; {len(book.ats)} systems known"


def _store(config: Config) -> str:
    from watcher.adapters.store import open_store

    store = open_store(config.store_url)
    try:
        return f"{len(store.applications())} applications kept"
    finally:
        store.close()


def _account(config: Config, account: Account) -> tuple[dict[str, Any], int]:
    from watcher.errors import MailError, SecretError
    from watcher.logins import open_control, open_mail
    from watcher.shells.facts import facts_as_json

    what = f"account {account.name}"
    mail = control = None
    try:
        mail = open_mail(config, account)
        facts = mail.facts()
        control = open_control(config, account) if account.backend == "imap" else None
        seen = facts_as_json(facts, control)
    except (MailError, SecretError) as error:
        return _no(what, f"{account.imap.host}:{account.imap.port_used} cannot be used", error), error.exit_code
    finally:
        if mail is not None:
            mail.close()
        if control is not None:
            control.close()
    more = [
        f"{role}: '{name}' (by {facts.found_by.get(role, 'name')})" for role, name in sorted(facts.mailboxes.items())
    ]
    if "sent" not in facts.mailboxes:
        more.append("Sent was not found: set mailboxes.sent, or what you send is not noticed")
    more.append(
        "new mail rings (IDLE)" if facts.idle else f"no IDLE: new mail is noticed within {config.watch.poll_s:.0f} s"
    )
    more.append(
        "keywords are kept" if seen["keywords"] else "this server keeps no keywords: steer with control.folders"
    )
    return {**_yes(what, f"logged in at {account.imap.host}:{account.imap.port_used}", more), "server": seen}, 0
