"""The migrations against a filled database: up, down and up again, and no difference between them and the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from app.db import Database
from app.models import Article, Base, SearchDocument
from app.settings import Settings


@pytest.fixture
def empty(tmp_path: Path, empty_url: str) -> Iterator[Database]:
    database = Database(Settings(data_dir=tmp_path, database_url=empty_url))
    yield database
    database.close()


def ours(_object: object, name: str | None, *_: object) -> bool:
    return not (name or "").startswith(("search_index", "ix_search_documents_vector")) and name != "vector"


def fill(database: Database) -> None:
    from app.accounts.actions import add_user
    from app.models import now

    with database.write() as db:
        user = add_user(db, name="alice", role="analyst")
        article = Article(title="Ferries", sort_at=now(), text_sha256="0" * 64, created_by=user.id)
        db.add(article)
        db.flush()
        db.add(SearchDocument(kind="article", ref_id=article.id, article_id=article.id, title="Ferries", body="late"))


def test_models_and_migrations_are_the_same(empty: Database) -> None:
    database = empty
    database.migrate()
    fill(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(empty: Database) -> None:
    database = empty
    database.migrate()
    fill(database)
    database.migrate("base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.migrate()
    fill(database)


def test_every_migration_says_what_it_does() -> None:
    for path in (Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"):
        assert path.read_text().startswith('"""')
