"""How long the daemon takes to say READY, and to end after SIGTERM while it waits; on the embedded server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from tools.bench import Figure
from watcher.demo.imap_server import EmbeddedServer

RUNS = 5
CONFIG = """\
me: {{name: Sam Doe, timezone: Europe/Berlin}}
accounts:
  - name: private
    address: sam@example.org
    imap: {{host: 127.0.0.1, port: {port}, security: none}}
    login: {{user: sam, password: {{env: SAM_PASSWORD}}}}
"""


def figures() -> Iterator[Figure]:
    """Measure."""
    ready, ended = [], []
    with EmbeddedServer() as server, tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "afterword.yaml")
        config.write_text(CONFIG.format(port=server.port), "utf-8")
        for _ in range(RUNS):
            first, last = _run(config, Path(folder, "notify"))
            ready.append(first)
            ended.append(last)
    yield Figure("from start to READY", median(ready), "s wall", f"{RUNS} runs, most {max(ready):.2f}")
    yield Figure("from SIGTERM to the end", median(ended), "s wall", f"{RUNS} runs, most {max(ended):.2f}; goal: 1")


def _run(config: Path, address: Path) -> tuple[float, float]:
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        told.settimeout(60)
        environment = {**os.environ, "SAM_PASSWORD": "secret", "NOTIFY_SOCKET": str(address)}
        begun = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "watcher", "run", "--config", str(config)],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        while b"READY=1" not in told.recv(1024):
            pass
        ready = perf_counter() - begun
        sleep(2)  # it waits for the doorbell now
        begun = perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        return ready, perf_counter() - begun
