"""What Afterword has to say reaches the user after a pass, once, and never starts a life of its own."""

from pathlib import Path

import pytest

from tests.configured import configured
from tests.line.builders import DAY, HOUR, NO, TUESDAY, mail
from watcher.core.message import parse
from watcher.demo.imap_server import EmbeddedServer
from watcher.shells.cli import run


def test_a_notice_is_laid_into_the_mailbox_once_and_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedServer() as server:
        monkeypatch.setenv("SAM_PASSWORD", server.password)
        config = configured(tmp_path, server.port, more="notify: {by: mailbox, mailbox: INBOX}")
        server.deliver("sam", mail(NO), TUESDAY)
        for now in (TUESDAY + HOUR, TUESDAY + DAY + HOUR, TUESDAY + DAY + 2 * HOUR, TUESDAY + DAY + 3 * HOUR):
            assert run(["once", "--config", str(config), "--now", now.isoformat()]) == 0
            assert capsys.readouterr().err == ""
        inbox = [parse(item.raw) for item in server.contents("sam", "INBOX")]
        told = [message for message in inbox if message.author and message.author.addr_spec == "sam@example.org"]
        assert len(told) == 1
        assert "Drafts" in told[0].subject
        assert len(server.contents("sam", "Drafts")) == 1
