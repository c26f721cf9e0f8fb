"""`afterword once`: one pass over every account, then exit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.config import Config
    from watcher.parts import Report
    from watcher.wiring import Works


@click.command()
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601; your zone if none).")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--account", "names", multiple=True, metavar="NAME", help="Only this account; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for all accounts.")
def command(config_file: str | None, now_text: str | None, dry_run: bool, names: tuple[str, ...], as_json: bool) -> int:
    """Make one pass, then exit. It reads what is new, follows what was placed and places what is due."""
    from contextlib import nullcontext

    from watcher.errors import MailError, SecretError
    from watcher.shells.moment import moment
    from watcher.shells.passing import make_pass
    from watcher.wiring import accounts_of, open_works, read_config

    config = read_config(config_file)
    now = moment(now_text, config.me.zone)
    accounts = accounts_of(config, names)
    reports: list[dict[str, Any]] = []
    failed: list[MailError | SecretError] = []
    with open_works(config) as works, nullcontext() if dry_run else works.store.lock():
        used = works.dry() if dry_run else works
        try:
            for account in accounts:
                try:
                    report = make_pass(used.parts(account, now if now_text else None), now, None if dry_run else works)
                except (MailError, SecretError) as error:  # the other accounts are not to suffer
                    failed.append(error)
                    reports.append({"account": account.name, "error": str(error)})
                    click.echo(f"afterword: {account.name}: {error}", err=True)
                else:
                    reports.append(_as_json(report))
            if not dry_run:
                _tell_user(config, works, now)
        finally:
            if dry_run:
                used.close()
    if as_json:
        click.echo(json.dumps({"now": now.isoformat(), "dry_run": dry_run, "accounts": reports}, ensure_ascii=False))
    else:
        for item in reports:
            _print(item, now, dry_run)
    return max((error.exit_code for error in failed), default=0)


def _tell_user(config: Config, works: Works, now: datetime) -> None:
    """Tell what waits to be told; a notice that cannot be told now is no reason to fail the pass."""
    from watcher.errors import WatcherError
    from watcher.letters import tell_user

    try:
        tell_user(config, works.store, lambda: now)
    except WatcherError as error:
        click.echo(f"afterword: a notice could not be told: {error}", err=True)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "account": report.account,
        "new": report.new,
        "failed": report.failed,
        "rejections": report.count("rejection"),
        "planned": report.count("planned"),
        "sent": report.count("sent"),
        "answers": report.count("answer"),
        "drafts": report.drafts,
        "happened": [{"what": item.what, "id": item.ref, "detail": item.detail} for item in report.happened],
    }


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _print(report: dict[str, Any], now: datetime, dry_run: bool) -> None:
    del now
    if "error" in report:
        return
    would = "would place" if dry_run else "placed"
    click.echo(
        f"{report['account']}: {report['new']} new, {_many(report['rejections'], 'rejection')}, {report['planned']}"
        f" planned, {_many(len(report['drafts']), 'draft')} {would}"
        + (f", {report['failed']} not readable" if report["failed"] else "")
    )
    for item in report["happened"]:
        click.echo(f"  {item['id'] or '-':<8}  {item['what']}" + (f": {item['detail']}" if item["detail"] else ""))
    for draft in report["drafts"]:
        late = ", late" if draft["late"] else ""
        click.echo(f"  {draft['id']:<8}  {draft['kind']} to {draft['to']}: {draft['subject']}{late}")
