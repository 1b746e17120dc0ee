"""The forms of a card: opened in place, refused with a message, kept as drafts, answered with both versions."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

ARTICLE = "The harbour took in four million crates last year.\n\nTraders doubt it, and said so on Monday ({word})."


@pytest.fixture
def claim(page: Page) -> str:
    """The card of a new claim on a new article, as a selector; alice's page shows it."""
    text = f"Crates\n\n{ARTICLE.format(word=uuid4().hex)}"
    captured = page.request.post("/captures", form={"kind": "paste", "text": text})
    page.goto(captured.url)
    page.get_by_role("button", name="Save the article").click()
    page.wait_for_url("**/articles/*")
    page.locator("#article p").first.wait_for()
    expect(page.locator("#analysis progress")).to_have_count(0, timeout=30_000)
    form = {"kind": "claim", "exact": "four million crates"}
    address = page.url.partition("#")[0]
    page.request.post(f"{address}/annotations", form=form)
    page.goto(address)
    mark = page.locator("#margin .card.claim", has_text="Delete").first
    return f"#card-{mark.get_attribute('data-id')}"


def press(page: Page, card: str, key: str) -> None:
    page.locator(f"{card} > header .kind").focus()
    page.keyboard.press(key)


def test_note_reply_draft_undo(page: Page, claim: str, axe: Callable[[Page], None]) -> None:
    press(page, claim, "n")
    body = page.locator(f"{claim} textarea[name=body]")
    expect(body).to_be_focused()
    body.fill("Which *series*?")
    expect(page.locator(f"{claim} .saved")).to_have_text("Draft kept")
    page.locator(f"{claim} input[name=tags]").fill("customs")
    axe(page)
    body.press("Control+Enter")
    expect(page.locator(f"{claim} .note em")).to_have_text("series")
    expect(page.locator(f"{claim} form.stack")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("Note saved.")

    page.locator(f"{claim} .note").get_by_text("Reply").click()
    page.locator(f"{claim} .note textarea").fill("The old one")
    expect(page.locator(f"{claim} .saved")).to_have_text("Draft kept")
    page.keyboard.press("Escape")
    expect(page.locator(f"{claim} .note textarea")).to_have_count(0)
    page.reload()
    page.locator(f"{claim} > header .kind").focus()
    page.locator(f"{claim} .note").get_by_text("Reply").click()
    expect(page.locator(f"{claim} .note textarea")).to_have_value("The old one")
    page.locator(f"{claim} .note textarea").press("Control+Enter")
    expect(page.locator(f"{claim} .replies .note")).to_have_count(1)
    page.locator(f"{claim} .replies .note").get_by_text("Delete").click()
    expect(page.locator(f"{claim} .replies .note")).to_have_count(0)
    page.locator(f"{claim} > header .kind").focus()
    page.keyboard.press("z")
    expect(page.locator(f"{claim} .replies .note")).to_have_count(1)


def test_sent_twice_is_one_note_and_no_later_write_leaves_its_undo(page: Page, claim: str) -> None:
    press(page, claim, "n")
    page.locator(f"{claim} textarea[name=body]").fill("Who counted?")
    page.locator(f"{claim} form.stack button.primary").dblclick()
    expect(page.locator(f"{claim} .note")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator(f"{claim} .note")).to_have_count(1)
    expect(page.locator("#toasts [data-undo]")).to_have_count(1)
    press(page, claim, "e")
    page.locator(f"{claim} input[name=speaker]").fill("Maren Oduya")
    page.locator(f"{claim} form.stack button.primary").click()
    expect(page.locator("#toasts")).to_be_empty()
    page.locator(f"{claim} > header .kind").focus()
    page.keyboard.press("z")
    page.wait_for_load_state("networkidle")
    expect(page.locator(f"{claim} .note")).to_have_count(1)


def test_an_open_form_outlives_a_change_beside_it(page: Page, claim: str) -> None:
    press(page, claim, "n")
    expect(page.locator(f"{claim} textarea[name=body]")).to_be_focused()
    other = f"#card-{page.locator('#margin .card[data-status=found]').first.get_attribute('data-id')}"
    press(page, other, ".")
    expect(page.locator(f"{other}[data-status=confirmed]")).to_have_count(1)
    expect(page.locator(f"{claim} textarea[name=body]")).to_have_count(1)
    page.locator(f"{claim} textarea[name=body]").press("Escape")
    expect(page.locator(f"{claim} textarea[name=body]")).to_have_count(0)


def test_a_bad_address_and_a_good_one(page: Page, claim: str, axe: Callable[[Page], None]) -> None:
    press(page, claim, "l")
    page.locator(f"{claim} input[name=url]").fill("ftp://customs.example/4")
    page.locator(f"{claim} input[name=title]").fill("Bulletin, table 4")
    page.locator(f"{claim} textarea[name=comment]").fill("Ends at 1.9 million")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{claim} .error")).to_contain_text("http")
    expect(page.locator(f"{claim} textarea[name=comment]")).to_have_value("Ends at 1.9 million")
    axe(page)
    page.locator(f"{claim} input[name=url]").fill("https://customs.example/4")
    page.keyboard.press("Enter")
    expect(page.locator(f"{claim} .sources a").first).to_have_text("Bulletin, table 4")
    expect(page.locator("#counts")).to_contain_text("1 source")


def test_two_verdicts_at_once(
    page: Page, claim: str, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    press(page, claim, "v")
    expect(page.locator(f"{claim} input[value=unverified]")).to_be_focused()
    page.locator(f"{claim} input[value=refuted]").check()
    other = open_page("bob")
    other.goto(page.url)
    press(other, claim, "v")
    other.locator(f"{claim} input[value=supported]").check()
    other.locator(f"{claim} textarea[name=reason]").fill("Seen in the register")
    other.locator(f"{claim} form.stack button.primary").click()
    expect(other.locator(f"{claim} .reason")).to_have_text("Seen in the register")

    page.locator(f"{claim} textarea[name=reason]").fill("Counted twice")
    page.locator(f"{claim} form.stack button.primary").click()
    expect(page.locator(f"{claim} .versions")).to_contain_text("Seen in the register")
    expect(page.locator(f"{claim} textarea[name=reason]")).to_have_value("Counted twice")
    axe(page)
    page.locator(f"{claim} form.stack button.primary").click()
    expect(page.locator(f"{claim} .reason")).to_have_text("Counted twice")


def test_correct_delete_and_undo(page: Page, claim: str, axe: Callable[[Page], None]) -> None:
    press(page, claim, "e")
    expect(page.locator(f"{claim} select[name=kind]")).to_be_focused()
    page.locator(f"{claim} select[name=kind]").select_option("quote")
    page.locator(f"{claim} textarea[name=exact]").fill("million crates last year")
    page.locator(f"{claim} input[name=speaker]").fill("Maren Oduya")
    axe(page)
    page.locator(f"{claim} form.stack button.primary").click()
    expect(page.locator(f"{claim}.quote .speaker")).to_contain_text("Maren Oduya")
    expect(page.locator(f"#article mark[data-ids~='{claim.removeprefix('#card-')}']").first).to_have_text(
        "million crates last year"
    )
    press(page, claim, "x")
    expect(page.locator(claim)).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(claim)).to_have_count(1)


def test_the_same_without_scripts(open_page: Callable[..., Page], page: Page, claim: str, html_validate: Any) -> None:
    plain = open_page("bob", java_script_enabled=False)
    answer = plain.goto(f"/annotations/{claim.removeprefix('#card-')}/page")
    html_validate(answer.text())
    plain.locator("form[action$='/notes'] textarea").fill("Without scripts")
    plain.locator("form[action$='/notes'] button").click()
    expect(plain.locator(f"{claim} .note .body")).to_have_text("Without scripts")
