"""Runs migrations on the connection that `Database.migrate` hands over, each in its own transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

from app.models import Base, UtcDateTime

SEARCH_INDEX = ("search_index", "ix_search_documents_vector")


def ours(_object: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """The search index is not in the models: FTS5 tables on SQLite, a column and its index on PostgreSQL."""
    return not (name or "").startswith(SEARCH_INDEX) and name != "vector"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=ours,
    render_as_batch=True,
    compare_type=True,
    render_item=lambda kind, each, _: "sa.DateTime(timezone=True)" if isinstance(each, UtcDateTime) else False,
    transaction_per_migration=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
