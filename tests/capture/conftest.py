"""Pages as browsers send them, a site that serves them, and how much the database holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.actions import add_token
from app.db import Database
from app.main import create_app
from app.models import Base
from app.settings import Settings

PARAGRAPHS = (
    "The lighthouse on Grey Point will be lit again in May, the harbour board said on Tuesday, eleven years after it went dark.",
    "“We never thought of it as scrap,” said Ilse Marn, who chairs the board. “The lens alone weighs two tons.”",
    "Repairs cost 1.4 million crowns, most of it for the stairs - the board had counted on half of that.",
    "Fishermen welcomed the plan. Some of them said that the light was worth more to visitors than to them, now that boats find their way by satellite.",
)
PIXELS = "iVBORw0KGgo" + "A" * 4000


def html_page(*, title: str = "Lighthouse to be lit again", embedded: int = 0, more: str = "") -> str:
    """As SingleFile saves it: pictures in the page, and a comment with its address above."""
    pictures = f'<img alt="" src="data:image/png;base64,{PIXELS}">' * embedded
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://wire.example/grey-point \n-->"
        f"<head><meta charset=utf-8><title>{title}</title><style>.a{{background:url(data:font/woff2;base64,{PIXELS})}}</style>"
        f'<meta property="og:site_name" content="Point Wire"></head><body><nav>Menu</nav><main><article><h1>{title}</h1>'
        f"{pictures}{text}{more}</article></main></body></html>"
    )


@pytest.fixture
def token(database: Database, people: dict[str, int]) -> Callable[..., dict[str, str]]:
    """`token("alice", "write")` -> the headers of a program with a token of alice's."""

    def make(name: str = "alice", scope: str = "write") -> dict[str, str]:
        with database.write() as db:
            return {"authorization": f"Bearer {add_token(db, user_id=people[name], name=scope, scope=scope)}"}

    return make


@pytest.fixture
def rows(database: Database) -> Callable[[], dict[str, Any]]:
    """How many rows each table has."""

    def count() -> dict[str, Any]:
        with database.read() as db:
            return {
                table.name: db.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
            }

    return count


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = {"/robots.txt": 404, "/closed": 402}.get(self.path.partition("?")[0], 200)
        content = html_page().encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    """host:port of a site: any path has the lighthouse, /closed is for subscribers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def reaching(settings: Settings, client: Callable[..., Any], site: str) -> Iterator[Callable[[str], Any]]:
    """As `client`, of a server that may reach the site."""
    app = create_app(replace(settings, fetch_allow=frozenset({site})))
    with ExitStack() as stack:

        def make(name: str) -> Any:
            browser = client(name)
            browser._transport.app = app
            return browser

        yield make
        stack.callback(app.state.database.close)
