"""The full-text index on search_documents: FTS5 on SQLite, a tsvector column on PostgreSQL; both follow the table."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        title, body, content='search_documents', content_rowid='id', tokenize="porter unicode61 remove_diacritics 2")""",
    """CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
        INSERT INTO search_index(rowid, title, body) VALUES (new.id, new.title, new.body); END""",
    """CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
        INSERT INTO search_index(search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END""",
    """CREATE TRIGGER search_documents_changed AFTER UPDATE OF title, body ON search_documents BEGIN
        INSERT INTO search_index(search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
        INSERT INTO search_index(rowid, title, body) VALUES (new.id, new.title, new.body); END""",
    "INSERT INTO search_index(search_index) VALUES ('rebuild')",
)
POSTGRESQL = (
    """ALTER TABLE search_documents ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) STORED""",
    "CREATE INDEX ix_search_documents_vector ON search_documents USING gin (vector)",
)
SQLITE_DOWN = (
    "DROP TRIGGER search_documents_added",
    "DROP TRIGGER search_documents_removed",
    "DROP TRIGGER search_documents_changed",
    "DROP TABLE search_index",
)
POSTGRESQL_DOWN = ("DROP INDEX ix_search_documents_vector", "ALTER TABLE search_documents DROP COLUMN vector")


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)


def upgrade() -> None:
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    _run(SQLITE_DOWN, POSTGRESQL_DOWN)
