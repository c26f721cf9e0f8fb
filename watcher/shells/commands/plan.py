"""`afterword plan`: the development plan; `plan done ITEM` marks one finished."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.core.lesson import DevelopmentPlan, Item


@click.group(invoke_without_command=True)
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="Markdown, to keep or print.")
@click.option("--now", "now_text", metavar="TIME", help="Pretend it is this moment (ISO 8601).")
@click.pass_context
def command(
    context: click.Context, config_file: str | None, as_json: bool, markdown: bool, now_text: str | None
) -> None:
    """Show what to work on, three open items at most. Each has the words it came from and a first step."""
    context.obj = (config_file, now_text)
    if context.invoked_subcommand is not None:
        return
    plan = _plan(config_file, now_text)
    if as_json:
        click.echo(json.dumps(_json(plan), ensure_ascii=False))
    else:
        click.echo(_markdown(plan) if markdown else _text(plan), nl=False)


@command.command("done")
@click.argument("item")
@click.pass_context
def done(context: click.Context, item: str) -> None:
    """Mark an item as done; the next one opens."""
    from watcher.shells.heard import DONE

    _mark(context, item, DONE)


@command.command("reopen")
@click.argument("item")
@click.pass_context
def reopen(context: click.Context, item: str) -> None:
    """Take an item up again."""
    from watcher.shells.heard import OPEN_AGAIN

    _mark(context, item, OPEN_AGAIN)


def _mark(context: click.Context, given: str, what: str) -> None:
    from watcher.errors import UsageError
    from watcher.ports import Change, EventRecord
    from watcher.shells.moment import moment
    from watcher.wiring import open_works, read_config

    config_file, now_text = context.obj
    known = {item.id: item for item in _plan(config_file, now_text).items}
    found = [name for name in known if name.startswith(given.lower())]
    if len(found) != 1:
        listed = ", ".join(f"{item.id} ({item.need})" for item in known.values()) or "none so far"
        raise UsageError(f"'{given}' names {'several items' if found else 'no item'}; there are: {listed}")
    config = read_config(config_file)
    with open_works(config) as works:
        now = moment(now_text, config.me.zone)
        works.store.record(Change(account="", events=(EventRecord(now, "", "", what, found[0]),)))
    click.echo(f"{known[found[0]].need}: {'done' if what == 'plan_done' else 'open again'}")


def _plan(config_file: str | None, now_text: str | None) -> DevelopmentPlan:
    from watcher.core.lesson import learn
    from watcher.shells.heard import done_items, gather
    from watcher.shells.moment import moment
    from watcher.wiring import open_works, read_config

    config = read_config(config_file)
    today = moment(now_text, config.me.zone).astimezone(config.me.zone).date()
    with open_works(config) as works:
        return learn(gather(works.store), works.rules.rulebook, today, done_items(works.store.events()))


def _json(plan: DevelopmentPlan) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "items": [
            {
                "id": item.id,
                "need": item.need,
                "theme": item.theme,
                "phrase": item.phrase,
                "origin": str(item.origin),
                "status": str(item.status),
                "by": item.by.isoformat(),
                "first_step": item.first_step,
                "employers": item.employers,
                "may": list(item.may),
                "actions": [{"type": one.type, "do": one.do, "first_step": one.first_step} for one in item.actions],
                "quotes": [
                    {"words": one.words, "employer": one.employer, "at": one.at.isoformat()} for one in item.quotes
                ],
            }
            for item in plan.items
        ],
        "patterns": [asdict(pattern) for pattern in plan.patterns],
    }


def _text(plan: DevelopmentPlan) -> str:
    if not plan.items:
        return "Nothing to work on has been named so far.\n" + _patterns(plan)
    lines = []
    for item in plan.items:
        if item.status == "open":
            lines += [f"{item.id}  {item.need}  (first step by {item.by.isoformat()})"]
            lines += [f"        “{quote.words}” – {quote.employer}" for quote in item.quotes[:2] if quote.words]
            lines += [f"        {_origin(item)}", f"        First step: {item.first_step}", ""]
    for status, title in (("waiting", "Later"), ("done", "Done")):
        some = [item for item in plan.items if item.status == status]
        if some:
            lines += [f"{title}:", *(f"  {item.id}  {item.need}" for item in some), ""]
    return "\n".join(lines).rstrip() + "\n" + _patterns(plan)


def _patterns(plan: DevelopmentPlan) -> str:
    return "".join(f"\n{one.what} ({one.count} of {one.of}) {one.do}\n" for one in plan.patterns)


def _origin(item: Item) -> str:
    where = "Said in an answer" if item.origin == "explicit" else "Hinted at in a rejection"
    return where + (f", by {item.employers} employers." if item.employers > 1 else ".")


def _markdown(plan: DevelopmentPlan) -> str:
    lines = ["# Development plan", ""]
    for item in plan.items:
        if item.status != "waiting":
            lines += [f"## [{'x' if item.status == 'done' else ' '}] {item.need}", ""]
            lines += [
                f"> {quote.words}\n> – {quote.employer}, {quote.at.date().isoformat()}\n"
                for quote in item.quotes[:3]
                if quote.words
            ]
            lines += [f"First step by {item.by.isoformat()}: {item.first_step}", ""]
            lines += [f"- May mean: {text}" for text in item.may]
            lines += [f"- {action.type}: {action.do}" for action in item.actions] + [""]
    later = [item for item in plan.items if item.status == "waiting"]
    if later:
        lines += ["## Later", "", *(f"- {item.need}" for item in later), ""]
    lines += [f"{one.what} {one.count} of {one.of}. {one.do}\n" for one in plan.patterns]
    return "\n".join(lines).rstrip() + "\n"
