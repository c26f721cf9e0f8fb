"""The life of one rejection, and everything that ends it early, on a mailbox in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.line.builders import ADVICE, AWAY, DAY, HOUR, ME, NO, TUESDAY, Desk, desk, mail
from watcher.core.life import Reason, State
from watcher.core.plan import Kind
from watcher.core.verdict import judge
from watcher.errors import MailUnavailable
from watcher.parts import Settings
from watcher.ports import DraftState

DUE = TUESDAY + DAY + HOUR  # a working hour of the window, after any spread


@pytest.fixture
def sam(tmp_path: Path) -> Iterator[Desk]:
    made = desk(tmp_path)
    yield made
    made.close()


def turned_down(sam: Desk, **headers: Any) -> None:
    sam.deliver(mail(NO, **headers), TUESDAY)
    sam.once(TUESDAY + HOUR)


def drafted(sam: Desk) -> None:
    turned_down(sam)
    sam.once(DUE)
    assert len(sam.drafts) == 1


def sent(sam: Desk, **how: str) -> datetime:
    drafted(sam)
    at = DUE + HOUR
    sam.send(at, **how)
    sam.once(at + HOUR)
    return at


def states(sam: Desk) -> dict[Kind, DraftState]:
    return {draft.plan.kind: draft.state for draft in sam.store.drafts()}


def answer(sam: Desk, body: str, at: datetime, **headers: str) -> None:
    request = next(draft for draft in sam.store.drafts() if draft.plan.kind is Kind.REQUEST)
    about = {"subject": "Re: Your application as Data Engineer", "message_id": "answer@acme.example"}
    sam.deliver(mail(body, when=at, In_Reply_To=f"<{request.sent_id}>", **(about | headers)), at)


def test_a_rejection_becomes_a_draft_in_its_own_thread_a_day_later(sam: Desk) -> None:
    turned_down(sam)
    assert sam.state() is State.REQUEST_WAITING
    assert sam.drafts == []
    sam.once(TUESDAY + DAY - timedelta(minutes=1))
    assert sam.drafts == []
    report = sam.once(DUE)
    (draft,) = sam.drafts
    assert sam.state() is State.REQUEST_DRAFTED
    assert [to.addr_spec for to in draft.to] == ["anna@acme.example"]
    assert draft.in_reply_to == ("no@acme.example",)
    assert draft.references[-1] == "no@acme.example"
    assert draft.subject == "Re: Your application as Data Engineer"
    assert [item["late"] for item in report.drafts] == [False]
    (placed,) = sam.memory.boxes["drafts"].messages
    assert placed.flags == {"\\Draft", "\\Seen"}


def test_a_second_pass_does_nothing_new(sam: Desk) -> None:
    drafted(sam)
    report = sam.once(DUE + HOUR)
    assert (report.new, report.happened, report.drafts) == (0, [], [])
    assert len(sam.drafts) == 1


@pytest.mark.parametrize("new_id", ["", "rewritten@client.example"])
def test_the_sent_request_is_recognised_and_silence_ends_in_thanks(sam: Desk, new_id: str) -> None:
    at = sent(sam, new_id=new_id)
    assert sam.state() is State.REQUEST_SENT
    assert sam.drafts == []
    sam.once(at + 9 * DAY)  # seven working days
    assert sam.drafts == []
    sam.once(at + 12 * DAY + 2 * HOUR)
    assert sam.state() is State.THANKS_DRAFTED
    (thanks,) = sam.drafts
    assert thanks.in_reply_to == (next(d.sent_id for d in sam.store.drafts() if d.plan.kind is Kind.REQUEST),)
    sam.send(at + 13 * DAY)
    sam.once(at + 13 * DAY + HOUR)
    assert (sam.state(), sam.reason()) == (State.CLOSED, Reason.DONE)


def test_a_sent_copy_without_threading_is_known_by_recipient_and_subject(sam: Desk) -> None:
    drafted(sam)
    at = DUE + HOUR
    sam.discard()
    bare = mail("Thank you.", ME, "Re: Your application as Data Engineer", "x@client.example", at, "anna@acme.example")
    sam.deliver(bare, at, "sent")
    sam.once(at + HOUR)
    assert states(sam)[Kind.REQUEST] is DraftState.SENT


def test_an_answer_brings_thanks_once_and_ends_the_waiting(sam: Desk) -> None:
    at = sent(sam) + DAY
    answer(sam, ADVICE, at)
    sam.once(at + HOUR)
    assert sam.state() is State.THANKS_WAITING
    assert sam.drafts == []
    sam.once(at + 3 * HOUR)
    (thanks,) = sam.drafts
    assert thanks.in_reply_to == ("answer@acme.example",)
    assert states(sam)[Kind.THANKS_SILENCE] is DraftState.CANCELLED
    sam.send(at + 4 * HOUR)
    for days in range(1, 30):
        sam.once(at + days * DAY)
    assert sam.drafts == []
    assert sam.state() is State.CLOSED


def test_an_auto_reply_changes_nothing(sam: Desk) -> None:
    at = sent(sam) + HOUR
    answer(sam, AWAY, at, Auto_Submitted="auto-replied", subject="Automatic reply: Your application")
    sam.once(at + HOUR)
    assert sam.state() is State.REQUEST_SENT
    assert states(sam)[Kind.THANKS_SILENCE] is DraftState.WAITING


def test_an_edited_draft_is_left_alone_and_its_sending_is_seen(sam: Desk) -> None:
    drafted(sam)
    (box,) = sam.memory.boxes["drafts"].messages
    sam.memory.remove("drafts", box.uid)
    edited = box.raw.replace(b"Kind regards", b"With kind regards").replace(b"Message-ID: <", b"Message-ID: <edited.")
    sam.memory.deliver(edited + b"\r\nPS: thank you again.\r\n", DUE, "drafts")
    sam.once(DUE + HOUR)
    assert states(sam)[Kind.REQUEST] is DraftState.EDITED
    sam.send(DUE + 2 * HOUR, new_id="again@client.example")
    sam.once(DUE + 3 * HOUR)
    assert sam.state() is State.REQUEST_SENT


def test_a_discarded_draft_is_never_made_again(sam: Desk) -> None:
    drafted(sam)
    sam.discard()
    sam.once(DUE + timedelta(minutes=1))
    assert sam.state() is State.REQUEST_DRAFTED  # a client that saves may have it out for a moment
    for hours in range(1, 60, 7):
        sam.once(DUE + hours * HOUR)
    assert (sam.state(), sam.reason()) == (State.CLOSED, Reason.DISCARDED)
    assert sam.drafts == []


def test_a_copy_in_sent_that_comes_late_undoes_the_discarding(sam: Desk) -> None:
    drafted(sam)
    (box,) = sam.memory.boxes["drafts"].messages
    sam.discard()
    sam.once(DUE + timedelta(minutes=1))
    sam.once(DUE + 2 * HOUR)
    assert sam.reason() is Reason.DISCARDED
    sam.deliver(box.raw, DUE + 3 * HOUR, "sent")
    sam.once(DUE + 4 * HOUR)
    assert sam.state() is State.REQUEST_SENT


@pytest.mark.parametrize("how", ["in the thread", "to the person", "a draft of their own"])
def test_nothing_is_drafted_when_the_user_wrote_first(sam: Desk, how: str) -> None:
    turned_down(sam)
    at = TUESDAY + 5 * HOUR
    thread = {"In_Reply_To": "<no@acme.example>"} if how != "to the person" else {}
    own = mail("Thanks!", ME, "Re: hello", "own@example.org", at, "anna@acme.example", **thread)
    sam.deliver(own, at, "drafts" if how == "a draft of their own" else "sent")
    before = len(sam.drafts)
    sam.once(DUE)
    sam.once(DUE + DAY)
    assert len(sam.drafts) == before
    assert (sam.state(), sam.reason()) == (State.CLOSED, Reason.USER_WROTE)


def test_what_the_user_wrote_before_the_rejection_does_not_matter(sam: Desk) -> None:
    own = mail("Here is my application.", ME, "Application", "own@example.org", TUESDAY - DAY, "anna@acme.example")
    sam.deliver(own, TUESDAY - DAY, "sent")
    drafted(sam)


def test_nothing_is_drafted_when_the_employer_wrote_again(sam: Desk) -> None:
    turned_down(sam)
    at = TUESDAY + 5 * HOUR
    body = "Hi Sam,\n\nmy last mail was sent in error, please ignore it. Can we talk tomorrow?\n\nAnna"
    sam.deliver(mail(body, message_id="sorry@acme.example", when=at, In_Reply_To="<no@acme.example>"), at)
    sam.once(DUE)
    assert sam.drafts == []
    assert sam.reason() is Reason.EMPLOYER_WROTE


def test_two_mails_of_one_rejection_bring_one_request(sam: Desk) -> None:
    turned_down(sam)
    again = mail(NO, message_id="no2@acme.example", when=TUESDAY + HOUR)
    sam.deliver(again, TUESDAY + HOUR)
    sam.once(TUESDAY + 2 * HOUR)
    sam.once(DUE)
    assert len(sam.store.applications()) == 1
    assert len(sam.drafts) == 1


def test_a_new_uidvalidity_brings_nothing_new(sam: Desk) -> None:
    drafted(sam)
    for role in ("inbox", "drafts", "sent"):
        sam.memory.renew(role)
    report = sam.once(DUE + HOUR)
    assert report.new == 0
    assert len(sam.drafts) == 1
    assert len(sam.store.applications()) == 1
    assert states(sam)[Kind.REQUEST] is DraftState.PLACED


def test_a_lost_database_makes_no_second_draft(sam: Desk) -> None:
    drafted(sam)
    sam.store.close()
    (sam.folder / "state.db").unlink()
    for side in sam.folder.glob("state.db-*"):
        side.unlink()
    sam.restart()
    sam.once(DUE + HOUR)
    assert len(sam.drafts) == 1
    assert states(sam)[Kind.REQUEST] is DraftState.PLACED


def test_a_daemon_that_was_off_places_late_and_says_so(sam: Desk) -> None:
    turned_down(sam)
    report = sam.once(TUESDAY + 3 * DAY)
    assert [draft["late"] for draft in report.drafts] == [True]


def test_after_a_week_nothing_is_placed_unasked(sam: Desk) -> None:
    turned_down(sam)
    sam.once(TUESDAY + 7 * DAY + HOUR)
    assert sam.drafts == []
    assert sam.reason() is Reason.TOO_OLD


def test_a_rejection_older_than_a_week_at_the_first_run_is_recorded_only(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    sam.once(TUESDAY + 8 * DAY)
    assert sam.reason() is Reason.TOO_OLD
    assert sam.drafts == []


def test_mail_older_than_the_first_run_is_not_judged(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    assert sam.once(TUESDAY + 15 * DAY).new == 0
    assert sam.store.applications() == []


def test_an_imported_rejection_counts_from_its_topmost_received(sam: Desk) -> None:
    received = "from a by b; Tue, 03 Nov 2026 10:00:00 +0000"
    sam.deliver(b"Received: " + received.encode() + b"\r\n" + mail(NO), TUESDAY)
    sam.once(TUESDAY + HOUR)
    assert sam.application.arrived == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert sam.reason() is Reason.TOO_OLD


def test_paused_places_nothing_and_everything_else_goes_on(sam: Desk) -> None:
    sam.set(Settings(paused=True))
    turned_down(sam)
    sam.once(DUE)
    assert sam.state() is State.REQUEST_WAITING
    assert sam.drafts == []
    sam.set(Settings())
    sam.once(DUE + HOUR)
    assert len(sam.drafts) == 1


def test_never_more_drafts_in_a_day_than_allowed(sam: Desk) -> None:
    sam.set(Settings(max_a_day=2))
    for number, name in enumerate(("Alpha", "Beta", "Gamma", "Delta")):
        sender = f"Rita Roe <rita@{name.lower()}.example>"
        body = NO.replace("Acme", name).replace("Anna Beispiel", "Rita Roe")
        sam.deliver(mail(body, sender, message_id=f"no@{name}.example"), TUESDAY + timedelta(seconds=number))
    sam.once(TUESDAY + HOUR)
    assert len(sam.store.applications()) == 4
    sam.once(DUE)
    assert len(sam.drafts) == 2
    sam.once(DUE + HOUR)
    assert len(sam.drafts) == 2


@pytest.mark.parametrize("what", ["own", "draft"])
def test_neither_own_mail_nor_drafts_are_judged(sam: Desk, what: str) -> None:
    flags = frozenset({"\\Draft"}) if what == "draft" else frozenset()
    sender = f"Sam Doe <{ME}>" if what == "own" else "Anna Beispiel <anna@acme.example>"
    sam.memory.deliver(mail(NO, sender), TUESDAY, "inbox", flags)
    sam.once(TUESDAY + HOUR)
    assert sam.store.applications() == []
    assert sam.store.counts("private") == {what: 1}


def test_one_bad_message_costs_one_message(sam: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def trips(message: Any, *rest: Any) -> Any:
        if message.message_id == "trap@x.example":
            raise RecursionError
        return judge(message, *rest)

    monkeypatch.setattr("watcher.intake.judge", trips)
    sam.deliver(mail("hello", "x@x.example", "hello", "trap@x.example"), TUESDAY - HOUR)
    sam.deliver(mail(NO), TUESDAY)
    report = sam.once(TUESDAY + HOUR)
    assert report.failed == 1
    assert sam.state() is State.REQUEST_WAITING
    assert sam.store.counts("private") == {"failed": 1, "judged": 1}
    assert sam.once(TUESDAY + 2 * HOUR).failed == 0


def test_a_lost_connection_leaves_what_was_done_and_goes_on_later(sam: Desk) -> None:
    turned_down(sam)
    sam.memory.fail = MailUnavailable("gone")
    with pytest.raises(MailUnavailable):
        sam.once(DUE)
    sam.memory.fail = None
    sam.once(DUE + HOUR)
    assert len(sam.drafts) == 1


def test_an_append_without_an_answer_is_looked_for_before_the_next(sam: Desk) -> None:
    turned_down(sam)
    place = sam.memory.place_draft

    def swallowed(raw: bytes, message_id: str) -> Any:
        place(raw, message_id)
        raise MailUnavailable("no answer")

    sam.memory.place_draft = swallowed  # type: ignore[method-assign]
    with pytest.raises(MailUnavailable):
        sam.once(DUE)
    sam.memory.place_draft = place  # type: ignore[method-assign]
    sam.once(DUE + HOUR)
    assert len(sam.drafts) == 1
    assert states(sam)[Kind.REQUEST] is DraftState.PLACED


def test_a_draft_that_says_what_it_must_not_is_not_placed(sam: Desk) -> None:
    class Rude:
        def languages(self) -> frozenset[str]:
            return frozenset({"en"})

        def writes(self, language: str, kind: Kind = Kind.REQUEST) -> bool:
            del kind
            return language == "en"

        def render(self, facts: Any) -> Any:
            words = sam_wording.render(facts)
            return replace(words, body=words.body + "\nPlease reconsider your decision, it was unfair.")

    sam_wording = sam.parts.wording
    sam.parts = replace(sam.parts, wording=Rude())
    turned_down(sam)
    report = sam.once(DUE)
    assert sam.drafts == []
    assert states(sam)[Kind.REQUEST] is DraftState.BLOCKED
    assert report.count("blocked") > 0


def test_a_newsletter_about_rejections_is_nothing(sam: Desk) -> None:
    body = "This week: how to cope when a company writes 'we decided to move forward with other candidates'."
    sam.deliver(mail(body, "News <news@letters.example>", "Coping with rejection", List_Id="<news>"), TUESDAY)
    sam.once(DUE)
    assert sam.drafts == []
