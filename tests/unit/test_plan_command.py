"""`afterword plan` and `afterword report` on a real store: shown, marked done, written as a page."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.adapters.store import open_store
from watcher.config import load
from watcher.core.answer import Answer, AnswerKind, Point
from watcher.core.job_application import Details
from watcher.core.life import JobApplication, State
from watcher.core.verdict import Stage
from watcher.ports import AnswerRecord, Change
from watcher.shells.cli import run

pytestmark = pytest.mark.slow
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
QUOTE = "Your answers were too long."


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "afterword.yaml"
    file.write_text(
        "me: {name: Sam, timezone: Europe/Berlin}\n"
        "accounts:\n"
        "  - name: home\n"
        "    address: sam@home.example\n"
        "    imap: {host: localhost, security: none}\n"
        "    login: {user: sam, password: {env: PW}}\n",
        encoding="utf-8",
    )
    store = open_store(load(file).store_url)
    application = JobApplication(
        "abc", "home", State.ANSWERED, details=Details(employer="Acme", stage=Stage.INTERVIEWED), arrived=AT
    )
    answer = Answer(AnswerKind.SUBSTANTIVE, "en", ("structure",), (Point("length", "structure", QUOTE),))
    store.record(Change("home", applications=(application,), answers=(AnswerRecord("abc", "1@x", AT, answer),)))
    store.close()
    return str(file)


def plan(config: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, str]]]:
    assert run(["plan", "--json", "--config", config, "--now", "2026-11-10"]) == 0
    found: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    return found


def test_an_item_shows_the_words_it_came_from(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--config", config, "--now", "2026-11-10"]) == 0
    shown = capsys.readouterr().out
    assert QUOTE in shown
    assert "Acme" in shown
    assert "2026-11-17" in shown


def test_an_item_can_be_done_and_taken_up_again(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    item = plan(config, capsys)["items"][0]["id"]
    assert run(["plan", "--config", config, "done", item[:4]]) == 0
    capsys.readouterr()
    assert plan(config, capsys)["items"][0]["status"] == "done"
    assert run(["plan", "--config", config, "reopen", item]) == 0
    capsys.readouterr()
    assert plan(config, capsys)["items"][0]["status"] == "open"


def test_an_unknown_item_lists_those_there_are(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--config", config, "done", "zzz"]) == 64
    assert "Give answers an order" in capsys.readouterr().err


def test_markdown_can_be_kept(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--markdown", "--config", config]) == 0
    assert f"> {QUOTE}" in capsys.readouterr().out


def test_the_report_is_written_as_one_page(config: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert run(["report", "--html", str(page), "--config", config]) == 0
    text = page.read_text(encoding="utf-8")
    assert QUOTE in text
    assert text.count("<svg") >= 3


def test_a_report_that_cannot_be_written_says_so(config: str, tmp_path: Path) -> None:
    assert run(["report", "--html", str(tmp_path / "no" / "where.html"), "--config", config]) == 66
