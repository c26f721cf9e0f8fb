"""One Afterword at a time on one store: flock beside the SQLite file, an advisory lock in PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import zlib
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from watcher.adapters.store.engine import guard
from watcher.errors import AlreadyRunning


class Lock:
    """Held from `with` to its end; the system lets go of it when the process dies, however it dies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file: int | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        with guard("locking"):
            if self._engine.dialect.name == "sqlite":
                self._lock_file(self._engine.url.database)
            else:
                self._lock_database()
        return self

    def _lock_file(self, database: str | None) -> None:
        if not database or database == ":memory:":
            return
        self._file = os.open(f"{database}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            self._file = None
            raise AlreadyRunning(f"another Afterword works on {database}; stop it first, or wait for it") from None

    def _lock_database(self) -> None:
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        key = zlib.crc32(b"afterword")
        if not self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
            self._connection.close()
            self._connection = None
            raise AlreadyRunning("another Afterword works on this database; stop it first, or wait for it")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)  # the file stays: removing it would let two hold "the" lock
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()  # the lock ends with the session
            self._connection.close()
            self._connection = None
