"""Reading and annotating in a browser: by mouse, by keys alone, on a phone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db import Database
from app.settings import Settings
from tests.making import make_article

PARAGRAPHS = (
    "The strait is quiet \U0001f469\U0001f3fd\u200d\u2696\ufe0f at this time of the year. Nobody in the town has seen a patrol.",
    "The first ferry sails on Monday. The second follows when the first is back.",
    "Nets lie on the quay; the storm left them there.",
)
SELECT = """async (words) => {
  const { rangeOf } = await import("/static/js/passage.js");
  const article = document.querySelector("#article");
  const before = article.textContent.slice(0, article.textContent.indexOf(words));
  const start = [...before].length;
  const range = rangeOf(article, { start, end: start + [...words].length });
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def article(server) -> str:
    """The address of a new article, in which the program finds nothing, once it has looked."""
    database = Database(
        Settings(
            data_dir=Path(server.environment["QUOTIDIAN_DATA_DIR"]),
            database_url=server.environment.get("QUOTIDIAN_DATABASE_URL", ""),
            queue_url=server.environment.get("QUOTIDIAN_QUEUE_URL", ""),
        )
    )
    id = make_article(database, title="Quiet on the strait", paragraphs=PARAGRAPHS)
    database.close()
    return f"/articles/{id}"


def read(page: Page, article: str) -> None:
    page.goto(article)
    expect(page.locator("#analysis progress")).to_have_count(0, timeout=60_000)


def select(page: Page, words: str) -> None:
    page.evaluate(SELECT, words)
    expect(page.locator("#toolbar")).to_be_visible()


def marked(page: Page, words: str):
    return page.locator("#article mark", has_text=words)


def test_a_selection_becomes_a_highlight_a_note_a_quote_and_a_claim(page: Page, article: str, axe) -> None:
    read(page, article)
    select(page, "\U0001f469\U0001f3fd\u200d\u2696\ufe0f at this time")
    page.keyboard.press("h")
    expect(marked(page, "at this time")).to_have_class("hl highlight active")
    expect(page.locator("#status")).to_contain_text("ighlight")
    select(page, "first ferry")
    page.locator("#toolbar").get_by_text("Note").click()
    page.locator("#compose textarea:visible").fill("Is it *this* Monday?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#margin .note em")).to_have_text("this")
    expect(page.locator("#article .ref")).to_have_count(1)
    for key, kind, words in [("q", "quote", "Nets lie on the quay"), ("c", "claim", "the storm left them there")]:
        select(page, words)
        page.keyboard.press(key)
        page.locator("#compose form:visible button.primary").click()
        expect(page.locator(f"#article mark.{kind}", has_text=words)).to_have_count(1)
        expect(page.locator("#compose")).to_be_hidden()
    axe(page)
    page.reload()
    expect(page.locator("#article mark")).to_have_count(4)
    assert page.locator("#article").evaluate("article => article.textContent") == "\n".join(PARAGRAPHS)


def test_the_form_beside_a_passage_at_the_foot_of_the_window_is_in_it(page: Page, article: str) -> None:
    read(page, article)
    select(page, "first ferry")
    page.evaluate("document.querySelector('#article').style.paddingBlock = '30rem 60rem'")
    page.evaluate("getSelection().getRangeAt(0).startContainer.parentElement.scrollIntoView({ block: 'end' })")
    page.keyboard.press("n")
    page.wait_for_timeout(500)  # for whatever moves
    expect(page.locator("#compose textarea:visible")).to_be_in_viewport(ratio=1)


def test_the_keyboard_alone_picks_sentences_deletes_and_undoes(page: Page, article: str) -> None:
    read(page, article)
    page.keyboard.press("s")
    expect(page.locator("#toolbar")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("h")
    expect(page.locator("#article mark")).to_have_count(2)  # one passage, in two paragraphs
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#margin .card.active")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("#article mark")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#article mark")).to_have_count(2)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_a_half_typed_note_outlives_a_change_of_the_page_and_a_reload(
    page: Page, article: str, open_page: Callable[..., Page]
) -> None:
    read(page, article)
    select(page, "first ferry")
    page.keyboard.press("n")
    with page.expect_response("**/drafts/passage-*"):
        page.keyboard.type("Half a thou")
    page.locator("#compose").get_by_text("Close").click()
    page.reload()
    page.get_by_role("button", name="Half a thou").click()
    expect(page.locator("#compose textarea:visible")).to_have_value("Half a thou")
    expect(page.locator("#compose-words")).to_have_text("first ferry")


def test_copies_a_citation_and_a_link_to_the_passage(page: Page, article: str) -> None:
    read(page, article)
    select(page, "Nets lie on the quay")
    page.keyboard.press("y")
    expect(page.locator("#status")).to_have_text("The citation is copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("“Nets lie on the quay” “Quiet on the strait”")
    page.keyboard.press("Y")
    expect(page.locator("#status")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{article}#:~:text=Nets%20lie%20on%20the%20quay")


def test_cards_stand_beside_their_passages_and_none_lies_over_another(page: Page, article: str) -> None:
    read(page, article)
    for words in ("strait", "quiet", "town", "patrol", "ferry", "storm"):
        select(page, words)
        page.keyboard.press("h")
        expect(marked(page, words)).to_have_count(1)
    boxes = [card.bounding_box() for card in page.locator("#margin .card").all()]
    assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))
    mark = marked(page, "storm").bounding_box()
    active = page.locator("#margin .card.active").bounding_box()
    assert mark is not None
    assert active is not None
    assert active["x"] > mark["x"] + mark["width"]


def test_a_phone_shows_one_annotation_in_a_sheet_with_next_and_previous(phone: Page, article: str, axe) -> None:
    read(phone, article)
    for words in ("strait", "ferry"):
        select(phone, words)
        phone.locator("#toolbar").get_by_text("Highlight").tap()
        expect(marked(phone, words)).to_have_count(1)
    marked(phone, "strait").tap()
    expect(phone.locator("#sheet .card:visible")).to_have_count(1)
    expect(phone.locator("#sheet-place")).to_have_text("1 of 2")
    phone.locator("#sheet").get_by_text("Next").tap()
    expect(phone.locator("#sheet-place")).to_have_text("2 of 2")
    axe(phone)
    phone.locator("#sheet").get_by_text("Close").tap()
    expect(phone.locator("#sheet")).to_be_hidden()


def test_without_scripts_one_reads_and_marks_a_passage_by_its_words(
    open_page: Callable[..., Page], article: str
) -> None:
    page = open_page("alice", java_script_enabled=False)
    page.goto(article)
    page.get_by_text("Mark a passage by its words").click()
    page.locator("#by-words textarea[name=exact]").fill("first ferry")
    page.locator("#by-words textarea[name=body]").fill("Which one is it?")
    page.get_by_text("Add the note").click()
    expect(page.locator("#margin .note")).to_contain_text("Which one is it?")
    expect(page.locator("#margin .card .tools").first).to_be_visible()


def test_on_paper_notes_follow_the_text_and_buttons_are_gone(page: Page, article: str) -> None:
    read(page, article)
    select(page, "first ferry")
    page.keyboard.press("n")
    page.locator("#compose textarea:visible").fill("On paper too.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#margin .note")).to_have_count(1)
    page.emulate_media(media="print")
    text, note = page.locator("#article").bounding_box(), page.locator("#margin .note").bounding_box()
    assert text is not None
    assert note is not None
    assert note["y"] > text["y"] + text["height"]
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("#margin button").first).to_be_hidden()
