"""SQLite or PostgreSQL through SQLAlchemy Core: applications, messages seen, drafts, answers, events, health."""

from watcher.adapters.store.lock import Lock
from watcher.adapters.store.store import SqlStore, open_store

__all__ = ["Lock", "SqlStore", "open_store"]
