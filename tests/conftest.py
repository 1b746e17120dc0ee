"""Shared by all tests: a database of one's own (SQLite, or PostgreSQL where QUOTIDIAN_TEST_DATABASE_URL names one), an
application on it, and a fixed cast: alice and bob are analysts, charlie is a reader, erin an editor, root an admin."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from shutil import copyfile

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.accounts.actions import add_user, sign_in
from app.db import Database
from app.main import create_app
from app.models import User
from app.settings import Settings

with warnings.catch_warnings():  # Starlette's notice about the client it builds on, and no other warning
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

# A machine with much else to do is slow, not wrong.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: the tests of workers and browsers often wait."""
    return (os.cpu_count() or 1) + 1


CAST = {"alice": "analyst", "bob": "analyst", "charlie": "reader", "erin": "editor", "root": "admin"}
SERVER = os.environ.get("QUOTIDIAN_TEST_DATABASE_URL", "")
REDIS = os.environ.get("QUOTIDIAN_TEST_REDIS_URL", "")


@contextmanager
def on_server(template: str = "template1") -> Iterator[str]:
    """The address of a database made on the server, and dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def empty_url(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    with on_server() if SERVER else nullcontext(f"sqlite:///{tmp_path / 'empty.db'}") as url:
        yield url


@pytest.fixture(scope="session")
def model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the tables and the cast; each test gets a copy of it."""
    path = tmp_path_factory.mktemp("model") / "model.db"
    with on_server() if SERVER else nullcontext(f"sqlite:///{path}") as url:
        database = Database(Settings(data_dir=path.parent, database_url=url))
        database.migrate()
        with database.write() as db:
            for name, role in CAST.items():
                add_user(db, name=name, role=role)
        with database.engine.connect() as connection:
            if not SERVER:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        database.close()
        yield url


@pytest.fixture
def database_url(tmp_path: Path, model_url: str) -> Iterator[str]:
    """The address of a database of one's own: up to date, with the cast and nothing else."""
    model = make_url(model_url).database
    assert model is not None
    if SERVER:
        with on_server(template=model) as url:
            yield url
        return
    copyfile(model, tmp_path / "quotidian.db")
    yield f"sqlite:///{tmp_path / 'quotidian.db'}"


@pytest.fixture
def queue_url() -> str:
    """Empty: SQLite in the data folder. On Redis an empty database, one for each process that tests."""
    if not REDIS:
        return ""
    url = f"{REDIS.rpartition('/')[0]}/{int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]) % 8}"
    with Redis.from_url(url) as redis:
        redis.flushdb()
    return url


@pytest.fixture
def settings(tmp_path: Path, database_url: str, queue_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, queue_url=queue_url, log_level="ERROR")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """Up to date, with the cast and nothing else."""
    database = Database(settings)
    yield database
    database.close()


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """name -> id of the cast."""
    with database.read() as db:
        return {user.name: user.id for user in db.query(User)}


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[Callable[..., TestClient]]:
    """`client("alice")` is a browser signed in as alice, `client()` one of nobody. Redirects are not followed."""
    app = create_app(settings)
    with ExitStack() as stack:

        def make(name: str | None = None) -> TestClient:
            browser = TestClient(app, base_url="http://testserver", follow_redirects=False)
            stack.callback(browser.close)
            browser.headers["accept"] = "text/html"
            if name:
                with database.write() as db:
                    user_id = db.query(User.id).filter(User.name_key == name).scalar()
                    assert user_id is not None
                    token = sign_in(db, user_id=user_id, days=1)
                browser.cookies.set("session", token)
            return browser

        yield make
        app.state.database.close()
