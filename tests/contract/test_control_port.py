"""What every control port must do, and must not: one set of tests for the fake, the embedded server and real ones."""

from __future__ import annotations

import pytest

from tests.contract.test_mail_account import NOW, mail
from tests.contract.worlds import World, account_at
from tests.servers import PASSWORD
from watcher.adapters.mail.control import open_control
from watcher.demo.imap_personality import EXCHANGE
from watcher.demo.imap_server import EmbeddedServer
from watcher.errors import MailRefused


def flags(world: World, role: str = "inbox") -> list[set[str]]:
    return [{flag.lower() for flag in found} for _, found, _ in world.contents(role)]


class TestKeywords:
    def test_are_kept_found_and_taken_off_again(self, world: World) -> None:
        world.deliver(mail(message_id="a@x.example"), NOW)
        world.deliver(mail(message_id="b@x.example"), NOW)
        assert world.control.keywords_allowed() is True
        assert world.control.mark("<a@x.example>", ["$rejection", "$feedbackdraft"], []) is True
        assert flags(world) == [{"$rejection", "$feedbackdraft"}, set()]
        (found,) = world.control.marked(["$rejection"])
        assert (found.message_id, found.mailbox) == ("a@x.example", "INBOX")
        assert found.keywords == {"$rejection"}
        assert world.control.mark("a@x.example", [], ["$REJECTION"]) is True
        assert flags(world) == [{"$feedbackdraft"}, set()]

    @pytest.mark.parametrize("spelling", ["$NotRejection", "notrejection", "NOTREJECTION"])
    def test_of_the_user_are_found_in_any_spelling(self, world: World, spelling: str) -> None:
        world.deliver(mail(message_id="a@x.example"), NOW, "inbox", (spelling,))
        (found,) = world.control.marked(["$notrejection"])
        assert found.keywords == {spelling.lower()}

    def test_leave_all_other_flags_alone(self, world: World) -> None:
        world.deliver(mail(message_id="a@x.example"), NOW, "inbox", ("\\Seen", "\\Flagged", "Important"))
        world.control.mark("a@x.example", ["$rejection"], ["$asknow"])
        assert flags(world) == [{"\\seen", "\\flagged", "important", "$rejection"}]

    def test_of_a_message_that_is_not_there_are_not_kept(self, world: World) -> None:
        assert world.control.mark("nowhere@x.example", ["$rejection"], []) is False
        assert world.control.marked(["$rejection"]) == []
        assert world.control.marked([]) == []

    @pytest.mark.parametrize("flag", ["\\Deleted", "\\Seen", "a b", "x)", "", 'q"'])
    def test_that_are_none_are_refused(self, world: World, flag: str) -> None:
        world.deliver(mail(message_id="a@x.example"), NOW)
        with pytest.raises(MailRefused):
            world.control.mark("a@x.example", [flag], [])
        assert flags(world) == [set()]

    def test_a_server_that_keeps_none_is_told_the_truth_about(self) -> None:
        with EmbeddedServer(EXCHANGE) as server:
            server.deliver("sam", mail(message_id="a@x.example"), NOW)
            control = open_control(account_at(server.host, server.port, "sam"), lambda: PASSWORD)
            assert control.keywords_allowed() is False
            assert control.mark("a@x.example", ["$rejection"], []) is False
            assert "STORE" not in server.commands
            control.close()


class TestFolders:
    def test_are_made_once_with_their_parents(self, world: World) -> None:
        names = ["Feedback/ask", "Feedback/dontask"]
        assert world.control.make_folders(names) == []
        assert world.control.make_folders(names) == []
        assert world.control.dropped("Feedback/ask", None)[0] == []

    def test_give_what_was_put_in_once(self, world: World) -> None:
        world.control.make_folders(["Feedback/ask"])
        _, cursor = world.control.dropped("Feedback/ask", None)
        world.deliver(mail(message_id="a@x.example"), NOW, "Feedback/ask")
        found, cursor = world.control.dropped("Feedback/ask", cursor)
        assert [item.message_id for item in found] == ["a@x.example"]
        assert world.control.dropped("Feedback/ask", cursor) == ([], cursor)
        world.deliver(mail(message_id="b@x.example"), NOW, "Feedback/ask")
        assert [item.message_id for item in world.control.dropped("Feedback/ask", cursor)[0]] == ["b@x.example"]
        assert len(world.control.dropped("Feedback/ask", None)[0]) == 2

    def test_that_do_not_exist_hold_nothing(self, world: World) -> None:
        assert world.control.dropped("Feedback/never", None) == ([], None)


class TestOwnDrafts:
    def test_an_untouched_one_can_be_taken_back(self, world: World) -> None:
        raw = mail(message_id="d@afterword.example")
        world.account.place_draft(raw, "d@afterword.example")
        assert world.control.remove_own_draft("d@afterword.example", raw) is True
        assert world.contents("drafts") == []
        assert world.control.remove_own_draft("d@afterword.example", raw) is False

    def test_an_edited_one_is_never_touched(self, world: World) -> None:
        world.account.place_draft(mail(message_id="d@afterword.example", body="mine now\r\n"), "d@afterword.example")
        assert world.control.remove_own_draft("d@afterword.example", mail(message_id="d@afterword.example")) is False
        assert len(world.contents("drafts")) == 1

    def test_what_the_user_marked_for_deletion_stays(self, world: World) -> None:
        raw = mail(message_id="d@afterword.example")
        world.account.place_draft(raw, "d@afterword.example")
        world.deliver(mail("theirs"), NOW, "drafts", ("\\Deleted",))
        assert world.control.remove_own_draft("d@afterword.example", raw) is True
        assert len(world.contents("drafts")) == 1

    def test_without_uidplus_nothing_is_expunged_beside_it(self) -> None:
        with EmbeddedServer(EXCHANGE) as server:
            raw = mail(message_id="d@afterword.example")
            server.deliver("sam", raw, NOW, "Entwürfe", frozenset({"\\Draft"}))
            theirs = server.deliver("sam", mail("theirs"), NOW, "Entwürfe", frozenset({"\\Deleted"}))
            control = open_control(account_at(server.host, server.port, "sam"), lambda: PASSWORD)
            assert control.remove_own_draft("d@afterword.example", raw) is False
            assert len(server.contents("sam", "Entwürfe")) == 2
            server.remove("sam", "Entwürfe", theirs)
            assert control.remove_own_draft("d@afterword.example", raw) is True
            assert server.contents("sam", "Entwürfe") == []
            control.close()


class TestNotices:
    def test_lie_unread_in_the_mailbox_named(self, world: World) -> None:
        raw = mail("A word from Afterword")
        world.control.lay("INBOX", raw)
        ((_, found, stored),) = world.contents("inbox")
        assert stored == raw
        assert "\\Seen" not in found

    def test_for_a_mailbox_that_is_not_there_are_refused(self, world: World) -> None:
        with pytest.raises(MailRefused):
            world.control.lay("No such mailbox", mail())
