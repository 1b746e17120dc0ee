"""Articles as a browser brings them in: captured, previewed, saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

STORY = """Harbour council votes to close the old ferry pier

By Ines Calloway
Posted : March 4, 2024, 09:30

TESSEN, March 4 (HW) - The harbour council voted on Monday to close the old ferry pier after an inspection found rust in nine of its twelve pillars.

"We cannot ask people to stand on a pier that may not stand itself," said Oskar Lind, the head of the council, after the vote.

The pier has carried about 400,000 passengers a year since 1961, according to the port's own figures, and repairs would cost four million crowns.

Fishermen said they had not been asked, and that the new landing is too far from the market for their boats.
"""


class Fields(HTMLParser):
    """What a browser would send of the form #preview."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._name: str | None = None
        self._text = ""
        self.feed(html[html.index('id="preview"') :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.append((name, given.get("value") or ""))
        elif tag == "textarea":
            self._name, self._text = name, ""
        elif tag == "select":
            self._name = name
        elif tag == "option" and "selected" in given and self._name:
            self.sent.append((self._name, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            self.sent.append((self._name, self._text.removeprefix("\n")))


def send(browser: Any, path: str, fields: list[tuple[str, str]]) -> Any:
    form = {"content-type": "application/x-www-form-urlencoded"}
    return browser.post(path, content=urlencode(fields), headers=form)


@pytest.fixture
def capture() -> Callable[..., Any]:
    """`capture(browser, text)` -> the fields of the preview."""

    def make(browser: Any, text: str = STORY) -> list[tuple[str, str]]:
        answer = browser.post("/captures", data={"text": text})
        assert answer.status_code == 303, answer.text
        return Fields(browser.get(answer.headers["location"]).text).sent

    return make


@pytest.fixture
def save(capture: Callable[..., Any]) -> Callable[..., int]:
    """`save(browser, text, title="...")` -> the id of the new article; what is named is changed in the preview."""

    def make(browser: Any, text: str = STORY, **changes: str) -> int:
        fields = [(name, changes.get(name, value)) for name, value in capture(browser, text)]
        answer = send(browser, "/articles", fields)
        assert answer.status_code == 303, answer.text
        found = re.fullmatch(r"/articles/(\d+)", answer.headers["location"])
        assert found
        return int(found[1])

    return make


@pytest.fixture
def story() -> Callable[[int], str]:
    """Different articles, as many as are asked for."""
    return lambda number: STORY.replace("nine of its twelve", f"{number} of its twelve hundred")


@pytest.fixture
def post() -> Callable[..., Any]:
    return send


@pytest.fixture
def sent_by() -> Callable[[str], list[tuple[str, str]]]:
    return lambda html: Fields(html).sent
