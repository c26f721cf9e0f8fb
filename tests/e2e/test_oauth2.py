"""OAuth2 against a real (local) authorization server: both flows, renewal in good time, rotation, every refusal."""

import re
import stat
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import servers
from tests.conftest import say_missing
from tests.needs import need
from tests.oauth_server import OAuthServer
from watcher.adapters.clock import SystemClock
from watcher.adapters.mail.client import Client
from watcher.adapters.mail.imap import open_account
from watcher.adapters.oauth2 import Tokens, TokenSource, log_in, read_tokens, write_tokens
from watcher.config import Account, Config, OAuth2, load
from watcher.errors import MailRefused, MailUnavailable, SecretError
from watcher.logins import token_login, token_path, token_source
from watcher.ports import MailAccount

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.slow,
]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    need("openssl")
    running = OAuthServer(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.certificate))
    yield running
    running.stop()


def redirect_settings(server: OAuthServer) -> OAuth2:
    return OAuth2(
        provider="other", client_id="afterword", authorize_url=f"{server.url}/authorize", token_url=f"{server.url}/token",
        scopes=("mail",),
    )  # fmt: skip


def device_settings(server: OAuthServer) -> OAuth2:
    return OAuth2(provider="microsoft", client_id="afterword", authorize_url=f"{server.url}/common", scopes=("mail",))


def browse(line: str, server: OAuthServer) -> None:
    import ssl

    context = ssl.create_default_context(cafile=str(server.certificate))
    with urllib.request.urlopen(line, timeout=10, context=context) as page:
        page.read()


def log_in_by_redirect(server: OAuthServer, capsys: pytest.CaptureFixture[str]) -> Tokens:
    """Log in while a `browser` follows the address that was printed."""
    done = threading.Event()

    def browser() -> None:
        while not done.is_set():
            if found := re.search(r"https://\S+", capsys.readouterr().out):
                browse(found[0], server)
                return
            done.wait(0.02)

    thread = threading.Thread(target=browser, daemon=True)
    thread.start()
    try:
        now = SystemClock().now()
        return log_in(
            redirect_settings(server), "sam", now, "s3cret", tell=lambda _: None, open_browser=False, timeout_s=20
        )
    finally:
        done.set()
        thread.join(5)


def test_the_browser_comes_back_with_tokens(server: OAuthServer, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = log_in_by_redirect(server, capsys)
    assert tokens.access_token in server.access_tokens
    assert tokens.refresh_token in server.refresh_tokens
    assert server.grants == ["authorization_code"]


def test_a_refusal_in_the_browser_is_told(server: OAuthServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.refuse = "access_denied"
    with pytest.raises(SecretError, match="refused"):
        log_in_by_redirect(server, capsys)


def test_nobody_coming_back_is_told(server: OAuthServer) -> None:
    with pytest.raises(SecretError, match="nobody came back"):
        log_in(
            redirect_settings(server),
            "sam",
            SystemClock().now(),
            tell=lambda _: None,
            open_browser=False,
            timeout_s=0.2,
        )


def test_a_code_typed_elsewhere_gives_tokens(server: OAuthServer) -> None:
    told: list[str] = []
    tokens = log_in(device_settings(server), "sam", SystemClock().now(), tell=told.append)
    assert "ABCD-1234" in told[0]
    assert tokens.refresh_token in server.refresh_tokens
    assert server.grants == ["device_code", "device_code"]


@pytest.mark.parametrize("flow", [redirect_settings, device_settings], ids=["google", "microsoft"])
def test_a_token_is_renewed_in_good_time_and_the_rotated_one_is_saved(
    server: OAuthServer, tmp_path: Path, flow: object
) -> None:
    settings: OAuth2 = flow(server)  # type: ignore[operator]
    path = tmp_path / "state" / "token.json"
    now = SystemClock().now()
    first = server.issue()
    write_tokens(path, Tokens(first["access_token"], (now + timedelta(minutes=4)).isoformat(), first["refresh_token"]))
    source = TokenSource(settings, path, lambda: now)
    renewed = source.access_token()
    assert renewed != first["access_token"]
    saved = read_tokens(path)
    assert saved is not None
    assert saved.refresh_token in server.refresh_tokens
    assert saved.refresh_token != first["refresh_token"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert source.access_token() == renewed
    assert len(server.grants) == 1


@pytest.mark.parametrize("flow", [redirect_settings, device_settings], ids=["google", "microsoft"])
@pytest.mark.parametrize(
    ("answer", "error"), [("invalid_grant", MailRefused), ("temporarily_unavailable", MailUnavailable)]
)
def test_a_refused_renewal_is_told_apart_from_a_busy_server(
    server: OAuthServer, tmp_path: Path, flow: object, answer: str, error: type[Exception]
) -> None:
    settings: OAuth2 = flow(server)  # type: ignore[operator]
    path = tmp_path / "token.json"
    server.refuse = answer
    now = SystemClock().now()
    write_tokens(path, Tokens("old", now.isoformat(), "old"))
    with pytest.raises(error) as caught:
        TokenSource(settings, path, lambda: now).access_token()
    if error is MailRefused:
        assert "afterword init --login" in str(caught.value)
    saved = read_tokens(path)
    assert saved is not None
    assert saved.refresh_token == "old"


def test_a_server_out_of_reach_is_temporary(server: OAuthServer, tmp_path: Path) -> None:
    settings = redirect_settings(server)
    server.stop()
    now = SystemClock().now()
    path = tmp_path / "token.json"
    write_tokens(path, Tokens("old", now.isoformat(), "old"))
    with pytest.raises(MailUnavailable, match="cannot be reached"):
        TokenSource(settings, path, lambda: now).access_token()


def test_the_end_of_a_login_is_foreseen(tmp_path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    path = tmp_path / "token.json"
    source = TokenSource(OAuth2(provider="google", client_id="x"), path, lambda: now)
    assert "nobody has logged in yet" in source.health().warning
    ends = now + timedelta(days=1)
    write_tokens(path, Tokens("a", now.isoformat(), "r", refresh_expires_at=ends.isoformat()))
    health = source.health()
    assert health.refresh_expires_at == ends
    assert "ends on 2026-05-02 00:00 UTC" in health.warning
    assert "7 days" in health.warning
    write_tokens(path, Tokens("a", now.isoformat(), "r", refresh_expires_at=(now + timedelta(days=5)).isoformat()))
    assert not source.health().warning


def test_a_broken_token_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_text("{")
    source = TokenSource(OAuth2(provider="google", client_id="x"), path, SystemClock().now)
    with pytest.raises(SecretError, match="init --login"):
        source.access_token()
    assert "cannot be read" in source.health().warning


@pytest.mark.server
@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_dovecot_that_verifies_tokens_lets_a_fresh_one_in_and_a_spent_one_not(
    server: OAuthServer, tmp_path: Path, mechanism: str
) -> None:
    try:
        with servers.dovecot(f"{server.plain_url}/tokeninfo") as dovecot:
            config = tmp_path / "afterword.yaml"
            config.write_text(
                "me: {name: Sam Doe, timezone: UTC}\naccounts:\n  - name: private\n    address: sam@example.org\n"
                f"    imap: {{host: 127.0.0.1, port: {dovecot.port}, security: none}}\n"
                "    login:\n      user: sam\n      oauth2: {provider: other, client_id: afterword, "
                f"authorize_url: {server.url}/authorize, token_url: {server.url}/token}}\n"
            )
            account = load(config).accounts[0]
            path = token_path(load(config), account)
            now = SystemClock().now()
            issued = server.issue()
            spent = Tokens("spent", (now + timedelta(hours=1)).isoformat(), issued["refresh_token"])
            write_tokens(path, spent)
            with pytest.raises(MailRefused):
                open_with(mechanism, load(config), account).facts()
            write_tokens(path, Tokens("spent", now.isoformat(), issued["refresh_token"]))
            opened = open_with(mechanism, load(config), account)
            assert opened.facts().mailboxes["drafts"] == "Drafts"
            assert server.grants == ["refresh_token"]
            opened.close()
    except servers.NotHere as missing:
        say_missing(missing)


def open_with(mechanism: str, config: Config, account: Account) -> MailAccount:
    """Open the account as wiring does, with the mechanism of choice."""
    source = token_source(config, account, SystemClock().now)
    assert source is not None
    log_in = token_login(account, source)

    class Only:
        """The client, offering one mechanism."""

        def __init__(self, client: Client) -> None:
            self._client = client

        def can(self, capability: str) -> bool:
            return capability == f"AUTH={mechanism.upper()}"

        def authenticate(self, name: str, respond: Callable[[bytes], bytes | None]) -> None:
            assert name == mechanism.upper()
            self._client.authenticate(name, respond)

    return open_account(account, lambda: "", login=lambda client: log_in(Only(client)))
