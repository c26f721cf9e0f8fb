"""Notices: each told once, at once or as one a day; a first run does not flood."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.adapters.store import SqlStore, open_store
from watcher.errors import MailUnavailable, MailUncertain
from watcher.ports import Change, Notice
from watcher.telling import MOST_AT_ONCE, group, tell

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)


class Listener:
    def __init__(self, error: Exception | None = None) -> None:
        self.heard: list[Notice] = []
        self.error = error

    def tell(self, notice: Notice) -> None:
        self.heard.append(notice)
        if self.error is not None:
            raise self.error


@pytest.fixture
def store() -> SqlStore:
    return open_store("sqlite:///:memory:")


def waits(store: SqlStore, *names: str, urgent: bool = False) -> None:
    store.record(Change("", notices=tuple(Notice(name, f"Subject {name}", f"Body {name}", urgent) for name in names)))


def test_a_notice_is_told_once(store: SqlStore) -> None:
    waits(store, "a")
    listener = Listener()
    assert [tell(store, listener, "at_once", NOW, UTC) for _ in range(2)] == [1, 0]
    assert [notice.key for notice in listener.heard] == ["a"]


def test_a_notice_that_could_not_be_told_waits(store: SqlStore) -> None:
    waits(store, "a")
    with pytest.raises(MailUnavailable):
        tell(store, Listener(MailUnavailable("no")), "at_once", NOW, UTC)
    assert tell(store, Listener(), "at_once", NOW, UTC) == 1


def test_a_notice_that_may_have_arrived_is_not_told_again(store: SqlStore) -> None:
    waits(store, "a")
    tell(store, Listener(MailUncertain("maybe")), "at_once", NOW, UTC)
    assert tell(store, Listener(), "at_once", NOW, UTC) == 0


def test_a_daily_digest_is_one_mail_a_day(store: SqlStore) -> None:
    listener = Listener()
    waits(store, "a", "b")
    tell(store, listener, "daily", NOW, UTC)
    waits(store, "c")
    tell(store, listener, "daily", NOW + timedelta(hours=3), UTC)
    assert len(listener.heard) == 1
    assert "Body a" in listener.heard[0].body
    assert "Body b" in listener.heard[0].body
    tell(store, listener, "daily", NOW + timedelta(days=1), UTC)
    assert [notice.key for notice in listener.heard[1:]] == ["c"]


def test_what_is_urgent_does_not_wait_for_the_digest(store: SqlStore) -> None:
    listener = Listener()
    waits(store, "a")
    tell(store, listener, "daily", NOW, UTC)
    waits(store, "b", urgent=True)
    tell(store, listener, "daily", NOW + timedelta(hours=1), UTC)
    assert [notice.key for notice in listener.heard] == ["a", "b"]


def test_a_flood_comes_as_one(store: SqlStore) -> None:
    waits(store, *(f"n{number:02}" for number in range(MOST_AT_ONCE + 1)))
    listener = Listener()
    assert tell(store, listener, "at_once", NOW, UTC) == 1
    assert store.untold() == []


def test_one_notice_stays_as_it_is() -> None:
    notice = Notice("a", "s", "b")
    assert group([notice], NOW.date()) == [notice]
