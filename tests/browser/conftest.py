"""A real server, a real Chromium, and pages that fail their test when anything goes wrong behind its back.

`server` runs `quotidian serve`, its worker included, on a database and data folder of its own; `open_page` gives
pages for anyone of the cast; `axe` and `html_validate` check what a page shows.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.accounts.actions import add_user
from app.db import Database
from app.settings import Settings
from tests.tools.chromium import executable

expect.set_options(timeout=20_000)  # a busy machine is no failure
ROOT = Path(__file__).parents[2]
NODE = ROOT / ".cache/node/node_modules"
QUOTIDIAN = Path(sys.executable).with_name("quotidian")
CAST = {"alice": "analyst", "bob": "analyst", "charlie": "reader", "erin": "editor", "root": "admin"}
PASSWORD = "a quiet sentence of words"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
GROUPS = {"test_every_page": "pages", "test_capture": "other sites", "test_client": "other sites"}
# An answer of 409 or 422 is a normal one to a form; Chromium reports it on the console all the same.
EXPECTED = ("status of 409", "status of 422")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # one process for each group: a server, a browser and the demo articles take long to be there
            item.add_marker(pytest.mark.xdist_group(GROUPS.get(item.path.stem, "browser")))


@contextmanager
def database() -> Iterator[str | None]:
    """The address of an empty database of the kind under test; None means SQLite in the data folder."""
    address = os.environ.get("QUOTIDIAN_TEST_DATABASE_URL")
    if address is None:
        yield None
        return
    name = f"browser_{uuid4().hex}"
    engine = sqlalchemy.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@dataclass
class Server:
    """`quotidian serve` as a process; `run` is the command line on the same database."""

    port: int
    environment: dict[str, str] = field(repr=False)
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, stdin: str = "") -> str:
        """What the command printed; a failing command fails the test."""
        answer = subprocess.run(
            [QUOTIDIAN, *arguments], input=stdin, capture_output=True, text=True, env=self.environment, check=False
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [QUOTIDIAN, "serve", "--port", str(self.port)], stdout=log, stderr=log, env=self.environment
            )
        deadline = time.monotonic() + 120  # a busy machine is no failure
        while not self._ready():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def people(settings: Settings) -> None:
    """Makes the cast in a new database; they all have the same password."""
    database = Database(settings)
    database.migrate()
    with database.write() as db:
        for name, role in CAST.items():
            add_user(db, name=name, role=role, password=PASSWORD)
    database.close()


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTIDIAN_")}
    environment["QUOTIDIAN_DATA_DIR"] = str(folder / "data")
    if redis := os.environ.get("QUOTIDIAN_TEST_REDIS_URL"):  # a number of Redis's own for each test process
        number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
        environment["QUOTIDIAN_QUEUE_URL"] = f"{redis.rpartition('/')[0]}/{number}"
    with database() as address:
        if address:
            environment["QUOTIDIAN_DATABASE_URL"] = address
        people(Settings(data_dir=folder / "data", database_url=address or ""))
        server = Server(free_port(), environment, folder / "log")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="package")
def demo(server: Server) -> None:
    """The demo articles are there, analysed or about to be."""
    server.run("demo")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def session_of(server: Server, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of a signed-in person, signed in once for all tests."""
    known: dict[str, Any] = {}

    def session(name: str) -> Any:
        if name not in known:
            context = chromium.new_context()
            answer = context.request.post(
                f"{server.url}/sign-in", form={"name": name, "password": PASSWORD}, headers={"Origin": server.url}
            )
            assert answer.ok, answer.text()
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return session


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What went wrong behind the pages of a test: a test that provokes something takes it off this list itself."""
    found: list[str] = []
    yield found
    assert found == []


def watch(context: BrowserContext, own: str, problems: list[str]) -> None:
    def on_console(message: Any) -> None:
        if message.type == "error" and not any(expected in message.text for expected in EXPECTED):
            problems.append(f"console: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((own + "/", "data:", "blob:", "about:")):
            problems.append(f"asked another host: {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    context.on("request", on_request)
    context.on("response", lambda it: it.status >= 500 and problems.append(f"{it.status}: {it.url}"))


@pytest.fixture
def open_page(
    server: Server, chromium: Browser, session_of: Callable[[str], Any], problems: list[str]
) -> Iterator[Callable[..., Page]]:
    """open_page("alice", width=390, height=844): a new page, signed in as that person (None: as nobody).

    What else is named goes to the browser's context (`java_script_enabled=False`, `forced_colors="active"`).
    """
    contexts: list[BrowserContext] = []

    def open_page(name: str | None = "alice", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            storage_state=session_of(name) if name else None,
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        context.set_default_timeout(20_000)
        watch(context, server.url, problems)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Alice at a desk."""
    return open_page("alice")


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """Alice on a phone."""
    return open_page("alice", width=390, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Fails with what axe finds against the page as it now stands."""
    source = (NODE / "axe-core/axe.min.js").read_text()

    def axe(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
        lines = [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}" for rule in found for node in rule["nodes"]
        ]
        assert not lines, "\n".join([page.url, *lines])

    return axe


@pytest.fixture(scope="session")
def html_validate() -> Iterator[Callable[[str], None]]:
    """Fails with what html-validate finds in a document as the server sent it."""
    command, environment = ["node", ROOT / "tests/tools/htmlvalidate.cjs"], {**os.environ, "NODE_PATH": str(NODE)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", env=environment) as node:
        assert node.stdin
        assert node.stdout
        ask, answers = node.stdin, node.stdout

        def html_validate(html: str) -> None:
            print(json.dumps(html), file=ask, flush=True)
            found = [f"{it['line']}:{it['column']} {it['ruleId']}: {it['message']}" for it in json.loads(next(answers))]
            assert not found, "\n".join(found)

        yield html_validate
        ask.close()
