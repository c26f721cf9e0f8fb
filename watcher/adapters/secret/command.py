"""A secret that a command prints, such as `pass show mail`."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from watcher.errors import SecretError

TIMEOUT_S = 30.0


def read(value: Sequence[str], folder: Path) -> str:
    """Give the first line the command prints; it runs in the configuration's folder, without a shell."""
    try:
        done = subprocess.run(  # noqa: S603 -- the user's own command, from the user's own file
            list(value),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise SecretError(f"the password command '{value[0]}' did not work: {error}") from error
    secret = done.stdout.split("\n", 1)[0].rstrip("\r")
    if done.returncode or not secret:
        raise SecretError(f"the password command '{value[0]}' ended with {done.returncode} and gave no password")
    return secret
