"""Engine, SQLite hooks, ReadDb and WriteDb. The only place that commits.

On SQLite the driver's own transactions are off and begin explicitly: a reading one with BEGIN, a writing one with
BEGIN IMMEDIATE, since one that reads and then writes fails at once under load whatever the busy timeout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Session

from app.errors import NotFound
from app.settings import ROOT, Settings

PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000")


class Database:
    """One engine; `read()` and `write()` give a Session for a `with` block, `write()` commits at its end."""

    def __init__(self, settings: Settings) -> None:
        self.url = make_url(settings.database)
        self.settings = settings
        if self.sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(self.url)
        self._writer = self.engine.execution_options(immediate=True)

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, autoflush=False, info={"settings": self.settings}) as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writer, expire_on_commit=False, info={"settings": self.settings}) as db, db.begin():
            yield db

    def migrate(self, revision: str = "head") -> None:
        """Brings the schema to `revision` ("head", "base" or an id)."""
        from alembic import command  # here, as most commands and workers start without it
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(ROOT / "migrations"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            if revision == "base":
                command.downgrade(config, revision)
            else:
                command.upgrade(config, revision)

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: Any) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=40)
    engine = create_engine(url, pool_size=10, max_overflow=40)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def insert_missing(db: Session, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows whose unique values are not there yet, also where somebody else inserts them at this moment."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    if rows:  # with the same names in each: one statement, many values
        db.execute(insert(table.__table__).on_conflict_do_nothing(), list(rows))  # type: ignore[arg-type]


def lock(db: Session, row: DeclarativeBase) -> None:
    """Reads the row anew and holds it until the transaction ends. Raises NotFound where it has gone meanwhile."""
    try:
        db.refresh(row, with_for_update=True)
    except InvalidRequestError:
        raise NotFound from None


def _reading(request: Request) -> Iterator[Session]:
    with request.app.state.database.read() as db:
        yield db


def _writing(request: Request) -> Iterator[Session]:
    with request.app.state.database.write() as db:
        yield db


# scope="function": the transaction ends before the answer is sent, or the next request would miss the write.
ReadDb = Annotated[Session, Depends(_reading, scope="function")]
WriteDb = Annotated[Session, Depends(_writing, scope="function")]
