"""Config -> the parts, put together; the only file that knows every part."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from watcher.adapters.corrections import add_correction, read_corrections, remove_correction
from watcher.adapters.days_off import days_off
from watcher.adapters.rulebook import load_rulebook
from watcher.adapters.store import SqlStore, open_store
from watcher.adapters.wording import load_wording
from watcher.config import Account, Config, find_config, load
from watcher.core.draft import Facts, Words
from watcher.core.message import Address
from watcher.core.plan import Hours, Kind
from watcher.core.rules import Rulebook
from watcher.core.rules.provider import provider_of_host
from watcher.core.verdict.correction import Correction
from watcher.errors import UsageError
from watcher.logins import open_control, open_mail
from watcher.parts import Parts, Settings
from watcher.ports import Control, MailAccount, Placed, Wording
from watcher.steering import Steering

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


Stamp = tuple[tuple[str, int, int], ...]
"""What changes when one of the user's rules or templates does: path, time, size."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that can be read anew while the daemon runs."""

    rulebook: Rulebook
    wording: Wording
    stamp: Stamp = ()  # of the user's files, taken before they were read


def load_rules(config: Config) -> Rules:
    """Read rules and templates, all or nothing.

    Raises:
        RuleError: With every problem in every rule file.
        TemplateError: With every problem in every template.
    """
    stamp = _stamp(config)
    own = config.path(config.rules) if config.rules else None
    templates = config.path(config.templates) if config.templates else None
    also = config.drafts.thanks_in
    rulebook = load_rulebook(own)
    return Rules(rulebook, load_wording(templates, also=also) if templates else _ShippedWording(also), stamp)


def _stamp(config: Config) -> Stamp:
    folders = [config.path(name) for name in (config.rules, config.templates) if name]
    found = []
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".yaml", ".j2"}):
        with suppress(OSError):
            status = path.stat()
            found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


class _ShippedWording:
    """The shipped templates, read when the first draft is written; the user's own are checked at once instead."""

    def __init__(self, also: Iterable[str]) -> None:
        self._also = tuple(also)

    @cached_property
    def _wording(self) -> Wording:
        return load_wording(also=self._also)

    def languages(self) -> frozenset[str]:
        """Give the tags that can be written."""
        return self._wording.languages()

    def writes(self, language: str, kind: Kind = Kind.REQUEST) -> bool:
        """Tell whether a draft of this kind can be written in this language itself."""
        return self._wording.writes(language, kind)

    def render(self, facts: Facts) -> Words:
        """Fill a template."""
        return self._wording.render(facts)


def hours_of(config: Config) -> Hours:
    """Give the user's working hours and days off."""
    hours = config.me.hours
    return Hours(
        zone=config.me.zone,
        days=frozenset(WEEKDAYS.index(day) for day in hours.days),
        start=hours.start,
        end=hours.end,
        holidays=days_off(config.me.country, config.me.region),
        weekend=config.timing.weekend,
    )


def settings_of(config: Config, account: Account) -> Settings:
    """Give what the user set that the line asks for."""
    return Settings(
        first_run=timedelta(days=config.watch.first_run_days),
        history=timedelta(days=config.watch.history_days),
        thanks_after_days=config.timing.thanks_after_days,
        max_a_day=config.drafts.max_a_day,
        paused=config.drafts.paused,
        quote_original=config.drafts.quote_original,
        authserv_id=account.authserv_id,
    )


class Works:
    """The parts of every account on one store; closes what it opened."""

    def __init__(self, config: Config, store: SqlStore, rules: Rules) -> None:
        self.config = config
        self.store = store
        self.rules = rules
        self.hours = hours_of(config)
        self._reading = threading.Lock()
        self._tried = rules.stamp
        self._mails: dict[str, MailAccount] = {}
        self._controls: dict[str, Control] = {}

    def parts(self, account: Account, now: datetime | None = None) -> Parts:
        """Give one account's parts; the mailbox is connected to on first use."""
        if account.name not in self._mails:
            known = self._with_idle_limit(account)
            self._mails[account.name] = open_mail(self.config, known, (lambda: now) if now else None)
        return Parts(
            account=account.name,
            me=Address(self.config.me.name, account.address),
            own=account.own_addresses,
            mail=self._mails[account.name],
            store=self.store,
            rulebook=self.rules.rulebook,
            wording=self.rules.wording,
            hours=self.hours,
            settings=settings_of(self.config, account),
            corrections=read_corrections(corrections_path(self.config)),
        )

    def _with_idle_limit(self, account: Account) -> Account:
        """Take the provider's own IDLE limit where the user set none."""
        provider = provider_of_host(account.imap.host, self.rules.rulebook.providers)
        if account.idle_s is not None or provider is None:
            return account
        return account.model_copy(update={"idle_s": float(provider.idle_s)})

    def steering(self, account: Account) -> Steering | None:
        """Give what steers this account from its mailbox; None when that is not switched on."""
        wanted = account.control
        if not (wanted.keywords or wanted.folders):
            return None
        if account.name not in self._controls:
            self._controls[account.name] = open_control(self.config, account)
        return Steering(self._controls[account.name], wanted.keywords, wanted.folders, wanted.prefix)

    def renew_rules(self, *, whatever: bool = False) -> bool:
        """Put the user's rules and templates in force as they are now, all of them or none; False when none changed.

        Args:
            whatever: Read them although no file changed.

        Raises:
            ConfigError: With the problems; what was in force stays, and the same files are not tried again.
        """
        with self._reading:
            stamp = _stamp(self.config)
            if stamp == self._tried and not whatever:
                return False
            self._tried = stamp
            self.rules = load_rules(self.config)
            return True

    def learn(self, corrections: Sequence[Correction]) -> None:
        """Keep what the user taught."""
        for correction in corrections:
            add_correction(corrections_path(self.config), correction)

    def unlearn(self, key: str) -> bool:
        """Forget what the user taught under this key; False when it is not there any more."""
        return remove_correction(corrections_path(self.config), key)

    def dry(self) -> Works:
        """Give the same on a copy of the store, with mailboxes that only pretend to place."""
        return _Dry(self.config, self.store.copy(), self.rules)

    def close(self) -> None:
        """Log out everywhere and let go of the store."""
        for mail in self._mails.values():
            mail.close()
        for control in self._controls.values():
            control.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Dry(Works):
    def parts(self, account: Account, now: datetime | None = None) -> Parts:
        parts = super().parts(account, now)
        return replace(parts, mail=_Pretending(parts.mail))


class _Pretending:
    """A mailbox in which placing a draft does nothing; all else goes through."""

    def __init__(self, mail: MailAccount) -> None:
        self.name = mail.name
        self.address = mail.address
        self.facts = mail.facts
        self.new_messages = mail.new_messages
        self.cursor_now = mail.cursor_now
        self.find = mail.find
        self.find_to = mail.find_to
        self.message = mail.message
        self.history = mail.history
        self.wait = mail.wait
        self.close = mail.close
        self.placed: list[bytes] = []

    def place_draft(self, raw: bytes, message_id: str) -> Placed:
        """Keep it here."""
        del message_id
        self.placed.append(raw)
        return Placed("", 0, 0)


def read_config(given: str | None) -> Config:
    """Read the configuration named, or the first usual one."""
    return load(find_config(given))


def open_works(config: Config) -> Works:
    """Read the rules, open the store and put everything together."""
    rules = load_rules(config)
    hours_of(config)  # a wrong country is told before anything is opened
    return Works(config, open_store(config.store_url), rules)


def accounts_of(config: Config, names: tuple[str, ...] = ()) -> list[Account]:
    """Give the accounts named, or all.

    Raises:
        UsageError: There is no such account; the message lists those there are.
    """
    known = {account.name: account for account in config.accounts}
    if missing := [name for name in names if name not in known]:
        raise UsageError(f"there is no account '{missing[0]}'; there are: {', '.join(known)}")
    return [known[name] for name in names] if names else list(config.accounts)


def corrections_path(config: Config) -> Path:
    """Give the file the user's corrections are kept in: beside the store, else beside the configuration."""
    path = store_path(config)
    return (path.parent if path else config.folder) / "corrections.yaml"


def store_path(config: Config) -> Path | None:
    """Give the file the store is in; None for a database server."""
    prefix = "sqlite:///"
    return Path(config.store_url.removeprefix(prefix)) if config.store_url.startswith(prefix) else None
