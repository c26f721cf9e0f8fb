"""The first tables, and the guard that keeps the log append-only.

A step is never edited after a release: the tables are spelled out here, not taken from schema.py.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    for statement in _TABLES:
        op.execute(statement + (" STRICT" if op.get_bind().dialect.name == "sqlite" else ""))
    for statement in _INDEXES:
        op.execute(statement)
    event = "id INTEGER NOT NULL PRIMARY KEY" if op.get_bind().dialect.name == "sqlite" else "id SERIAL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE event ({event}, at TEXT NOT NULL, account TEXT NOT NULL, ref TEXT NOT NULL DEFAULT '',"
        " what TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '')"
        + (" STRICT" if op.get_bind().dialect.name == "sqlite" else "")
    )
    op.execute("CREATE INDEX event_ref ON event (ref)")
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


_TABLES = (
    "CREATE TABLE cursor (account TEXT NOT NULL, role TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account, role))",
    (
        "CREATE TABLE application (ref TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, state TEXT NOT NULL,"
        " reason TEXT NOT NULL DEFAULT '', employer TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT '',"
        " contact_address TEXT NOT NULL DEFAULT '', arrived TEXT, changed TEXT, message_id TEXT NOT NULL DEFAULT '',"
        " record TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0)"
    ),
    (
        "CREATE TABLE thread (ref TEXT NOT NULL REFERENCES application (ref) ON DELETE CASCADE, account TEXT NOT NULL,"
        " message_id TEXT NOT NULL, PRIMARY KEY (account, message_id, ref))"
    ),
    (
        "CREATE TABLE seen (account TEXT NOT NULL, key TEXT NOT NULL, message_id TEXT NOT NULL DEFAULT '',"
        " what TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', certainty TEXT NOT NULL DEFAULT '',"
        " language TEXT NOT NULL DEFAULT '', application TEXT NOT NULL DEFAULT '', internal_date TEXT, judged_at TEXT,"
        " rules TEXT NOT NULL DEFAULT '', template TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',"
        " PRIMARY KEY (account, key))"
    ),
    (
        "CREATE TABLE draft (ref TEXT NOT NULL REFERENCES application (ref) ON DELETE CASCADE, account TEXT NOT NULL,"
        " kind TEXT NOT NULL, message_id TEXT NOT NULL, state TEXT NOT NULL, due TEXT NOT NULL, opens TEXT NOT NULL,"
        " closes TEXT NOT NULL, gives_up TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',"
        " recipient TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '',"
        " claimed_at TEXT, placed_at TEXT, late INTEGER NOT NULL DEFAULT 0, sent_at TEXT,"
        " sent_id TEXT NOT NULL DEFAULT '', missing_since TEXT, not_before TEXT, attempts INTEGER NOT NULL DEFAULT 0,"
        " error TEXT NOT NULL DEFAULT '', PRIMARY KEY (ref, kind), UNIQUE (account, message_id))"
    ),
    (
        "CREATE TABLE answer (ref TEXT NOT NULL REFERENCES application (ref) ON DELETE CASCADE,"
        " message_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL,"
        " PRIMARY KEY (ref, message_id))"
    ),
    (
        "CREATE TABLE notice (key TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, body TEXT NOT NULL,"
        " urgent INTEGER NOT NULL DEFAULT 0, made TEXT, told TEXT)"
    ),
    (
        "CREATE TABLE health (account TEXT NOT NULL PRIMARY KEY, last_contact TEXT, last_push TEXT, last_poll TEXT,"
        " last_judged TEXT, error TEXT NOT NULL DEFAULT '', must_act INTEGER NOT NULL DEFAULT 0, next_try TEXT)"
    ),
    "CREATE TABLE forgetting (ref TEXT NOT NULL PRIMARY KEY)",
)
_INDEXES = (
    "CREATE INDEX application_account ON application (account, state)",
    "CREATE INDEX thread_ref ON thread (ref)",
    "CREATE INDEX seen_application ON seen (application)",
    "CREATE INDEX draft_due ON draft (account, state, due)",
)
_GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
            " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        ),
        (
            "CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
            " WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE ref = OLD.ref)"
            " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION afterword_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM forgetting WHERE ref = OLD.ref) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'the log is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event"
            " FOR EACH ROW EXECUTE FUNCTION afterword_append_only()"
        ),
    ),
}
