"""A password the user typed -> kept in the keyring or a 0600 file; only its place goes into the configuration."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.errors import SecretError


def keyring_works() -> bool:
    """Tell whether a keyring can be written here (a server without a desktop has none)."""
    try:
        import keyring
        import keyring.backends.fail
        import keyring.backends.null
    except ImportError:
        return False
    backend = keyring.get_keyring()
    return not isinstance(backend, keyring.backends.fail.Keyring | keyring.backends.null.Keyring)


def keep_in_keyring(user: str, secret: str) -> str:
    """Keep it under service `afterword`; give what the configuration names."""
    import keyring

    try:
        keyring.set_password("afterword", user, secret)
    except Exception as error:
        raise SecretError(f"the keyring took no password ({error}); use --keep file") from error
    return f"afterword/{user}"


def keep_in_file(path: Path, secret: str) -> None:
    """Keep it in a file nobody else can read, whatever stood there before."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret + "\n")
    except OSError as error:
        raise SecretError(f"the password file {path} cannot be written: {error.strerror}") from error
