"""What a site changed is told in words: in the feed of changes, to webhooks, by the JSON API."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.anchoring import Alignment
from app.articles.difference import BESIDE, FEW, LONGEST_TOLD, TOLD, told
from app.db import Database
from app.models import Delivery
from tests.revisions.conftest import WORDS, Story

LESS = [*WORDS[:2], WORDS[2].replace("400,000", "300,000"), *WORDS[3:]]


def items(story: Story, who: str = "bob", query: str = "?kind=articles") -> list[dict[str, object]]:
    return list(story.client(who).get(f"/changes.json{query}").json()["items"])


def test_a_silent_edit_is_told_of_with_the_words_that_changed(story: Story) -> None:
    story.changes(LESS)
    [item] = items(story)
    assert item["title"] == "Silent edit: “Old pier to close”"
    assert "the page does not say so" in str(item["content_html"])
    assert "<ins>has carried about 300,000 passengers a year</ins>" in str(item["content_html"])
    assert str(item["url"]).endswith(f"/articles/{story.id}/diff?from=1&to=2")
    assert item["_quotidian"] == {
        "kind": "revision", "id": 2, "article_id": story.id, "silent": True, "changes": [
            {"what": "text", "before": "has carried about 400,000 passengers a year", "after": "has carried about 300,000 passengers a year"}
        ],
    }  # fmt: skip
    assert items(story, query="?kind=silent") == [item]
    page = story.client("bob").get("/changes?kind=silent").text
    assert "<del>has carried about 400,000 passengers a year</del>" in page


def test_an_edit_that_is_owned_up_to_is_no_silent_one(story: Story) -> None:
    story.changes(LESS, title="Old pier closes", updated="2024-03-05T08:30:00Z")
    [item] = items(story)
    assert item["title"] == "Changed: “Old pier closes”"
    assert "Title: <del>Old pier to close</del> → <ins>Old pier closes</ins>" in str(item["content_html"])
    assert items(story, query="?kind=silent") == []
    assert items(story, query="?kind=verdicts") == []


def test_webhooks_and_programs_are_told_too(story: Story, database: Database) -> None:
    bob = story.client("bob")
    form = {"url": story.site.url("/hook"), "events": ["article.changed", "article.silent_edit"]}
    assert bob.post("/webhooks", data=form).status_code == 200
    story.changes(LESS)
    with database.read() as db:
        sent = db.execute(select(Delivery.event, Delivery.article_id, Delivery.ref_id).order_by(Delivery.id)).all()
    assert [tuple(each) for each in sent] == [("article.changed", story.id, 2), ("article.silent_edit", story.id, 2)]
    page = bob.post("/account/tokens", data={"name": "program", "scope": "read"}).text
    bearer = {"authorization": f"Bearer {page.split('<p><code>')[1].split('<')[0]}"}
    told_ = story.client().get(f"/api/quotidian/v1/articles/{story.id}/revisions", headers=bearer).json()["items"]
    assert told_[0]["changes"][0]["after"] == "has carried about 300,000 passengers a year"
    assert told_[1]["changes"] == []


@pytest.mark.parametrize(("decision", "told_of"), [("move", 1), ("keep", 1), ("accept", 0)])
def test_webhooks_are_told_where_a_review_puts_a_passage(
    decision: str, told_of: int, story: Story, database: Database
) -> None:
    bob = story.client("bob")
    form = {"url": story.site.url("/hook"), "events": ["annotation.updated"]}
    assert bob.post("/webhooks", data=form).status_code == 200
    mark = story.marks("about 400,000 passengers a year", kind="claim")
    story.changes(LESS)
    data = {"decision": decision, "exact": "close the old ferry pier"}
    assert story.client("alice").put(f"/annotations/{mark}/review", data=data).status_code == 303
    with database.read() as db:
        assert db.scalars(select(Delivery.ref_id)).all() == [mark] * told_of


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("A b c d.\nZ y x.", "A b c d.\nOne more of these.\nZ y x.", [("", "One more of these.")]),
        ("A b c d.\nZ y x.", "A b c d.", [("Z y x.", "")]),
        ("It found rust in nine of them.", "It found rust in nearly nine of them.",
         [("found rust in nine of them", "found rust in nearly nine of them")]),
        ("", "All of it.", [("", "All of it.")]),
        ("The same.", "The same.", []),
    ],
)  # fmt: skip
def test_what_changed_in_words(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    assert [(each["before"], each["after"]) for each in told(old, new, Alignment(old, new))] == changes


def test_what_is_told_is_bounded() -> None:
    old = "\n".join(
        f"Paragraph {n} says that all of it stays as it ever was, and goes on to say so." for n in range(99)
    )
    new = old.replace("stays", "moves")
    assert len(told(old, new, Alignment(old, new))) == TOLD
    long = "word " * 5000
    [change] = told("Short.", f"Short.\n{long}", Alignment("Short.", f"Short.\n{long}"))
    assert len(change["after"]) <= LONGEST_TOLD + 2
    assert FEW > BESIDE
