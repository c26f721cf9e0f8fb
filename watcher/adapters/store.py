"""SQLite (PostgreSQL to follow) through SQLAlchemy Core: applications, messages judged, drafts, events."""
