"""The demo: the embedded server, the story's mail, a fast clock, and every step told as the user would see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher.adapters.clock import HandClock
from watcher.config import Config, load
from watcher.core.message import parse
from watcher.demo.imap_server import EmbeddedServer
from watcher.demo.story import ADDRESS, ME, START, Comes, Deed, Does, earlier, events
from watcher.parts import Parts, Report
from watcher.pipeline import run_once
from watcher.wiring import Works, open_works

USER = "sam"
ZONE = ZoneInfo("Europe/Berlin")
LOOK_EVERY = timedelta(hours=4)
AFTERWARDS = timedelta(days=2)
Say = Callable[[str], None]

WORDS = {
    "rejection": "recognised as a rejection",
    "rejection_again": "the same rejection, told again",
    "planned": "a request is planned",
    "drafted": "a draft lies in Drafts",
    "sent": "the sent draft is recognised",
    "edited": "the draft was edited; it is left alone",
    "discarded": "the draft was thrown away; it is never made again",
    "answer": "read as an answer",
    "closed": "closed",
    "blocked": "cannot be drafted",
}


def write_config(folder: Path, server: EmbeddedServer) -> Path:
    """Write the configuration the demo runs with."""
    secret = folder / "password"
    secret.write_text(server.password + "\n", "utf-8")
    secret.chmod(0o600)
    path = folder / "afterword.yaml"
    path.write_text(
        f"""\
me: {{name: {ME}, timezone: Europe/Berlin, country: DE}}
accounts:
  - name: demo
    address: {ADDRESS}
    imap: {{host: {server.host}, port: {server.port}, security: none}}
    login: {{user: {USER}, password: {{file: password}}}}
store: {{url: "sqlite:///afterword.db"}}
""",
        "utf-8",
    )
    return path


class Demo:
    """One telling of the story."""

    def __init__(self, server: EmbeddedServer, folder: Path, say: Say) -> None:
        self._server = server
        self._say = say
        self._clock = HandClock(START)
        self._config: Config = load(write_config(folder, server))
        self._works: Works = open_works(self._config)
        self._sent: dict[str, str] = {}
        self._shown: set[int] = set()
        self.drafts = 0

    def tell(self) -> None:
        """Tell it from beginning to end."""
        for when, raw in earlier():
            self._server.deliver(USER, raw, when)
        parts = self._works.parts(self._config.accounts[0])
        try:
            for event in sorted(events(), key=lambda one: one.at):
                self._run_to(parts, event.at)
                self._happens(event)
                self._look(parts)
            self._run_to(parts, self._clock.now() + AFTERWARDS)
            self._end(parts)
        finally:
            self._works.close()

    def _run_to(self, parts: Parts, until: datetime) -> None:
        """Let the clock run, looking whenever the daemon would."""
        while self._clock.now() < until:
            due = parts.store.next_due(parts.account)
            now = self._clock.now()
            moments = [until, now + LOOK_EVERY, *([due] if due and due > now else [])]
            self._clock.turn_to(min(moments))
            self._look(parts)

    def _happens(self, event: Comes | Does) -> None:
        self._clock.turn_to(event.at)
        if isinstance(event, Comes):
            self._line(f"MAIL   {event.told}")
            self._server.deliver(USER, event.raw(self._sent), event.at)
            return
        self._line(f"SAM    {event.told}")
        self._deed(event.deed, event.to)

    def _deed(self, deed: Deed, to: str) -> None:
        draft = next(
            item
            for item in self._server.contents(USER, "Drafts")
            if any(address.addr_spec == to for address in parse(item.raw).to)
        )
        if deed == "discard":
            self._server.remove(USER, "Drafts", draft.uid)
            return
        added = (lambda raw: raw + b"\r\nPS: I enjoyed our talk on testing.\r\n") if deed == "edit" else None
        raw = self._server.send_draft(USER, draft.uid, self._clock.now(), edit=added)
        self._sent[to] = parse(raw).message_id

    def _look(self, parts: Parts) -> None:
        report = run_once(parts, self._clock.now())
        for item in report.happened:
            if item.what in WORDS and item.what != "drafted":
                self._line(f"       {WORDS[item.what]}{self._detail(parts, item.what, item.ref, item.detail)}")
        self._show_drafts(report)

    def _detail(self, parts: Parts, what: str, ref: str, detail: str) -> str:
        application = parts.store.application(ref)
        if application is None:
            return ""
        if what == "rejection":
            person = application.person.address if application.person else "nobody to write to"
            return f": {application.details.employer or 'employer unknown'}, person: {person}"
        if what == "planned":
            due = parts.store.next_due(parts.account)
            dues = [item.plan.due for item in parts.store.drafts(parts.account, ref)]
            return f" for {self._when(max(dues, default=due or self._clock.now()))} ({application.because})"
        if what == "closed":
            return f": {str(application.reason).replace('_', ' ')}" + (
                f" ({application.because})" if application.reason == "policy" else ""
            )
        return f": {detail.replace('_', ' ')}" if detail else ""

    def _show_drafts(self, report: Report) -> None:
        for placed in report.drafts:
            stored = next(
                item
                for item in self._server.contents(USER, "Drafts")
                if parse(item.raw).message_id == placed["message_id"]
            )
            message = parse(stored.raw)
            self.drafts += 1
            self._line("DRAFT  a draft appears in Drafts" + (", late" if placed["late"] else ""))
            self._say("")
            for line in (
                f"To:      {message.to[0]}",
                f"Subject: {message.subject}",
                "",
                *message.text.strip().splitlines(),
            ):
                self._say(f"           | {line}".rstrip())
            self._say("")

    def _end(self, parts: Parts) -> None:
        self._say("")
        self._say("In the end:")
        for item in parts.store.applications(parts.account):
            state = str(item.state).replace("_", " ") + (
                f" ({str(item.reason).replace('_', ' ')})" if item.reason else ""
            )
            self._say(f"  {item.ref}  {item.details.employer or '-':<22} {item.details.role or '-':<20} {state}")
        for answer in parts.store.answers():
            for point in answer.answer.points:
                self._say(f'  heard: "{" ".join(point.quote.split())}" ({point.theme})')
        seen = sum(parts.store.counts(parts.account).values())
        self._say(f"  {seen} mails read, {self.drafts} drafts placed, nothing sent by Afterword itself.")

    def _line(self, text: str) -> None:
        self._say(f"{self._when(self._clock.now())}  {text}")

    @staticmethod
    def _when(instant: datetime) -> str:
        return instant.astimezone(ZONE).strftime("%a %d %b %H:%M")
