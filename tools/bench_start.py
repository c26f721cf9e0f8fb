"""How long a command takes to start: CPU time of a fresh process, the least of several."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.bench import Figure
from tools.bench_scan import spent

TURNS = 5
LETTER = b"From: a@firm.example\nTo: sam@mail.example\nSubject: Lunch\n\nShall we eat at noon, as we did last week?\n"
_RULES = "from watcher.adapters.rulebook import load_rulebook;load_rulebook()"
_PARTS = "import watcher.wiring,watcher.shells.passing," + "watcher.adapters.mail.imap;" + _RULES


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        letter = Path(folder, "one.eml")
        letter.write_bytes(LETTER)
        for name, arguments in (
            ("python alone", ["-c", ""]),
            ("afterword --help", ["-m", "watcher", "--help"]),
            ("afterword scan one.eml", ["-m", "watcher", "scan", str(letter)]),
            ("what `once` loads before it connects", ["-c", _PARTS]),
        ):
            seconds = min(spent([sys.executable, *arguments])[0] for _ in range(TURNS))
            yield Figure(name, seconds * 1_000, "ms CPU")
