"""A pass in a process of its own that kills itself (kill -9) at a step of placing: `python -m tests.e2e.dying ...`."""

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from watcher.config import load
from watcher.pipeline import run_once
from watcher.wiring import open_works


def main(config_path: str, now: str, dies_at: str) -> None:
    def step(name: str) -> None:
        if name == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    config = load(Path(config_path))
    with open_works(config) as works, works.store.lock():
        run_once(replace(works.parts(config.accounts[0]), step=step), datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
