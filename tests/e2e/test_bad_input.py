"""Whatever is wrong: one clear message, an exit code of sysexits.h, nothing lost, never a traceback."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.line.builders import DAY, HOUR, NO, TUESDAY, mail
from watcher.demo.imap_server import EmbeddedServer, Fault
from watcher.shells.cli import run

DUE = (TUESDAY + DAY + HOUR).isoformat()
EARLY = (TUESDAY + HOUR).isoformat()
SAMPLE = """\
me: {{name: Sam Doe, timezone: Europe/Berlin}}
accounts:
  - name: private
    address: sam@example.org
    imap: {{host: 127.0.0.1, port: {port}, security: none}}    # tls (default) | starttls | none (loopback only)
    login: {{user: sam, password: {{env: SAM_PASSWORD}}}}       # or file, command, keyring, credential
store: {{url: "sqlite:///state.db"}}
"""


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as running:
        yield running


class Typed:
    def __init__(self, folder: Path, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "afterword.yaml"
        self.path.write_text(SAMPLE.format(port=port), "utf-8")
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--config", str(self.path)])
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err


@pytest.fixture
def afterword(
    tmp_path: Path, server: EmbeddedServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typed:
    monkeypatch.setenv("SAM_PASSWORD", server.password)
    return Typed(tmp_path, server.port, capsys)


def test_the_sample_configuration_of_the_readme_works_as_it_stands(afterword: Typed, server: EmbeddedServer) -> None:
    server.deliver("sam", mail(NO), TUESDAY)
    assert afterword("once", "--now", EARLY)[0] == 0
    assert server.contents("sam", "Drafts") == []
    code, out, _ = afterword("once", "--now", DUE, "--dry-run", "--json")
    assert (code, len(json.loads(out)["accounts"][0]["drafts"])) == (0, 1)
    assert server.contents("sam", "Drafts") == []
    assert afterword("once", "--now", DUE)[0] == 0
    assert len(server.contents("sam", "Drafts")) == 1
    code, out, _ = afterword("once", "--now", DUE)
    assert code == 0
    assert out.startswith("private: 0 new")
    assert len(server.contents("sam", "Drafts")) == 1


def test_explaining_a_message_of_the_account_looks_at_the_whole_mailbox(
    afterword: Typed, server: EmbeddedServer
) -> None:
    at = TUESDAY - 12 * DAY
    invite = (
        "Hi Sam,\n\nwe would like to invite you to an interview for the Data Engineer role.\n\nBest,\nAnna Beispiel"
    )
    server.deliver("sam", mail(invite, subject="Interview", message_id="invite@acme.example", when=at), at)
    system = "Acme Hiring <no-reply@us.greenhouse-mail.io>"
    body = "Hi Sam,\n\nThank you for your interest in the Data Engineer position at Acme. Unfortunately, we have decided to"
    body += " move forward with other candidates.\n\nAcme Talent Team"
    server.deliver("sam", mail(body, sender=system), TUESDAY)
    code, out, _ = afterword("explain", "no@acme.example", "--json", "--now", EARLY)
    told = json.loads(out)
    assert code == 0
    assert told["ask"] is True
    assert told["contact"]["address"] == "anna@acme.example"
    assert any(item["address"].startswith("no-reply@") and not item["taken"] for item in told["considered"])


def test_check_says_what_works(afterword: Typed) -> None:
    code, out, _ = afterword("check")
    assert code == 0
    assert "logged in at 127.0.0.1" in out
    assert "drafts: 'Drafts'" in out


def test_a_wrong_configuration_tells_every_problem_with_its_line(afterword: Typed) -> None:
    afterword.path.write_text(
        "me: {name: Sam Doe, timezone: Europe/Berlin, countri: DE}\n"
        "accounts:\n"
        "  - name: private\n"
        "    address: sam.example.org\n"
        "    imap: {host: imap.example.org, port: 99999}\n"
        "    login: {user: sam, password: {env: A, file: b}}\n",
        "utf-8",
    )
    code, _, err = afterword("once")
    assert code == 78
    lines = err.strip().splitlines()
    assert len(lines) >= 4
    assert all(f"{afterword.path}:" in line for line in lines)
    for line, words in ((1, "country"), (4, "address"), (5, "65535"), (6, "exactly one")):
        assert any(f"afterword.yaml:{line}" in told and words in told for told in lines), (line, words, err)


@pytest.mark.parametrize("command", ["once", "check", "list", "status"])
def test_no_configuration_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "nowhere.yaml"))
    assert run([command]) == 78
    out, err = capsys.readouterr()
    assert "nowhere.yaml" in out + err


def test_an_unset_password_and_a_wrong_one_are_refused(afterword: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_PASSWORD", "wrong")
    code, _, err = afterword("once")
    assert code == 77
    assert "private" in err
    assert "wrong" not in err
    code, out, _ = afterword("status", "--json")
    assert json.loads(out)["accounts"][0]["must_act"]
    assert code == 1
    monkeypatch.delenv("SAM_PASSWORD")
    code, _, err = afterword("once")
    assert code == 77
    assert "SAM_PASSWORD is not set" in err
    assert afterword("check")[0] == 77


def test_no_drafts_mailbox_is_told_and_the_draft_waits(afterword: Typed, server: EmbeddedServer) -> None:
    server.deliver("sam", mail(NO), TUESDAY)
    afterword("once", "--now", EARLY)
    server.drop_mailbox("sam", "Drafts")
    code, _, err = afterword("once", "--now", DUE)
    assert code == 77
    assert "draft" in err.lower()
    server.make_mailbox("sam", "Drafts", "\\Drafts")
    assert afterword("once", "--now", DUE)[0] == 0
    assert len(server.contents("sam", "Drafts")) == 1


def test_a_server_that_is_not_there_is_temporary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAM_PASSWORD", "secret")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        code, _, err = Typed(tmp_path, closed.getsockname()[1], capsys)("once")
    assert code == 75
    assert "127.0.0.1" in err


def test_a_server_gone_in_mid_literal_loses_nothing(afterword: Typed, server: EmbeddedServer) -> None:
    for number in range(6):
        body = NO.replace("Acme", f"Firm{number}").replace("Anna", f"Anna{number}")
        sender = f"Anna Beispiel <anna@firm{number}.example>"
        server.deliver("sam", mail(body, sender, message_id=f"n{number}@firm{number}.example"), TUESDAY)
    server.inject(Fault("FETCH", "drop_in_literal", times=2))
    code, _, err = afterword("once", "--now", EARLY)
    assert code == 75, err
    while afterword("once", "--now", EARLY)[0] == 75:
        pass
    _, out, _ = afterword("list", "--json")
    assert len(json.loads(out)) == 6


def test_an_append_that_is_over_quota_is_told_and_tried_again(afterword: Typed, server: EmbeddedServer) -> None:
    server.deliver("sam", mail(NO), TUESDAY)
    afterword("once", "--now", EARLY)
    server.inject(Fault("APPEND", "no", text="[OVERQUOTA] Quota exceeded"))
    code, _, err = afterword("once", "--now", DUE)
    assert code in {75, 77}, err
    assert afterword("once", "--now", DUE)[0] == 0
    assert len(server.contents("sam", "Drafts")) == 1


def test_mail_that_cannot_be_read_is_recorded_and_passed_over(afterword: Typed, server: EmbeddedServer) -> None:
    for number, raw in enumerate((b"", b"\x00\xff\xfe" * 400, b"Subject: =?utf-8?b?" + b"!" * 3000, b"\r\n\r\n")):
        server.deliver("sam", raw, TUESDAY + timedelta(seconds=number))
    server.deliver("sam", mail(NO), TUESDAY + HOUR)
    code, out, _ = afterword("once", "--now", (TUESDAY + 2 * HOUR).isoformat())
    assert code == 0
    assert "1 rejection," in out
    _, out, _ = afterword("status", "--json")
    account = json.loads(out)["accounts"][0]
    assert account["seen"] >= 4  # identical empty ones are one
    assert account["applications"] == 1


def test_an_account_that_fails_does_not_stop_the_others(afterword: Typed, server: EmbeddedServer) -> None:
    second = SAMPLE.format(port=server.port).split("accounts:\n")[1].split("store:")[0]
    broken = second.replace("private", "broken").replace(str(server.port), "9").replace("sam@", "sue@")
    text = SAMPLE.format(port=server.port).replace("accounts:\n", "accounts:\n" + broken)
    afterword.path.write_text(text, "utf-8")
    server.deliver("sam", mail(NO), TUESDAY)
    code, out, err = afterword("once", "--now", EARLY)
    assert code == 75
    assert "broken" in err
    assert "private: 1 new, 1 rejection," in out


def test_a_damaged_store_is_an_io_error(afterword: Typed, tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database " * 1000)
    code, _, err = afterword("once")
    assert code == 74
    assert "damaged" in err
