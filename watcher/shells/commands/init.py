"""`afterword init`: an address in, a working afterword.yaml out; interactive or by flags, resumed where it failed."""

from __future__ import annotations

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.errors import UsageError, WatcherError

if TYPE_CHECKING:
    from watcher.config import Account, Config
    from watcher.core.rules.provider import Provider
    from watcher.ports import MailAccount
    from watcher.shells.setup.answers import Answers

TRIAL_S = 15.0  # somebody is sitting there waiting
PLACES = ("file", "keyring", "env", "credential", "command")


@click.command()
@click.argument("address", required=False, default="")
@click.option("--name", default="", help="Your name as you sign.")
@click.option("--timezone", default="", help="IANA time zone, such as Europe/Berlin; default: this machine's.")
@click.option("--country", default="", help="ISO 3166 country of your public holidays, such as DE.")
@click.option("--account", default="", help="Short name for the account; default: private.")
@click.option("--host", default="", help="IMAP server, when it should not be looked up.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="IMAP port.")
@click.option(
    "--security", type=click.Choice(["tls", "starttls", "none"]), default=None, help="none: this machine only."
)
@click.option("--ca-file", default="", help="Certificate authority (PEM) of a server with a certificate of its own.")
@click.option("--user", default="", help="Login name; default: as the provider wants it.")
@click.option("--drafts", default="", help="Name of the Drafts mailbox, where it cannot be found.")
@click.option("--sent", default="", help="Name of the Sent mailbox, where it cannot be found.")
@click.option("--keep", type=click.Choice(PLACES), default=None, help="Where the password is kept.")
@click.option("--named", default="", help="The file, variable, credential or command of that place.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--oauth2", is_flag=True, help="Log in by OAuth2 with a client id of your own.")
@click.option("--client-id", default="", help="OAuth2 client id.")
@click.option("--client-secret-file", default="", help="File with the OAuth2 client secret (mode 0600).")
@click.option(
    "--login", "again", is_flag=True, help="Only log in by OAuth2 again, with the configuration that is there."
)
@click.option("--browser/--no-browser", default=True, help="Open a browser for OAuth2, or only show the address.")
@click.option("--lookup/--no-lookup", default=True, help="Ask DNS and your domain for its servers.")
@click.option("--test-draft/--no-test-draft", default=None, help="Place a test draft and remove it again.")
@click.option("--output", default="afterword.yaml", show_default=True, help="Where to write the configuration.")
@click.option("--config", "config_file", default=None, help="With --login: the configuration.")
@click.option("--force", is_flag=True, help="Replace a configuration that is there.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults, fail where something is missing.")
def command(**given: object) -> int:
    """Set Afterword up for ADDRESS.

    It finds the servers, keeps the password safely, tries it and writes the file.

    Nothing is sent, and nothing in the mailbox is changed unless you agree to the test draft. When something fails,
    mend it and run the same command again: it goes on where it stopped.
    """
    return _Setup(given).run()


class _Setup:
    """One run of `init`; its methods are its steps, in order."""

    def __init__(self, given: dict[str, object]) -> None:
        self.given = given
        self.yes = bool(given["yes"])
        self.output = Path(str(given["output"])).expanduser()
        self.secret = ""

    def run(self) -> int:
        if self.given["again"]:
            return self._log_in_again()
        if self.output.exists() and not self.given["force"]:
            raise UsageError(f"{self.output} is there already; --force replaces it, --output writes elsewhere")
        from watcher.adapters.rulebook import load_rulebook
        from watcher.shells.manners import WHAT_TO_EXPECT, WHY_WAIT
        from watcher.shells.setup.answers import forget_progress, write_progress
        from watcher.shells.setup.writing import config_text, write_config

        answers = self._told()
        provider = self._servers(answers, load_rulebook().providers)
        self._person(answers)
        self._secret_place(answers, provider)
        write_progress(self.output, answers)
        draft = self.output.with_name(f".{self.output.name}.trial")
        write_config(draft, config_text(answers))
        try:
            code = self._trial(draft)
        finally:
            draft.unlink(missing_ok=True)
        if code:
            click.echo("Nothing was written. Mend it and run the same command again: it goes on from here.", err=True)
            return code
        write_config(self.output, config_text(answers))
        forget_progress(self.output)
        click.echo(
            f"Wrote {self.output}. Next: afterword check --config {shlex.quote(str(self.output))}, then afterword run."
        )
        click.echo(f"Good to know: {WHY_WAIT}\n{WHAT_TO_EXPECT}")
        return 0

    # -- what was told already

    def _told(self) -> Answers:
        from watcher.shells.setup.answers import Answers, read_progress

        answers = Answers()
        for key in ("address", "name", "timezone", "country", "account", "host", "ca_file", "user", "drafts", "sent"):
            setattr(answers, key, str(self.given[key]))
        answers.port = int(str(self.given["port"] or 0))
        answers.security = str(self.given["security"] or "")
        answers.place = "oauth2" if self.given["oauth2"] else str(self.given["keep"] or "")
        answers.named = str(self.given["named"])
        answers.client_id, answers.client_secret_file = (
            str(self.given["client_id"]),
            str(self.given["client_secret_file"]),
        )
        earlier = read_progress(self.output, answers.address)
        if earlier.address:
            click.echo(f"Going on with what you told for {earlier.address}.")
            answers.fill(earlier)
        answers.address = answers.address or self._ask("Your mail address")
        if answers.address.count("@") != 1 or not all(answers.address.split("@")) or " " in answers.address:
            raise UsageError(f"'{answers.address}' is not a mail address such as sam@example.org")
        return answers

    # -- the servers

    def _servers(self, answers: Answers, providers: tuple[Provider, ...]) -> Provider | None:
        from watcher.shells.setup.servers import fill_servers

        known = fill_servers(answers, providers, ask_domain=bool(self.given["lookup"]))
        if known.source:
            click.echo(f"IMAP server: {answers.host} (from {known.source})")
        if known.provider:
            click.echo(known.provider.needs.replace("{domain}", answers.address.rpartition("@")[2]))
            for note in known.provider.notes:
                click.echo(f"  - {note}")
        if not answers.host:
            domain = answers.address.rpartition("@")[2]
            click.echo(
                f"No server found for {domain}; your provider's help names it as 'IMAP server' or 'incoming mail'."
            )
            answers.host = self._ask("IMAP server", f"imap.{domain}")
        answers.security = answers.security or self._ask("Security (tls, starttls, none)", "tls")
        if answers.security not in {"tls", "starttls", "none"}:
            raise UsageError(f"'{answers.security}' is not tls, starttls or none")
        answers.port = answers.port or (993 if answers.security == "tls" else 143)
        answers.user = answers.user or self._ask("Login name", answers.address)
        return known.provider

    # -- the person

    def _person(self, answers: Answers) -> None:
        guess = answers.address.partition("@")[0].replace(".", " ").replace("_", " ").title()
        answers.name = answers.name or self._ask("Your name, as you sign", guess)
        answers.timezone = answers.timezone or self._ask("Time zone", _local_zone())
        answers.account = answers.account or "private"

    # -- the secret

    def _secret_place(self, answers: Answers, provider: Provider | None) -> None:
        from watcher.shells.setup.keeping import keep_in_file, keep_in_keyring, keyring_works

        if not answers.place and provider and provider.auth == ("oauth2",):
            answers.place = "oauth2"
        if answers.place == "oauth2":
            answers.provider = answers.provider or (provider.oauth2 if provider and provider.oauth2 else "") or ""
            if not answers.provider:
                raise UsageError(
                    "OAuth2 by init works for Google and Microsoft; for others see docs/reference/configuration.md"
                )
            answers.client_id = answers.client_id or self._ask("OAuth2 client id (docs/how-to says how to get one)")
            return
        default = "keyring" if not self.yes and keyring_works() else "file"
        answers.place = answers.place or self._ask(f"Where shall the password be kept ({', '.join(PLACES)})", default)
        if answers.place not in PLACES:
            raise UsageError(f"'{answers.place}' is not one of {', '.join(PLACES)}")
        if answers.place in {"env", "credential", "command"}:
            answers.named = answers.named or self._ask(
                {"env": "Variable", "credential": "Credential", "command": "Command"}[answers.place]
            )
            return
        secret = self._password(answers, provider)
        if answers.place == "keyring":
            answers.named = answers.named or f"afterword/{answers.user}"
            if secret:
                answers.named = keep_in_keyring(answers.user, secret)
            return
        answers.named = answers.named or f"{answers.account}-password"
        path = self.output.parent / Path(answers.named).expanduser()
        if secret:
            keep_in_file(path, secret)
        elif not path.is_file():
            raise UsageError(f"no password was given and {path} is not there; --password-stdin reads one")

    def _password(self, answers: Answers, provider: Provider | None) -> str:
        if self.given["password_stdin"]:
            secret = sys.stdin.readline().rstrip("\r\n")
        elif self.yes:
            return ""
        else:
            kept = f" (empty: the one kept in {answers.named})" if answers.named else ""
            question = f"Password for {answers.user}{kept}"
            secret = str(click.prompt(question, hide_input=True, default="", show_default=False))
        return secret.replace(" ", "") if provider and provider.strip_spaces else secret

    # -- the trial

    def _trial(self, path: Path) -> int:
        from watcher.adapters.clock import SystemClock
        from watcher.config import load
        from watcher.shells.setup.trial import told, try_account

        config = load(path)
        account = config.accounts[0]
        account = account.model_copy(update={"imap": account.imap.model_copy(update={"timeout_s": TRIAL_S})})
        now = SystemClock().now()
        if account.login.oauth2:
            self._log_in(config, account, now)
        trial, opened = try_account(config, account, _open)
        if opened is None or trial.facts is None:
            click.echo(f"afterword: {trial.problem}", err=True)
            return trial.exit_code
        try:
            click.echo(f"Logged in as {account.login.user}.")
            for line in told(trial.facts):
                click.echo(f"  {line}")
            self._draft(config, opened, account, now)
        finally:
            opened.close()
        return 0

    def _draft(self, config: Config, opened: MailAccount, account: Account, now: datetime) -> None:
        wanted = self.given["test_draft"]
        if wanted is None:
            wanted = not self.yes and click.confirm("Place a test draft and remove it again?", default=False)
        if not wanted:
            return
        from watcher.shells.setup.trial import sample_draft

        message_id, raw = sample_draft(account, config.me.name, now)
        placed = opened.place_draft(raw, message_id)
        click.echo(f"  A test draft lay in {placed.mailbox}; {_remove(config, account, message_id, raw)}")

    # -- OAuth2

    def _log_in(self, config: Config, account: Account, now: datetime) -> None:
        from watcher.adapters.oauth2 import log_in, write_tokens
        from watcher.logins import secret_reader, token_path

        settings = account.login.oauth2
        assert settings is not None
        secret = secret_reader(settings.client_secret, config.folder)() if settings.client_secret else ""
        tokens = log_in(
            settings, account.login.user, now, secret, tell=click.echo, open_browser=bool(self.given["browser"])
        )
        write_tokens(token_path(config, account), tokens)

    def _log_in_again(self) -> int:
        from watcher.adapters.clock import SystemClock
        from watcher.config import find_config, load

        given = self.given["config_file"]
        config = load(find_config(str(given) if given else None))
        names = [account for account in config.accounts if account.login.oauth2]
        if not names:
            raise UsageError("no account of this configuration logs in by OAuth2")
        for account in names:
            self._log_in(config, account, SystemClock().now())
            click.echo(f"{account.name}: logged in.")
        return 0

    def _ask(self, question: str, default: str = "") -> str:
        if self.yes:
            if default:
                return default
            raise UsageError(f"{question}: not given, and --yes asks nothing")
        answer: str = click.prompt(question, default=default or None, type=str)
        return answer.strip()


def _open(config: Config, account: Account) -> MailAccount:
    from watcher.logins import open_mail

    return open_mail(config, account)


def _remove(config: Config, account: Account, message_id: str, raw: bytes) -> str:
    from watcher.logins import open_control

    try:
        control = open_control(config, account)
        try:
            removed = control.remove_own_draft(message_id, raw)
        finally:
            control.close()
    except WatcherError as error:
        return f"it could not be removed ({error}); please delete it yourself."
    return (
        "it was removed again."
        if removed
        else "the server changed it, so it was left alone: please delete it yourself."
    )


def _local_zone() -> str:
    """Give this machine's IANA zone, UTC when it does not say."""
    for path in (Path("/etc/timezone"),):
        if path.is_file() and (name := path.read_text("utf-8").strip()):
            return name
    link = Path("/etc/localtime")
    if link.is_symlink() and "zoneinfo/" in (target := str(link.readlink())):
        return target.partition("zoneinfo/")[2]
    return "UTC"
