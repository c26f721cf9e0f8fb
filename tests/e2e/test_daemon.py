"""The daemon against a real server: it sees mail at once, survives the server's death, and ends within a second."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.configured import configured
from tests.contract.worlds import ImapWorld
from tests.line.builders import NO, mail
from tests.servers import PASSWORD, MailServer, free_port
from watcher.adapters.clock import SystemClock
from watcher.adapters.store import open_store

pytestmark = [pytest.mark.server, pytest.mark.slow]


@contextmanager
def daemon(config: Path, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", "run", "--config", str(config)],
        env=os.environ | {"SAM_PASSWORD": PASSWORD} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(what: Callable[[], bool], seconds: float = 20.0) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.1)


def test_new_mail_is_judged_at_once_and_sigterm_ends_it_cleanly(dovecot: MailServer, tmp_path: Path) -> None:
    world = ImapWorld(dovecot)
    port = free_port()
    config = configured(tmp_path, dovecot.port, world.user, more=f"health_port: {port}\nhealth_file: health.json")
    now = SystemClock().now()
    with daemon(config) as process:
        until((tmp_path / "health.json").exists)
        store = open_store(f"sqlite:///{tmp_path}/state.db")
        until(lambda: store.health("private").last_contact is not None)
        time.sleep(1.5)  # it is waiting for the doorbell now
        begun = time.monotonic()
        world.deliver(mail(NO, when=now), now)
        until(lambda: len(store.applications()) == 1, 15)
        assert time.monotonic() - begun < 10  # not by the poll of 300 s
        assert store.health("private").last_push is not None
        told = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5))
        assert told["ok"]
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)  # how long it takes is measured by `make bench ARGS=daemon`
        assert process.returncode == 0, out
        assert "Traceback" not in out
        assert "Data Engineer" not in out  # no subject, no address in the log
        assert "acme" not in out.lower()
        store.close()


def test_a_second_daemon_is_refused(dovecot: MailServer, tmp_path: Path) -> None:
    config = configured(tmp_path, dovecot.port, ImapWorld(dovecot).user)
    with daemon(config) as process:
        until((tmp_path / "state.db.lock").exists)
        time.sleep(0.5)
        assert process.poll() is None
        with daemon(config) as second:
            out, _ = second.communicate(timeout=20)
            assert second.returncode == 75
            assert "another Afterword" in out


def test_a_refused_login_is_told_and_does_not_end_it(dovecot: MailServer, tmp_path: Path) -> None:
    config = configured(tmp_path, dovecot.port, ImapWorld(dovecot).user)
    store = None
    with daemon(config, SAM_PASSWORD="wrong") as process:
        until((tmp_path / "state.db.lock").exists)
        store = open_store(f"sqlite:///{tmp_path}/state.db")
        until(lambda: store.health("private").must_act)
        assert process.poll() is None
        assert store.health("private").error
        store.close()


def test_wrong_rules_are_told_at_sighup_and_mended_ones_taken_up(dovecot: MailServer, tmp_path: Path) -> None:
    rules = tmp_path / "rules" / "language"
    rules.mkdir(parents=True)
    config = configured(tmp_path, dovecot.port, ImapWorld(dovecot).user, more="rules: rules")
    with daemon(config) as process:
        until((tmp_path / "state.db.lock").exists)
        store = open_store(f"sqlite:///{tmp_path}/state.db")
        until(lambda: store.health("private").last_contact is not None)
        (rules / "en.yaml").write_text("language: en\nname: English\nsignal: []\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: len(store.untold()) == 1)
        (notice,) = store.untold()
        assert "en.yaml:3: " in notice.body
        (rules / "en.yaml").write_text("language: en\nname: English\n")
        process.send_signal(signal.SIGHUP)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
        assert process.returncode == 0, out
        assert "rules read anew" in out
        store.close()


def test_systemd_is_told(dovecot: MailServer, tmp_path: Path) -> None:
    import socket

    config = configured(tmp_path, dovecot.port, ImapWorld(dovecot).user)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(20)
        with daemon(config, NOTIFY_SOCKET=str(tmp_path / "notify")) as process:
            told = {sock.recv(100), sock.recv(100)}
            assert told == {b"READY=1", b"WATCHDOG=1"}
            process.send_signal(signal.SIGTERM)
            assert sock.recv(100) == b"STOPPING=1"
            process.communicate(timeout=5)
