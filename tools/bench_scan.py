"""How fast `scan` is, from an mbox to lines of JSON, beside mail-parser alone on the same bytes."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from tools.bench import Figure
from tools.bench_parse import ham
from tools.labelled import DATA
from tools.make_mail import mails
from watcher.adapters.mailfiles import read_mail

MBOX_MB = 200
TURNS = 3
ALONE = (
    "import io,sys;from watcher.adapters.mailfiles import read_mail;from tools.bench_parse import by_mail_parser;"
    "by_mail_parser(item.raw for item in read_mail(sys.argv[1:],io.BytesIO()))"
)


def figures() -> Iterator[Figure]:
    """Measure; every turn is a process of its own, so that starting and compiling the rules are in the figures."""
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder, "bench.mbox")
        if (DATA / "ham.tar.xz").is_file():
            name, raws = "real mail (ham)", ham(every=1)
        else:
            name, raws = "made mail", list(mails(5_000))
        write_mbox(box, raws)
        scan = [sys.executable, "-m", "watcher", "scan", "--json", str(box)]
        turns = [(spent([*scan, "--jobs", "1"]), spent([sys.executable, "-c", ALONE, str(box)])) for _ in range(TURNS)]
        ours, theirs = (min(turn[side][0] for turn in turns) for side in (0, 1))
        ratio = median(theirs[0] / ours[0] for ours, theirs in turns)
        yield Figure(
            f"scan --json --jobs 1, {name}", len(raws) / ours, "messages/s", f"{len(raws):,} messages, CPU time"
        )
        yield Figure("mail-parser alone, the same file", len(raws) / theirs, "messages/s")
        yield Figure("  beside mail-parser alone", ratio, "x", f"median of {TURNS} turns; goal: 0.8")
        wall = [(spent([*scan, "--jobs", "1"])[1], spent(scan)[1]) for _ in range(TURNS)]
        yield Figure(
            "  all cores against one", median(one / many for one, many in wall), "x", "by the clock on the wall"
        )
        yield from reading(Path(folder, "big.mbox"))


def spent(command: list[str]) -> tuple[float, float]:
    """Run a program; give its CPU seconds and the seconds that passed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, perf_counter() - start


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
