"""What the user has told so far; kept beside the configuration until `init` is through, without any secret."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from watcher.errors import InputError


@dataclass(slots=True)
class Answers:
    """Everything `init` asks; empty means not told yet.

    Attributes:
        address: The user's address.
        name: As drafts are signed.
        timezone: IANA name.
        country: ISO 3166, for public holidays.
        account: Short name of the account.
        host: IMAP host.
        port: IMAP port, 0 when not told.
        security: tls, starttls or none.
        ca_file: Extra certificate authority.
        user: Login name.
        place: Where the secret is kept: file, keyring, env, credential, command; or oauth2.
        named: Path, variable, service, credential or command of that place.
        client_id: OAuth2.
        client_secret_file: OAuth2.
        provider: OAuth2: google or microsoft.
        smtp_host: Submission server; empty: none is written.
        smtp_port: Its port.
        smtp_security: tls or starttls.
        drafts: Mailbox name where it cannot be found.
        sent: Mailbox name where it cannot be found.
    """

    address: str = ""
    name: str = ""
    timezone: str = ""
    country: str = ""
    account: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    ca_file: str = ""
    user: str = ""
    place: str = ""
    named: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    provider: str = ""
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: str = ""
    drafts: str = ""
    sent: str = ""

    def fill(self, other: Answers) -> None:
        """Take from other what is not told here yet."""
        for field in fields(self):
            if not getattr(self, field.name):
                setattr(self, field.name, getattr(other, field.name))


def progress_file(output: Path) -> Path:
    """Give the file progress is kept in."""
    return output.with_name(f".{output.name}.init")


def read_progress(output: Path, address: str) -> Answers:
    """Give what an earlier, unfinished `init` for the same address was told; empty answers otherwise."""
    try:
        found = json.loads(progress_file(output).read_text("utf-8"))
        known = {field.name for field in fields(Answers)}
        answers = Answers(**{key: value for key, value in found.items() if key in known})
    except (OSError, ValueError, TypeError):
        return Answers()
    return answers if not address or answers.address == address else Answers()


def write_progress(output: Path, answers: Answers) -> None:
    """Remember what was told, so that the next `init` goes on where this one stopped."""
    path = progress_file(output)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(answers), file)
    except OSError as error:
        raise InputError(
            f"{path.parent} cannot be written to: {error.strerror}; name another place with --output"
        ) from error


def forget_progress(output: Path) -> None:
    """`init` is through."""
    progress_file(output).unlink(missing_ok=True)
