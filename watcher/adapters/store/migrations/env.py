"""How Alembic runs our steps: on the connection it is handed, each step and its record in one transaction."""

from alembic import context

from watcher.adapters.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # SQLite can; Alembic does not assume it
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
