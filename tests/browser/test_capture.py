"""Capture from where people read: the extension loaded in Chromium, the bookmarklet, and what a phone shares."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect

from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, Server, free_port
from tests.tools.chromium import executable

TITLE = "Salt works at Cape Orle to close after a century"
PARAGRAPHS = (
    "The salt works at Cape Orle will close in autumn, their owner told its 140 workers on Thursday morning.",
    "“Nobody here believed it would happen in their lifetime,” said Petra Holm, who has raked salt there since 1988.",
    "The works made 9,000 tons of salt last year, a third of what they made in 2001, the owner said in a statement.",
    "The town hopes that visitors will come for the ponds and the birds, as they do on other parts of the coast.",
)
ARTICLE = f"<article><h1>{TITLE}</h1>{''.join(f'<p>{each}</p>' for each in PARAGRAPHS)}</article>"
WRITTEN = ARTICLE.replace("Cape Orle", "Cape Venn")
HEAD = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title></head>'
PAGES = {
    "/served": f"{HEAD}<body><nav>Menu</nav>{ARTICLE}</body></html>",
    # nothing of the article is in what the site sends: a script writes it
    "/written": f"{HEAD}<body><div id=app>Loading</div><script>app.innerHTML = decodeURIComponent(escape(atob('%s')))</script>",
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path, "")
        content = page.replace("%s", base64.b64encode(WRITTEN.encode()).decode()).encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """host:port of a newspaper."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture(scope="module")
def reader(server: Server, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A second server on the same data, which may fetch from the newspaper."""
    environment = {**server.environment, "QUOTIDIAN_FETCH_ALLOW": site}
    second = Server(free_port(), environment, tmp_path_factory.mktemp("reader") / "log")
    second.start()
    yield second
    second.stop()


@pytest.fixture
def desk(chromium: Browser, session_of: Callable[[str], Any], reader: Server) -> Iterator[Callable[..., Page]]:
    """`desk("alice")`: a page of somebody who reads the newspaper and is signed in to Quotidian."""
    contexts: list[BrowserContext] = []

    def make(name: str | None, **options: Any) -> Page:
        state = session_of(name) if name else None
        contexts.append(chromium.new_context(storage_state=state, base_url=reader.url, **options))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def select(page: Page, words: str) -> None:
    """Selects words of the page, as a drag of the mouse does."""
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode()); ) {
                const at = node.data.indexOf(words);
                if (at >= 0) return getSelection().setBaseAndExtent(node, at, node, at + words.length);
            }
            throw new Error("not on the page: " + words);
        }""",
        words,
    )


def highlight(page: Page, words: str) -> None:
    expect(page.locator("#article mark.highlight", has_text=words).first).to_be_visible()


def test_the_bookmarklet_leads_to_the_preview_and_the_highlight(desk: Callable[..., Page], site: str) -> None:
    page = desk("alice")
    page.goto("/capture")
    code = page.locator("#drag").get_attribute("href")
    assert code
    page.goto(f"http://{site}/served")
    select(page, "Nobody here believed it would happen in their lifetime")
    with page.expect_navigation(url="**/save?**"):
        page.evaluate("code => location.assign(code)", code)
    expect(page.get_by_label("Address")).to_have_value(f"http://{site}/served")
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    passage = page.get_by_label("Selected passage")
    expect(passage).to_have_value("Nobody here believed it would happen in their lifetime")
    page.get_by_role("button", name="Get the page").click()
    expect(page.locator("#passage")).to_contain_text("becomes a highlight")
    expect(page.get_by_label("Title", exact=True)).to_have_value(TITLE)
    page.get_by_role("button", name="Save the article").click()
    page.wait_for_url("**/articles/*#m-*")
    highlight(page, "Nobody here believed it")

    page.goto(f"/save?{urlencode({'title': 'Salt', 'text': f'9,000 tons of salt http://{site}/served'})}")  # shared
    expect(page.locator("#same")).to_contain_text("You have this already")
    expect(page.locator(".place mark")).to_have_text("9,000 tons of salt")
    page.get_by_role("button", name="Highlight it and open the article").click()
    page.wait_for_url("**/articles/*#m-*")
    highlight(page, "9,000 tons of salt")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barrier_in_any_state(
    theme: str, open_page: Callable[..., Page], server: Server, demo, axe, html_validate
) -> None:
    page = open_page("alice", width=390, height=844)
    page.context.add_cookies([{"name": "display", "value": f"{theme}.3.normal.1", "url": server.url}])
    page.goto("/")
    page.locator(".items h2 a").first.click()
    article = page.url.rpartition("/")[2].partition("#")[0]
    states = [{"article_id": article, "quote": words} for words in ("the", "no such words are there")]
    saved = [f"/save?{urlencode(given)}" for given in [*states, {}, {"url": "http://127.0.0.1:9/"}]]
    for address in ["/capture", "/capture?pressed=1", *saved]:
        answer = page.goto(address)
        assert answer
        html_validate(answer.text())
        axe(page)
    with page.expect_navigation() as refused:
        page.get_by_role("button", name="Get the page").click()
    expect(page.locator("#f-url-error")).to_be_visible()
    axe(page)
    html_validate(refused.value.text())


def test_the_bookmarklet_cuts_what_no_address_has_room_for(desk: Callable[..., Page], site: str) -> None:
    page = desk("alice")
    page.goto("/capture")
    code = page.locator("#drag").get_attribute("href")
    for sign, least in (("x", 2000), ("字", 400), ("🚢", 300)):
        page.goto(f"http://{site}/served")
        page.evaluate("sign => { document.body.textContent = document.title = sign.repeat(100000); }", sign)
        page.evaluate("getSelection().selectAllChildren(document.body)")
        with page.expect_navigation(url="**/save?**"):
            page.evaluate("code => location.assign(code)", code)
        passage = page.get_by_label("Selected passage").input_value()
        assert passage == sign * len(passage.replace(sign, "."))
        assert len(passage.replace(sign, ".")) >= least
        assert len(page.url) < 6000


def test_the_bookmarklet_is_dragged_and_a_click_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page("alice")
    page.goto("/capture")
    page.locator("#drag").click()
    expect(page.locator("#dragging")).to_contain_text("drag it to the bookmarks bar")
    assert page.url.endswith("/capture")


def test_what_is_shared_outlasts_the_sign_in(open_page: Callable[..., Page], server: Server) -> None:
    page = open_page(None, width=390, height=844)
    page.goto(f"/save?{urlencode({'title': 'Tea & “cake”', 'text': 'Words of it https://wire.example/a?b=c&d=é'})}")
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill("a quiet sentence of words")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Address")).to_have_value("https://wire.example/a?b=c&d=é")
    expect(page.get_by_label("Title")).to_have_value("Tea & “cake”")
    expect(page.get_by_label("Selected passage")).to_have_value("Words of it")


def test_what_cannot_be_fetched_is_pasted(open_page: Callable[..., Page]) -> None:
    page = open_page("alice", java_script_enabled=False)
    page.goto(f"/save?{urlencode({'url': 'http://127.0.0.1:9/paper', 'quote': 'Two ponds are full'})}")
    page.get_by_role("button", name="Get the page").click()
    expect(page.locator("#f-url-error")).to_be_visible()
    expect(page.get_by_label("Selected passage")).to_have_value("Two ponds are full")
    page.get_by_label("Text or HTML").fill(
        "Ponds fill at Cape Orle\n\nTwo ponds are full, and the third will be in a week, the owner of the works said.\n\n"
        "Salt will be raked in August, as it was in the years before, by people who know how."
    )
    page.get_by_role("button", name="Read the text").click()
    expect(page.locator("#passage")).to_contain_text("becomes a highlight")
    page.get_by_role("button", name="Save the article").click()
    highlight(page, "Two ponds are full")


@pytest.fixture
def extension(chromium: Browser, tmp_path: Path) -> Iterator[tuple[BrowserContext, Worker]]:
    """A browser with the extension, and its worker. The question whether it may talk to the server cannot be answered in
    a browser without a window, so this copy is given leave beforehand; all else is as it is shipped."""
    folder = tmp_path / "extension"
    shutil.copytree(ROOT / "static/extension", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"host_permissions": ["http://127.0.0.1/*"]}))
    loaded = [f"--disable-extensions-except={folder}", f"--load-extension={folder}"]
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=executable(),
        args=[*CHROMIUM_ARGUMENTS, *loaded, "--disable-features=DisableLoadExtensionCommandLineSwitch"],
        ignore_default_args=["--disable-extensions"],
    )
    context.set_default_timeout(20_000)
    try:
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        until(worker, "(await options()).length")  # they open at first, and may take a blank tab for it
        yield context, worker
    finally:
        context.close()


def until(worker: Worker, condition: str) -> None:
    """As the extension itself knows: Playwright does not hear of every tab that opens while the browser starts."""
    code = f"""async () => {{
        const options = () => chrome.runtime.getContexts({{contextTypes: ["TAB"]}});
        for (let tries = 400; tries; tries--) {{
            if ({condition}) return true;
            await new Promise((go) => setTimeout(go, 50));
        }}
    }}"""
    assert worker.evaluate(code), condition


def make_token(page: Page, scope: str) -> str:
    page.goto("/account")
    page.get_by_label("Name of a new token").fill(f"extension, {scope}")
    page.get_by_role("radio", name=scope, exact=True).check(force=True)
    page.get_by_role("button", name="Make a token").click()
    return page.locator("#tokens-heading ~ .message code").inner_text()


def set_options(context: BrowserContext, worker: Worker, server: str, token: str) -> Page:
    page = context.new_page()
    page.goto(worker.url.replace("background.js", "options.html"))
    page.get_by_label("Address of the server").fill(f"{server}/anything")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Save").click()
    return page


def press(worker: Worker, address: str) -> None:
    """As a press of the toolbar's button on the tab with this address."""
    worker.evaluate(
        """async address => {
            const [tab] = await chrome.tabs.query({url: address.replace(/:\\d+/, "")});
            chrome.action.onClicked.dispatch(tab);
        }""",
        address,
    )


def told(worker: Worker, page: Page, message: str) -> None:
    """What the button says when it is pointed at, in the end."""
    code = """async address => {
        const [tab] = await chrome.tabs.query({url: address.replace(/:\\d+/, "")});
        return chrome.action.getTitle({tabId: tab.id});
    }"""
    tries = 200
    while message not in (said := worker.evaluate(code, page.url)) and (tries := tries - 1):
        page.wait_for_timeout(100)
    assert message in said


def test_the_extension_sends_what_a_script_wrote_and_opens_the_reader(
    extension: tuple[BrowserContext, Worker], desk: Callable[..., Page], reader: Server, site: str
) -> None:
    context, worker = extension
    alice = desk("alice")
    tokens = {scope: make_token(alice, scope) for scope in ("Read", "Read and write")}

    options = set_options(context, worker, reader.url, tokens["Read"])
    expect(options.locator("#said")).to_have_text("Saved.")
    expect(options.get_by_label("Address of the server")).to_have_value(reader.url)
    options.get_by_role("button", name="Test").click()
    expect(options.locator("#said")).to_contain_text("may only read")
    options.get_by_label("Token").fill("nonsense")
    options.get_by_role("button", name="Test").click()
    expect(options.locator("#said")).to_contain_text("does not know this token")
    options.get_by_label("Token").fill(tokens["Read and write"])
    options.get_by_role("button", name="Save").click()
    expect(options.locator("#said")).to_have_text("Saved.")
    options.get_by_role("button", name="Test").click()
    expect(options.locator("#said")).to_have_text("It works: articles will be added as alice.")

    context.add_cookies(desk("alice").context.cookies())
    address = f"http://{site}/written"
    paper = context.new_page()
    paper.goto(address)
    words = "a third of what they made in 2001"
    select(paper, words)
    with context.expect_page() as opened:
        press(worker, address)
    page = opened.value
    page.wait_for_url(f"{reader.url}/articles/*#m-*")
    expect(page.locator("h1")).to_have_text("Salt works at Cape Venn to close after a century")
    highlight(page, words)
    told(worker, paper, "Saved to Quotidian")
    paper.bring_to_front()
    with context.expect_page() as again:
        press(worker, address)
    assert again.value.wait_for_url(f"{reader.url}/articles/*#m-*") is None
    assert again.value.url == page.url
    told(worker, paper, "Quotidian had this article already")


def test_the_extension_says_what_is_wrong(extension: tuple[BrowserContext, Worker], site: str, reader: Server) -> None:
    context, worker = extension
    address = f"http://{site}/served"
    paper = context.new_page()
    paper.goto(address)
    press(worker, address)
    told(worker, paper, "Give the address of your server and a token first.")
    until(worker, "(await chrome.tabs.get((await options())[0].tabId)).active")
    set_options(context, worker, "http://127.0.0.1:9", "nonsense")
    press(worker, address)
    told(worker, paper, "http://127.0.0.1:9 does not answer")
    set_options(context, worker, reader.url, "nonsense")
    press(worker, address)
    told(worker, paper, "The server does not know this token.")
