"""`afterword lint FILE`: the tone lint on any draft of yours, a mail (.eml) or plain text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.errors import InputError

if TYPE_CHECKING:
    from watcher.core.plan import Kind
    from watcher.core.rules import Rulebook

MAX_BYTES = 8 << 20
EX_DATAERR = 65


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--language", default="", help="Tag it is written in, such as de; empty: found by its words.")
@click.option(
    "--kind",
    type=click.Choice(["request", "thanks_answer", "thanks_declined", "thanks_silence"]),
    help="What it is; default: a request when it asks something, else a thank-you.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml: own rules.")
def command(file: str, language: str, kind: str | None, as_json: bool, config_file: str | None) -> int:
    """Check a draft for what a gracious mail does not say.

    Its form is checked too; - reads standard input.

    Claims (an interview held, names) cannot be checked here: only placing a draft knows your applications.
    Exit code 0 when it is clean, 65 when something was found.
    """
    from watcher.core.plan import Kind
    from watcher.core.tone import Truth, lint

    rulebook = _rulebook(config_file)
    text = _text(_read(file))
    written_in = language or _language(text, rulebook)
    what = Kind(kind) if kind else _kind(text)
    found = lint(text, written_in, what, Truth(unchecked=True), rulebook)
    if as_json:
        findings = [{"rule": item.rule, "words": item.words, "hint": item.hint} for item in found]
        line = {"path": file, "language": written_in, "kind": what.value, "findings": findings}
        click.echo(json.dumps(line, ensure_ascii=False))
    else:
        for item in found:
            click.echo(f"{file}: {item.rule}: '{item.words}' ({item.hint})")
        if not found:
            click.echo(f"{file}: clean ({what.value}, {written_in or 'language unknown'})")
    return EX_DATAERR if found else 0


def _rulebook(config_file: str | None) -> Rulebook:
    from watcher.adapters.rulebook import load_rulebook

    if not config_file:
        return load_rulebook()
    from watcher.config import find_config, load

    config = load(find_config(config_file))
    return load_rulebook(config.path(config.rules) if config.rules else None)


def _read(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)[:MAX_BYTES]
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error


def _text(raw: bytes) -> str:
    """Give the writer's own words: of a mail its text without quotes and signature block, else all of it."""
    from watcher.core.message import parse

    head = raw[:4096].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].lower()
    fields = {line.split(b":", 1)[0] for line in head.split(b"\n") if b":" in line}
    looks_like_mail = len({b"from", b"to", b"subject", b"date", b"mime-version", b"message-id"} & fields) >= 2
    if looks_like_mail:
        message = parse(raw)
        own = message.fresh
        if message.signature and message.signature not in own:
            own = f"{own.rstrip()}\n\n{message.signature}"
        return own
    return raw.decode("utf-8-sig", "replace")


def _kind(text: str) -> Kind:
    from watcher.core.plan import Kind

    return Kind.REQUEST if any(mark in text for mark in "?？") else Kind.THANKS_ANSWER


def _language(text: str, rulebook: Rulebook) -> str:
    """Vote by the frequent small words of the languages there are tone rules for."""
    words = text.casefold().split()
    stop_words = {item.language: frozenset(item.stop_words) for item in rulebook.languages}
    known = [tone.language for tone in rulebook.tone]
    votes = {tag: sum(word.strip(".,;:!?") in stop_words.get(tag, ()) for word in words) for tag in known}
    best = max(votes, key=lambda tag: votes[tag], default="en")
    return best if votes.get(best) else "en"
