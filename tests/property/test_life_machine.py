"""No order of events gives one application two requests, a draft before its window, or a late one not marked so."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.line.builders import ADVICE, AWAY, DAY, HOUR, ME, NO, TUESDAY, desk, mail
from watcher.core.life import State
from watcher.core.message import parse
from watcher.core.plan import Kind
from watcher.ports import DraftState, Placed

FIRMS = {"Alpha": "Ann Archer", "Beta": "Bob Baker"}


def address(firm: str) -> str:
    return f"{FIRMS[firm].split()[0].lower()}@{firm.lower()}.example"


class Life(RuleBasedStateMachine):
    """One user, two employers, each of which says no once (in one mail or several)."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="life-"))
        self.sam = desk(self.folder)
        self.now = TUESDAY
        self.said_no: dict[str, datetime] = {}
        self.numbers = 0
        self.placed: list[tuple[str, str, datetime]] = []  # message_id, to, when
        self.thrown_away: set[str] = set()
        place = self.sam.memory.place_draft

        def noting(raw: bytes, message_id: str) -> Placed:
            self.placed.append((message_id, parse(raw).to[0].addr_spec, self.now))
            return place(raw, message_id)

        self.sam.memory.place_draft = noting  # type: ignore[method-assign]
        self.the_employer_says_no("Alpha")
        self.a_pass()

    def teardown(self) -> None:
        if hasattr(self, "sam"):
            self.sam.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def put(self, firm: str, body: str, role: str = "inbox", **headers: Any) -> None:
        self.numbers += 1
        headers.setdefault("message_id", f"m{self.numbers}@{firm.lower()}.example")
        headers.setdefault("sender", f"{FIRMS[firm]} <{address(firm)}>")
        text = body.replace("Acme", firm).replace("Anna Beispiel", FIRMS[firm])
        self.sam.deliver(mail(text, when=self.now, **headers), self.now, role)

    @rule(firm=st.sampled_from(sorted(FIRMS)))
    def the_employer_says_no(self, firm: str) -> None:
        first = self.said_no.setdefault(firm, self.now)
        if self.now - first < 2 * DAY:  # told again within days: the same decision
            self.put(firm, NO)

    @precondition(lambda self: self.said_no)
    @rule(data=st.data(), body=st.sampled_from([ADVICE, AWAY, "Hello Sam, can we talk again?"]))
    def the_employer_writes(self, data: st.DataObject, body: str) -> None:
        firm = data.draw(st.sampled_from(sorted(self.said_no)))
        drafts = [d for d in self.sam.store.drafts() if d.recipient == address(firm)]
        parent = next((draft.sent_id for draft in drafts if draft.sent_id), f"m1@{firm.lower()}.example")
        auto = {"Auto_Submitted": "auto-replied"} if body == AWAY else {}
        self.put(firm, body, In_Reply_To=f"<{parent}>", subject="Re: Your application", **auto)

    @precondition(lambda self: self.sam.memory.boxes["drafts"].messages)
    @rule(new_id=st.booleans())
    def the_user_sends(self, new_id: bool) -> None:
        self.numbers += 1
        self.sam.send(self.now, new_id=f"s{self.numbers}@client.example" if new_id else "")

    @precondition(lambda self: self.sam.memory.boxes["drafts"].messages)
    @rule(new_id=st.booleans())
    def the_user_edits(self, new_id: bool) -> None:
        (*_, draft) = self.sam.memory.boxes["drafts"].messages
        self.numbers += 1
        raw = draft.raw + b"\r\nPS: thank you.\r\n"
        if new_id:
            raw = raw.replace(parse(raw).message_id.encode(), f"e{self.numbers}@client.example".encode(), 1)
        self.sam.memory.remove("drafts", draft.uid)
        self.sam.memory.deliver(raw, self.now, "drafts", frozenset({"\\Draft"}))

    @precondition(lambda self: self.sam.memory.boxes["drafts"].messages)
    @rule()
    def the_user_discards(self) -> None:
        self.sam.discard()

    @precondition(lambda self: self.said_no)
    @rule(data=st.data())
    def the_user_writes_without_us(self, data: st.DataObject) -> None:
        firm = data.draw(st.sampled_from(sorted(self.said_no)))
        self.put(firm, "Thank you!", "sent", sender=ME, to=address(firm))

    @rule()
    def restart(self) -> None:
        self.sam.restart()

    @rule(role=st.sampled_from(["inbox", "drafts", "sent"]))
    def a_mailbox_is_made_anew(self, role: str) -> None:
        self.sam.memory.renew(role)

    @rule(hours=st.sampled_from([1, 5, 20, 26, 49, 100, 200, 400]))
    def the_clock_jumps(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def a_pass(self) -> None:
        self.sam.once(self.now)
        self.now += HOUR

    @rule(later=st.sampled_from([0, 0, 0, 1, 5, 30]))
    def the_next_moment(self, later: int) -> None:
        """As the daemon: pass when something is due, or some hours after (it was off)."""
        due = self.sam.store.next_due("private")
        self.now = max(self.now, due or self.now) + timedelta(hours=later)
        self.a_pass()

    @rule()
    def the_draft_of_the_day(self) -> None:
        self.the_next_moment(0)

    @invariant()
    def never_twice(self) -> None:
        if not hasattr(self, "sam"):
            return
        ids = [message_id for message_id, _, _ in self.placed]
        assert len(ids) == len(set(ids)), "a draft was placed twice"
        drafts = {draft.message_id: draft for draft in self.sam.store.drafts()}
        requests = [to for message_id, to, _ in self.placed if drafts[message_id].plan.kind is Kind.REQUEST]
        assert len(requests) == len(set(requests)), "two requests for one application"
        thanks = [to for message_id, to, _ in self.placed if drafts[message_id].plan.kind is not Kind.REQUEST]
        assert len(thanks) == len(set(thanks)), "two final notes for one application"

    @invariant()
    def never_early_and_late_only_when_marked(self) -> None:
        if not hasattr(self, "sam"):
            return
        drafts = {draft.message_id: draft for draft in self.sam.store.drafts()}
        for message_id, to, when in self.placed:
            draft = drafts[message_id]
            assert when >= draft.plan.opens
            assert draft.late == (when > draft.plan.closes)
            if draft.plan.kind is Kind.REQUEST:
                firm = next(firm for firm in FIRMS if address(firm) == to)
                assert when >= self.said_no[firm] + DAY
                assert when <= self.said_no[firm] + 7 * DAY + 2 * DAY  # of its last telling

    @invariant()
    def what_is_closed_waits_for_nothing(self) -> None:
        if not hasattr(self, "sam"):
            return
        for draft in self.sam.store.drafts():
            application = self.sam.store.application(draft.ref)
            assert application is not None
            if application.state is State.CLOSED and draft.plan.kind is Kind.REQUEST:
                assert draft.state is not DraftState.WAITING


Life.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=True,
)
TestLife = pytest.mark.slow(Life.TestCase)
