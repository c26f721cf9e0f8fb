"""A database URL -> an engine in the state we need it, its schema up to date; foreign errors become StoreError.

SQLite: WAL, synchronous=FULL (a claim must outlive the power), foreign keys, busy timeout, secure_delete (what is
forgotten is overwritten), file mode 0600 (SQLite gives -wal and -shm the mode of the file).

Source: sqlite.org/pragma.html, sqlite.org/wal.html.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from watcher.adapters.store.schema import HEAD
from watcher.errors import ConfigError, Problem, StoreError

BUSY_MS = 10_000
WRITE = {"afterword_write": True}


@contextmanager
def guard(what: str) -> Iterator[None]:
    """Turn whatever the database throws into a StoreError that says what to do."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(f"the store cannot be used ({what}): {_advice(error)}") from error


def connect(url: str) -> Engine:
    """Open the database and bring its schema up to date.

    Raises:
        StoreError: It cannot be opened, read, written or migrated.
        ConfigError: The URL names no database we can speak to.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, **_options(parsed.get_backend_name(), parsed.database))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        hint = "sqlite:///file, or postgresql+psycopg://... with the extra afterword[postgresql]"
        raise ConfigError(Problem("afterword.yaml", 0, "store.url", f"cannot be used: {error}", hint)) from error
    with guard("opening"):
        if parsed.get_backend_name() == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                _make_private(Path(parsed.database))
            _configure_sqlite(engine)
        try:
            _migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _options(backend: str, database: str | None) -> dict[str, Any]:
    if backend == "sqlite" and (not database or database == ":memory:"):
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if backend == "sqlite":
        return {"connect_args": {"timeout": BUSY_MS / 1000}}
    return {"pool_pre_ping": True}


def _make_private(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreError(f"the store cannot be made: there is no folder {path.parent}")
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: pysqlite would leave DDL outside
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A reader that becomes a writer cannot wait for the lock (SQLITE_BUSY at once); writers say so first.
        immediate = connection.get_execution_options().get("afterword_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(engine: Engine) -> None:
    if _version(engine) == HEAD:
        return  # Alembic costs 0.2 s to import
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect().execution_options(**WRITE) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"the store was written by another version of Afterword ({error}); use that one or a newer one"
            ) from error


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, "alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def _advice(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    lower = said.lower()
    for words, advice in (
        ("locked", "another program holds it; try again"),
        ("full", "the disk is full; make room"),
        ("not a database", "the file is damaged or no database of Afterword; restore it from a backup or move it away"),
        ("malformed", "the file is damaged; restore it from a backup or move it away"),
        ("readonly", "it is read-only; look at the rights of the file and its folder"),
        ("unable to open", "it cannot be opened; look at the rights of the file and its folder"),
    ):
        if words in lower:
            return f"{said}: {advice}"
    return said
