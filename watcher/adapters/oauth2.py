"""OAuth2 tokens for XOAUTH2 and OAUTHBEARER: fetched once with the user, renewed in good time, kept in a 0600 file.

The flows are those of maintained libraries (extra: afterword[oauth]): google-auth-oauthlib for the loopback redirect,
msal for the device code. Here is only what they leave open: where tokens are kept, when they are renewed, that a
rotated refresh token is saved before anything else, and what the user is told before it hurts.

Source: RFC 6749 6 (refresh), RFC 8252 7.3 (loopback redirect), RFC 8628 (device code), RFC 7628 (OAUTHBEARER).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from watcher.config import OAuth2
from watcher.errors import MailRefused, MailUnavailable, SecretError

RENEW_BEFORE = timedelta(minutes=5)
WARN_BEFORE = timedelta(days=2)
TIMEOUT_S = 30.0
DEFAULT_LIFE_S = 3600  # RFC 6749 5.1: expires_in is only recommended; an hour is what all providers give
GOOGLE = {
    "authorize_url": "https://accounts.google.com/o/oauth2/auth",
    "token_url": "https://oauth2.googleapis.com/token",
}
GOOGLE_SCOPES = ("https://mail.google.com/",)
MICROSOFT_AUTHORITY = "https://login.microsoftonline.com"
MICROSOFT_SCOPES = ("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send")
INSTALL = "OAuth2 needs two more packages; run: pip install 'afterword[oauth]'"
AGAIN = "run `afterword init --login` to log in again"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is kept between runs; instants are ISO 8601, UTC.

    Attributes:
        access_token: Sent to the server; lives about an hour.
        expires_at: When it ends.
        refresh_token: Gives the next one; may be replaced at any renewal.
        refresh_expires_at: When that ends, if the provider says so (Google's testing mode: 7 days); else empty.
        obtained_at: When the user last logged in.
    """

    access_token: str
    expires_at: str
    refresh_token: str
    refresh_expires_at: str = ""
    obtained_at: str = ""


@dataclass(frozen=True, slots=True)
class TokenHealth:
    """What `status` says of a login by token."""

    expires_at: datetime | None
    refresh_expires_at: datetime | None
    warning: str


def read_tokens(path: Path) -> Tokens | None:
    """Read the token file; None when there is none yet.

    Raises:
        SecretError: It is there and cannot be read or understood.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        return Tokens(**found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise SecretError(f"the token file {path} cannot be read ({error}); {AGAIN}") from error


def write_tokens(path: Path, tokens: Tokens) -> None:
    """Replace the token file in one step; nobody but its owner can read it."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(tokens), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise SecretError(f"the token file {path} cannot be written: {error.strerror}") from error


class TokenSource:
    """Gives an access token that is good for at least five more minutes."""

    def __init__(
        self,
        settings: OAuth2,
        path: Path,
        now: Callable[[], datetime],
        client_secret: Callable[[], str] | None = None,
    ) -> None:
        self._settings = settings
        self._path = path
        self._now = now
        self._client_secret = client_secret

    def access_token(self) -> str:
        """Give the access token, renewing it first when it is about to end.

        Raises:
            SecretError: Nobody has logged in yet.
            MailRefused: The provider takes the refresh token no more; somebody must log in again.
            MailUnavailable: The provider cannot be reached; the old token is over.
        """
        tokens = read_tokens(self._path)
        if tokens is None:
            raise SecretError(f"nobody has logged in by OAuth2 yet (no {self._path}); {AGAIN}")
        now = self._now()
        if _instant(tokens.expires_at) - now > RENEW_BEFORE:
            return tokens.access_token
        renewed = self._renew(tokens, now)
        write_tokens(self._path, renewed)
        return renewed.access_token

    def health(self) -> TokenHealth:
        """Tell how long the login lasts and what to do before it ends; touches no network."""
        try:
            tokens = read_tokens(self._path)
        except SecretError as error:
            return TokenHealth(None, None, str(error))
        if tokens is None:
            return TokenHealth(None, None, f"nobody has logged in yet; {AGAIN}")
        ends = _instant(tokens.refresh_expires_at) if tokens.refresh_expires_at else None
        warning = ""
        if ends and ends - self._now() < WARN_BEFORE:
            over = "is over" if ends <= self._now() else f"ends on {ends:%Y-%m-%d %H:%M} UTC"
            warning = f"the login {over}; {AGAIN}{_testing_mode(self._settings)}"
        return TokenHealth(_instant(tokens.expires_at), ends, warning)

    def _renew(self, tokens: Tokens, now: datetime) -> Tokens:
        if self._settings.provider == "microsoft":
            answer = _renew_by_msal(self._settings, tokens)
        else:
            answer = _renew_by_google_auth(self._settings, tokens, self._secret())
        renewed = _tokens(answer, now, tokens.refresh_token)
        same = renewed.refresh_token == tokens.refresh_token
        ends = renewed.refresh_expires_at or (tokens.refresh_expires_at if same else "")
        return replace(renewed, refresh_expires_at=ends, obtained_at=tokens.obtained_at)

    def _secret(self) -> str:
        return self._client_secret() if self._client_secret else ""


def log_in(
    settings: OAuth2,
    user: str,
    now: datetime,
    client_secret: str = "",
    *,
    tell: Callable[[str], None],
    open_browser: bool = True,
    timeout_s: float = 300.0,
) -> Tokens:
    """Fetch the first tokens together with the user.

    Google (and `other`): the browser comes back to a port of this machine. Microsoft: a short code is typed into
    any browser, on any machine, so that it works on a server without one.

    Args:
        settings: Whose tokens, and the client id.
        user: Login name, offered to the provider as a hint.
        now: The present instant.
        client_secret: Where the provider asks for one.
        tell: Shows a line to the user.
        open_browser: False only shows the address to visit.
        timeout_s: Give up after so long.

    Raises:
        SecretError: The user said no, it took too long, or the provider refused.
    """
    if settings.provider == "microsoft":
        answer = _device_code(settings, tell, timeout_s)
    else:
        answer = _loopback(settings, user, client_secret, tell, open_browser=open_browser, timeout_s=timeout_s)
    tokens = _tokens(answer, now, "")
    if not tokens.refresh_token:
        raise SecretError("the provider gave no refresh token; remove Afterword's access in your account and try again")
    return replace(tokens, obtained_at=now.isoformat())


def _tokens(answer: Mapping[str, Any], now: datetime, refresh_token: str) -> Tokens:
    ends = answer.get("refresh_token_expires_in")
    over = answer.get("expires_at")
    if not isinstance(over, datetime):
        over = now + timedelta(seconds=int(answer.get("expires_in", DEFAULT_LIFE_S)))
    return Tokens(
        access_token=str(answer["access_token"]),
        expires_at=over.isoformat(),
        refresh_token=str(answer.get("refresh_token") or refresh_token),
        refresh_expires_at=(now + timedelta(seconds=int(ends))).isoformat() if ends else "",
    )


def _loopback(
    settings: OAuth2,
    user: str,
    client_secret: str,
    tell: Callable[[str], None],
    *,
    open_browser: bool,
    timeout_s: float,
) -> Mapping[str, Any]:
    try:
        from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
        from oauthlib.oauth2.rfc6749.errors import OAuth2Error
        from requests import RequestException
    except ImportError as error:
        raise SecretError(INSTALL) from error
    urls = _endpoints(settings)
    client = {
        "client_id": settings.client_id,
        "client_secret": client_secret,
        "auth_uri": urls["authorize_url"],
        "token_uri": urls["token_url"],
    }
    flow = InstalledAppFlow.from_client_config(  # type: ignore[no-untyped-call]
        {"installed": client}, scopes=list(settings.scopes or GOOGLE_SCOPES)
    )
    tell("Visit the address below with a browser on this machine and allow access to your mail.")
    try:
        flow.run_local_server(
            host="127.0.0.1",
            port=0,
            open_browser=open_browser,
            timeout_seconds=timeout_s,
            authorization_prompt_message="{url}",
            success_message="You may close this window and go back to Afterword.",
            access_type="offline",
            prompt="consent",
            login_hint=user,
        )
    except WSGITimeoutError as error:
        raise SecretError(f"nobody came back from the browser within {timeout_s:.0f} seconds") from error
    except OAuth2Error as error:
        raise SecretError(f"the provider refused: {error.description or error.error}") from error
    except (RequestException, OSError) as error:
        raise SecretError(f"the provider {urlsplit(urls['token_url']).hostname} cannot be reached") from error
    found: Mapping[str, Any] = flow.oauth2session.token
    return found


def _device_code(settings: OAuth2, tell: Callable[[str], None], timeout_s: float) -> Mapping[str, Any]:
    application = _msal_application(settings)
    scopes = list(settings.scopes or MICROSOFT_SCOPES)
    try:
        flow = application.initiate_device_flow(scopes=scopes)
        if "user_code" not in flow:
            raise SecretError(f"the provider refused: {flow.get('error_description', 'no code was given')}")
        tell(f"Visit {flow['verification_uri']} with any browser and type this code: {flow['user_code']}")
        flow["expires_at"] = min(flow["expires_at"], flow["expires_at"] - flow["expires_in"] + timeout_s)
        answer: Mapping[str, Any] = application.acquire_token_by_device_flow(flow)
    except (OSError, ValueError) as error:
        raise SecretError(f"the provider cannot be reached or answers nonsense: {error}") from error
    if "access_token" not in answer:
        raise SecretError(f"no login: {_first_line(answer.get('error_description') or answer.get('error'))}")
    return answer


def _renew_by_google_auth(settings: OAuth2, tokens: Tokens, client_secret: str) -> Mapping[str, Any]:
    try:
        from google.auth.exceptions import RefreshError, TransportError
        from google.auth.transport.requests import Request
        from google.oauth2.credentials import Credentials
    except ImportError as error:
        raise SecretError(INSTALL) from error
    url = _endpoints(settings)["token_url"]
    host = urlsplit(url).hostname
    credentials: Any = Credentials(  # type: ignore[no-untyped-call]
        None,
        refresh_token=tokens.refresh_token,
        token_uri=url,
        client_id=settings.client_id,
        client_secret=client_secret,
    )
    try:
        credentials.refresh(Request())
    except TransportError as error:
        raise MailUnavailable(f"the token server {host} cannot be reached; it is tried again") from error
    except RefreshError as error:
        if error.retryable:
            raise MailUnavailable(f"the token server {host} is busy; it is tried again") from error
        reason = f"the login is no longer valid ({_first_line(error.args[0])})"
        raise MailRefused(f"{reason}; {AGAIN}{_testing_mode(settings)}") from error
    return {
        "access_token": credentials.token,
        "refresh_token": credentials.refresh_token,
        "expires_at": credentials.expiry.replace(tzinfo=UTC),
    }


def _renew_by_msal(settings: OAuth2, tokens: Tokens) -> Mapping[str, Any]:
    application = _msal_application(settings)
    from msal.exceptions import MsalError

    try:
        answer: Mapping[str, Any] = application.acquire_token_by_refresh_token(
            tokens.refresh_token, scopes=list(settings.scopes or MICROSOFT_SCOPES)
        )
    except (OSError, ValueError, MsalError) as error:
        raise MailUnavailable("the token server cannot be reached; it is tried again") from error
    if "access_token" in answer:
        return answer
    reason = _first_line(answer.get("error_description") or answer.get("error"))
    if answer.get("error") in {"temporarily_unavailable", "server_error"}:
        raise MailUnavailable(f"the token server is busy ({reason}); it is tried again")
    raise MailRefused(f"the login is no longer valid ({reason}); {AGAIN}")


def _msal_application(settings: OAuth2) -> Any:
    try:
        import msal
    except ImportError as error:
        raise SecretError(INSTALL) from error
    make: Any = msal.PublicClientApplication  # type: ignore[attr-defined]
    authority = settings.authorize_url or f"{MICROSOFT_AUTHORITY}/{settings.tenant}"
    try:
        return make(
            settings.client_id,
            authority=authority,
            validate_authority=not settings.authorize_url,
            instance_discovery=False if settings.authorize_url else None,
            timeout=TIMEOUT_S,
        )
    except (OSError, ValueError) as error:
        raise MailUnavailable(f"{urlsplit(authority).hostname} cannot be reached; it is tried again") from error


def _endpoints(settings: OAuth2) -> dict[str, str]:
    if settings.provider == "google":
        return GOOGLE
    if not settings.token_url or not settings.authorize_url:
        raise SecretError("oauth2 with provider: other needs authorize_url and token_url")
    return {"authorize_url": settings.authorize_url, "token_url": settings.token_url}


def _testing_mode(settings: OAuth2) -> str:
    if settings.provider != "google":
        return ""
    return " (clients in Google's testing mode lose every login after 7 days: publish yours, see docs/how-to/gmail.md)"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _first_line(reason: object) -> str:
    lines = str(reason or "no reason given").splitlines()
    return lines[0].strip()[:200] if lines else "no reason given"
