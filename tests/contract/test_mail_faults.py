"""What the IMAP adapter does when the server misbehaves: bounded, in our own errors, and whole again on the next use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.test_mail_account import LONG_AGO, NOW, mail, subjects
from tests.contract.worlds import EmbeddedWorld, account_at
from tests.scripted import Line, Script, scripted
from tests.servers import PASSWORD
from watcher.adapters.mail.client import Client
from watcher.adapters.mail.doorbell import Doorbell
from watcher.adapters.mail.imap import ImapAccount, open_account
from watcher.adapters.mail.session import connect
from watcher.adapters.mail.transport import Endpoint
from watcher.config import Imap
from watcher.demo.imap_server import EmbeddedServer, Fault
from watcher.errors import MailRefused, MailUnavailable


@contextmanager
def account_with(*scripts: Script, timeout_s: float = 2, password: str = PASSWORD) -> Iterator[ImapAccount]:
    with scripted(*scripts) as port:
        plain = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": timeout_s}
        account = open_account(account_at("127.0.0.1", port, "sam", imap=plain), lambda: password)
        try:
            yield account
        finally:
            account.close()


@pytest.fixture
def world(embedded: EmbeddedServer) -> Iterator[EmbeddedWorld]:
    made = EmbeddedWorld(embedded)
    yield made
    made.account.close()


def in_time(seconds: float, begun: float) -> bool:
    return time.monotonic() - begun < seconds


def idles(then: Script) -> Script:
    """Let the client log in and begin IDLE, then do something."""

    def script(line: Line) -> None:
        line.let_in()
        then(line)

    return script


def saying(words: bytes) -> Script:
    def script(line: Line) -> None:
        line.say(words)
        line.hear()

    return script


def quiet(line: Line) -> None:
    line.let_in()
    line.say(b"+ idling\r\n")
    line.hear()
    time.sleep(5)


@pytest.mark.slow
class TestTheDoorbell:
    @pytest.mark.parametrize("last_words", [b"", b"* BYE autologout\r\n"])
    def test_a_server_that_hangs_up_is_noticed_at_once_and_rings_when_it_is_back(self, last_words: bytes) -> None:
        def script(line: Line) -> None:
            line.say(b"+ idling\r\n")
            time.sleep(0.2)
            line.say(last_words)

        with account_with(idles(script), quiet) as account:
            assert account.wait(0.05) is True  # the first look
            begun = time.monotonic()
            with pytest.raises(MailUnavailable, match="wait for new mail"):
                account.wait(20)
            assert in_time(2, begun)
            assert account.wait(5) is True  # what came while it was away
            assert account.wait(0.2) is False

    def test_a_ring_in_two_pieces_is_heard(self) -> None:
        def script(line: Line) -> None:
            line.say(b"+ idling\r\n")
            time.sleep(0.3)
            line.say(b"* 4 EXI")
            time.sleep(0.3)
            line.say(b"STS\r\n")
            line.hear()

        with account_with(idles(script)) as account:
            account.wait(0.05)
            assert account.wait(5) is True

    def test_a_ring_that_came_with_the_answer_is_heard(self) -> None:
        with account_with(idles(saying(b"+ idling\r\n* 4 EXISTS\r\n"))) as account:
            account.wait(0.05)
            begun = time.monotonic()
            assert account.wait(5) is True
            assert in_time(1, begun)

    def test_a_ring_before_the_answer_is_heard(self) -> None:
        with account_with(idles(saying(b"* 4 EXISTS\r\n+ idling\r\n"))) as account:
            assert account.wait(5) is True

    def test_somebody_deleting_mail_rings_no_bell(self) -> None:
        def script(line: Line) -> None:
            line.say(b"+ idling\r\n")
            time.sleep(0.2)
            line.say(b"* 2 EXPUNGE\r\n* 2 EXISTS\r\n* 0 RECENT\r\n* OK still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
            time.sleep(3)

        with account_with(idles(script)) as account:
            account.wait(0.05)
            assert account.wait(0.8) is False

    def test_a_dead_line_is_noticed_when_idle_is_renewed(self) -> None:
        def deaf(line: Line) -> None:
            line.let_in()
            line.say(b"+ idling\r\n")
            time.sleep(10)

        with scripted(deaf) as port:
            bell = Doorbell(_connector(port, timeout_s=0.5), "test", 0.3, flags_too=False)
            assert bell.wait("INBOX", 1) is True
            begun = time.monotonic()
            with pytest.raises(MailUnavailable, match="no answer"):
                bell.wait("INBOX", 20)
            assert in_time(3, begun)
            bell.close()

    def test_idle_is_renewed_and_a_ring_in_between_is_heard(self) -> None:
        def script(line: Line) -> None:
            tag, _ = line.let_in()
            line.say(b"+ idling\r\n")
            line.hear()  # DONE
            line.say(b"* 4 EXISTS\r\n" + tag + b" OK done\r\n")
            line.hear()  # IDLE
            line.say(b"+ idling\r\n")
            time.sleep(3)

        with scripted(script) as port:
            bell = Doorbell(_connector(port), "test", 0.3, flags_too=False)
            bell.wait("INBOX", 1)
            assert bell.wait("INBOX", 5) is True
            bell.close()

    def test_a_server_that_drops_long_idles_is_asked_sooner_next_time(self) -> None:
        bell = Doorbell(_connector(1), "test", 540.0, flags_too=False)
        bell.lost_after(300.0)
        assert bell.renew_s == 240.0
        bell.lost_after(2.0)  # a broken line says nothing about the server's limit
        assert bell.renew_s == 240.0

    def test_a_server_without_idle_is_looked_at_when_the_time_is_over(self, embedded: EmbeddedServer) -> None:
        without = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"
        counts = [b"* 3 EXISTS\r\n", b"* 4 EXISTS\r\n", b"* 4 EXISTS\r\n"]

        def script(line: Line) -> None:
            line.say(without)
            while True:
                tag, rest = line.hear()
                if rest.upper().startswith(b"CAPABILITY"):
                    line.say(b"* CAPABILITY IMAP4rev1\r\n")
                if rest.upper().startswith(b"EXAMINE"):
                    line.say(b"* OK [UIDVALIDITY 1] v\r\n" + counts.pop(0))
                line.say(tag + b" OK done\r\n")

        with account_with(script) as account:
            account.wait(0.05)
            begun = time.monotonic()
            assert account.wait(0.3) is True
            assert not in_time(0.25, begun)
            assert account.wait(0.1) is False

    def test_close_before_wait_ends_the_wait(self) -> None:
        with account_with(quiet) as account:
            account.wait(0.05)
            account.close()
            begun = time.monotonic()
            assert account.wait(10) is False
            assert in_time(0.5, begun)


class TestALostConnection:
    def test_in_the_middle_of_a_literal_loses_nothing(self, world: EmbeddedWorld, embedded: EmbeddedServer) -> None:
        for n in range(3):
            world.deliver(mail(f"number {n}"), NOW)
        account = world.account
        list(account.new_messages("sent", None, LONG_AGO))
        embedded.inject(Fault("FETCH", "drop_after"))
        embedded.inject(Fault("FETCH", "drop_in_literal"))
        for _ in range(2):
            with pytest.raises(MailUnavailable, match="connection lost"):
                list(account.new_messages("inbox", None, LONG_AGO))
        assert len(list(account.new_messages("inbox", None, LONG_AGO))) == 3

    def test_after_a_time_out_the_next_use_connects_anew(self) -> None:
        def deaf(line: Line) -> None:
            line.let_in()
            time.sleep(3)

        def well(line: Line) -> None:
            tag, _ = line.let_in(select=b"* 0 EXISTS\r\n")
            line.say(tag + b" OK done\r\n")

        with account_with(deaf, well, timeout_s=0.5) as account:
            with pytest.raises(MailUnavailable, match=r"no answer within 0\.5 s"):
                list(account.new_messages("inbox", None, LONG_AGO))
            assert list(account.new_messages("inbox", None, LONG_AGO)) == []

    def test_a_connection_that_died_in_its_sleep_is_replaced_unseen(
        self, world: EmbeddedWorld, embedded: EmbeddedServer
    ) -> None:
        world.account.cursor_now("inbox")
        embedded.drop_connections()
        assert isinstance(world.account, ImapAccount)
        world.account._session._used -= 60
        world.deliver(mail("after"), NOW)
        assert subjects(world.account.new_messages("inbox", None, LONG_AGO)) == ["after"]

    def test_a_command_in_flight_ends_when_the_account_is_closed(
        self, world: EmbeddedWorld, embedded: EmbeddedServer
    ) -> None:
        world.account.cursor_now("inbox")
        embedded.inject(Fault("EXAMINE", "silence"))
        ended: list[float] = []

        def use() -> None:
            with pytest.raises(MailUnavailable):
                world.account.cursor_now("inbox")
            ended.append(time.monotonic())

        user = threading.Thread(target=use)
        user.start()
        time.sleep(0.2)
        begun = time.monotonic()
        world.account.close()
        user.join(5)
        assert ended
        assert ended[0] - begun < 0.5

    @pytest.mark.slow
    def test_answers_that_drip_without_end_are_cut(self) -> None:
        def drip(line: Line) -> None:
            line.let_in()
            while True:
                line.say(b"* OK still thinking\r\n")
                time.sleep(0.1)

        with account_with(drip, timeout_s=0.2) as account:
            begun = time.monotonic()
            with pytest.raises(MailUnavailable, match="took too long"):
                list(account.new_messages("inbox", None, LONG_AGO))
            assert in_time(4, begun)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "nonsense",
        [
            b"* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {99999999999999}\r\n",
            b"* SEARCH 1 2 x\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"* LIST\r\n* (((((\r\n",
            b"\r\n",
            b"* SEARCH " + b"1" * 30_000_000,
            b"\x00\xff\xfe\r\n",
        ],
        ids=["huge literal", "words for numbers", "http", "parentheses", "nothing", "endless line", "binary"],
    )
    def test_what_is_not_imap_ends_the_connection_not_the_program(self, nonsense: bytes) -> None:
        def script(line: Line) -> None:
            tag, _ = line.let_in()
            line.say(nonsense + tag + b" OK done\r\n")
            time.sleep(1)

        with account_with(script) as account, pytest.raises(MailUnavailable):
            list(account.new_messages("inbox", None, LONG_AGO))

    def test_a_greeting_that_is_not_imap_says_so(self) -> None:
        smtp = saying(b"220 mail.example ESMTP\r\n")
        with account_with(smtp) as account, pytest.raises(MailUnavailable, match="220 mail"):
            account.facts()

    def test_nobody_listening_says_where_to_look(self) -> None:
        account = open_account(account_at("127.0.0.1", 1, "sam"), lambda: PASSWORD)
        with pytest.raises(MailUnavailable, match=r"imap\.port"):
            account.facts()

    def test_an_unknown_host_says_where_to_look(self) -> None:
        imap = {"host": "no-such-host.invalid", "security": "tls"}
        account = open_account(account_at("x", 1, "sam", imap=imap), lambda: PASSWORD)
        with pytest.raises(MailUnavailable, match=r"imap\.host"):
            account.facts()


class TestOddAnswers:
    def test_a_flag_changed_elsewhere_does_not_disturb_reading(self) -> None:
        def script(line: Line) -> None:
            tag, _ = line.let_in()
            line.say(b"* SEARCH 7\r\n" + tag + b" OK done\r\n")
            tag, _ = line.hear()
            line.say(
                b"* 7 EXISTS\r\n* 3 FETCH (FLAGS (\\Seen))\r\n"
                b'* 1 FETCH (UID 7 FLAGS () RFC822.SIZE 14 INTERNALDATE "10-Mar-2026 12:00:00 +0000")\r\n'
                b"* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Flagged))\r\n" + tag + b" OK done\r\n"
            )
            tag, _ = line.hear()
            line.say(
                b"* 9 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (BODY[]<0> {14}\r\nSubject: a\r\n\r\n UID 7 MODSEQ (9))\r\n"
                + tag
                + b" OK done\r\n"
            )

        with account_with(script) as account:
            (got,) = account.new_messages("inbox", None, LONG_AGO)
            assert got.raw == b"Subject: a\r\n\r\n"
            assert got.uid == 7

    def test_one_message_nobody_can_describe_costs_nothing_but_its_description(self) -> None:
        nested = b"(" * 4000 + b")" * 4000
        about = b'RFC822.SIZE 14 INTERNALDATE "10-Mar-2026 12:00:00 +0000"'

        def script(line: Line) -> None:
            tag, _ = line.let_in()
            line.say(b"* SEARCH 1 2\r\n" + tag + b" OK done\r\n")
            tag, _ = line.hear()
            line.say(
                b'* 1 FETCH (UID 1 FLAGS () %b BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 4 1))\r\n'
                b"* 2 FETCH (UID 2 FLAGS () %b BODYSTRUCTURE %b)\r\n" % (about, about, nested) + tag + b" OK done\r\n"
            )
            tag, rest = line.hear()
            assert b"BODYSTRUCTURE" not in rest
            line.say(b"* 2 FETCH (UID 2 FLAGS () %b)\r\n" % about + tag + b" OK done\r\n")
            while True:
                tag, rest = line.hear()
                for uid in (1, 2):
                    line.say(b"* %d FETCH (UID %d BODY[]<0> {14}\r\nSubject: %d\r\n\r\n)\r\n" % (uid, uid, uid))
                line.say(tag + b" OK done\r\n")

        with account_with(script) as account:
            assert subjects(account.new_messages("inbox", None, LONG_AGO)) == ["1", "2"]

    def test_a_date_that_does_not_exist_loses_no_message(self) -> None:
        def script(line: Line) -> None:
            tag, _ = line.let_in()
            line.say(b"* SEARCH 1\r\n" + tag + b" OK done\r\n")
            tag, _ = line.hear()
            line.say(
                b'* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 14 INTERNALDATE "31-Feb-2026 10:00:00 +0000")\r\n'
                + tag
                + b" OK done\r\n"
            )
            tag, _ = line.hear()
            raw = b"Subject: a\r\nDate: Tue, 10 Mar 2026 12:00:00 +0000\r\n\r\nbody"
            line.say(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%b)\r\n" % (len(raw), raw) + tag + b" OK done\r\n")

        with account_with(script) as account:
            (got,) = account.new_messages("inbox", None, NOW - timedelta(days=14))
            assert got.internal_date == datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

    def test_a_quarter_of_a_million_uids_fit(self) -> None:
        def script(line: Line) -> None:
            line.say(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            while True:
                tag, rest = line.hear()
                if b"CAPABILITY" in rest:
                    line.say(b"* CAPABILITY IMAP4rev1\r\n")
                if b"SEARCH" in rest:
                    line.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, 250_001)) + b"\r\n")
                line.say(tag + b" OK done\r\n")

        with scripted(script) as port:
            client = Client(Endpoint("127.0.0.1", port, 5))
            client._client._imap.state = "SELECTED"
            assert len(client.search(b"ALL")) == 250_000
            client.drop()

    def test_a_mailbox_made_anew_while_it_is_read_says_so(self, world: EmbeddedWorld, embedded: EmbeddedServer) -> None:
        for n in range(250):
            world.deliver(mail(f"number {n}"), NOW)
        reader = world.account.new_messages("inbox", None, LONG_AGO)
        next(reader)
        world.renew("inbox")
        with pytest.raises(MailUnavailable):
            list(reader)
        assert len(list(world.account.new_messages("inbox", None, LONG_AGO))) == 250


class TestLogin:
    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", MailRefused),
            (b"NO LOGIN failed.", MailRefused),
            (b"NO [ALERT] Application-specific password required", MailRefused),
            (b"NO [EXPIRED] password expired", MailRefused),
            (b"NO [CONTACTADMIN] account locked", MailRefused),
            (b"BAD invalid arguments", MailRefused),
            (b"NO [UNAVAILABLE] Temporary authentication failure.", MailUnavailable),
            (b"NO [INUSE] locked by another session", MailUnavailable),
            (b"NO [LIMIT] Rate limit hit", MailUnavailable),
            (b"NO [ALERT] Too many simultaneous connections. (Failure)", MailUnavailable),
            (b"NO Server Unavailable. 15", MailUnavailable),
            (b"NO Request is throttled. Suggested Backoff Time: 299961 milliseconds", MailUnavailable),
        ],
    )
    def test_a_wrong_password_is_told_from_a_busy_server(self, answer: bytes, error: type[Exception]) -> None:
        def script(line: Line) -> None:
            line.say(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            while True:
                tag, rest = line.hear()
                if b"LOGIN" in rest:
                    line.say(tag + b" " + answer + b"\r\n")
                else:
                    line.say(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")

        with account_with(script) as account:
            with pytest.raises(error) as caught:
                account.facts()
            assert PASSWORD not in str(caught.value)

    @pytest.mark.parametrize("last_words", [b"", b"* BYE [UNAVAILABLE] overloaded\r\n"])
    def test_a_line_that_drops_in_the_middle_is_no_wrong_password(self, last_words: bytes) -> None:
        def script(line: Line) -> None:
            line.say(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            tag, rest = line.hear()
            while b"LOGIN" not in rest:
                line.say(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
                tag, rest = line.hear()
            line.say(last_words)

        with account_with(script) as account, pytest.raises(MailUnavailable):
            account.facts()

    @pytest.mark.parametrize("password", ['q"u\\o te', "pässwörd 密码", "{5}", "% * ()"])
    def test_any_password_arrives_as_it_is(self, password: str) -> None:
        with EmbeddedServer(password=password) as server:
            account = open_account(account_at(server.host, server.port, "sam"), lambda: password)
            account.facts()
            account.close()

    @pytest.mark.parametrize("password", ["two\r\nlines", "nul\0"])
    def test_a_password_with_a_line_break_is_refused_before_it_is_sent(self, password: str) -> None:
        with EmbeddedServer(password=password) as server:
            account = open_account(account_at(server.host, server.port, "sam"), lambda: password)
            with pytest.raises(MailRefused, match="control character"):
                account.facts()
            assert "LOGIN" not in server.commands

    @pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
    def test_a_token_logs_in_and_a_stale_one_is_refused(self, mechanism: str) -> None:
        def with_token(token: str) -> ImapAccount:
            said = {
                "XOAUTH2": f"user=sam\1auth=Bearer {token}\1\1",
                "OAUTHBEARER": f"n,a=sam,\1auth=Bearer {token}\1\1",
            }[mechanism]
            return open_account(
                account_at(server.host, server.port, "sam"),
                lambda: "",
                login=lambda client: client.authenticate(mechanism, lambda _: said.encode()),
            )

        with EmbeddedServer(tokens={"sam": "good"}) as server:
            good, stale = with_token("good"), with_token("stale")
            good.facts()
            with pytest.raises(MailRefused, match="refused"):
                stale.facts()
            good.close()
            stale.close()


class TestPlacing:
    def test_a_line_lost_after_the_append_is_not_tried_again(
        self, world: EmbeddedWorld, embedded: EmbeddedServer
    ) -> None:
        embedded.inject(Fault("APPEND", "drop_after"))
        raw = mail(message_id="d@afterword.example")
        with pytest.raises(MailUnavailable):
            world.account.place_draft(raw, "d@afterword.example")
        assert len(world.contents("drafts")) == 1
        assert len(world.account.find("drafts", ["d@afterword.example"])) == 1

    @pytest.mark.parametrize(
        ("text", "error", "hint"),
        [
            ("[OVERQUOTA] Quota exceeded", MailRefused, "full"),
            ("Mailbox is over quota", MailRefused, "full"),
            ("[NOPERM] no", MailRefused, "said no"),
            ("[UNAVAILABLE] later", MailUnavailable, "just now"),
        ],
    )
    def test_a_refused_append_says_why(
        self, world: EmbeddedWorld, embedded: EmbeddedServer, text: str, error: type[Exception], hint: str
    ) -> None:
        embedded.inject(Fault("APPEND", "no", text))
        with pytest.raises(error, match=hint):
            world.account.place_draft(mail(), "x@y.example")
        assert world.contents("drafts") == []
        world.account.place_draft(mail(), "x@y.example")
        assert len(world.contents("drafts")) == 1

    def test_without_drafts_the_error_says_what_to_set(self, world: EmbeddedWorld, embedded: EmbeddedServer) -> None:
        world.account.cursor_now("inbox")
        embedded.drop_mailbox(world.user, "Drafts")
        world.account.close()
        fresh = EmbeddedWorld(embedded)
        fresh.account = open_account(account_at(embedded.host, embedded.port, world.user), lambda: PASSWORD)
        for action in (fresh.account.facts, lambda: fresh.account.place_draft(mail(), "x@y.example")):
            with pytest.raises(MailRefused, match=r"no Drafts mailbox.*set mailboxes\.drafts.*'Archive'"):
                action()
        embedded.make_mailbox(world.user, "Entwürfe")
        assert fresh.account.facts().mailboxes["drafts"] == "Entwürfe"
        fresh.account.close()


def _connector(port: int, timeout_s: float = 2) -> Callable[[], Client]:
    imap = Imap(host="127.0.0.1", port=port, security="none", timeout_s=timeout_s)
    return lambda: connect(imap, lambda client: client.login("sam", PASSWORD))
