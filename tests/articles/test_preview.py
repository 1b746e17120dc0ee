"""The preview: what it shows, what can be changed in it, and what it refuses with everything kept."""

from __future__ import annotations

import re

import pytest

from app.models import Article, Capture, Job, Picture, Revision, SearchDocument


def test_every_field_is_understood_and_shown(client, capture) -> None:
    fields = capture(client("alice"))
    facts = dict(fields)
    assert facts["title"] == "Harbour council votes to close the old ferry pier"
    assert facts["authors"] == "Ines Calloway"
    assert facts["published"] == "2024-03-04 09:30"
    assert facts["dateline"] == "TESSEN, March 4 (HW)"
    assert facts["language"] == "en"
    paragraphs = [value for name, value in fields if name == "paragraph[]"]
    assert [len(paragraphs), paragraphs[-1]] == [5, ""]


def test_saving_makes_the_first_revision_with_all_that_belongs_to_it(client, save, database, people) -> None:
    article_id = save(client("alice"))
    with database.read() as db:
        article, revision = db.get_one(Article, article_id), db.query(Revision).one()
        assert (revision.number, revision.article_id) == (1, article_id)
        assert [revision.text[start:end] for _, start, end in revision.blocks] == revision.text.split("\n")
        assert revision.text_sha256 == article.text_sha256
        assert revision.published == article.published == "2024-03-04T09:30:00"
        assert article.created_by == people["alice"]
        assert article.first_words.startswith("The harbour council voted")
        assert db.query(Capture).one().revision_id == revision.id
        assert [(j.kind, j.state, j.payload) for j in db.query(Job)] == [
            ("analyze", "queued", {"revision_id": revision.id})
        ]
        assert db.query(SearchDocument).one().ref_id == article_id


def test_sent_twice_is_stored_once(client, capture, post, database) -> None:
    browser = client("alice")
    fields = capture(browser)
    first, second = (post(browser, "/articles", fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    with database.read() as db:
        assert db.query(Article).count() == 1


@pytest.mark.parametrize(("name", "value"), [
    ("title", "Another title"), ("title", ""), ("paragraph[]", "Another text."), ("type[]", "heading"),
    ("canonical_url", "https://wire.example/pier"),
])  # fmt: skip
def test_changes_sent_after_it_was_saved_are_said_to_be_lost(client, capture, post, name, value) -> None:
    browser = client("alice")
    fields = capture(browser)
    first = post(browser, "/articles", fields).headers["location"]
    again = post(browser, "/articles", [(n, value if n == name else v) for n, v in fields]).headers["location"]
    assert again == f"{first}?again=1"
    assert "was not taken" in browser.get(again).text
    assert "was not taken" not in browser.get(first).text


def test_paragraphs_are_dropped_split_joined_and_moved(client, capture, post, database) -> None:
    browser = client("alice")
    facts = [pair for pair in capture(browser) if pair[0] not in ("type[]", "paragraph[]")]
    blocks = [
        ("heading", "Part  one"),
        ("p", "One.\r\n\r\nTwo\r\ngoes on."),
        ("p", " "),
        ("join", "Joined."),
        ("caption", "A pier."),
        ("odd", "Three."),
    ]
    sent = facts + [pair for type_, text in blocks for pair in (("type[]", type_), ("paragraph[]", text))]
    assert post(browser, "/articles", sent).status_code == 303
    with database.read() as db:
        revision, picture = db.query(Revision).one(), db.query(Picture).one()
    assert revision.text.split("\n") == ["Part one", "One.", "Two goes on. Joined.", "Three."]
    assert [block[0] for block in revision.blocks] == ["heading", "p", "p", "p"]
    assert (picture.caption, picture.url) == ("A pier.", None)


def test_pictures_are_kept_or_not(client, capture, post, database) -> None:
    browser = client("alice")
    pictures = [
        ("https://a.example/1.jpg", "One", "AP"),
        ("https://a.example/2.jpg", "Two", ""),
        ("javascript:x", "Three", ""),
    ]
    fields = capture(browser)
    for n, (url, caption, credit) in enumerate(pictures):
        fields += [(f"picture_url-{n}", url), (f"caption-{n}", caption), (f"credit-{n}", credit)]
    assert post(browser, "/articles", [*fields, ("keep", "0"), ("keep", "2")]).status_code == 303
    with database.read() as db:
        found = [(p.position, p.url, p.caption, p.credit) for p in db.query(Picture).order_by(Picture.position)]
        assert "pictures" in {job.kind for job in db.query(Job)}
    assert found == [(0, "https://a.example/1.jpg", "One", "AP"), (1, None, "Three", "")]


def test_many_paragraphs_go_through(client, capture, post, database) -> None:
    browser = client("alice")
    facts = [pair for pair in capture(browser) if pair[0] not in ("type[]", "paragraph[]")]
    blocks = [pair for n in range(1500) for pair in (("type[]", "p"), ("paragraph[]", f"Paragraph {n}."))]
    assert post(browser, "/articles", facts + blocks).status_code == 303
    with database.read() as db:
        assert len(db.query(Revision).one().blocks) == 1500


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("title", "  ", "needs a title"),
        ("published", "some day soon", "not a date"),
        ("updated", "2024-13-40", "not a date"),
        ("canonical_url", "javascript:alert(1)", "not a web address"),
        ("language", "English please", "short code"),
        ("site", "x" * 3000, "too long"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_lost(client, capture, post, sent_by, name, value, expected) -> None:
    browser = client("alice")
    changes = {"authors": "Changed <Name>", name: value}
    fields = [(field, changes.get(field, old)) for field, old in capture(browser)]
    answer = post(browser, "/articles", fields)
    assert answer.status_code == 422
    assert re.search(rf'id="f-{name}-error">(<svg.*?</svg>)?[^<]*{expected}', answer.text)
    assert re.search(rf'id="f-{name}"[^>]*aria-invalid="true"', answer.text)
    assert sent_by(answer.text) == fields


@pytest.mark.parametrize("written", ["4 March 2024, 09:30", "March 4, 2024 9:30", "2024-03-04T09:30"])
def test_dates_are_read_as_people_write_them(client, save, database, written) -> None:
    save(client("alice"), published=written)
    with database.read() as db:
        assert db.query(Article).one().published == "2024-03-04T09:30:00"


def test_no_paragraph_at_all(client, capture, post) -> None:
    browser = client("alice")
    answer = post(
        browser, "/articles", [(name, "" if name == "paragraph[]" else value) for name, value in capture(browser)]
    )
    assert answer.status_code == 422
    assert "at least one paragraph" in answer.text


def test_the_same_text_is_offered_and_not_stored_twice(client, capture, save, post, database) -> None:
    alice, bob = client("alice"), client("bob")
    article_id = save(alice)
    fields = capture(bob)
    page = bob.get(f"/captures/{dict(fields)['capture_id']}").text
    assert "You have this already" in page
    assert f'href="/articles/{article_id}"' in page
    answer = post(bob, "/articles", fields)
    assert answer.status_code == 409
    assert "You have this already" in answer.text
    with database.read() as db:
        assert db.query(Article).count() == 1


@pytest.mark.parametrize(
    "again",
    [
        "http://Wire.example/pier",
        "https://wire.example:443/pier/",
        "https://wire.example/pier?utm_source=x&fbclid=1#top",
    ],
)
def test_the_same_address_is_recognised(client, capture, save, post, story, again) -> None:
    browser = client("alice")
    save(browser, story(1), canonical_url="https://wire.example/pier")
    answer = post(
        browser, "/articles", [(n, again if n == "canonical_url" else v) for n, v in capture(browser, story(2))]
    )
    assert answer.status_code == 409
    other = [
        (n, f"{again.partition('?')[0]}?id=7" if n == "canonical_url" else v) for n, v in capture(browser, story(2))
    ]
    assert post(browser, "/articles", other).status_code == 303


def test_what_was_deleted_is_offered_back_or_added_anew(client, capture, save, post, database) -> None:
    alice, bob = client("alice"), client("bob")
    article_id = save(alice)
    alice.delete(f"/articles/{article_id}")
    fields = capture(alice)
    answer = post(alice, "/articles", fields)
    assert answer.status_code == 409
    assert f'action="/articles/{article_id}/deletion?_method=delete"' in answer.text
    assert post(bob, "/articles", capture(bob)).status_code == 303, "bob may not restore it, so it is new to him"
    with database.write() as db:
        db.query(Article).filter(Article.id != article_id).update(
            {"deleted_at": db.get_one(Article, article_id).deleted_at}
        )
    assert post(alice, "/articles", [*fields, ("anew", "1")]).status_code == 303
