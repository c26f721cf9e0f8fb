"""A secret in an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.errors import SecretError


def read(value: str, folder: Path) -> str:
    """Give the variable's value; `folder` is not used."""
    del folder
    secret = os.environ.get(value)
    if not secret:
        raise SecretError(
            f"the environment variable {value} is not set; set it, or name another place for the password"
        )
    return secret
