"""A secret that systemd hands over (LoadCredential=, LoadCredentialEncrypted=)."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.errors import SecretError


def read(value: str, folder: Path) -> str:
    """Give the credential's first line; `folder` is not used."""
    del folder
    where = os.environ.get("CREDENTIALS_DIRECTORY")
    if not where:
        raise SecretError(f"no systemd credentials here; the unit needs LoadCredential={value}:/path")
    if "/" in value or value.startswith("."):
        raise SecretError(f"'{value}' is not a credential name")
    try:
        return Path(where, value).read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except OSError as error:
        raise SecretError(
            f"systemd handed over no credential '{value}'; the unit needs LoadCredential={value}:/path"
        ) from error
