"""How fast `scan` is, from an mbox to lines of JSON, beside mail-parser alone on the same bytes."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

from tools.bench import Figure, seconds_of
from tools.bench_parse import by_mail_parser, corpora
from watcher.adapters.mailfiles import read_mail

MBOX_MB = 200


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        for name, raws in corpora():
            box = Path(folder, "bench.mbox")
            write_mbox(box, raws)

            ours, theirs = seconds_of(partial(by_us, box), partial(by_mail_parser, raws))
            yield Figure(f"scan --json --jobs 1, {name}", len(raws) / ours, "messages/s")
            yield Figure("  beside mail-parser alone", theirs / ours, "x", "goal: 0.8")
        yield from reading(Path(folder, "big.mbox"))


def by_us(box: Path) -> None:
    """Scan a file as the command does, printing to nowhere."""
    from watcher.shells.cli import run

    with contextlib.redirect_stdout(io.StringIO()):
        run(["scan", "--json", "--jobs", "1", str(box)])


def reading(path: Path) -> Iterator[Figure]:
    """Read a big mbox without judging: the reader's own speed, and the memory it needs."""
    message = (
        b"From a@b.example Mon Jun  1 10:00:00 2026\nSubject: x\n\n"
        + b"words and words and more of them\n" * 250
        + b"\n"
    )
    with path.open("wb") as file:
        for _ in range(MBOX_MB * 1_000_000 // len(message)):
            file.write(message)
    start = perf_counter()
    count = sum(1 for _ in read_mail([str(path)], io.BytesIO()))
    spent = perf_counter() - start
    yield Figure(
        "reading an mbox, not judging", MBOX_MB / spent, "MB/s", f"{count:,} messages of {len(message):,} bytes"
    )
    code = (
        "import io,re,sys;from watcher.adapters.mailfiles import read_mail;"
        "sum(1 for _ in read_mail(sys.argv[1:],io.BytesIO()));"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)',open('/proc/self/status').read())[1])/1024)"  # maxrss is the parent's
    )
    peak = float(
        subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    )
    yield Figure("  memory of that process", peak, "MB", f"for a file of {MBOX_MB} MB")


def write_mbox(path: Path, raws: list[bytes]) -> None:
    """Write messages into an mbox, `From ` lines quoted."""
    with path.open("wb") as file:
        for raw in raws:
            body = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            file.write(b"From x@mail.example Mon Jun  1 10:00:00 2026\n" + body + b"\n\n")
