"""An account's `smtp:` and `notify:` -> a notifier to the user, and the transport `afterword send` uses.

Each transport is made with the addresses it may send to: a notifier's with the user's own, a sender's with the one
recipient of the draft the user has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from watcher.adapters.mail.control import open_control
from watcher.adapters.notify.mail import MailNotifier, as_message
from watcher.adapters.notify.mailbox import MailboxNotifier
from watcher.adapters.smtp import SmtpTransport
from watcher.config import Account, Config
from watcher.errors import ConfigError, Problem
from watcher.logins import password_reader, token_login, token_source
from watcher.ports import Notifier, Store
from watcher.telling import tell

Lay = Callable[[str, bytes], None]


def open_notifier(config: Config, now: Callable[[], datetime]) -> Notifier | None:
    """Give the way the user chose to be told; None when none was chosen.

    Args:
        config: Of which the first account (the first with `smtp:` for mail) is used.
        now: The clock.

    Raises:
        ConfigError: `notify: {by: mail}` without any `smtp:`.
    """
    if config.notify.by == "none":
        return None
    if config.notify.by == "mailbox":
        account = config.accounts[0]
        return MailboxNotifier(
            config.notify.mailbox,
            layer(config, account, now),
            lambda notice, at: as_message(notice, account.address, at),
            now,
        )
    account = next((account for account in config.accounts if account.smtp is not None), config.accounts[0])
    own = account.address
    deliver = delivery(config, account, own, now)
    return MailNotifier(own, deliver, now)


def layer(config: Config, account: Account, now: Callable[[], datetime]) -> Lay:
    """Give what lays raw bytes into a mailbox of this account's own; it connects when it is called."""

    def lay(mailbox: str, raw: bytes) -> None:
        source = token_source(config, account, now)
        login = token_login(account, source) if source else None
        imap = account.imap.model_copy(update={"ca_file": str(config.path(account.imap.ca_file))})
        asked = account.model_copy(update={"imap": imap}) if account.imap.ca_file else account
        control = open_control(asked, password_reader(account.login, config.folder), login=login)
        try:
            control.lay(mailbox, raw)
        finally:
            control.close()

    return lay


def tell_user(config: Config, store: Store, now: Callable[[], datetime]) -> int:
    """Tell the user what waits, in the way chosen; gives how many mails that made.

    Raises:
        MailError: It could not be told now; it waits.
        SecretError: The password cannot be had.
        ConfigError: The way chosen lacks something.
    """
    if config.notify.by == "none" or not store.untold():
        return 0
    notifier = open_notifier(config, now)
    return tell(store, notifier, config.notify.digest, now(), config.me.zone) if notifier else 0


def delivery(
    config: Config, account: Account, recipient: str, now: Callable[[], datetime]
) -> Callable[[EmailMessage], None]:
    """Give what sends a message from this account to this one recipient, once.

    Raises:
        ConfigError: The account has no `smtp:`.
    """
    if account.smtp is None:
        raise ConfigError(
            Problem("afterword.yaml", 0, f"accounts.{account.name}.smtp", "is missing", "name the SMTP server")
        )
    server = account.smtp
    if server.ca_file:
        server = server.model_copy(update={"ca_file": str(config.path(server.ca_file))})
    login = server.login or account.login
    source = token_source(config, account.model_copy(update={"login": login}), now)
    transport = SmtpTransport(
        server,
        login.user,
        password_reader(login, config.folder),
        allowed=frozenset({recipient.lower()}),
        token=source.access_token if source else None,
    )
    return lambda message: transport.send(message, account.address)
