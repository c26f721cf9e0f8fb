"""An account's `login:` -> what logs a connection in: a secret read from its place, or an OAuth2 token kept fresh.

The file of adapters/secret/ is found by its name: `password: {env: ...}` is adapters/secret/env.py.

Source: RFC 7628 3.1 (OAUTHBEARER), https://developers.google.com/gmail/imap/xoauth2-protocol (XOAUTH2).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from watcher.adapters.clock import SystemClock
from watcher.adapters.oauth2 import TokenSource
from watcher.config import Account, Config, Login, Secret
from watcher.errors import ConfigError, Problem, SecretError
from watcher.ports import Control, MailAccount

BACKENDS = Path(__file__).parent / "adapters" / "mail"


class Authenticating(Protocol):
    """The one thing asked of a mail client: SASL with a given mechanism, and what it offers."""

    def can(self, capability: str) -> bool:
        """True when the server offers the capability."""
        ...

    def authenticate(self, mechanism: str, respond: Callable[[bytes], bytes | None]) -> None:
        """Run a SASL exchange."""
        ...


def open_mail(config: Config, account: Account, now: Callable[[], datetime] | None = None) -> MailAccount:
    """Open one account with the backend it names; it connects on first use.

    Args:
        config: For the folder relative paths start from.
        account: adapters/mail/<account.backend>.py opens it.
        now: The clock tokens are renewed by; the machine's when empty.

    Raises:
        ConfigError: There is no such backend.
    """
    opener = _opener(account.backend, "open_account")
    if opener is None:
        where = f"accounts.{account.name}.backend"
        raise ConfigError(Problem("afterword.yaml", 0, where, f"'{account.backend}' is no backend", "imap"))
    opened: MailAccount = _open(opener, config, account, now)
    return opened


def open_control(config: Config, account: Account, now: Callable[[], datetime] | None = None) -> Control:
    """Open the second, opt-in port of an account: keywords and folders of our own.

    Raises:
        ConfigError: Its backend has none.
    """
    opener = _opener("control" if account.backend == "imap" else account.backend, "open_control")
    if opener is None:
        where = f"accounts.{account.name}.control"
        raise ConfigError(Problem("afterword.yaml", 0, where, f"the backend '{account.backend}' cannot be steered"))
    opened: Control = _open(opener, config, account, now)
    return opened


def _opener(backend: str, name: str) -> Callable[..., Any] | None:
    if not (BACKENDS / f"{backend}.py").is_file():
        return None
    found: Callable[..., Any] | None = getattr(importlib.import_module(f"watcher.adapters.mail.{backend}"), name, None)
    return found


def _open(opener: Callable[..., Any], config: Config, account: Account, now: Callable[[], datetime] | None) -> Any:
    if account.imap.ca_file:
        imap = account.imap.model_copy(update={"ca_file": str(config.path(account.imap.ca_file))})
        account = account.model_copy(update={"imap": imap})
    source = token_source(config, account, now or SystemClock().now)
    login = token_login(account, source) if source else None
    return opener(account, password_reader(account.login, config.folder), login=login)


def secret_reader(secret: Secret, folder: Path) -> Callable[[], str]:
    """Give a function that reads the secret anew each time, so that a changed password is found without a restart.

    Args:
        secret: Names exactly one place.
        folder: Where relative paths start.

    Raises:
        SecretError: From the function, with what to do.
    """
    place, value = next(
        (name, value) for name in type(secret).model_fields if (value := getattr(secret, name)) is not None
    )

    def read() -> str:
        found: str = importlib.import_module(f"watcher.adapters.secret.{place}").read(value, folder)
        return found

    return read


def password_reader(login: Login, folder: Path) -> Callable[[], str]:
    """Give a function that reads the login's password."""
    if login.password is None:

        def read() -> str:
            raise SecretError(f"the login of {login.user} goes by OAuth2, it has no password")

        return read
    return secret_reader(login.password, folder)


def token_source(config: Config, account: Account, now: Callable[[], datetime]) -> TokenSource | None:
    """Give the account's OAuth2 tokens; None when it logs in by password."""
    settings = account.login.oauth2
    if settings is None:
        return None
    secret = secret_reader(settings.client_secret, config.folder) if settings.client_secret else None
    return TokenSource(settings, token_path(config, account), now, secret)


def token_path(config: Config, account: Account) -> Path:
    """Give the file the account's tokens are kept in."""
    settings = account.login.oauth2
    return config.path(settings.token_file if settings and settings.token_file else f"{account.name}-token.json")


def token_login(account: Account, source: TokenSource) -> Callable[[Authenticating], None]:
    """Give what logs a fresh connection in by token: OAUTHBEARER where it is offered, else XOAUTH2."""
    user, host, port = account.login.user, account.imap.host, account.imap.port_used

    def log_in(client: Authenticating) -> None:
        token = source.access_token()
        if client.can("AUTH=OAUTHBEARER") and not client.can("AUTH=XOAUTH2"):
            first = f"n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()
            client.authenticate("OAUTHBEARER", _respond(first, b"\x01"))
        else:
            client.authenticate("XOAUTH2", _respond(f"user={user}\x01auth=Bearer {token}\x01\x01".encode(), b""))

    return log_in


def _respond(first: bytes, after_error: bytes) -> Callable[[bytes], bytes | None]:
    """Answer the first challenge with the token; a second one carries the error and wants an empty line."""
    answers = iter((first,))
    return lambda _challenge: next(answers, after_error)
