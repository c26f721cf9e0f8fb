"""What the user can set: afterword.yaml as frozen values; the descriptions here are the reference.

Every option is a promise; unknown keys are refused with the nearest known one. Relative paths start from the
folder of the file. Secrets are named here, never written.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema, model_validator

from watcher.documents import read_document, validate
from watcher.errors import ConfigError, Problem

DEFAULT_NAMES = ("afterword.yaml", "~/.config/afterword/afterword.yaml", "/etc/afterword/afterword.yaml")
PORT_TLS = 993  # RFC 8314 7.1
PORT_STARTTLS = 143  # RFC 9051 2.1


class Section(BaseModel):
    """Base of every section: immutable, strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _time_zone(value: object) -> object:
    if not isinstance(value, str) or value not in available_timezones():
        raise ValueError("is not a time zone of the IANA database, such as Europe/Berlin")
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, str):
        try:
            return dt.time.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("is not a time of day such as '09:00'")


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[
    dt.time,
    BeforeValidator(lambda v: v if isinstance(v, dt.time) else _clock_time(v)),
    # JSON Schema's `format: time` asks for seconds and a zone; editors would refuse '09:00'
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}),
]


class WorkingHours(Section):
    """When a draft should appear."""

    days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), description="Working days.")
    start: TimeOfDay = Field(default=dt.time(9, 0), description="First hour a draft may appear, local time.")
    end: TimeOfDay = Field(default=dt.time(17, 0), description="No draft at or after this, local time.")

    @model_validator(mode="after")
    def _ordered(self) -> WorkingHours:
        if self.start >= self.end:
            raise ValueError("start must lie before end")
        if not self.days:
            raise ValueError("at least one working day")
        return self


class Me(Section):
    """Who the drafts speak for."""

    name: str = Field(min_length=1, max_length=200, description="Your name as you sign.")
    timezone: Annotated[str, BeforeValidator(_time_zone)] = Field(description="IANA time zone, such as Europe/Berlin.")
    country: str = Field(
        default="",
        pattern=r"^([A-Za-z]{2})?$",
        description="ISO 3166 country of your public holidays, such as DE; empty: none.",
    )
    region: str = Field(default="", description="Its state or province, such as BE; empty: national holidays only.")
    hours: WorkingHours = WorkingHours()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as a tzinfo."""
        return ZoneInfo(self.timezone)


class Secret(Section):
    """Where a secret is kept; exactly one of these."""

    env: str | None = Field(default=None, description="Name of an environment variable.")
    file: str | None = Field(
        default=None, description="Path of a file only you can read (mode 0600); its first line is taken."
    )
    command: tuple[str, ...] | None = Field(
        default=None, description="Command and arguments; the first line it prints is taken."
    )
    keyring: str | None = Field(default=None, description="Service name in the system's keyring (extra: keyring).")
    credential: str | None = Field(default=None, description="Name of a systemd credential (LoadCredential=).")

    @model_validator(mode="after")
    def _exactly_one(self) -> Secret:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("name exactly one place: env, file, command, keyring or credential")
        return self


class OAuth2(Section):
    """Log in with a token instead of a password (XOAUTH2, OAUTHBEARER)."""

    provider: Literal["google", "microsoft", "other"] = Field(description="Whose tokens.")
    client_id: str = Field(description="Your own client id; docs/how-to says how to get one.")
    client_secret: Secret | None = Field(default=None, description="Where the client secret is kept, if there is one.")
    token_file: str = Field(default="", description="Where tokens are kept (mode 0600); empty: beside the store.")
    tenant: str = Field(default="common", description="Microsoft tenant.")
    token_url: str = Field(default="", description="Token endpoint; only for provider: other.")
    authorize_url: str = Field(
        default="",
        description="provider: other: authorization endpoint; microsoft: another authority (national clouds).",
    )
    scopes: tuple[str, ...] = Field(default=(), description="Scopes to ask for; empty: the provider's own.")


class Login(Section):
    """How to log in."""

    user: str = Field(min_length=1, description="User name, often the address.")
    password: Secret | None = Field(default=None, description="Where the password or app password is kept.")
    oauth2: OAuth2 | None = Field(default=None, description="Log in by OAuth2 instead.")

    @model_validator(mode="after")
    def _one_way(self) -> Login:
        if (self.password is None) == (self.oauth2 is None):
            raise ValueError("give either password or oauth2")
        return self


Security = Literal["tls", "starttls", "none"]


def _is_loopback(host: str) -> bool:
    if host in {"localhost", "localhost.localdomain"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Server(Section):
    """One server to connect to."""

    host: str = Field(min_length=1, description="Host name or address.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="1-65535; empty: the usual one for the security chosen."
    )
    security: Security = Field(
        default="tls", description="tls (default), starttls, or none (only for this machine itself)."
    )
    ca_file: str = Field(
        default="",
        description="Extra certificate authority (PEM), for servers with a certificate of their own.",
    )
    timeout_s: float = Field(default=60.0, gt=0, le=600, description="Seconds to wait for any answer.")

    @model_validator(mode="after")
    def _plain_only_at_home(self) -> Server:
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError("security: none is allowed only for 127.0.0.1, ::1 or localhost; use tls or starttls")
        return self


class Imap(Server):
    """The IMAP server."""

    @property
    def port_used(self) -> int:
        """The port given, or the usual one."""
        return self.port or (PORT_TLS if self.security == "tls" else PORT_STARTTLS)


class Smtp(Server):
    """The SMTP server, for notices to yourself and drafts you tell Afterword to send."""

    login: Login | None = Field(default=None, description="Empty: the account's own login.")

    @property
    def port_used(self) -> int:
        """The port given, or the usual one."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]


class Mailboxes(Section):
    """Names of mailboxes where neither special use nor the usual names find them."""

    inbox: str = Field(default="INBOX", description="Where new mail arrives.")
    drafts: str = Field(default="", description="Drafts.")
    sent: str = Field(default="", description="Sent mail.")
    archive: tuple[str, ...] = Field(default=(), description="Further mailboxes searched for earlier mail.")


class Control(Section):
    """Control from the mailbox: keywords and folders; off unless switched on."""

    keywords: bool = Field(
        default=False, description="Mark mail with keywords such as $rejection and obey those you set."
    )
    folders: bool = Field(default=False, description="Obey messages copied or moved into folders Feedback/<word>.")
    prefix: str = Field(default="Feedback", description="Parent folder of the control folders.")


class Account(Section):
    """One login to watch."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Your short name for it.")
    address: str = Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Your address; drafts are From this.")
    aliases: tuple[str, ...] = Field(
        default=(), description="Your other addresses: mail from them is yours, mail to them is to you."
    )
    backend: str = Field(default="imap", description="Which file of watcher/adapters/mail/ speaks to it.")
    imap: Imap
    login: Login
    smtp: Smtp | None = Field(default=None, description="Only for notices by mail and `afterword send`.")
    mailboxes: Mailboxes = Mailboxes()
    control: Control = Control()
    authserv_id: str = Field(
        default="",
        description="Name your receiving server signs Authentication-Results with (RFC 8601); empty: learned.",
    )
    idle_s: float | None = Field(
        default=None,
        gt=10,
        le=1740,
        description="Re-issue IDLE after so many seconds; empty: the provider's own limit or 540.",
    )

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is the user's, lower case."""
        return frozenset(item.lower() for item in (self.address, *self.aliases))


class Store(Section):
    """Where Afterword keeps what it knows."""

    url: str = Field(
        default="sqlite:///afterword.db",
        description="SQLAlchemy URL: sqlite:///file or postgresql+psycopg://...",
    )


class Watch(Section):
    """How the mailbox is watched."""

    first_run_days: int = Field(
        default=14,
        ge=0,
        le=3650,
        description="A first run judges mail of so many days; older mail is only looked up.",
    )
    history_days: int = Field(
        default=180, ge=1, le=3650, description="How far back earlier mail with an employer is looked up."
    )
    poll_s: float = Field(
        default=300.0, ge=5, le=3600, description="Ask for new mail at least this often, beside IDLE."
    )


class Timing(Section):
    """When drafts appear."""

    weekend: Literal["best", "defer"] = Field(
        default="best", description="best: last day-time hour in the window; defer: next working morning."
    )
    thanks_after_days: int = Field(
        default=8,
        ge=7,
        le=30,
        description="Working days after sending without an answer before the final thank-you.",
    )


class Drafts(Section):
    """How drafts look."""

    quote_original: bool = Field(default=False, description="Quote the rejection below the draft.")
    max_a_day: int = Field(
        default=20, ge=1, le=1000, description="Never place more drafts than this in a day, whatever happens."
    )
    paused: bool = Field(default=False, description="true: place nothing at all; everything else goes on.")
    thanks_in: tuple[str, ...] = Field(
        default=(), description="Languages with thank-you notes only, written when named here: ja, zh, ko."
    )


class Notify(Section):
    """How Afterword tells you something."""

    by: Literal["none", "mail", "mailbox"] = Field(
        default="none", description="mail: to yourself over the account's smtp; mailbox: laid into `mailbox`."
    )
    mailbox: str = Field(default="INBOX", description="Mailbox of your own the notice is laid into.")
    digest: Literal["at_once", "daily"] = Field(default="at_once", description="At once, or one mail a day.")


class Config(Section):
    """The whole of afterword.yaml."""

    me: Me
    accounts: tuple[Account, ...] = Field(min_length=1)
    store: Store = Store()
    watch: Watch = Watch()
    timing: Timing = Timing()
    drafts: Drafts = Drafts()
    notify: Notify = Notify()
    rules: str = Field(default="", description="Folder with your own rules; laid out as the shipped rules/.")
    templates: str = Field(default="", description="Folder with your own templates.")
    health_file: str = Field(default="", description="Written at every pass for monitors; empty: none.")
    health_port: int | None = Field(
        default=None, ge=1, le=65535, description="Answers GET /health on 127.0.0.1; empty: off."
    )
    _folder: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _distinct(self) -> Config:
        names = [account.name for account in self.accounts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two accounts are called '{twice[0]}'; names must differ")
        return self

    @property
    def folder(self) -> Path:
        """Where relative paths start: the folder of the file."""
        return Path(self._folder or ".")

    def path(self, text: str) -> Path:
        """Resolve a path written in the file."""
        return self.folder / Path(text).expanduser()

    def account(self, name: str) -> Account | None:
        """Give an account by name."""
        return next((account for account in self.accounts if account.name == name), None)

    @property
    def store_url(self) -> str:
        """The store's URL with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        url = self.store.url
        if url.startswith(prefix) and not url.startswith(prefix + "/") and url != prefix + ":memory:":
            return prefix + str(self.path(url.removeprefix(prefix)).absolute())
        return url


def find_config(given: str | None) -> Path:
    """Give the file named, or the first usual one that exists.

    Raises:
        ConfigError: There is none; the message says where it was looked for.
    """
    if given:
        path = Path(given).expanduser()
        if not path.is_file():
            raise ConfigError(Problem(str(path), 0, "", "there is no such file", "`afterword init` writes one"))
        return path
    names = [os.environ["AFTERWORD_CONFIG"]] if os.environ.get("AFTERWORD_CONFIG") else list(DEFAULT_NAMES)
    for name in names:
        if (path := Path(name).expanduser()).is_file():
            return path
    raise ConfigError(
        Problem(
            "afterword.yaml",
            0,
            "",
            f"no configuration found (looked at {', '.join(names)})",
            "`afterword init` writes one; --config names another",
        )
    )


def load(path: Path) -> Config:
    """Read afterword.yaml.

    Raises:
        ConfigError: With every problem in the file, each with its line and what is allowed.
    """
    document = read_document(path)
    config = validate(document, Config)
    if config is None:
        raise ConfigError(*document.problems)
    config._folder = str(path.parent.absolute())  # noqa: SLF001 -- set here and nowhere else
    return config
