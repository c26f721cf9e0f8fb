"""bytes -> Message through mail-parser."""

from __future__ import annotations

from watcher.core.message.values import Message


def parse(raw: bytes) -> Message:
    """Read any bytes as a message; never raises: what cannot be read says so in `error`."""
    raise NotImplementedError
