"""`afterword scan PATH...`: judges mail in files, offline, changing nothing; one line a message, in input order."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from watcher.errors import InputError

if TYPE_CHECKING:
    from watcher.adapters.mailfiles import Item
    from watcher.shells.judging import Judge

CHUNK_MESSAGES = 64
CHUNK_BYTES = 4 << 20
ALONE_BYTES = 24 << 20  # below this one process is done before a second one has started

Line = dict[str, Any]

_JSON = json.JSONEncoder(ensure_ascii=False)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes; default: as many as there are cores.")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml: own rules, own addresses.")
def command(paths: tuple[str, ...], as_json: bool, jobs: int | None, config_file: str | None) -> None:
    """Judge the mail in files, folders, mboxes or Maildirs, offline.

    PATH is a message, an mbox file (a Takeout export), a folder, a Maildir, or - for standard input. Nothing is
    changed and nothing leaves this machine. A message that cannot be read gives a line with an error.
    """
    from watcher.adapters.mailfiles import read_mail, total_bytes

    setting = _setting(config_file)
    missing: list[str] = []
    items = _noting_missing(read_mail(paths, sys.stdin.buffer), missing)
    size = total_bytes(paths)
    jobs = jobs or os.cpu_count() or 1
    alone = jobs == 1 or (0 < size < ALONE_BYTES)
    write = _write_json if as_json else _write_line
    shown = _progress(size, sys.stderr.isatty() and not sys.stdout.isatty())
    for line, done in _judged_alone(items, setting) if alone else _judged_by_many(items, setting, jobs):
        write(line)
        shown(done)
    sys.stdout.flush()
    if missing:
        raise InputError("\nafterword: ".join(missing))


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a worker needs to judge; small, so that it travels between processes."""

    own_rules: str = ""
    own_addresses: frozenset[str] = frozenset()


def _setting(config_file: str | None) -> _Setting:
    from watcher.config import find_config, load
    from watcher.errors import ConfigError

    try:
        path = find_config(config_file)
    except ConfigError:
        if config_file:
            raise
        return _Setting()
    config = load(path)
    own = frozenset().union(*(account.own_addresses for account in config.accounts))
    return _Setting(str(config.path(config.rules)) if config.rules else "", own)


def _noting_missing(items: Iterable[Item], missing: list[str]) -> Iterator[Item]:
    for item in items:
        if item.kind == "missing":
            missing.append(f"{item.path}: {item.error}")
        else:
            yield item


def _judged_alone(items: Iterable[Item], setting: _Setting) -> Iterator[tuple[Line, int]]:
    from watcher.shells.judging import Judge

    judge = Judge(setting.own_rules, setting.own_addresses)
    for item in items:
        yield judge.line(item), len(item.raw)


_worker: Judge | None = None


def _start_worker(setting: _Setting) -> None:
    global _worker  # noqa: PLW0603 -- a process pool hands state to its workers in no other way
    from watcher.shells.judging import Judge

    _worker = Judge(setting.own_rules, setting.own_addresses)


def _work(chunk: Sequence[Item]) -> list[Line]:
    assert _worker is not None
    return [_worker.line(item) for item in chunk]


def _judged_by_many(items: Iterable[Item], setting: _Setting, jobs: int) -> Iterator[tuple[Line, int]]:
    """Judge in several processes; results come in input order and at most a few chunks are held."""
    import multiprocessing
    from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

    waiting: deque[tuple[list[Item], Future[list[Line]]]] = deque()
    chunks = _chunks(items)
    with ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(setting,)
    ) as pool:
        try:
            for chunk in chunks:
                waiting.append((chunk, pool.submit(_work, chunk)))
                if len(waiting) > 2 * jobs:
                    done, result = waiting[0]
                    yield from zip(result.result(), (len(item.raw) for item in done), strict=True)
                    waiting.popleft()
            while waiting:
                done, result = waiting[0]
                yield from zip(result.result(), (len(item.raw) for item in done), strict=True)
                waiting.popleft()
        except BrokenExecutor:  # a worker was killed, for want of memory perhaps: go on alone
            rest = itertools.chain.from_iterable([*(chunk for chunk, _ in waiting), *chunks])
            yield from _judged_alone(rest, setting)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.raw)
        if len(chunk) >= CHUNK_MESSAGES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _write_json(line: Line) -> None:
    sys.stdout.write(_JSON.encode(line) + "\n")


def _write_line(line: Line) -> None:
    contact = line["contact"]
    person = contact["address"] if contact else ""
    if line["error"]:
        told = f"error: {line['error']}"
    else:
        told = ", ".join(filter(None, (line["employer"], line["role"], person)))
    words = f"{line['outcome']:<22} {line['certainty']:<7} {line['language']:<3} {line['path']}"
    sys.stdout.write(f"{words}  {told}".rstrip() + "\n")


def _progress(total: int, wanted: bool) -> Any:
    """Give a function that is told of each message's bytes; it draws on standard error when somebody looks."""
    if not wanted:
        return lambda _: None
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("scan"),
        BarColumn(),
        TextColumn("{task.fields[messages]} messages"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("scan", total=total or None, messages=0)
    bar.start()
    count = itertools.count(1)

    def step(done: int) -> None:
        bar.update(task, advance=done, messages=next(count))

    click.get_current_context().call_on_close(bar.stop)
    return step
