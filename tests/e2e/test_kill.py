"""Killed at any step of placing and started again: exactly one draft, every time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.configured import configured
from tests.line.builders import DAY, HOUR, NO, TUESDAY, mail
from watcher.adapters.store import open_store
from watcher.core.life import State
from watcher.demo.imap_server import EmbeddedServer
from watcher.ports import DraftState

pytestmark = pytest.mark.slow

DUE = TUESDAY + DAY + HOUR
STEPS = ["before claim", "claimed", "looked up", "composed", "appended", "recorded"]


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as running:
        running.deliver("sam", mail(NO), TUESDAY)
        yield running


def run(folder: Path, server: EmbeddedServer, now: datetime, dies_at: str = "") -> int:
    config = configured(folder, server.port)
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.dying", str(config), now.isoformat(), dies_at],
        env=os.environ | {"SAM_PASSWORD": server.password},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_placing_and_started_again_leaves_one_draft(
    step: str, server: EmbeddedServer, tmp_path: Path
) -> None:
    assert run(tmp_path, server, TUESDAY + HOUR) == 0
    assert run(tmp_path, server, DUE, step) == -signal.SIGKILL  # the step was reached
    assert run(tmp_path, server, DUE + HOUR / 60) == 0
    assert run(tmp_path, server, DUE + HOUR) == 0
    assert len(server.contents("sam", "Drafts")) == 1
    store = open_store(f"sqlite:///{tmp_path}/state.db")
    (draft,) = store.drafts()
    (application,) = store.applications()
    store.close()
    assert draft.state is DraftState.PLACED
    assert application.state is State.REQUEST_DRAFTED


def test_killed_again_and_again_at_every_step_in_turn_leaves_one_draft(server: EmbeddedServer, tmp_path: Path) -> None:
    run(tmp_path, server, TUESDAY + HOUR)
    for number, step in enumerate(STEPS):
        run(tmp_path, server, DUE + number * HOUR / 60, step)
    run(tmp_path, server, DUE + HOUR)
    assert len(server.contents("sam", "Drafts")) == 1


def test_killed_after_appending_and_sent_meanwhile_makes_no_second_draft(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    run(tmp_path, server, TUESDAY + HOUR)
    assert run(tmp_path, server, DUE, "appended") == -signal.SIGKILL
    (draft,) = server.contents("sam", "Drafts")
    server.send_draft("sam", draft.uid, DUE + HOUR / 60)
    run(tmp_path, server, DUE + HOUR)
    run(tmp_path, server, DUE + 2 * HOUR)
    assert server.contents("sam", "Drafts") == []
    store = open_store(f"sqlite:///{tmp_path}/state.db")
    (application,) = store.applications()
    store.close()
    assert application.state is State.REQUEST_SENT
