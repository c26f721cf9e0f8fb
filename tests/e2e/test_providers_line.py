"""One rejection's whole life on servers that behave like the big providers: one draft, nothing lost, whatever they do.

The command line is what is run, as a user would; the server is the embedded one with a provider's personality.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.configured import configured
from tests.line.builders import ADVICE, ANNA, NO, mail
from watcher.core.message import Message, parse
from watcher.demo.imap_personality import PERSONALITIES
from watcher.demo.imap_server import EmbeddedServer
from watcher.shells.cli import run

pytestmark = pytest.mark.slow
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Life:
    """A user with an account at one provider."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self.server = server
        self.config = configured(folder, server.port)
        names = server.mailboxes("sam")
        self.drafts_name = next(name for name in names if name.rpartition("/")[2] in {"Drafts", "Draft", "Entwürfe"})
        self.sent_name = next(name for name in names if name.rpartition("/")[2].startswith(("Sent", "Gesendete")))

    def afterword(self, *arguments: str) -> str:
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = run([*arguments, "--config", str(self.config)])
        assert code == 0, told.getvalue()
        return told.getvalue()

    def once(self, now: datetime) -> str:
        return self.afterword("once", "--now", now.isoformat())

    def deliver(self, raw: bytes, when: datetime) -> None:
        self.server.deliver("sam", raw, when)

    @property
    def drafts(self) -> list[Message]:
        return [parse(item.raw) for item in self.server.contents("sam", self.drafts_name)]

    @property
    def sent(self) -> list[Message]:
        return [parse(item.raw) for item in self.server.contents("sam", self.sent_name)]

    def send(self, now: datetime, edit: Callable[[bytes], bytes] | None = None) -> Message:
        (draft,) = self.server.contents("sam", self.drafts_name)
        return parse(self.server.send_draft("sam", draft.uid, now, edit=edit))


@pytest.fixture(params=sorted(PERSONALITIES))
def life(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    monkeypatch.setenv("SAM_PASSWORD", "secret")
    with EmbeddedServer(PERSONALITIES[request.param]) as server:
        server.mailboxes("sam")
        yield Life(server, tmp_path)


def test_a_whole_life_leaves_one_request_and_one_thank_you(life: Life) -> None:
    life.deliver(mail(NO), TUESDAY)
    life.once(TUESDAY + HOUR)
    assert life.drafts == []
    for _ in range(3):
        life.once(TUESDAY + 29 * HOUR)
    (request,) = life.drafts
    assert [str(item) for item in request.to] == [ANNA]
    (lying,) = life.server.contents("sam", life.drafts_name)
    assert {"\\Draft", "\\Seen"} <= lying.flags

    sent = life.send(TUESDAY + 30 * HOUR)
    for _ in range(2):
        life.once(TUESDAY + 31 * HOUR)
    assert life.drafts == []
    assert "sent" in life.afterword("list").lower()

    answer = mail(ADVICE, subject=f"Re: {request.subject}", message_id="advice@acme.example", when=TUESDAY + 2 * DAY,
                  In_Reply_To=f"<{sent.message_id}>", References=f"<{sent.message_id}>")  # fmt: skip
    life.deliver(answer, TUESDAY + 2 * DAY)
    life.once(TUESDAY + 2 * DAY + HOUR)
    assert life.drafts == []
    for _ in range(2):
        life.once(TUESDAY + 3 * DAY)
    (thanks,) = life.drafts
    assert "?" not in thanks.fresh
    life.send(TUESDAY + 3 * DAY + HOUR)
    life.once(TUESDAY + 3 * DAY + 2 * HOUR)
    life.once(TUESDAY + 30 * DAY)
    assert life.drafts == []
    assert len(life.sent) == 2


HARDEST = pytest.mark.parametrize("life", ["exchange", "proton"], indirect=True)
"""No threading headers kept, other Message-IDs, localised names: what holds here holds on the gentler ones."""


@HARDEST
def test_a_draft_edited_in_the_web_client_is_never_touched_or_made_again(life: Life) -> None:
    life.deliver(mail(NO), TUESDAY)
    life.once(TUESDAY + HOUR)
    life.once(TUESDAY + 29 * HOUR)
    (lying,) = life.server.contents("sam", life.drafts_name)
    old = parse(lying.raw).message_id
    edited = lying.raw.replace(b"Hi Anna", b"Dear Anna").replace(old.encode(), b"web." + old.encode())
    life.server.remove("sam", life.drafts_name, lying.uid)
    life.server.deliver("sam", edited, TUESDAY + 30 * HOUR, life.drafts_name)  # and without \Draft, as web clients do
    for hours in (30, 40, 60):
        life.once(TUESDAY + hours * HOUR)
        (still,) = life.server.contents("sam", life.drafts_name)
        assert still.raw == edited


@HARDEST
def test_a_discarded_draft_is_never_made_again(life: Life) -> None:
    life.deliver(mail(NO), TUESDAY)
    life.once(TUESDAY + HOUR)
    life.once(TUESDAY + 29 * HOUR)
    (lying,) = life.server.contents("sam", life.drafts_name)
    life.server.remove("sam", life.drafts_name, lying.uid)
    for hours in (30, 32, 40, 80):
        life.once(TUESDAY + hours * HOUR)
        assert life.drafts == []


@HARDEST
def test_new_numbers_for_every_message_make_no_second_draft(life: Life) -> None:
    life.deliver(mail(NO), TUESDAY)
    life.once(TUESDAY + HOUR)
    for name in life.server.mailboxes("sam"):
        life.server.renew("sam", name)
    life.once(TUESDAY + 29 * HOUR)
    for name in life.server.mailboxes("sam"):
        life.server.renew("sam", name)
    life.once(TUESDAY + 30 * HOUR)
    assert len(life.drafts) == 1


def test_status_tells_the_truth_about_the_server(life: Life) -> None:
    told = life.afterword("check", "--json")
    keywords = life.server.personality.keywords
    assert f'"keywords": {"true" if keywords else "false"}' in told
    assert life.drafts_name in told
    assert life.sent_name in told
