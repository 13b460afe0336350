"""Run by Alembic inside the transaction that `engine.store.schema` has begun."""

from alembic import context

from engine.store import tables
from engine.store.tables.row import METADATA

__all__ = ["tables"]  # imported so that the metadata is complete

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
