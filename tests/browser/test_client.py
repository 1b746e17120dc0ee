"""The client of Hypothesis, as npm has it: on a page of another site and on an article of ours."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from app.accounts.actions import add_token
from app.alignment import Alignment
from app.annotations.revise import store_check
from app.articles.recheck import Check
from app.db import Database
from app.extract.document import Document, Paragraph
from app.models import Article, User
from app.settings import Settings
from tests.browser.conftest import PASSWORD, Server
from tests.making import make_article

FIRST = "The harbour master counted nine crates on the quay."
SECOND = "Nobody had asked for them, she said on Monday."
THIRD = "The town pays four crowns a day for each of them."
ADDED = "A correction was made to this story on Tuesday: an earlier version had the figures of another quay."
FEWER = FIRST.replace("nine crates", "seven wooden crates")


@pytest.fixture
def paragraphs() -> list[str]:
    """What the page of another site says, from one reading to the next."""
    return [FIRST, SECOND]


@pytest.fixture
def elsewhere(server: Server, paragraphs: list[str]) -> Iterator[str]:
    """A page of another site that loads the client from our server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            icon = '<link rel="icon" href="data:,">'
            script = f'<script src="{server.url}/embed.js"></script>'
            words = "".join(f"<p>{each}</p>" for each in paragraphs)
            body = f"<!DOCTYPE html><title>Crates</title>{icon}{script}{words}"
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


def bob_notes(page: Page, server: Server, database: Database, uri: str, words: str, text: str) -> None:
    """As a program of bob's."""
    with database.write() as db:
        bob = db.query(User.id).filter(User.name_key == "bob").scalar()
        assert bob is not None
        token = add_token(db, user_id=bob, name="client", scope="write")
    selector = {"type": "TextQuoteSelector", "exact": words}
    sent = {"uri": uri, "text": text, "target": [{"source": uri, "selector": [selector]}]}
    sent["permissions"] = {"read": ["group:__world__"]}
    headers = {"Authorization": f"Bearer {token}"}
    assert page.request.post(f"{server.url}/api/annotations", data=sent, headers=headers).ok


def finds_them_again(page: Page, client: FrameLocator, found: str, lost: str) -> None:
    """What was noted on FIRST stands on FEWER; what was noted on words that are gone is an orphan, and can be read."""
    expect(client.get_by_text(found)).to_be_visible()
    marked = page.locator("hypothesis-highlight")
    expect(marked.first).to_be_visible()
    assert "".join(marked.all_text_contents()) == FEWER
    client.get_by_role("tab", name="Unanchored").click()
    expect(client.get_by_text(lost)).to_be_visible()
    expect(client.get_by_text(found)).to_have_count(0)


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
    bob_notes(page, server, database, elsewhere, "asked for them", "Who says so?")
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


def test_on_a_page_of_another_site_that_has_changed(
    open_page: Callable[..., Page],
    server: Server,
    database: Database,
    elsewhere: str,
    paragraphs: list[str],
    problems: list[str],
) -> None:
    page = open_page(None)
    bob_notes(page, server, database, elsewhere, FIRST, "Which quay?")
    bob_notes(page, server, database, elsewhere, SECOND, "Ask her.")
    paragraphs[:] = [ADDED, THIRD, FEWER]
    page.goto(elsewhere)
    client = sidebar(page)
    sign_in(page, client, password=PASSWORD)
    finds_them_again(page, client, "Which quay?", "Ask her.")
    problems[:] = [each for each in problems if elsewhere not in each]


def test_on_an_article_with_a_newer_revision(page: Page, server: Server, database: Database) -> None:
    article = make_article(database, title="Crates on the quay again", paragraphs=(FIRST, SECOND, THIRD))
    address = f"{server.url}/articles/{article}"
    bob_notes(page, server, database, address, SECOND, "Ask her.")
    page.goto(f"/articles/{article}/hypothesis")
    client = sidebar(page)
    sign_in(page, client)
    annotate(page, client, "Which quay?")
    revise(database, article, (FIRST, SECOND, THIRD), (ADDED, THIRD, FEWER))
    page.reload()
    finds_them_again(page, sidebar(page), "Which quay?", "Ask her.")


def revise(database: Database, article_id: int, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """The article says `new` from now on."""
    document = Document(title="Crates on the quay again", paragraphs=[Paragraph("p", text) for text in new])
    alignment = Alignment("\n".join(old), "\n".join(new))
    check = Check("https://crates.example/", "changed", document=document, number=1, alignment=alignment)
    with database.write() as db:
        store_check(db, person=None, article=db.get_one(Article, article_id), check=check, cause="schedule")
