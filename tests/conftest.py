"""Fixtures every test may use: private mail servers, and what to say when one is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import servers


@pytest.fixture(scope="session")
def dovecot() -> Iterator[servers.MailServer]:
    """A private Dovecot; any user, password servers.PASSWORD; a fresh user name is a fresh account."""
    try:
        with servers.dovecot() as server:
            yield server
    except servers.NotHere as missing:
        say_missing(missing)


def say_missing(missing: Exception) -> None:
    """Skip aloud; in CI a missing server is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"not installed: {missing}")
    pytest.skip(f"not installed: {missing}")
