"""`afterword run`: one thread an account, woken by the server's doorbell; APScheduler is the clock beside it.

    account thread   pass -> wait for the doorbell -> pass ...; back-off when the mailbox cannot be used
    clock            every 20 s: wake whoever has a draft due or a poll to make, feed the watchdog, write health

What is due lives in the store, never in the scheduler: a job lost costs a tick, no draft. SIGTERM closes the
connections, which ends every wait at once.

Source: sd_notify(3), sd_watchdog_enabled(3).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.adapters.clock import SystemClock
from watcher.config import Account, Config
from watcher.errors import ConfigError, MailError, MailRefused, Problem, SecretError, StoreError, WatcherError
from watcher.parts import Parts
from watcher.ports import Change, Clock, Notice
from watcher.shells.passing import make_pass
from watcher.wiring import Works

TICK_S = 20.0
BACK_OFF_S = (30.0, 1800.0)  # doubled from the first to the second
REFUSED_S = 3600.0  # nothing helps before somebody acts; looked at once an hour all the same
_LOG = logging.getLogger("afterword.daemon")


class Watch(threading.Thread):
    """One account: passes, and waits in between."""

    def __init__(self, works: Works, parts: Callable[[], Parts], account: Account, poll_s: float, clock: Clock) -> None:
        super().__init__(name=f"account-{account.name}", daemon=True)
        self.account = account
        self._works = works
        self._parts = parts
        self._poll_s = poll_s
        self._clock = clock
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._failures = 0
        self.next_poll = clock.now()
        self.last_pass = clock.now()

    def run(self) -> None:
        """Pass and wait until told to stop."""
        while not self._ended.is_set():
            self._wake.clear()
            pause = self._pass()
            if pause is None:
                self._wait()
            else:
                self._wake.wait(pause)

    def wake(self) -> None:
        """Make a pass soon."""
        self._wake.set()

    def stop(self) -> None:
        """End, whatever it is doing."""
        self._ended.set()
        self._wake.set()
        with suppress(Exception):
            self._parts().mail.close()

    def is_due(self, now: datetime) -> bool:
        """Tell whether a pass would find something to do: a poll, or a draft that came due since the last pass."""
        due = self._due()
        return now >= self.next_poll or (due is not None and now >= due)

    def _due(self) -> datetime | None:
        """Give the next draft's moment; one that is past already waits for the day (or was refused): the poll looks."""
        due = self._parts().store.next_due(self.account.name)
        return due if due is not None and due > self.last_pass else None

    def _pass(self) -> float | None:
        """Make one pass; None when it went well, else seconds to leave the mailbox alone."""
        now = self.last_pass = self._clock.now()
        self.next_poll = now + timedelta(seconds=self._poll_s)
        parts = self._parts()
        try:
            make_pass(parts, now, self._works)
        except (MailError, SecretError, StoreError) as error:
            return self._pause(parts, error, now)
        except Exception as error:  # noqa: BLE001 -- one account's fault must not end the others
            return self._pause(parts, error, now)
        self._failures = 0
        return None

    def _pause(self, parts: Parts, error: Exception, now: datetime) -> float:
        if self._ended.is_set():
            return 0.0
        if isinstance(error, MailRefused | SecretError):
            pause = REFUSED_S
            _LOG.error("refused account=%s error=%s", self.account.name, error)
        else:
            pause = min(BACK_OFF_S[0] * 2**self._failures, BACK_OFF_S[1])
            self._failures = min(self._failures + 1, 10)
            detail = _LOG.isEnabledFor(logging.DEBUG)
            told = str(error) if isinstance(error, MailError | StoreError) else type(error).__name__
            _LOG.warning("failed account=%s retry_s=%.0f error=%s", self.account.name, pause, told, exc_info=detail)
        self.next_poll = now + timedelta(seconds=pause)
        with suppress(StoreError):
            parts.store.set_health(replace(parts.store.health(self.account.name), next_try=self.next_poll))
        return pause

    def _wait(self) -> None:
        """Wait for the doorbell in short turns (IDLE goes on underneath), until it rings or a pass is to be made."""
        mail, store = self._parts().mail, self._parts().store
        while not self._ended.is_set() and not self._wake.is_set():
            left = (min(self.next_poll, self._due() or self.next_poll) - self._clock.now()).total_seconds()
            if left <= 0:
                return
            try:
                if mail.wait(min(left, TICK_S)):
                    health = store.health(self.account.name)
                    store.set_health(replace(health, last_push=self._clock.now()))
                    return
            except (MailError, SecretError, StoreError) as error:
                if not self._ended.is_set():
                    _LOG.warning("doorbell account=%s error=%s", self.account.name, error)
                    self._wake.wait(BACK_OFF_S[0])
                return


class Daemon:
    """All accounts, the clock, and the way out."""

    def __init__(self, works: Works, config: Config, clock: Clock | None = None) -> None:
        self._works = works
        self._config = config
        self._clock = clock or SystemClock()
        self._signals: queue.SimpleQueue[int] = queue.SimpleQueue()  # a handler may put into no other kind
        self._watches = [
            Watch(works, self._parts_of(account), account, config.watch.poll_s, self._clock)
            for account in config.accounts
        ]

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT; SIGHUP reads the rules and tries every account at once, refused ones too."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _: self._signals.put(number))
        server = _health_server(self._config, self._health, self._metrics)
        scheduler = self._scheduler()
        for watch in self._watches:
            watch.start()
        scheduler.start()
        self._tick()
        notify("READY=1")
        _LOG.info("started accounts=%d", len(self._watches))
        while (told := self._signalled()) in {None, signal.SIGHUP}:
            if told is not None:
                self.renew_rules(whatever=True)
                for watch in self._watches:
                    watch.wake()
            if not scheduler._thread.is_alive():  # noqa: SLF001 -- one store error kills it and `running` stays True
                _LOG.error("the clock stopped; started anew")
                scheduler = self._scheduler()
                scheduler.start()
        notify("STOPPING=1")
        scheduler.shutdown(wait=False)
        if server is not None:
            server.shutdown()
        for watch in self._watches:
            watch.stop()
        for watch in self._watches:
            watch.join(0.5 / len(self._watches))
        _LOG.info("stopped")

    def _signalled(self) -> int | None:
        try:
            return self._signals.get(timeout=TICK_S)
        except queue.Empty:
            return None

    def renew_rules(self, *, whatever: bool = False) -> None:
        """Put changed rules and templates in force; when they are wrong the old ones stay and the user is told."""
        try:
            if self._works.renew_rules(whatever=whatever):
                _LOG.info("rules read anew")
        except ConfigError as error:
            for problem in error.problems:
                _LOG.error("rules kept as they were: %s", problem)
            with suppress(StoreError):
                self._works.store.record(Change("", notices=(_wrong_rules(error.problems),)))

    def _parts_of(self, account: Account) -> Callable[[], Parts]:
        return lambda: self._works.parts(account)

    def _scheduler(self) -> Any:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.jobstores.memory import MemoryJobStore
        from apscheduler.schedulers.background import BackgroundScheduler

        make: Any = BackgroundScheduler  # untyped library
        store: Any = MemoryJobStore
        pool: Any = ThreadPoolExecutor
        scheduler = make(
            jobstores={"default": store()},
            executors={"default": pool(2)},
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, id="tick")
        scheduler.add_job(self._tell_user, "interval", seconds=4 * TICK_S, id="tell")
        scheduler.add_job(self.renew_rules, "interval", seconds=3 * TICK_S, id="rules")
        return scheduler

    def _tick(self) -> None:
        now = self._clock.now()
        for watch in self._watches:
            with suppress(StoreError):
                if watch.is_due(now):
                    watch.wake()
        if all(watch.is_alive() for watch in self._watches):
            notify("WATCHDOG=1")
        self._write_health()

    def _tell_user(self) -> None:
        from watcher.letters import tell_user

        try:
            tell_user(self._config, self._works.store, self._clock.now)
        except WatcherError as error:
            _LOG.warning("notice kept error=%s", error)

    def _health(self) -> dict[str, Any]:
        accounts = []
        for watch in self._watches:
            health = self._works.store.health(watch.account.name)
            accounts.append(
                {
                    "account": watch.account.name,
                    "ok": not health.error and watch.is_alive(),
                    "last_contact": health.last_contact.isoformat() if health.last_contact else None,
                    "must_act": health.must_act,
                }
            )
        return {"ok": all(item["ok"] for item in accounts), "accounts": accounts}

    def _metrics(self) -> bytes | None:
        from watcher.shells.metrics import metrics_text

        return metrics_text(self._works.store, [watch.account.name for watch in self._watches], self._clock.now())

    def _write_health(self) -> None:
        if not self._config.health_file:
            return
        with suppress(OSError, StoreError):
            path = self._config.path(self._config.health_file)
            fresh = path.with_name(path.name + ".new")
            fresh.write_text(json.dumps(self._health() | {"at": self._clock.now().isoformat()}) + "\n", "utf-8")
            fresh.replace(path)


def notify(state: str) -> None:
    """Tell systemd; nothing without it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def _wrong_rules(problems: Sequence[Problem]) -> Notice:
    told = "\n".join(str(problem) for problem in problems)
    return Notice(
        f"rules/{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:16]}",
        "Your rules or templates are wrong",
        f"{told}\n\nUntil this is mended those from before stay in force; `afterword check` tells when it is.",
    )


def _health_server(config: Config, health: Callable[[], dict[str, Any]], metrics: Callable[[], bytes | None]) -> Any:
    """Answer GET /health and GET /metrics on 127.0.0.1, if a port is set."""
    if config.health_port is None:
        return None
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                if self.path == "/health":
                    told = health()
                    self._answer(200 if told["ok"] else 503, "application/json", json.dumps(told).encode())
                elif self.path == "/metrics" and (text := metrics()) is not None:
                    self._answer(200, "text/plain; version=0.0.4; charset=utf-8", text)
                else:
                    self.send_error(404)
            except StoreError as error:
                self._answer(503, "application/json", json.dumps({"ok": False, "error": str(error)}).encode())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
            del format, args

    try:
        server = ThreadingHTTPServer(("127.0.0.1", config.health_port), Handler)
    except OSError as error:
        raise StoreError(f"health_port {config.health_port} cannot be used: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, args=(0.1,), name="health", daemon=True).start()
    return server
