"""Every page that a link leads to, one of each kind: sound HTML, no barrier that axe knows, in every theme, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

NOWHERE = "/no/such/page"
START = [
    "/",
    "/articles/new",
    "/save?url=https://wire.example/a&quote=Words",
    "/search?q=the",
    "/claims",
    "/speakers",
    "/account",
    "/people",
    NOWHERE,
]
THEMES = ("light", "sepia", "dark")
WIDTHS = (1440, 390)


def kind(address: str) -> str:
    """/articles/12#end and /articles/3 are pages of one kind."""
    return re.sub(r"\d+", "N", re.split(r"[?#]", address)[0])


def links(page: Page) -> list[str]:
    return page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")


@pytest.fixture(scope="package")
def addresses(server, demo, chromium, session_of) -> list[str]:
    """One address of each kind of page, found by following links from the start; the admin sees most."""
    context = chromium.new_context(base_url=server.url, storage_state=session_of("root"))
    hook = {"url": "https://8.8.8.8/", "events": "article.silent_edit"}  # of which there is none here: nothing is sent
    assert context.request.post("/webhooks", form=hook, headers={"Origin": server.url}).ok
    assert context.request.post("/changes/addresses", form={"kind": "silent"}, headers={"Origin": server.url}).ok
    page = context.new_page()
    found = {kind(address): address for address in START}
    waiting = list(found.values())
    pages = []
    while waiting:
        address = waiting.pop()
        if "attachment" in context.request.get(address).headers.get("content-disposition", ""):
            continue
        answer = page.goto(address)
        if answer is None or not answer.text().lower().startswith("<!doctype html"):
            continue  # a fragment: it is checked within the pages that it is brought into
        pages.append(address)
        for link in links(page):
            if re.match(r"/(?!/|static/)", link) and kind(link) not in found:
                found[kind(link)] = link
                waiting.append(link)
    context.close()
    return sorted(pages)


def visit(page: Page, address: str, problems: list[str]) -> str:
    """Goes there; the source of the page. That an address names nothing is expected once, and said on the console."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == (404 if address == NOWHERE else 200), address
    if address == NOWHERE:
        problems[:] = [problem for problem in problems if "status of 404" not in problem]
    return answer.text()


def check_all(page: Page, addresses: list[str], problems: list[str], check: Callable[[str], None]) -> None:
    """Fails with what `check` (given the source) finds against the pages, all in one message."""
    found = []
    for address in addresses:
        try:
            check(visit(page, address, problems))
        except AssertionError as fault:
            found.append(f"{address}: {fault}")
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_the_pages_are_found(addresses: list[str]) -> None:
    kinds = {kind(address) for address in addresses}
    assert {"/", "/articles/new", "/articles/N", "/speakers/N", "/claims", "/account"} <= kinds
    assert {"/changes", "/changes/addresses", "/webhooks", "/webhooks/N"} <= kinds


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_has_a_barrier_or_is_wider_than_the_window(
    theme: str, addresses, server, open_page: Callable[..., Page], axe, problems
) -> None:
    page = open_page("root")
    page.context.add_cookies([{"name": "display", "value": f"{theme}.3.normal.1", "url": server.url}])

    def check(source: str) -> None:
        assert f'data-theme="{theme}"' in source
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            axe(page)

    check_all(page, addresses, problems, check)


def test_a_long_search_stays_within_a_phone(phone: Page) -> None:
    phone.goto(f"/search?q=https://wire.example/{'crates' * 20}")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_signed_out_pages(server, open_page: Callable[..., Page], axe, html_validate) -> None:
    page = open_page(None)
    for address in ("/sign-in", "/"):
        html_validate(visit(page, address, []))
        axe(page)
        assert page.locator("input[type=password]").count() == 1


def test_every_page_is_sound_html(addresses, open_page: Callable[..., Page], html_validate, problems) -> None:
    check_all(open_page("root"), addresses, problems, html_validate)
