"""From a pasted article to notes that outlast a restart, as a person does it, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server

ARTICLE = """Port Ilse to close its east quay after {word} cracks are found

By Ines Calloway Posted : May 4, 2026, 10:05 Updated : May 4, 2026, 11:40
Harbour master Nora Quill speaks to reporters in front of the east quay in Port Ilse on May 4 2026 Harbour Pool
Harbour master Nora Quill speaks to reporters in front of the east quay in Port Ilse on May 4, 2026. Harbour Pool
PORT ILSE, May 4 (Harbour Wire) - Port Ilse will close its east quay on Friday, the harbour master said on Monday.

"We found 14 {word} cracks in the piles, and we will not wait for a fifteenth," Nora Quill told reporters in Port Ilse.

"Nobody will sail from this quay before it is safe," she added. Repairs will cost at least 12 million crowns, according to the harbour authority.

Quill said the quay "has carried 40 percent more freight than it was built for" since 2019.

기사 이미지 확대 보기
닫기
"""


def choose(page: Page, words: str) -> None:
    """Selects words of the text, as a drag of the mouse or a long press does."""
    if page.locator("#sheet").is_visible():
        page.locator("#sheet [data-close]").click()
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector("#article"), NodeFilter.SHOW_TEXT);
            let text = "", nodes = [];
            for (let node; (node = walker.nextNode()); ) { nodes.push([text.length, node]); text += node.data; }
            const at = text.indexOf(words), range = new Range();
            const place = offset => nodes.findLast(([start]) => start <= offset);
            const [s, first] = place(at), [e, last] = place(at + words.length - 1);
            range.setStart(first, at - s); range.setEnd(last, at + words.length - e);
            first.parentElement.scrollIntoView({block: "center"});
            getSelection().removeAllRanges(); getSelection().addRange(range);
        }""",
        words,
    )


def make(page: Page, words: str, kind: str) -> Locator:
    """Selects words and presses a button of the bar; answers the form."""
    choose(page, words)
    page.locator("#toolbar").get_by_role("button", name=kind).click()
    return page.locator(f"#compose form[data-kind={kind.lower()}]")


def mark_of(page: Page, words: str) -> Locator:
    return page.locator("#article mark", has_text=words).first


def card_of(page: Page, words: str) -> Locator:
    """Opens the card of a marked passage: in the margin, or as a sheet on a phone."""
    page.keyboard.press("Escape")
    mark_of(page, words).click()
    return page.locator(".card.active")


def add_article(page: Page, word: str) -> None:
    page.goto("/articles/new")
    page.get_by_label("Text or HTML").fill(ARTICLE.format(word=word))
    page.get_by_role("button", name="Read the text").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(
        f"Port Ilse to close its east quay after {word} cracks are found"
    )
    expect(page.get_by_label("Published")).to_have_value("2026-05-04 10:05")
    expect(page.get_by_label("Dateline")).to_have_value("PORT ILSE, May 4 (Harbour Wire)")
    page.get_by_role("button", name="Save the article").click()
    page.wait_for_url("**/articles/*")


@pytest.mark.parametrize(("size", "word"), [((1440, 900), "deep"), ((390, 844), "long")])
def test_read_annotate_restart(  # noqa: PLR0915 - one path, step by step
    server: Server, open_page: Callable[..., Page], size: tuple[int, int], word: str
) -> None:
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if size[0] < 600 else {}
    page = open_page("alice", width=size[0], height=size[1], **phone)
    add_article(page, word)
    expect(page.locator("#article [data-start]")).to_have_count(4)
    loads: list[str] = []
    page.on("load", lambda it: loads.append(it.url))
    expect(mark_of(page, "Nobody will sail")).to_be_visible(timeout=40_000)
    assert loads == [], "the marks arrive without a reload"
    expect(page.locator("#article")).not_to_contain_text("닫기")
    expect(card_of(page, "Nobody will sail")).to_contain_text("Nora Quill")

    form = make(page, "close its east quay on Friday", "Note")
    form.get_by_label("Note", exact=True).fill("Which **day** does the order name?")
    form.get_by_label("Tags").fill("to do")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#compose")).to_be_hidden()
    card = card_of(page, "close its east quay on Friday")
    expect(card.locator(".body strong")).to_have_text("day")

    card.get_by_role("link", name="Reply").click()
    card.locator("textarea[name=body]").fill("Asked the harbour office.")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".replies")).to_contain_text("Asked the harbour office.")

    card.locator(".tools").last.get_by_role("link", name="Source").click()
    card.get_by_label("Address").fill("harbour order 12")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".error").first).to_be_visible()
    expect(card.get_by_label("Address")).to_have_value("harbour order 12")
    card.get_by_label("Address").fill("http://127.0.0.1:9/order")
    card.get_by_label("Title").fill("Harbour order 12")
    card.get_by_role("radio", name="Supports").check()
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".sources")).to_contain_text("Harbour order 12")

    form = make(page, "Repairs will cost", "Quote")
    form.get_by_label("Who says it").fill("Harbour Authority of Port Ilse")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#outline")).to_contain_text("Harbour Authority of Port Ilse")
    form = make(page, "will not wait for a fifteenth", "Claim")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#article mark.claim", has_text="will not wait for a fifteenth").first).to_be_visible()

    card = card_of(page, "has carried 40 percent more freight")
    quote = card.get_by_role("button", name="Not a quote")
    (quote if quote.count() else card.get_by_role("button", name="Not a claim")).click()
    expect(page.locator("#dismissed")).to_contain_text("1 dismissed")

    make(page, "the harbour master said", "Highlight")
    expect(mark_of(page, "the harbour master said")).to_be_visible()
    card_of(page, "the harbour master said").get_by_role("button", name="Delete").click()
    expect(page.locator("#article mark.highlight", has_text="the harbour master said")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(mark_of(page, "the harbour master said")).to_be_visible()

    def all_there() -> None:
        expect(page.locator("#counts")).to_contain_text("2 notes")
        expect(page.locator("#counts")).to_contain_text("1 source")
        expect(page.locator("#dismissed")).to_contain_text("1 dismissed")
        expect(mark_of(page, "the harbour master said")).to_be_visible()
        expect(page.locator("#outline")).to_contain_text("Harbour Authority of Port Ilse")

    page.reload()
    all_there()
    address = page.url
    page.goto("about:blank")  # so that nothing of the page asks the server while it is away
    server.stop()
    server.start()
    page.goto(address)
    all_there()


def test_the_same_article_is_offered_not_stored_twice(open_page: Callable[..., Page]) -> None:
    page = open_page("alice")
    add_article(page, "fine")
    first = page.url
    page.goto("/articles/new")
    page.get_by_label("Text or HTML").fill(ARTICLE.format(word="fine"))
    page.get_by_role("button", name="Read the text").click()
    expect(page.locator("#same")).to_contain_text("You have this already")
    page.get_by_role("link", name="Open it").click()
    assert page.url.split("#")[0] == first.split("#")[0]


def test_reading_and_adding_a_note_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page("alice", java_script_enabled=False)
    add_article(page, "thin")
    page.get_by_text("Mark a passage by its words").click()
    page.get_by_label("Words of the passage").fill("14 thin cracks")
    page.locator("#by-words").get_by_label("Note").fill("Count them.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#article mark", has_text="14 thin cracks").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("Count them.")
