"""Shared by all tests: a database of one's own (SQLite, or PostgreSQL where QUOTIDIAN_TEST_DATABASE_URL names one), an
application on it, and a fixed cast: alice and bob are analysts, charlie is a reader, erin an editor, root an admin."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from shutil import copyfile, rmtree

import hypothesis
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.accounts.actions import add_user, sign_in
from app.accounts.throttle import Throttle
from app.db import Database
from app.jobs import queue_of
from app.main import create_app
from app.models import User
from app.reading.page import forget
from app.settings import Settings

with warnings.catch_warnings():  # Starlette's notice about the client it builds on, and no other warning
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

# A machine with much else to do is slow, not wrong. The examples are the same each time; EXAMPLES=2000 looks at so many
# others.
EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
hypothesis.settings.register_profile("ours", deadline=None, derandomize=not EXAMPLES, max_examples=EXAMPLES or 100)
hypothesis.settings.load_profile("ours")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: the tests of workers and browsers often wait."""
    return (os.cpu_count() or 1) + 1


CAST = {"alice": "analyst", "bob": "analyst", "charlie": "reader", "erin": "editor", "root": "admin"}
SERVER = os.environ.get("QUOTIDIAN_TEST_DATABASE_URL", "")
REDIS = os.environ.get("QUOTIDIAN_TEST_REDIS_URL", "")


def renew(name: str, template: str) -> None:
    """Makes the database on the server anew; without a template it only goes."""
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        if template:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()


@contextmanager
def on_server(template: str = "template1") -> Iterator[str]:
    """The address of a database made on the server, and dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    renew(name, template)
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    renew(name, "")


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
        settle(database)
        yield url


@pytest.fixture(scope="session")
def template(model_url: str) -> str:
    """What each test gets a copy of; where many tests begin with the same things, one with these."""
    return model_url


@contextmanager
def a_copy(url: str, folder: Path) -> Iterator[Settings]:
    """Those of another database, with all that is in the one at `url`."""
    database = str(make_url(url).database)
    with on_server(database) if SERVER else nullcontext(f"sqlite:///{folder / 'quotidian.db'}") as copy:
        if not SERVER:
            copyfile(database, folder / "quotidian.db")
        yield Settings(data_dir=folder, database_url=copy)


def settle(database: Database) -> None:
    """Closes it, with all that was written in the one file that a copy is made of."""
    if database.sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    database.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Where the application of this process lives. The place is the same for all tests, so that an application and its
    statements are prepared once; each test finds it new."""
    folder = tmp_path_factory.mktemp("home")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8
    queue = f"{REDIS.rpartition('/')[0]}/{number}" if REDIS else ""
    with on_server() if SERVER else nullcontext(f"sqlite:///{folder / 'quotidian.db'}") as url:
        yield Settings(data_dir=folder, database_url=url, queue_url=queue, log_level="ERROR")


@pytest.fixture
def queue_url(home: Settings) -> str:
    """Of an empty queue: SQLite in the data folder, or a database of Redis's own for each process that tests."""
    if home.queue_url or (home.data_dir / "queue.db").exists():
        queue_of(home).flush_all()
    return home.queue_url


@pytest.fixture
def settings(home: Settings, template: str, queue_url: str) -> Settings:
    """A test may give others; what `create_app` itself reads of them is for an application of the test's own."""
    for each in home.data_dir.iterdir():
        if each.is_dir() and not each.is_symlink():
            rmtree(each)
        elif not each.name.startswith("queue.db"):
            each.unlink()
    own, model = (str(make_url(url).database) for url in (home.database_url, template))
    if SERVER:
        renew(own, model)
    else:
        copyfile(model, own)
    return home


@pytest.fixture(scope="session")
def connected(home: Settings) -> Database:
    return Database(home)


@pytest.fixture
def database(connected: Database, settings: Settings) -> Iterator[Database]:
    """Up to date, with the cast and nothing else."""
    connected.settings = settings
    yield connected
    connected.close()


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """name -> id of the cast."""
    with database.read() as db:
        return {user.name: user.id for user in db.query(User)}


@pytest.fixture(scope="session")
def application(home: Settings) -> FastAPI:
    return create_app(home)


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Where the application runs; without it each request would start an event loop of its own."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def client(
    application: FastAPI, portal: BlockingPortal, settings: Settings, database: Database
) -> Iterator[Callable[..., TestClient]]:
    """`client("alice")` is a browser signed in as alice, `client()` one of nobody. Redirects are not followed."""
    application.state.settings = application.state.database.settings = settings
    application.state.throttle = Throttle()
    forget()
    with ExitStack() as stack:

        def make(name: str | None = None) -> TestClient:
            browser = TestClient(application, base_url="http://testserver", follow_redirects=False)
            browser.portal = portal
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
        application.state.database.close()
