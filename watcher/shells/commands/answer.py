"""`afterword answer PATH...`: reads mail as answers to a feedback request: kind, themes, evidence; changes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.errors import InputError

if TYPE_CHECKING:
    from watcher.adapters.mailfiles import Item
    from watcher.core.rules import Rulebook

Line = dict[str, Any]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml: own rules.")
def command(paths: tuple[str, ...], as_json: bool, config_file: str | None) -> None:
    """Read messages as answers to a feedback request.

    They come from files, folders, mbox files, Maildirs, or - (standard input). Nothing is changed and nothing leaves
    this machine.
    """
    from watcher.adapters.mailfiles import read_mail

    rulebook = _rulebook(config_file)
    missing = []
    for item in read_mail(paths, sys.stdin.buffer):
        if item.kind == "missing":
            missing.append(f"{item.path}: {item.error}")
            continue
        line = _line(item, rulebook)
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n" if as_json else _shown(line))
    sys.stdout.flush()
    if missing:
        raise InputError("\nafterword: ".join(missing))


def _rulebook(config_file: str | None) -> Rulebook:
    from watcher.adapters.rulebook import load_rulebook
    from watcher.config import find_config, load
    from watcher.errors import ConfigError

    try:
        config = load(find_config(config_file))
    except ConfigError:
        if config_file:
            raise
        return load_rulebook()
    return load_rulebook(Path(config.path(config.rules)) if config.rules else None)


def _line(item: Item, rulebook: Rulebook) -> Line:
    from watcher.core.answer import read_answer
    from watcher.core.message import parse

    if item.kind != "message":
        return _failure(item.path, item.error)
    message = parse(item.raw)
    if message.error:
        return _failure(item.path, message.error)
    try:
        answer = read_answer(message, rulebook)
    except Exception as error:  # noqa: BLE001 -- one bad message costs one message; its line says so
        return _failure(item.path, f"{type(error).__name__}: {error}")
    return {
        "path": item.path,
        "message_id": message.message_id,
        "answer": str(answer.kind),
        "themes": list(answer.themes),
        "language": answer.language,
        "points": [{"phrase": point.phrase, "theme": point.theme, "quote": point.quote} for point in answer.points],
        "evidence": [
            {
                "signal": found.signal,
                "category": found.category,
                "quote": found.quote,
                "counted": found.counted,
                "note": found.note,
            }
            for found in answer.evidence
        ],
        "error": "",
    }


def _failure(path: str, error: str) -> Line:
    return {
        "path": path,
        "message_id": "",
        "answer": "courtesy",
        "themes": [],
        "language": "",
        "points": [],
        "evidence": [],
        "error": error,
    }


def _shown(line: Line) -> str:
    if line["error"]:
        return f"{'unreadable':<12}     {line['path']}  error: {line['error']}\n"
    head = f"{line['answer']:<12} {line['language']:<3} {line['path']}  {', '.join(line['themes'])}".rstrip()
    return "\n".join([head, *(f"    {point['theme']}: {point['quote']}" for point in line["points"])]) + "\n"
