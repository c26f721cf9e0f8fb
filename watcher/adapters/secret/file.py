"""A secret in the first line of a file that only its owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from watcher.errors import SecretError


def read(value: str, folder: Path) -> str:
    """Give the first line of the file; a relative path starts from the configuration's folder."""
    path = folder / Path(value).expanduser()
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except OSError as error:
        raise SecretError(f"the password file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SecretError(f"the password file {path} is not UTF-8 text") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretError(f"the password file {path} can be read by others; run: chmod 600 {path}")
    secret = text.split("\n", 1)[0].rstrip("\r")
    if not secret:
        raise SecretError(f"the password file {path} is empty")
    return secret
