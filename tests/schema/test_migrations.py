"""The migrations against a filled database: up, down and up again, and no difference between them and the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from app.db import Database
from app.models import Analysis, Annotation, Article, Base, SearchDocument, SiteRule, Speaker, SpeakerName
from app.settings import ROOT, Settings


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


OLD = (
    """INSERT INTO articles (id, revision, annotation_version, title, site, authors, sort_at, language, first_words, words,
       text_sha256, created_at) VALUES (1, 1, 1, 'Ferries', '', '[]', :at, 'en', '', 3, '', :at)""",
    """INSERT INTO revisions (id, article_id, number, text, text_sha256, blocks, title, headline_variants, authors, site,
       dateline, language, created_at)
       VALUES (1, 1, 1, 'They are late', '', '[]', 'Ferries', '[]', '[]', '', '', 'en', :at)""",
    "INSERT INTO speakers (id, name, name_key, role, created_at) VALUES (1, 'Ada Bell', 'ada bell', '', :at)",
    """INSERT INTO annotations (id, article_id, revision_id, kind, start, "end", exact, prefix, suffix, spans, visibility,
       status, why, version, created_at, updated_at, speaker_id, role, cue, types, hedged, verdict)
       VALUES (1, 1, 1, 'quote', 0, 4, 'They', '', '', '[]', 'all', 'found', '', 1, :at, :at, 1, '', '', '[]', false, '')""",
    """INSERT INTO notes (id, article_id, annotation_id, body, visibility, version, created_at, updated_at)
       VALUES (1, 1, 1, 'Late again', 'all', 1, :at, :at)""",
    """INSERT INTO analyses (id, revision_id, engine, supported, entities, finished_at)
       VALUES (1, 1, 'quotidian/0.1', true, '[]', :at)""",
)


def down(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_annotations_of_before_keep_their_notes_and_speakers(empty: Database) -> None:
    empty.migrate("0002")
    with empty.write() as db:
        for statement in OLD:
            db.execute(text(statement), {"at": "2026-01-02 03:04:05"})
    empty.migrate()
    with empty.write() as db:
        quote, analysis = db.get_one(Annotation, 1), db.get_one(Analysis, 1)
        assert (quote.speaker_name, quote.mood, quote.rule, quote.figures) == ("Ada Bell", "", "", [])
        assert (analysis.beliefs, db.get_one(Speaker, 1).version) == ([], 1)
        rule = SiteRule(site="Harbour Wire", kind="quote", match="exact", pattern="they")
        db.add_all([rule, SpeakerName(speaker_id=1, name="A. Bell", name_key="a. bell")])
        db.flush()
        quote.status, quote.site_rule_id = "dismissed", rule.id
    down(empty, "0002")
    with empty.read() as db:
        kept = "SELECT status, notes.body FROM annotations JOIN notes ON annotation_id = annotations.id"
        assert db.execute(text(kept)).all() == [("found", "Late again")]
    empty.migrate()


def test_every_migration_says_what_it_does() -> None:
    for path in (Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"):
        assert path.read_text().startswith('"""')
