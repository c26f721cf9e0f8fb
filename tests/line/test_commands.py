"""The commands on a store that a pass has filled, as a user types them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.configured import configured
from tests.line.builders import DAY, HOUR, NO, TUESDAY, desk, mail
from watcher.shells.cli import run

NO_SERVER = 9
NOW = (TUESDAY + 2 * HOUR).isoformat()


@pytest.fixture
def config(tmp_path: Path) -> str:
    sam = desk(tmp_path)
    sam.deliver(mail(NO), TUESDAY)
    sam.once(TUESDAY + HOUR)
    sam.close()
    return str(configured(tmp_path, NO_SERVER))


class Typed:
    def __init__(self, config: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.config = config
        self.capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        assert run([*arguments, "--config", self.config]) == code
        return self.capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def afterword(config: str, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(config, capsys)


def test_list_shows_where_each_application_stands(afterword: Typed) -> None:
    (item,) = afterword.json("list")
    assert item["state"] == "request_waiting"
    assert item["contact"]["address"] == "anna@acme.example"
    assert item["due"].startswith("2026-11-18T1")
    words = afterword("list")
    assert item["id"] in words
    assert "request waiting, due Wed 2026-11-18" in words


def test_show_tells_who_was_considered_and_which_rule_decided(afterword: Typed) -> None:
    ref = afterword.json("list")[0]["id"]
    told = afterword.json("show", ref[:3])
    assert told["id"] == ref
    assert any(item["taken"] and item["address"] == "anna@acme.example" for item in told["considered"])
    assert told["rule"]
    assert told["because"]
    assert [event["what"] for event in told["events"]] == ["rejection", "planned"]
    assert "anna@acme.example" in afterword("show", ref)


def test_show_says_why_a_day_passes_and_how_rare_an_answer_is_before_the_first_draft(afterword: Typed) -> None:
    told = afterword("show", afterword.json("list")[0]["id"])
    assert "request_waiting" in told
    assert "Nothing is drafted in the first 24 hours: disappointment is natural" in told
    assert "A specific answer is rare and silence is normal" in told


def test_an_unknown_id_is_told_with_exit_code_66(afterword: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "zzz", "--config", afterword.config]) == 66
    assert "no application 'zzz'" in capsys.readouterr().err


def test_status_counts_what_was_seen_and_what_waits(afterword: Typed) -> None:
    (account,) = afterword.json("status")["accounts"]
    assert (account["seen"], account["judged"], account["failed"]) == (1, 1, 0)
    assert (account["applications"], account["waiting"], account["in_drafts"]) == (1, 1, 0)
    assert "1 drafts wait" in afterword("status")


def test_skip_and_undo(afterword: Typed) -> None:
    ref = afterword.json("list")[0]["id"]
    afterword("skip", ref, "--now", NOW)
    (item,) = afterword.json("list")
    assert (item["state"], item["reason"], item["due"]) == ("closed", "user_said_no", None)
    afterword("undo", ref, "--now", NOW)
    (item,) = afterword.json("list")
    assert item["state"] == "request_waiting"
    assert item["due"]


def test_a_skipped_application_can_be_asked_for_after_all(afterword: Typed) -> None:
    ref = afterword.json("list")[0]["id"]
    afterword("skip", ref, "--now", NOW)
    afterword("ask", ref, "--now", NOW)
    assert afterword.json("list")[0]["state"] == "request_waiting"


def test_snooze_puts_off(afterword: Typed) -> None:
    ref = afterword.json("list")[0]["id"]
    afterword("snooze", ref, "--until", "2026-11-19T10:30", "--now", NOW)
    assert afterword.json("list")[0]["due"] == "2026-11-19T09:30:00+00:00"
    afterword("undo", ref, "--now", NOW)
    assert afterword.json("list")[0]["due"].startswith("2026-11-18")


def test_forget_erases(afterword: Typed) -> None:
    ref = afterword.json("list")[0]["id"]
    afterword("forget", ref, "--yes")
    assert afterword.json("list") == []
    assert afterword.json("status")["accounts"][0]["seen"] == 1


def test_a_rejection_by_phone_is_added_and_gets_its_request(afterword: Typed) -> None:
    afterword("add", "--employer", "Beta", "--role", "Cook", "--to", "b@beta.example", "--name", "Bo Bee", "--now", NOW)
    item = next(item for item in afterword.json("list") if item["employer"] == "Beta")
    assert (item["source"], item["state"]) == ("phone", "request_waiting")
    assert item["due"] >= (TUESDAY + DAY).isoformat()


def test_explaining_a_file_gives_the_keys_of_scan_and_the_decision(afterword: Typed, tmp_path: Path) -> None:
    path = tmp_path / "no.eml"
    path.write_bytes(mail(NO))
    told = afterword.json("explain", str(path), "--now", NOW)
    scanned = json.loads(afterword("scan", str(path), "--json"))
    assert set(scanned) <= set(told)
    assert {key: told[key] for key in ("outcome", "certainty", "language", "stage")} == {
        key: scanned[key] for key in ("outcome", "certainty", "language", "stage")
    }
    assert told["ask"] is True
    assert told["rule"] in told["because"]
    assert told["due"].startswith("2026-11-18")
    words = afterword("explain", str(path), "--now", NOW)
    assert "[[" in words
    assert "took anna@acme.example" in words


def test_explaining_needs_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AFTERWORD_CONFIG", raising=False)
    Path("no.eml").write_bytes(mail(NO))
    assert run(["explain", "no.eml"]) == 0


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", ""])
def test_a_moment_that_is_none_is_a_usage_error(afterword: Typed, text: str) -> None:
    afterword("once", "--now", text, code=64)
