"""Fixtures every test may use: private mail servers, and what to say when one is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import servers
from watcher.demo.imap_server import EmbeddedServer


@pytest.fixture(scope="session")
def dovecot() -> Iterator[servers.MailServer]:
    """A private Dovecot; any user, password servers.PASSWORD; a fresh user name is a fresh account."""
    try:
        with servers.dovecot() as server:
            yield server
    except servers.NotHere as missing:
        say_missing(missing)


@pytest.fixture(scope="session")
def cyrus() -> Iterator[servers.MailServer]:
    """A private Cyrus; users cy1 to cy150, password servers.PASSWORD. Never demanded: its packages fit one Debian."""
    try:
        with servers.cyrus() as server:
            yield server
    except servers.NotHere as missing:
        pytest.skip(f"not here: {missing}")


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedServer]:
    """The embedded server, by the book; a fresh user name is a fresh account."""
    with EmbeddedServer(password=servers.PASSWORD) as server:
        yield server


def say_missing(missing: Exception) -> None:
    """Skip aloud; in CI a missing server is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"not installed: {missing}")
    pytest.skip(f"not installed: {missing}")
