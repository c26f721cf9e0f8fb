"""The tables, as SQLAlchemy Core values; `migrations/` makes them, a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

HEAD = "0001"


class Instant(TypeDecorator[datetime]):
    """An aware instant as UTC ISO 8601 text of one width, so that comparing texts compares instants."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write."""
        del dialect
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read."""
        del dialect
        return None if value is None else datetime.fromisoformat(str(value)).astimezone(UTC)


METADATA = MetaData()


def _text(name: str, *, default: str = "") -> Column[Any]:
    return Column(name, Text, nullable=False, server_default=default)


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default="0")


def _table(name: str, *parts: Any) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True)


CURSOR = _table(
    "cursor",
    Column("account", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("account", "role"),
)

APPLICATION = _table(
    "application",
    Column("ref", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("state", Text, nullable=False),
    _text("reason"),
    _text("employer"),
    _text("role"),
    _text("contact_address"),
    Column("arrived", Instant),
    Column("changed", Instant),
    _text("message_id"),
    Column("record", Text, nullable=False),  # JSON of the whole JobApplication; the columns above are for looking up
    _number("version"),
    Index("application_account", "account", "state"),
)

THREAD = _table(
    "thread",
    Column("ref", Text, ForeignKey("application.ref", ondelete="CASCADE"), nullable=False),
    Column("account", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    PrimaryKeyConstraint("account", "message_id", "ref"),
    Index("thread_ref", "ref"),
)

SEEN = _table(
    "seen",
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    _text("message_id"),
    Column("what", Text, nullable=False),
    _text("outcome"),
    _text("certainty"),
    _text("language"),
    _text("application"),
    Column("internal_date", Instant),
    Column("judged_at", Instant),
    _text("rules"),
    _text("template"),
    _text("error"),
    PrimaryKeyConstraint("account", "key"),
    Index("seen_application", "application"),
)

DRAFT = _table(
    "draft",
    Column("ref", Text, ForeignKey("application.ref", ondelete="CASCADE"), nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("opens", Instant, nullable=False),
    Column("closes", Instant, nullable=False),
    Column("gives_up", Instant, nullable=False),
    _text("note"),
    _text("recipient"),
    _text("subject"),
    _text("digest"),
    Column("claimed_at", Instant),
    Column("placed_at", Instant),
    _number("late"),
    Column("sent_at", Instant),
    _text("sent_id"),
    Column("missing_since", Instant),
    Column("not_before", Instant),
    _number("attempts"),
    _text("error"),
    PrimaryKeyConstraint("ref", "kind"),
    UniqueConstraint("account", "message_id"),
    Index("draft_due", "account", "state", "due"),
)

ANSWER = _table(
    "answer",
    Column("ref", Text, ForeignKey("application.ref", ondelete="CASCADE"), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),  # JSON of the Answer with its quoted words
    PrimaryKeyConstraint("ref", "message_id"),
)

EVENT = _table(
    "event",
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("account", Text, nullable=False),
    _text("ref"),
    Column("what", Text, nullable=False),
    _text("detail"),
    Index("event_ref", "ref"),
)

NOTICE = _table(
    "notice",
    Column("key", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    _number("urgent"),
    Column("made", Instant),
    Column("told", Instant),
)

HEALTH = _table(
    "health",
    Column("account", Text, primary_key=True),
    Column("last_contact", Instant),
    Column("last_push", Instant),
    Column("last_poll", Instant),
    Column("last_judged", Instant),
    _text("error"),
    _number("must_act"),
    Column("next_try", Instant),
)

FORGETTING = _table(  # holds a row only inside the transaction of forget(): the log's guard looks at it
    "forgetting",
    Column("ref", Text, primary_key=True),
)
