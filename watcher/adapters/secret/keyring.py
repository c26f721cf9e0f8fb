"""A secret in the system's keyring (extra: afterword[keyring]); value is `service` or `service/user`."""

from __future__ import annotations

from pathlib import Path

from watcher.errors import SecretError


def read(value: str, folder: Path) -> str:
    """Give the password kept under the service; `folder` is not used."""
    del folder
    try:
        import keyring
    except ImportError as error:
        raise SecretError(
            "keyring is not installed; run: pip install 'afterword[keyring]', or use password: {file: ...}"
        ) from error
    service, _, user = value.partition("/")
    try:
        secret = keyring.get_password(service, user or "afterword")
    except Exception as error:
        raise SecretError(f"the keyring cannot be used here ({error}); use password: {{file: ...}} instead") from error
    if not secret:
        raise SecretError(
            f"the keyring holds no password for '{service}'; run: keyring set {service} {user or 'afterword'}"
        )
    return str(secret)
