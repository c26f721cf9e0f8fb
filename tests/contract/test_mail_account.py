"""What every mail backend must do: one set of tests for the fake, the embedded server and real ones."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.worlds import ADDRESS, World
from watcher.ports import Cursor, Fetched, HistoryQuery

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ids = itertools.count(1)


def mail(
    subject: str = "Your application",
    sender: str = "Rita Recruiter <rita@acme.example>",
    to: str = ADDRESS,
    message_id: str = "",
    extra: str = "",
    body: str = "Dear Sam,\r\nthank you.\r\n",
) -> bytes:
    ident = message_id or f"m{next(_ids)}@test.example"
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{ident}>\r\n"
        f"Date: Tue, 10 Mar 2026 12:00:00 +0000\r\n{extra}\r\n{body}"
    ).encode()


def subjects(messages: Iterable[Fetched]) -> list[str]:
    return [message.raw.split(b"Subject: ", 1)[1].split(b"\r\n", 1)[0].decode() for message in messages]


class TestNewMessages:
    def test_come_oldest_first_as_they_are(self, world: World) -> None:
        raws = [mail(f"number {n}") for n in range(3)]
        for n, raw in enumerate(raws):
            world.deliver(raw, NOW + timedelta(minutes=n))
        got = list(world.account.new_messages("inbox", None, LONG_AGO))
        assert [message.raw for message in got] == raws
        assert [message.internal_date for message in got] == [NOW + timedelta(minutes=n) for n in range(3)]
        assert {message.mailbox for message in got} == {"INBOX"}
        assert [message.size for message in got] == [len(raw) for raw in raws]

    def test_a_first_run_gives_nothing_older_than_since(self, world: World) -> None:
        world.deliver(mail("old"), NOW - timedelta(days=20))
        world.deliver(mail("a second too old"), NOW - timedelta(days=14, seconds=1))
        world.deliver(mail("young"), NOW - timedelta(days=14))
        assert subjects(world.account.new_messages("inbox", None, NOW - timedelta(days=14))) == ["young"]

    def test_behind_a_cursor_only_what_came_later_whatever_its_date(self, world: World) -> None:
        world.deliver(mail("first"), NOW)
        (first,) = world.account.new_messages("inbox", None, LONG_AGO)
        assert list(world.account.new_messages("inbox", first.cursor, LONG_AGO)) == []
        world.deliver(mail("late, but dated long ago"), NOW - timedelta(days=900))
        assert subjects(world.account.new_messages("inbox", first.cursor, NOW)) == ["late, but dated long ago"]

    def test_of_an_empty_mailbox_are_none_and_the_cursor_still_moves_on(self, world: World) -> None:
        assert list(world.account.new_messages("inbox", None, LONG_AGO)) == []
        cursor = world.account.cursor_now("inbox")
        world.deliver(mail("first ever"), NOW)
        assert subjects(world.account.new_messages("inbox", cursor, LONG_AGO)) == ["first ever"]

    def test_the_cursor_of_now_lies_behind_everything_there(self, world: World) -> None:
        world.deliver(mail("before"), NOW)
        cursor = world.account.cursor_now("inbox")
        world.deliver(mail("after"), NOW)
        assert subjects(world.account.new_messages("inbox", cursor, LONG_AGO)) == ["after"]

    def test_after_a_new_uidvalidity_reading_starts_again_from_since(self, world: World) -> None:
        world.deliver(mail("old"), NOW - timedelta(days=30))
        world.deliver(mail("young"), NOW)
        cursor = world.account.cursor_now("inbox")
        world.account.close()
        world.renew("inbox")
        assert subjects(world.account.new_messages("inbox", cursor, NOW - timedelta(days=1))) == ["young"]
        assert world.account.cursor_now("inbox") != cursor

    def test_a_cursor_nobody_made_starts_again_from_since(self, world: World) -> None:
        world.deliver(mail("there"), NOW)
        assert subjects(world.account.new_messages("inbox", Cursor("nonsense"), LONG_AGO)) == ["there"]

    def test_reading_sets_no_flag(self, world: World) -> None:
        world.deliver(mail(), NOW)
        list(world.account.new_messages("inbox", None, LONG_AGO))
        world.account.history(HistoryQuery(domains=("acme.example",)))
        world.account.find("inbox", ["nothing@test.example"])
        assert [flags for _, flags, _ in world.contents("inbox")] == [frozenset()]

    def test_other_questions_may_be_asked_between_two_messages(self, world: World) -> None:
        for n in range(3):
            world.deliver(mail(f"number {n}", message_id=f"n{n}.{id(world)}@x.example"), NOW)
        got = []
        for message in world.account.new_messages("inbox", None, LONG_AGO):
            world.account.find("drafts", ["x@y.example"])
            world.account.history(HistoryQuery(words=("number",)))
            got.append(message)
        assert subjects(got) == ["number 0", "number 1", "number 2"]

    def test_a_message_removed_in_between_is_simply_missing(self, world: World) -> None:
        world.deliver(mail("stays"), NOW)
        gone = world.deliver(mail("goes"), NOW)
        world.remove("inbox", gone)
        assert subjects(world.account.new_messages("inbox", None, LONG_AGO)) == ["stays"]

    def test_of_a_long_mail_the_text_comes_and_the_attachment_does_not(self, world: World) -> None:
        attachment = "QUJD" * 300_000
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nWe regret.\r\n"
            "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename=cv.pdf\r\n\r\n"
            + "\r\n".join(attachment[n : n + 76] for n in range(0, len(attachment), 76))
            + "\r\n--b--\r\n"
        )
        raw = mail(extra="MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", body=body)
        world.deliver(raw, NOW)
        (got,) = world.account.new_messages("inbox", None, LONG_AGO)
        assert b"We regret." in got.raw
        assert len(got.raw) <= 256 << 10
        assert raw.startswith(got.raw)
        assert got.size == len(raw)

    def test_bytes_of_any_kind_come_unchanged(self, world: World) -> None:
        raw = mail(body='caf\u00e9 \u4f60\u597d {5} " \\ )\r\n * 1 FETCH\r\n')
        world.deliver(raw, NOW)
        (got,) = world.account.new_messages("inbox", None, LONG_AGO)
        assert got.raw == raw


class TestLookUps:
    def test_find_knows_message_id_in_reply_to_and_references(self, world: World) -> None:
        world.deliver(mail("itself", message_id="root@acme.example"), NOW)
        world.deliver(mail("reply", extra="In-Reply-To: <root@acme.example>\r\n"), NOW)
        world.deliver(mail("later", extra="References: <x@y.example>\r\n <root@acme.example>\r\n"), NOW)
        world.deliver(mail("other", message_id="not.root@acme.example"), NOW)
        assert subjects(world.account.find("inbox", ["root@acme.example"])) == ["itself", "reply", "later"]
        assert world.account.find("sent", ["root@acme.example"]) == []
        assert world.account.find("inbox", []) == []

    def test_find_takes_many_ids_and_odd_ones(self, world: World) -> None:
        world.deliver(mail("wanted", message_id='odd"\\id@acme.example'), NOW)
        many = [f"none{n}@nowhere.example" for n in range(40)]
        assert subjects(world.account.find("inbox", [*many, '<odd"\\id@acme.example>'])) == ["wanted"]

    @pytest.mark.parametrize("odd", ["a\r\nb LOGOUT", '"', "\\", "", " ", "\u00fc@x", "{10}", "*", "a" * 3000])
    def test_no_search_term_does_harm(self, world: World, odd: str) -> None:
        world.deliver(mail("there"), NOW)
        assert world.account.find("inbox", [odd]) == []
        assert world.account.find_to("inbox", odd, LONG_AGO) == []
        world.account.history(HistoryQuery(words=(odd,), domains=(odd,), addresses=(odd,), message_ids=(odd,)))
        assert subjects(world.account.new_messages("inbox", None, LONG_AGO)) == ["there"]

    def test_find_to_means_this_address_not_one_like_it(self, world: World) -> None:
        world.deliver(mail("to her", to="Rita <RITA@acme.example>"), NOW, "sent")
        world.deliver(mail("copy", to="x@y.example", extra="Cc: rita@acme.example\r\n"), NOW, "sent")
        world.deliver(mail("another", to="marita@acme.example.org"), NOW, "sent")
        world.deliver(mail("before", to="rita@acme.example"), NOW - timedelta(days=3), "sent")
        world.deliver(mail("in her name", to='"rita@acme.example" <eve@evil.example>'), NOW, "sent")
        found = world.account.find_to("sent", "rita@acme.example", NOW - timedelta(days=1))
        assert subjects(found) == ["to her", "copy"]

    def test_a_message_is_found_by_its_id_wherever_it_lies(self, world: World) -> None:
        for role in ("inbox", "sent", "archive"):
            world.deliver(mail(f"in {role}", message_id=f"{role}@acme.example"), NOW, role)
            found = world.account.message(f"<{role}@acme.example>")
            assert found is not None
            assert subjects([found]) == [f"in {role}"]
        assert world.account.message("nowhere@acme.example") is None


class TestHistory:
    def test_finds_by_domain_address_thread_and_subject(self, world: World) -> None:
        world.deliver(mail("a", sender="hr@mail.acme.example"), NOW)
        world.deliver(mail("b", sender="Bo <bo@agency.example>"), NOW + timedelta(seconds=1))
        world.deliver(
            mail("c", sender="x@ats.example", extra="References: <t1@x.example>\r\n"), NOW + timedelta(seconds=2)
        )
        world.deliver(mail("Interview at Umbra", sender="y@ats.example"), NOW + timedelta(seconds=3))
        world.deliver(mail("unrelated", sender="shop@shop.example"), NOW + timedelta(seconds=4))
        query = HistoryQuery(
            domains=("acme.example",), addresses=("bo@agency.example",), message_ids=("t1@x.example",), words=("umbra",)
        )
        assert subjects(world.account.history(query).received) == ["Interview at Umbra", "c", "b", "a"]

    def test_knows_what_the_user_wrote(self, world: World) -> None:
        world.deliver(mail("came"), NOW)
        world.deliver(mail("went", sender=f"Sam <{ADDRESS}>", to="rita@acme.example"), NOW, "sent")
        world.account.cursor_now("inbox")
        found = world.account.history(HistoryQuery(domains=("acme.example",)))
        assert subjects(found.received) == ["came"]
        assert subjects(found.sent) == ["went"]

    def test_a_name_that_holds_the_domain_is_not_the_domain(self, world: World) -> None:
        world.deliver(mail("fake", sender='"acme.example" <eve@evil.example>'), NOW)
        world.deliver(mail("alike", sender="a@notacme.example"), NOW)
        found = world.account.history(HistoryQuery(domains=("acme.example",)))
        assert found.received == ()

    def test_keeps_to_its_time_and_its_limit(self, world: World) -> None:
        for n in range(6):
            world.deliver(mail(f"day {n}"), NOW + timedelta(days=n))
        query = HistoryQuery(
            domains=("acme.example",), since=NOW + timedelta(days=1), before=NOW + timedelta(days=5), limit=2
        )
        assert subjects(world.account.history(query).received) == ["day 4", "day 3"]

    def test_our_own_drafts_are_not_history(self, world: World) -> None:
        world.deliver(mail("draft", sender=ADDRESS, to="rita@acme.example"), NOW, "archive", ("\\Draft",))
        found = world.account.history(HistoryQuery(domains=("acme.example",)))
        assert found.received == found.sent == ()

    def test_finds_words_that_are_not_ascii(self, world: World) -> None:
        raw = mail("=?utf-8?q?Ihre_Bewerbung_bei_M=C3=BCller?=", sender="x@ats.example")
        world.deliver(raw, NOW)
        assert len(world.account.history(HistoryQuery(words=("M\u00fcller",))).received) == 1

    def test_an_empty_query_finds_nothing(self, world: World) -> None:
        world.deliver(mail(), NOW)
        assert world.account.history(HistoryQuery()).received == ()


class TestDrafts:
    def test_a_draft_lies_in_drafts_with_its_flags_from_the_start(self, world: World) -> None:
        raw = mail("Re: Your application", message_id="d1@afterword.example")
        placed = world.account.place_draft(raw, "d1@afterword.example")
        ((uid, flags, stored),) = world.contents("drafts")
        assert (placed.mailbox, placed.uid) == ("Drafts", uid)
        assert stored == raw
        assert {"\\Draft", "\\Seen"} <= flags
        assert subjects(world.account.find("drafts", ["d1@afterword.example"])) == ["Re: Your application"]

    def test_a_draft_is_placed_as_often_as_asked_never_oftener(self, world: World) -> None:
        for n in range(3):
            world.account.place_draft(mail(message_id=f"d{n}@afterword.example"), f"d{n}@afterword.example")
        assert len(world.contents("drafts")) == 3


class TestWaiting:
    def test_time_runs_out_in_silence(self, world: World) -> None:
        world.account.wait(0.05)
        begun = time.monotonic()
        assert world.account.wait(0.3) is False
        assert 0.25 <= time.monotonic() - begun < 2

    def test_new_mail_rings(self, world: World) -> None:
        world.account.wait(0.05)
        later = threading.Timer(0.2, lambda: world.deliver(mail("ring"), NOW))
        later.start()
        assert world.account.wait(8) is True
        later.join()

    def test_closing_from_another_thread_ends_it_at_once(self, world: World) -> None:
        world.account.wait(0.05)
        done: list[float] = []

        def wait() -> None:
            world.account.wait(30)
            done.append(time.monotonic())

        waiter = threading.Thread(target=wait)
        waiter.start()
        time.sleep(0.2)
        begun = time.monotonic()
        world.account.close()
        waiter.join(5)
        assert done
        assert done[0] - begun < 0.5

    def test_an_account_that_was_closed_can_be_used_again(self, world: World) -> None:
        world.account.close()
        world.account.close()
        world.deliver(mail("still there"), NOW)
        assert subjects(world.account.new_messages("inbox", None, LONG_AGO)) == ["still there"]


class TestFacts:
    def test_tell_the_mailboxes_and_how_they_were_found(self, world: World) -> None:
        facts = world.account.facts()
        assert facts.mailboxes == {"inbox": "INBOX", "drafts": "Drafts", "sent": "Sent", "archive": "Archive"}
        assert facts.found_by["drafts"] == "special-use"
        assert facts.idle is True
        assert "IDLE" in facts.capabilities

    def test_tell_what_is_offered_after_login(self, world: World) -> None:
        assert {"UIDPLUS", "SPECIAL-USE"} <= set(world.account.facts().capabilities)
