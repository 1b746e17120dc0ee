"""The client of Hypothesis, as npm has it: on a page of another site and on an article of ours."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from app.accounts.actions import add_token
from app.db import Database
from app.models import User
from app.settings import Settings
from tests.browser.conftest import PASSWORD, Server
from tests.making import make_article

FIRST = "The harbour master counted nine crates on the quay."
SECOND = "Nobody had asked for them, she said on Monday."


@pytest.fixture
def elsewhere(server: Server) -> Iterator[str]:
    """A page of another site that loads the client from our server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            icon = '<link rel="icon" href="data:,">'
            script = f'<script src="{server.url}/embed.js"></script>'
            body = f"<!DOCTYPE html><title>Crates</title>{icon}{script}<p>{FIRST}</p><p>{SECOND}</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}/crates"
    site.shutdown()
    site.server_close()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    environment = server.environment
    folder = Path(environment["QUOTIDIAN_DATA_DIR"])
    database = Database(Settings(data_dir=folder, database_url=environment.get("QUOTIDIAN_DATABASE_URL", "")))
    yield database
    database.close()


def sidebar(page: Page) -> FrameLocator:
    """The client's frame, opened."""
    page.get_by_role("button", name="Annotation sidebar").click()
    return page.frame_locator("iframe[src*='/app.html']")


def sign_in(page: Page, client: FrameLocator, *, password: str = "") -> None:
    """As alice, through the window that the client opens; it asks for the password where there is no session yet."""
    with page.expect_popup() as opened:
        client.get_by_role("button", name="Log in").or_(client.get_by_role("link", name="Log in")).first.click()
    popup = opened.value
    if password:
        popup.get_by_label("Name").fill("alice")
        popup.get_by_label("Password").fill(password)
        popup.get_by_role("button", name="Sign in").click()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Allow").click()
    expect(client.get_by_role("button", name="alice")).to_be_visible()


def annotate(page: Page, client: FrameLocator, text: str) -> None:
    """Writes on the first paragraph of the page."""
    page.get_by_text(FIRST, exact=True).select_text()
    page.get_by_role("button", name="Annotate").click()
    client.locator("textarea").fill(text)
    client.get_by_role("button", name="Post to Public").click()
    expect(client.get_by_role("button", name="Edit")).to_be_visible()


def test_the_client_works_on_a_page_of_another_site(
    open_page: Callable[..., Page], server: Server, database: Database, elsewhere: str, problems: list[str]
) -> None:
    page = open_page(None)
    with database.write() as db:
        bob = db.query(User.id).filter(User.name_key == "bob").scalar()
        assert bob is not None
        token = add_token(db, user_id=bob, name="client", scope="write")
    selector = {"type": "TextQuoteSelector", "exact": "asked for them"}
    sent = {"uri": elsewhere, "text": "Who says so?", "target": [{"source": elsewhere, "selector": [selector]}]}
    sent["permissions"] = {"read": ["group:__world__"]}
    headers = {"Authorization": f"Bearer {token}"}
    assert page.request.post(f"{server.url}/api/annotations", data=sent, headers=headers).ok

    page.goto(elsewhere)
    client = sidebar(page)
    sign_in(page, client, password=PASSWORD)

    expect(client.get_by_text("Who says so?")).to_be_visible()
    expect(page.locator("hypothesis-highlight", has_text="asked for them")).to_be_visible()
    page.get_by_role("button", name="Annotation sidebar").click()
    sidebar(page)
    annotate(page, client, "Who counted?")
    client.get_by_role("button", name="Edit").click()
    client.locator("textarea").fill("Who counted them?")
    client.get_by_role("button", name="Post to Public").click()
    card = client.locator("article", has_text="Who counted them?")
    expect(card.first).to_be_visible()
    card.get_by_role("button", name="Reply").first.click()
    client.locator("textarea").fill("She did.")
    client.get_by_role("button", name="Post to Public").click()
    expect(client.get_by_text("She did.")).to_be_visible()
    expect(client.locator("textarea")).to_have_count(0)

    page.reload()
    client = sidebar(page)
    sign_in(page, client)  # this browser lets no frame of another site keep anything
    expect(page.locator("hypothesis-highlight", has_text=FIRST)).to_be_visible()
    card = client.locator("article", has_text="Who counted them?")
    card.get_by_role("button", name="Delete").first.click()
    client.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(client.get_by_text("Who counted them?")).to_have_count(0)
    page.reload()
    sign_in(page, sidebar(page))
    expect(page.locator("hypothesis-highlight", has_text="asked for them")).to_be_visible()
    expect(page.locator("hypothesis-highlight", has_text=FIRST)).to_have_count(0)
    problems[:] = [each for each in problems if elsewhere not in each]


def test_what_the_client_writes_on_an_article_stands_in_the_reader(
    page: Page, server: Server, database: Database
) -> None:
    article = make_article(database, title="Crates on the quay", paragraphs=(FIRST, SECOND))
    page.goto(f"/articles/{article}/hypothesis")
    client = sidebar(page)
    sign_in(page, client)
    annotate(page, client, "Counted twice.")
    page.reload()
    expect(page.locator("hypothesis-highlight", has_text=FIRST)).to_be_visible()
    page.goto(f"/articles/{article}")
    expect(page.get_by_text("Counted twice.").first).to_be_visible()
