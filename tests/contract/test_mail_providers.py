"""The mail contract where providers differ: Gmail, Exchange, Yahoo and Proton as the embedded server imitates them.

What the imitation knows comes from other people's reports; nothing here was tried on the services themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.contract.test_mail_account import LONG_AGO, NOW, mail, subjects
from tests.contract.worlds import ADDRESS, account_at
from tests.servers import PASSWORD
from watcher.adapters.mail.imap import ImapAccount, open_account
from watcher.demo.imap_personality import EXCHANGE, GMAIL, PERSONALITIES, PROTON, YAHOO, Personality
from watcher.demo.imap_server import EmbeddedServer
from watcher.errors import MailRefused, MailUnavailable
from watcher.ports import HistoryQuery

pytestmark = pytest.mark.slow
USER = "sam"
DRAFT_ID = "d1@afterword.example"
THREAD = "In-Reply-To: <r1@acme.example>\r\nReferences: <r1@acme.example>\r\n"


@contextmanager
def provider(personality: Personality, **changes: object) -> Iterator[tuple[EmbeddedServer, ImapAccount]]:
    with EmbeddedServer(personality) as server:
        account = open_account(account_at(server.host, server.port, USER, **changes), lambda: PASSWORD)
        try:
            yield server, account
        finally:
            account.close()


def our_draft() -> bytes:
    return mail("Re: Your application", ADDRESS, "rita@acme.example", DRAFT_ID, THREAD)


@pytest.mark.parametrize("personality", PERSONALITIES.values(), ids=PERSONALITIES)
class TestEverywhere:
    def test_drafts_sent_and_archive_are_found(self, personality: Personality) -> None:
        with provider(personality) as (_, account):
            facts = account.facts()
            expected = {
                "plain": ("Drafts", "Sent"),
                "gmail": ("[Gmail]/Drafts", "[Gmail]/Sent Mail"),
                "exchange": ("Entwürfe", "Gesendete Elemente"),
                "yahoo": ("Draft", "Sent"),
                "proton": ("Drafts", "Sent"),
            }[personality.name]
            assert (facts.mailboxes["drafts"], facts.mailboxes["sent"]) == expected

    def test_a_draft_is_placed_once_read_back_and_found_again(self, personality: Personality) -> None:
        with provider(personality) as (server, account):
            placed = account.place_draft(our_draft(), DRAFT_ID)
            (stored,) = server.contents(USER, placed.mailbox)
            assert stored.uid == placed.uid
            assert {"\\Draft", "\\Seen"} <= stored.flags
            assert subjects(account.find("drafts", [DRAFT_ID])) == ["Re: Your application"]

    def test_each_new_message_comes_once(self, personality: Personality) -> None:
        with provider(personality) as (server, account):
            for n in range(3):
                server.deliver(USER, mail(f"number {n}"), NOW)
            got = list(account.new_messages("inbox", None, LONG_AGO))
            assert subjects(got) == ["number 0", "number 1", "number 2"]
            account.place_draft(our_draft(), DRAFT_ID)
            assert list(account.new_messages("inbox", got[-1].cursor, LONG_AGO)) == []

    def test_what_the_user_sent_is_found_by_id_by_thread_or_by_recipient(self, personality: Personality) -> None:
        with provider(personality) as (server, account):
            placed = account.place_draft(our_draft(), DRAFT_ID)
            server.send_draft(USER, placed.uid, NOW)
            assert account.find("drafts", [DRAFT_ID]) == []
            by_id = account.find("sent", [DRAFT_ID])
            by_thread = account.find("sent", ["r1@acme.example"])
            by_recipient = account.find_to("sent", "rita@acme.example", NOW - timedelta(days=1))
            assert len(by_recipient) == 1
            assert bool(by_id) == (not personality.new_id_on_sending)
            assert bool(by_thread) == (not personality.appended_without)

    def test_history_tells_what_came_from_what_was_sent_and_knows_no_drafts(self, personality: Personality) -> None:
        with provider(personality) as (server, account):
            server.deliver(USER, mail("came"), NOW)
            placed = account.place_draft(our_draft(), DRAFT_ID)
            found = account.history(HistoryQuery(domains=("acme.example",)))
            assert (subjects(found.received), found.sent) == (["came"], ())
            server.send_draft(USER, placed.uid, NOW + timedelta(hours=1))
            account.cursor_now("inbox")
            found = account.history(HistoryQuery(domains=("acme.example",)))
            assert (subjects(found.received), subjects(found.sent)) == (["came"], ["Re: Your application"])

    def test_new_mail_rings(self, personality: Personality) -> None:
        with provider(personality) as (server, account):
            account.wait(0.05)
            server.deliver(USER, mail(), NOW)
            assert account.wait(5) is True


class TestGmail:
    def test_a_message_out_of_the_inbox_is_found_in_all_mail(self) -> None:
        with provider(GMAIL) as (server, account):
            uid = server.deliver(USER, mail("archived", message_id="a@acme.example"), NOW)
            server.remove(USER, "INBOX", uid)
            found = account.message("a@acme.example")
            assert found is not None
            assert found.mailbox == "[Gmail]/All Mail"
            assert subjects(account.history(HistoryQuery(domains=("acme.example",))).received) == ["archived"]


class TestExchange:
    def test_the_server_keeps_its_word_about_keywords(self) -> None:
        with provider(EXCHANGE) as (server, account):
            server.deliver(USER, mail(), NOW)
            assert "STORE" not in server.commands
            list(account.new_messages("inbox", None, LONG_AGO))
            assert "STORE" not in server.commands

    def test_names_in_the_configuration_win(self) -> None:
        with provider(EXCHANGE, mailboxes={"drafts": "archiv"}) as (_, account):
            facts = account.facts()
            assert facts.mailboxes["drafts"] == "Archiv"
            assert facts.found_by["drafts"] == "configuration"

    def test_a_name_in_the_configuration_that_is_not_there_is_told_with_those_that_are(self) -> None:
        told = pytest.raises(MailRefused, match=r"mailboxes\.drafts says 'Drafs'.*'Entwürfe'")
        with provider(EXCHANGE, mailboxes={"drafts": "Drafs"}) as (_, account), told:
            account.facts()


class TestYahoo:
    def test_a_connection_dropped_in_idle_is_mended(self) -> None:
        with provider(YAHOO) as (server, account):
            server.idle_limit_s = 0.3
            account.wait(0.05)
            with pytest.raises(MailUnavailable):
                account.wait(3)
            server.deliver(USER, mail(), NOW)
            assert account.wait(3) is True


class TestProton:
    def test_a_draft_without_its_threading_headers_is_still_known_by_its_id(self) -> None:
        with provider(PROTON) as (server, account):
            account.place_draft(our_draft(), DRAFT_ID)
            (stored,) = server.contents(USER, "Drafts")
            assert b"References" not in stored.raw
            assert len(account.find("drafts", [DRAFT_ID])) == 1
