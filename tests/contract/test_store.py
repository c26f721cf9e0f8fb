"""One set of promises, kept by every database the store runs on."""

import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from watcher.adapters.store import SqlStore, open_store
from watcher.adapters.store.schema import HEAD, METADATA
from watcher.core.answer import Answer, AnswerKind, Point
from watcher.core.contact import Candidate, Contact, ContactKind, NoContact
from watcher.core.job_application import Details
from watcher.core.life import JobApplication, State
from watcher.core.plan import Hours, Kind, plan_request
from watcher.core.verdict import Stage
from watcher.errors import AlreadyRunning, ConfigError, StoreError
from watcher.ports import AnswerRecord, Change, Cursor, DraftRecord, DraftState, EventRecord, Health, Notice, Seen

NOW = datetime(2026, 11, 17, 11, tzinfo=UTC)
PLAN = plan_request(NOW, "seed", Hours())
PERSON = Contact("rita@acme.example", name="Rita Roe", considered=(Candidate("x@y.example", "", ContactKind.TEAM),))
APPLICATION = JobApplication(
    ref="abcd2345",
    account="private",
    state=State.REQUEST_WAITING,
    details=Details(employer="Acme", role="Engineer", stage=Stage.INTERVIEWED, domains=("acme.example",)),
    contact=PERSON,
    arrived=NOW,
    changed=NOW,
    message_id="no@acme.example",
    threads=frozenset({"invite@acme.example"}),
    subject="Your application",
)
DRAFT = DraftRecord("abcd2345", "private", PLAN, "draft@example.org")
WHOLE = Change(
    "private",
    cursor=("inbox", Cursor("7:12")),
    seen=(Seen("k1", "no@acme.example", outcome="rejection", application="abcd2345", judged_at=NOW),),
    applications=(APPLICATION,),
    drafts=(DRAFT,),
    answers=(
        AnswerRecord(
            "abcd2345",
            "answer@acme.example",
            NOW + timedelta(days=3),
            Answer(AnswerKind.SUBSTANTIVE, "en", ("depth",), (Point("p", "depth", "more depth"),)),
        ),
    ),
    events=(EventRecord(NOW, "private", "abcd2345", "judged", "rejection"),),
    notices=(Notice("abcd2345/warn", "Subject", "Body"),),
)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own on a socket, no network."""
    binary, initdb = shutil.which("postgres"), shutil.which("initdb")
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        binary, initdb = binary or str(folder / "postgres"), initdb or str(folder / "initdb")
    if not binary or not initdb:
        pytest.skip("no PostgreSQL here: the store was tried on SQLite only")
    pytest.importorskip("psycopg", reason="no psycopg here: the store was tried on SQLite only")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses root
        shutil.chown(folder, "nobody")
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    data = folder / "data"
    made = subprocess.run(
        [*prefix, initdb, "-D", data, "-U", "me", "-A", "trust", "--no-sync", "-E", "UTF8"],
        env=environment,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be set up here: {made.stderr[-200:]}")
    server = subprocess.Popen(
        [*prefix, binary, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"postgresql+psycopg://me@/postgres?host={folder}"
        for _ in range(200):
            try:
                engine = create_engine(url)
                with engine.connect():
                    break
            except OperationalError:
                assert server.poll() is None, "PostgreSQL ended at once"
                time.sleep(0.05)
            finally:
                engine.dispose()
        yield url
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.server, pytest.mark.xdist_group("pg")])]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    found: str = request.getfixturevalue("postgres")
    engine = create_engine(found, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return found


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = open_store(url)
    yield opened
    opened.close()


def test_everything_recorded_is_given_back(store: SqlStore) -> None:
    assert store.record(WHOLE)
    assert store.application("abcd2345") == replace(APPLICATION, version=1)
    assert store.applications("private") == [replace(APPLICATION, version=1)]
    assert store.applications("other") == []
    assert store.cursor("private", "inbox") == Cursor("7:12")
    assert store.cursor("private", "sent") is None
    assert store.seen("private", "k1") == WHOLE.seen[0]
    assert store.seen("other", "k1") is None
    assert store.drafts("private") == [DRAFT]
    assert store.answers("abcd2345") == list(WHOLE.answers)
    assert store.events("abcd2345") == list(WHOLE.events)
    assert store.untold() == list(WHOLE.notices)
    assert store.counts("private") == {"judged": 1}


def test_it_is_still_there_after_closing(store: SqlStore, url: str) -> None:
    store.record(WHOLE)
    store.close()
    again = open_store(url)
    assert again.application("abcd2345") == replace(APPLICATION, version=1)
    again.close()


def test_nobody_to_write_to_is_kept_with_its_reason(store: SqlStore) -> None:
    nobody = replace(APPLICATION, contact=NoContact("only no-reply addresses", "ask by phone"))
    store.record(Change("private", applications=(nobody,)))
    assert store.application("abcd2345") == replace(nobody, version=1)


def test_a_change_is_written_whole_or_not_at_all(store: SqlStore) -> None:
    stray = replace(DRAFT, ref="nobody22")  # no such application
    with pytest.raises(StoreError):
        store.record(replace(WHOLE, drafts=(stray,)))
    assert store.cursor("private", "inbox") is None
    assert store.applications() == []
    assert store.seen("private", "k1") is None


def test_a_stale_record_is_not_written_over_a_newer_one(store: SqlStore) -> None:
    store.record(WHOLE)
    mine = store.application("abcd2345")
    assert mine is not None
    assert store.record(Change("private", applications=(replace(mine, state=State.CLOSED),)))
    assert not store.record(Change("private", applications=(mine,), cursor=("inbox", Cursor("7:13"))))
    assert not store.record(Change("private", applications=(APPLICATION,)))
    assert store.cursor("private", "inbox") == Cursor("7:12")
    found = store.application("abcd2345")
    assert found is not None
    assert found.state is State.CLOSED


def test_one_application_has_one_draft_of_a_kind(store: SqlStore) -> None:
    store.record(WHOLE)
    store.record(Change("private", drafts=(replace(DRAFT, error="later"),)))
    assert [draft.error for draft in store.drafts()] == ["later"]


def test_a_draft_is_due_from_its_moment_on(store: SqlStore) -> None:
    store.record(WHOLE)
    assert store.next_due("private") == PLAN.due
    assert store.due("private", PLAN.due - timedelta(microseconds=1)) == []
    assert store.due("private", PLAN.due) == [DRAFT]
    assert store.due("other", PLAN.due) == []


def test_a_draft_that_failed_is_left_alone_for_a_while(store: SqlStore) -> None:
    later = PLAN.due + timedelta(hours=1)
    store.record(replace(WHOLE, drafts=(replace(DRAFT, not_before=later),)))
    assert store.due("private", PLAN.due) == []
    assert store.next_due("private") == later
    assert len(store.due("private", later)) == 1


def test_a_draft_is_claimed_once(store: SqlStore, url: str) -> None:
    store.record(WHOLE)
    other = open_store(url)
    assert store.claim("abcd2345", Kind.REQUEST, NOW)
    assert not other.claim("abcd2345", Kind.REQUEST, NOW)
    assert not store.claim("abcd2345", Kind.THANKS_ANSWER, NOW)
    assert store.due("private", PLAN.due) == []
    other.close()


def test_what_a_killed_process_claimed_is_given_back(store: SqlStore) -> None:
    store.record(WHOLE)
    store.claim("abcd2345", Kind.REQUEST, NOW)
    assert store.recover("other") == []
    assert [draft.ref for draft in store.recover("private")] == ["abcd2345"]
    assert len(store.due("private", PLAN.due)) == 1


def test_placed_drafts_are_counted_for_the_daily_cap(store: SqlStore) -> None:
    store.record(WHOLE)
    placed = replace(DRAFT, state=DraftState.PLACED, placed_at=NOW)
    store.record(Change("private", drafts=(placed,)))
    assert store.placed_since(NOW - timedelta(hours=24)) == 1
    assert store.placed_since(NOW) == 0


def test_every_message_id_of_an_application_leads_to_it(store: SqlStore) -> None:
    store.record(WHOLE)
    store.record(Change("private", drafts=(replace(DRAFT, sent_id="copy@example.org"),)))
    ids = ("no@acme.example", "invite@acme.example", "draft@example.org", "copy@example.org")
    assert store.threads("private") == dict.fromkeys(ids, "abcd2345")
    assert store.threads("other") == {}


def test_a_prefix_finds_the_ids_that_start_so(store: SqlStore) -> None:
    store.record(WHOLE)
    assert store.refs("ab") == ["abcd2345"]
    assert store.refs("%") == []
    assert store.refs("") == ["abcd2345"]


def test_the_log_can_only_grow(store: SqlStore) -> None:
    store.record(WHOLE)
    for statement in ("UPDATE event SET what = 'x'", "DELETE FROM event"):
        with pytest.raises(Exception, match="append-only"), store._write() as connection:
            connection.execute(text(statement))
    assert len(store.events()) == 1


def test_forgetting_erases_the_application_and_keeps_bare_hashes(store: SqlStore) -> None:
    store.record(WHOLE)
    store.forget("abcd2345", NOW)
    assert store.applications() == []
    assert store.drafts() == []
    assert store.answers() == []
    assert store.untold() == []
    assert store.threads("private") == {}
    assert store.seen("private", "k1") == Seen("k1", what="forgotten", judged_at=NOW)
    assert [(event.what, event.ref) for event in store.events()] == [("forgotten", "")]


def test_a_notice_is_told_once(store: SqlStore) -> None:
    store.record(WHOLE)
    store.told("abcd2345/warn", NOW)
    store.record(Change("private", notices=WHOLE.notices))
    assert store.untold() == []


def test_health_is_kept(store: SqlStore) -> None:
    assert store.health("private") == Health("private")
    health = Health("private", last_contact=NOW, error="refused", must_act=True, next_try=NOW)
    store.set_health(health)
    store.set_health(health)
    assert store.health("private") == health


def test_only_one_works_on_a_store(store: SqlStore, url: str) -> None:
    other = open_store(url)
    with store.lock(), pytest.raises(AlreadyRunning, match="another Afterword"), other.lock():
        pass
    with other.lock():
        pass
    other.close()


def test_the_migrations_make_the_tables_of_the_schema(store: SqlStore) -> None:
    look = inspect(store._engine)
    for table in METADATA.sorted_tables:
        made = {column["name"]: (str(column["type"]), column["nullable"]) for column in look.get_columns(table.name)}
        told = {
            column.name: (str(column.type.compile(store._engine.dialect)), bool(column.nullable))
            for column in table.columns
        }
        assert made == told, table.name
        assert {index["name"] for index in look.get_indexes(table.name)} >= {index.name for index in table.indexes}


# What is SQLite's own.


def test_the_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.record(WHOLE)
    with store.lock():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm", "store.db.lock"), 0o600)
    store.close()


def test_tables_are_strict_and_a_claim_outlives_the_power(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    with store._read() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        loose = connection.execute(
            text("SELECT name FROM pragma_table_list WHERE NOT strict AND type = 'table' AND name NOT LIKE 'sqlite%'")
        )
        assert [row[0] for row in loose] == ["alembic_version"]
    store.close()


def test_what_is_forgotten_is_overwritten(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.record(WHOLE)
    store.forget("abcd2345", NOW)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    for path in tmp_path.iterdir():
        assert b"rita@acme" not in path.read_bytes(), path.name


def test_a_copy_for_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.record(WHOLE)
    copy = store.copy()
    copy.forget("abcd2345", NOW)
    assert copy.applications() == []
    assert len(store.applications()) == 1
    copy.close()
    store.close()


def test_the_schema_step_and_its_record_are_one_transaction(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    blocked = sqlite3.connect(path)
    blocked.execute("CREATE TABLE notice (x)")  # the step fails in its middle
    blocked.commit()
    blocked.close()
    with pytest.raises(StoreError, match="already exists"):
        open_store(f"sqlite:///{path}")
    look = sqlite3.connect(path)
    tables = {row[0] for row in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    look.close()
    assert tables <= {"notice", "alembic_version"}


def test_a_newer_store_is_refused_with_advice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    look = sqlite3.connect(tmp_path / "store.db")
    assert look.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    look.execute("UPDATE alembic_version SET version_num = '9999'")
    look.commit()
    look.close()
    with pytest.raises(StoreError, match="another version of Afterword"):
        open_store(url)


def test_a_url_of_no_known_database_is_a_config_error() -> None:
    for url in ("nonsense", "mongo://x/y"):
        with pytest.raises(ConfigError, match=r"store\.url"):
            open_store(url)


METHODS: dict[str, Callable[[SqlStore], object]] = {
    "cursor": lambda s: s.cursor("private", "inbox"),
    "seen": lambda s: s.seen("private", "k1"),
    "record": lambda s: s.record(Change("private", cursor=("inbox", Cursor("1:1")))),
    "applications": lambda s: s.applications(),
    "application": lambda s: s.application("abcd2345"),
    "refs": lambda s: s.refs("a"),
    "threads": lambda s: s.threads("private"),
    "drafts": lambda s: s.drafts(),
    "due": lambda s: s.due("private", NOW),
    "next_due": lambda s: s.next_due("private"),
    "claim": lambda s: s.claim("abcd2345", Kind.REQUEST, NOW),
    "recover": lambda s: s.recover("private"),
    "placed_since": lambda s: s.placed_since(NOW),
    "answers": lambda s: s.answers(),
    "events": lambda s: s.events(),
    "counts": lambda s: s.counts("private"),
    "health": lambda s: s.health("private"),
    "set_health": lambda s: s.set_health(Health("private")),
    "untold": lambda s: s.untold(),
    "told": lambda s: s.told("x", NOW),
    "forget": lambda s: s.forget("abcd2345", NOW),
    "copy": lambda s: s.copy(),
}
WRITING = {"record", "claim", "recover", "set_health", "told", "forget"}


def test_every_public_method_is_tried_below() -> None:
    public = {name for name in vars(SqlStore) if not name.startswith("_")}
    assert public - {"close", "lock"} == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_damaged_database_is_a_store_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    store.record(WHOLE)
    store.close()
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    path.write_bytes(b"this is no database at all, " * 5000)
    with pytest.raises(StoreError, match="damaged"):
        METHODS[name](store)
    store.close()


@pytest.mark.parametrize("name", sorted(WRITING))
def test_a_locked_database_is_a_store_error(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.adapters.store.engine.BUSY_MS", 20)
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program holds it"):
        METHODS[name](store)
    other.close()
    store.close()


@pytest.mark.parametrize("name", sorted(WRITING))
def test_a_read_only_database_is_a_store_error(name: str, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    with store._engine.connect() as connection:  # goes back to the pool, to be used next
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="read-only"):
        METHODS[name](store)
    store.close()


def test_a_full_disk_is_a_store_error_and_loses_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.record(WHOLE)
    with store._read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    with store._engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    big = tuple(EventRecord(NOW, "private", "", "x", "y" * 4000) for _ in range(50))
    with pytest.raises(StoreError, match="make room"):
        store.record(Change("private", events=big, cursor=("inbox", Cursor("7:99"))))
    assert store.cursor("private", "inbox") == Cursor("7:12")
    store.close()


def test_no_folder_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder"):
        open_store(f"sqlite:///{tmp_path}/not/here.db")
