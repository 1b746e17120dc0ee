"""Being told of changes, as a person sets it up without scripts: an address for a feed reader, and a webhook."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import feedparser
from playwright.sync_api import Page, expect


def test_an_address_is_made_read_and_removed(server, demo, open_page: Callable[..., Page], chromium) -> None:
    page = open_page("bob", java_script_enabled=False)
    page.goto("/account")
    page.get_by_role("link", name="Addresses for feed readers").click()
    page.get_by_label("What is in it").select_option("verdicts")
    page.get_by_label("Made by").fill("nobody here")
    page.get_by_role("button", name="Make the address").click()
    expect(page.locator(".field", has=page.get_by_label("Made by")).locator(".error")).to_contain_text("Nobody here")
    page.get_by_label("Made by").fill("")
    page.get_by_role("button", name="Make the address").click()
    address = page.locator(".message code").first.inner_text()
    reader = chromium.new_context()
    feed = feedparser.parse(reader.request.get(address).body())
    assert feed.entries
    assert {entry.title.split(":")[0] for entry in feed.entries} <= {"Supported", "Refuted", "Mixed", "Unverifiable"}
    page.goto(feed.entries[0].link)
    assert page.locator(f"#{urlsplit(page.url).fragment}").count() == 1
    page.goto("/changes/addresses")
    expect(page.get_by_role("main")).to_contain_text("last used")
    page.get_by_role("button", name="Remove the address of Verdicts").click()
    expect(page.get_by_role("main")).not_to_contain_text("last used")
    assert reader.request.get(address).status == 404
    reader.close()


def test_a_webhook_to_a_private_address_is_refused_beside_its_field(open_page: Callable[..., Page]) -> None:
    page = open_page("bob", java_script_enabled=False)
    page.goto("/changes")
    page.get_by_role("link", name="Webhooks", exact=True).last.click()
    page.get_by_label("Address").fill("https://localhost/hook")
    page.get_by_label("annotation.deleted").uncheck()
    page.get_by_role("button", name="Add the webhook").click()
    expect(page.locator(".field", has=page.get_by_label("Address")).locator(".error")).to_contain_text(
        "private network"
    )
    expect(page.get_by_label("Address")).to_have_value("https://localhost/hook")
    expect(page.get_by_label("annotation.deleted")).not_to_be_checked()
    expect(page.get_by_label("annotation.created")).to_be_checked()
