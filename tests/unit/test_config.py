"""afterword.yaml: what is right is taken as it stands, what is wrong is told all at once, with line and hint."""

from pathlib import Path

import pytest

from watcher.config import Config, find_config, load
from watcher.errors import ConfigError

SAMPLE = """\
me: {name: Sam Doe, timezone: Europe/Berlin}
accounts:
  - name: private
    address: sam@example.org
    imap: {host: 127.0.0.1, port: 10143, security: none}    # tls (default) | starttls | none (loopback only)
    login: {user: sam, password: {env: SAM_PASSWORD}}       # or {file: ...} {command: [...]}
store: {url: "sqlite:///state.db"}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "afterword.yaml"
    path.write_text(text, "utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text))
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def test_the_sample_of_the_readme_works_as_it_stands(tmp_path: Path) -> None:
    config = load(written(tmp_path, SAMPLE))
    assert config.accounts[0].imap.port_used == 10143
    assert config.accounts[0].imap.security == "none"
    assert config.store_url == f"sqlite:///{tmp_path}/state.db"
    assert config.watch.first_run_days == 14


def test_the_usual_ports_and_tls_are_taken_when_nothing_is_said(tmp_path: Path) -> None:
    text = SAMPLE.replace("{host: 127.0.0.1, port: 10143, security: none}", "{host: imap.example.org}")
    imap = load(written(tmp_path, text)).accounts[0].imap
    assert (imap.security, imap.port_used) == ("tls", 993)


def test_an_absolute_store_and_postgresql_are_left_alone(tmp_path: Path) -> None:
    for url in ("sqlite:////var/lib/afterword/state.db", "postgresql+psycopg://afterword@/afterword"):
        assert load(written(tmp_path, SAMPLE.replace("sqlite:///state.db", url))).store_url == url


def test_all_problems_are_told_at_once_with_line_and_hint(tmp_path: Path) -> None:
    text = """\
me: {name: "", timezone: Europe/Berln, nick: sam}
accounts:
  - name: private
    address: nobody
    imap: {host: mail.example.org, prot: 993, security: none}
    login: {user: sam, password: {env: A, file: b}}
  - name: private
    address: sam@example.org
    imap: {host: mail.example.org, port: 70000, security: ssl}
    login: {user: sam}
watch: {poll_s: often}
"""
    found = problems(tmp_path, text)
    told = "\n".join(found)
    assert "afterword.yaml:1: me.nick" in told
    assert "afterword.yaml:1: me.timezone: 'Europe/Berln'" in told
    assert "afterword.yaml:4: accounts.0.address" in told
    assert "did you mean 'port'" in told
    assert "exactly one place" in told
    assert "afterword.yaml:9: accounts.1.imap.port: 70000" in told
    assert "allowed: 'tls', 'starttls' or 'none'" in told
    assert "either password or oauth2" in told
    assert "afterword.yaml:11: watch.poll_s: 'often'" in told
    assert len(found) >= 9


def test_plain_text_is_refused_anywhere_but_at_home(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, SAMPLE.replace("127.0.0.1", "mail.example.org"))
    assert "afterword.yaml:5" in told
    assert "use tls or starttls" in told


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
def test_plain_text_is_allowed_on_this_machine(tmp_path: Path, host: str) -> None:
    load(written(tmp_path, SAMPLE.replace("127.0.0.1", f'"{host}"')))


def test_two_accounts_of_one_name_are_refused(tmp_path: Path) -> None:
    block = SAMPLE.partition("accounts:\n")[2].partition("store:")[0]
    (told,) = problems(tmp_path, SAMPLE.replace("store:", block + "store:"))
    assert "two accounts are called 'private'" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("me: [}\n", "afterword.yaml:1: is not valid YAML"),
        ("me:\n\tname: x\n", "afterword.yaml:2: is not valid YAML"),
        ("me: &a {name: x}\nother: *a\n", "anchors and aliases"),
        ("me: {name: a, name: b, timezone: UTC}\n", "me.name: stands twice"),
        ("me: &a [1]\naccounts: [*a, *a]\n", "accounts.0: anchors and aliases"),
        ("accounts: 5\n", "accounts: a list is expected here"),
        ("", "me: is missing"),
        ("just a text\n", "keys and values are expected here (known here: me, accounts"),
        ("- a\n- b\n", "keys and values are expected here"),
    ],
)
def test_bad_yaml_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert told in "\n".join(problems(tmp_path, text))


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "afterword.yaml"
    path.write_bytes(b"me: {name: Zo\xeb}\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(path)


def test_yaml_1_1_surprises_are_read_as_written(tmp_path: Path) -> None:
    text = SAMPLE.replace("me: {name: Sam Doe, timezone: Europe/Berlin}", "me: {name: no, timezone: UTC, country: NO}")
    config = load(written(tmp_path, text))
    assert (config.me.name, config.me.country) == ("no", "NO")


def test_a_missing_file_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERWORD_CONFIG", str(tmp_path / "nowhere.yaml"))
    for given in (None, str(tmp_path / "other.yaml")):
        with pytest.raises(ConfigError, match="afterword init"):
            find_config(given)


def test_every_option_is_described() -> None:
    missing = []

    def walk(model: type, path: str) -> None:
        for name, info in model.model_fields.items():  # type: ignore[attr-defined]
            inner = info.annotation
            if isinstance(inner, type) and hasattr(inner, "model_fields"):
                walk(inner, f"{path}{name}.")
            elif not info.description and name not in {"imap", "login", "accounts"}:
                missing.append(path + name)

    walk(Config, "")
    assert not missing
