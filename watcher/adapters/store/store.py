"""SqlStore: the Store port in SQL that SQLite and PostgreSQL both run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, RowMapping, Table, create_engine, delete, func, insert, or_, select, update
from sqlalchemy.pool import StaticPool

from watcher.adapters.store.engine import WRITE, connect, guard
from watcher.adapters.store.lock import Lock
from watcher.adapters.store.schema import (
    ANSWER,
    APPLICATION,
    CURSOR,
    DRAFT,
    EVENT,
    FORGETTING,
    HEALTH,
    NOTICE,
    SEEN,
    THREAD,
)
from watcher.core.answer import Answer
from watcher.core.life import JobApplication
from watcher.core.plan import Kind, Plan
from watcher.errors import StoreError
from watcher.ports import (
    AnswerRecord,
    Change,
    Cursor,
    DraftRecord,
    DraftState,
    EventRecord,
    Health,
    Notice,
    Seen,
)

T = TypeVar("T")
_APPLICATION: TypeAdapter[JobApplication] = TypeAdapter(JobApplication)
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_PLAIN_DRAFT = tuple(field.name for field in fields(DraftRecord) if field.name not in {"plan", "state", "late"})


class _Stale(Exception):
    """Somebody else changed a record since it was read."""


def open_store(url: str) -> SqlStore:
    """Open the store named by an SQLAlchemy URL, made or migrated if need be."""
    return SqlStore(connect(url))


class SqlStore:
    """What Afterword remembers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lock(self) -> Lock:
        """Give the lock that only one process at a time can hold."""
        return Lock(self._engine)

    def copy(self) -> SqlStore:
        """Give a copy in memory, for a dry run; only of SQLite.

        Raises:
            StoreError: The store is no SQLite file.
        """
        with guard("copying"):
            if self._engine.dialect.name != "sqlite":
                raise StoreError("a dry run copies the store, which works with SQLite only")
            engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
            with self._engine.connect() as source, engine.connect() as target:
                there, here = source.connection.driver_connection, target.connection.driver_connection
                assert there is not None
                assert here is not None
                there.backup(here)
            return SqlStore(engine)

    def cursor(self, account: str, role: str) -> Cursor | None:
        """See Store."""
        with self._read() as connection:
            value = connection.execute(
                select(CURSOR.c.value).where(CURSOR.c.account == account, CURSOR.c.role == role)
            ).scalar()
        return None if value is None else Cursor(value)

    def seen(self, account: str, key: str) -> Seen | None:
        """See Store."""
        with self._read() as connection:
            row = _one(connection, select(SEEN).where(SEEN.c.account == account, SEEN.c.key == key))
        return None if row is None else Seen(**{field.name: row[field.name] for field in fields(Seen)})

    def record(self, *changes: Change) -> bool:
        """See Store."""
        try:
            with self._write() as connection:
                for change in changes:
                    _apply(connection, change)
        except _Stale:
            return False
        return True

    def applications(self, account: str | None = None) -> list[JobApplication]:
        """See Store."""
        query = select(APPLICATION).order_by(APPLICATION.c.arrived, APPLICATION.c.ref)
        if account is not None:
            query = query.where(APPLICATION.c.account == account)
        with self._read() as connection:
            return [_application(row) for row in connection.execute(query).mappings()]

    def application(self, ref: str) -> JobApplication | None:
        """See Store."""
        with self._read() as connection:
            row = _one(connection, select(APPLICATION).where(APPLICATION.c.ref == ref))
            return None if row is None else _application(row)

    def refs(self, prefix: str) -> list[str]:
        """See Store."""
        with self._read() as connection:
            query = select(APPLICATION.c.ref).where(APPLICATION.c.ref.startswith(prefix, autoescape=True))
            return list(connection.execute(query.order_by(APPLICATION.c.ref)).scalars())

    def threads(self, account: str) -> dict[str, str]:
        """See Store."""
        with self._read() as connection:
            found = connection.execute(select(THREAD.c.message_id, THREAD.c.ref).where(THREAD.c.account == account))
            threads = {row.message_id: row.ref for row in found}
            mine = connection.execute(
                select(DRAFT.c.message_id, DRAFT.c.sent_id, DRAFT.c.ref).where(DRAFT.c.account == account)
            )
            for row in mine:
                threads |= {name: row.ref for name in (row.message_id, row.sent_id) if name}
        return threads

    def drafts(self, account: str | None = None, ref: str | None = None) -> list[DraftRecord]:
        """See Store."""
        query = select(DRAFT).order_by(DRAFT.c.due, DRAFT.c.ref)
        if account is not None:
            query = query.where(DRAFT.c.account == account)
        if ref is not None:
            query = query.where(DRAFT.c.ref == ref)
        with self._read() as connection:
            return [_draft(row) for row in connection.execute(query).mappings()]

    def due(self, account: str, now: datetime) -> list[DraftRecord]:
        """See Store."""
        query = select(DRAFT).where(
            DRAFT.c.account == account,
            DRAFT.c.state == DraftState.WAITING,
            DRAFT.c.due <= now,
            or_(DRAFT.c.not_before.is_(None), DRAFT.c.not_before <= now),
        )
        with self._read() as connection:
            return [_draft(row) for row in connection.execute(query.order_by(DRAFT.c.due, DRAFT.c.ref)).mappings()]

    def next_due(self, account: str) -> datetime | None:
        """See Store."""
        query = select(DRAFT.c.due, DRAFT.c.not_before).where(
            DRAFT.c.account == account, DRAFT.c.state == DraftState.WAITING
        )
        with self._read() as connection:
            moments = [max(row.due, row.not_before or row.due) for row in connection.execute(query)]
        return min(moments, default=None)

    def claim(self, ref: str, kind: Kind, now: datetime) -> bool:
        """See Store."""
        with self._write() as connection:
            done = connection.execute(
                update(DRAFT)
                .where(DRAFT.c.ref == ref, DRAFT.c.kind == kind, DRAFT.c.state == DraftState.WAITING)
                .values(state=DraftState.CLAIMED, claimed_at=now, attempts=DRAFT.c.attempts + 1)
            )
            return done.rowcount == 1

    def recover(self, account: str) -> list[DraftRecord]:
        """See Store."""
        claimed = (DRAFT.c.account == account, DRAFT.c.state == DraftState.CLAIMED)
        with self._write() as connection:
            rows = [_draft(row) for row in connection.execute(select(DRAFT).where(*claimed)).mappings()]
            connection.execute(update(DRAFT).where(*claimed).values(state=DraftState.WAITING))
        return rows

    def placed_since(self, since: datetime) -> int:
        """See Store."""
        with self._read() as connection:
            query = select(func.count()).select_from(DRAFT).where(DRAFT.c.placed_at > since)
            return connection.execute(query).scalar_one()

    def answers(self, ref: str | None = None) -> list[AnswerRecord]:
        """See Store."""
        query = select(ANSWER).order_by(ANSWER.c.at)
        if ref is not None:
            query = query.where(ANSWER.c.ref == ref)
        with self._read() as connection:
            rows = connection.execute(query).mappings()
            return [AnswerRecord(r["ref"], r["message_id"], r["at"], _loaded(_ANSWER, r["record"])) for r in rows]

    def events(self, ref: str | None = None) -> list[EventRecord]:
        """See Store."""
        query = select(EVENT).order_by(EVENT.c.id)
        if ref is not None:
            query = query.where(EVENT.c.ref == ref)
        with self._read() as connection:
            rows = connection.execute(query).mappings()
            return [EventRecord(**{field.name: row[field.name] for field in fields(EventRecord)}) for row in rows]

    def counts(self, account: str) -> dict[str, int]:
        """See Store."""
        query = select(SEEN.c.what, func.count()).where(SEEN.c.account == account).group_by(SEEN.c.what)
        with self._read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def health(self, account: str) -> Health:
        """See Store."""
        with self._read() as connection:
            row = _one(connection, select(HEALTH).where(HEALTH.c.account == account))
        if row is None:
            return Health(account)
        return Health(**(dict(row) | {"must_act": bool(row["must_act"])}))

    def set_health(self, health: Health) -> None:
        """See Store."""
        with self._write() as connection:
            _put(connection, HEALTH, asdict(health) | {"must_act": int(health.must_act)}, "account")

    def untold(self) -> list[Notice]:
        """See Store."""
        query = select(NOTICE).where(NOTICE.c.told.is_(None)).order_by(NOTICE.c.made, NOTICE.c.key)
        with self._read() as connection:
            rows = connection.execute(query).mappings()
            return [Notice(r["key"], r["subject"], r["body"], urgent=bool(r["urgent"])) for r in rows]

    def told(self, key: str, now: datetime) -> None:
        """See Store."""
        with self._write() as connection:
            connection.execute(update(NOTICE).where(NOTICE.c.key == key).values(told=now))

    def forget(self, ref: str, now: datetime) -> None:
        """See Store."""
        with self._write() as connection:
            connection.execute(insert(FORGETTING).values(ref=ref))
            connection.execute(delete(EVENT).where(EVENT.c.ref == ref))
            connection.execute(delete(FORGETTING).where(FORGETTING.c.ref == ref))
            connection.execute(
                update(SEEN)
                .where(SEEN.c.application == ref)
                .values(message_id="", application="", outcome="", language="", template="", error="", what="forgotten")
            )
            connection.execute(delete(NOTICE).where(NOTICE.c.key.startswith(f"{ref}/", autoescape=True)))
            account = connection.execute(select(APPLICATION.c.account).where(APPLICATION.c.ref == ref)).scalar()
            connection.execute(delete(APPLICATION).where(APPLICATION.c.ref == ref))
            if account is not None:
                connection.execute(insert(EVENT).values(at=now, account=account, ref="", what="forgotten"))

    def close(self) -> None:
        """See Store."""
        with guard("closing"):
            self._engine.dispose()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with guard("reading"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with guard("writing"), self._engine.connect().execution_options(**WRITE) as connection, connection.begin():
            yield connection


def _apply(connection: Connection, change: Change) -> None:
    for application in change.applications:
        _put_application(connection, application)
    for draft in change.drafts:
        _put_draft(connection, draft)
    for answer in change.answers:
        record = _ANSWER.dump_json(answer.answer).decode()
        row = {"ref": answer.ref, "message_id": answer.message_id, "at": answer.at}
        _put(connection, ANSWER, row | {"kind": answer.answer.kind, "record": record}, "ref", "message_id")
    for seen in change.seen:
        _put(connection, SEEN, asdict(seen) | {"account": change.account}, "account", "key")
    if change.events:
        connection.execute(insert(EVENT), [asdict(event) for event in change.events])
    for notice in change.notices:
        known = connection.execute(select(NOTICE.c.key).where(NOTICE.c.key == notice.key)).scalar()
        if known is None:
            made = change.events[-1].at if change.events else None
            connection.execute(insert(NOTICE).values(**asdict(notice) | {"urgent": int(notice.urgent), "made": made}))
    if change.cursor is not None:
        role, cursor = change.cursor
        row = {"account": change.account, "role": role, "value": cursor.value}
        _put(connection, CURSOR, row, "account", "role")


def _put_application(connection: Connection, application: JobApplication) -> None:
    stored = replace(application, version=application.version + 1)
    row: dict[str, Any] = {
        "ref": stored.ref,
        "account": stored.account,
        "state": stored.state,
        "reason": stored.reason,
        "employer": stored.details.employer,
        "role": stored.details.role,
        "contact_address": stored.person.address if stored.person else "",
        "arrived": stored.arrived,
        "changed": stored.changed,
        "message_id": stored.message_id,
        "record": _APPLICATION.dump_json(stored).decode(),
        "version": stored.version,
    }
    where = (APPLICATION.c.ref == application.ref, APPLICATION.c.version == application.version)
    if application.version == 0:
        if connection.execute(select(APPLICATION.c.ref).where(APPLICATION.c.ref == application.ref)).scalar():
            raise _Stale
        connection.execute(insert(APPLICATION).values(**row))
    elif connection.execute(update(APPLICATION).where(*where).values(**row)).rowcount != 1:
        raise _Stale
    ids = sorted(stored.threads | ({stored.message_id} if stored.message_id else set()))
    known = set(connection.execute(select(THREAD.c.message_id).where(THREAD.c.ref == stored.ref)).scalars())
    rows = [{"ref": stored.ref, "account": stored.account, "message_id": name} for name in ids if name not in known]
    if rows:
        connection.execute(insert(THREAD), rows)


def _put_draft(connection: Connection, draft: DraftRecord) -> None:
    plan = draft.plan
    row: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN_DRAFT}
    row |= {"kind": plan.kind, "due": plan.due, "opens": plan.opens, "closes": plan.closes, "gives_up": plan.gives_up}
    row |= {"note": plan.note, "state": draft.state, "late": int(draft.late)}
    _put(connection, DRAFT, row, "ref", "kind")


def _put(connection: Connection, table: Table, row: dict[str, Any], *key: str) -> None:
    where = [table.c[name] == row[name] for name in key]
    rest = {name: value for name, value in row.items() if name not in key}
    if not connection.execute(update(table).where(*where).values(**rest)).rowcount:
        connection.execute(insert(table).values(**row))


def _one(connection: Connection, query: Any) -> RowMapping | None:
    row: RowMapping | None = connection.execute(query).mappings().first()
    return row


def _application(row: RowMapping) -> JobApplication:
    return _loaded(_APPLICATION, row["record"])


def _draft(row: RowMapping) -> DraftRecord:
    plan = Plan(
        Kind(row["kind"]), row["due"], row["opens"], row["closes"], row["gives_up"], row["note"], bool(row["late"])
    )
    plain = {name: row[name] for name in _PLAIN_DRAFT}
    return DraftRecord(plan=plan, state=DraftState(row["state"]), late=bool(row["late"]), **plain)


def _loaded(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise StoreError(f"the store holds a record that cannot be read: {error.errors()[0]['msg']}") from error
