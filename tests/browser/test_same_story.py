"""Copies of a story and the record of a capture, as a person goes from one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.stories.articles import EVENTS, printed

WIRE = EVENTS["storm"][0]


def add(page: Page, title: str, text: str, address: str) -> str:
    """The address of the article's page, once it has been analysed."""
    captured = page.request.post(
        "/captures", form={"way": "text", "text": f"{title}\n\n{text.replace(chr(10), chr(10) * 2)}"}
    )
    page.goto(captured.url)
    page.locator("[name=title]").fill(title)
    page.locator("[name=canonical_url]").fill(address)
    page.locator("#preview button[type=submit]:visible").last.click()
    page.wait_for_url(re.compile(r"/articles/\d+$"))
    expect(page.locator("#analysis progress")).to_have_count(0)
    return page.url


@pytest.fixture
def copies(page: Page) -> tuple[str, str]:
    first = add(page, "Storm takes roofs on Marle", WIRE, "http://127.0.0.1:9/storm")
    second = add(page, "A night in the cellar", printed(WIRE)["other byline"], "https://wire.example/night")
    return first, second


def test_from_copy_to_copy_and_to_the_record(
    page: Page, open_page: Callable[..., Page], copies: tuple[str, str], axe: Callable[[Page], None],
    html_validate: Callable[[str], None],
) -> None:  # fmt: skip
    first, second = copies
    page.goto(first)
    page.get_by_role("link", name="A night in the cellar").click()
    page.wait_for_url(second)
    expect(page.get_by_role("link", name="Storm takes roofs on Marle")).to_contain_text("of this text")
    page.goto("/")
    page.locator("li", has_text="A night in the cellar").get_by_role("link", name="also in 1 other").click()
    page.wait_for_url(f"{second}#same-story")
    phone = open_page("alice", width=390, height=844)
    phone.goto(f"{first}#same-story")
    expect(phone.get_by_role("link", name="A night in the cellar")).to_be_visible()  # out of the fold
    page.goto(first)
    page.get_by_role("link", name="Record of the capture").click()
    expect(page.locator("section.panel")).to_have_count(1)
    page.get_by_role("button", name="Look at the address again").click()
    expect(page.get_by_role("heading", name="Checked: nothing came")).to_be_visible()
    expect(page.locator("section.panel").first).to_contain_text("private network")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as it came").click()
    assert WIRE.split("\n")[1] in download.value.path().read_text()
    for narrow in (page, phone):
        answer = narrow.goto(f"{first}/record")
        assert answer
        html_validate(answer.text())
        axe(narrow)
        assert not narrow.evaluate("document.documentElement.scrollWidth > innerWidth")
