"""What is done with an article once it is here: raw capture, pictures, tags, read, deleted, restored."""

from __future__ import annotations

from app import files
from app.models import Article, ArticleTag, Picture, Revision


def test_the_raw_capture_is_a_download(client, save) -> None:
    browser = client("alice")
    text = (
        "<b>" + "Harbour council closes pier\n\n" + "It said so on Monday, after a long talk about rust and money. " * 9
    )
    article_id = save(browser, text)
    answer = client("charlie").get(f"/articles/{article_id}/raw")
    assert answer.text == text
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_pictures_are_served_from_here(client, save, database, settings) -> None:
    browser = client("alice")
    save(browser)
    with database.write() as db:
        sha = files.put(settings.files, b"webp")
        revision_id = db.query(Revision).one().id
        kept = Picture(revision_id=revision_id, position=0, sha256=sha, media_type="image/webp")
        awaited = Picture(revision_id=revision_id, position=1, url="https://a.example/x.png")
        db.add_all([kept, awaited])
        db.flush()
        ids = kept.id, awaited.id
    answer = browser.get(f"/pictures/{ids[0]}")
    assert (answer.content, answer.headers["content-type"]) == (b"webp", "image/webp")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]
    assert browser.get(f"/pictures/{ids[1]}").status_code == 404
    assert client().get(f"/pictures/{ids[0]}").status_code == 303


def test_delete_undo_and_the_bin(client, save, database) -> None:
    alice, bob, erin, charlie = (client(name) for name in ("alice", "bob", "erin", "charlie"))
    article_id = save(alice)
    assert bob.delete(f"/articles/{article_id}").status_code == 403
    answer = alice.post(f"/articles/{article_id}?_method=delete")
    assert answer.headers["location"] == f"/?gone={article_id}"
    assert "was deleted" in alice.get(answer.headers["location"]).text
    assert "was deleted" not in bob.get(answer.headers["location"]).text
    assert "Harbour council" not in alice.get("/").text
    assert alice.get(f"/articles/{article_id}/raw").status_code == 404
    seen = {who: "Harbour council" in browser.get("/?state=deleted").text
            for who, browser in {"alice": alice, "bob": bob, "erin": erin, "charlie": charlie}.items()}  # fmt: skip
    assert seen == {"alice": True, "bob": False, "erin": True, "charlie": False}
    assert bob.delete(f"/articles/{article_id}/deletion").status_code == 404
    assert erin.delete(f"/articles/{article_id}/deletion").headers["location"] == f"/articles/{article_id}"
    assert "Harbour council" in bob.get("/").text


def test_delete_through_htmx_answers_a_toast_with_undo(client, save) -> None:
    browser = client("alice")
    article_id = save(browser)
    answer = browser.delete(f"/articles/{article_id}", headers={"hx-request": "true"})
    assert f'hx-delete="/articles/{article_id}/deletion"' in answer.text
    undone = browser.delete(
        f"/articles/{article_id}/deletion", headers={"hx-request": "true", "referer": "http://testserver/"}
    )
    assert undone.headers["hx-redirect"] == "/"


def test_tags(client, save, database) -> None:
    browser = client("alice")
    article_id = save(browser)
    answer = browser.put(
        f"/articles/{article_id}/tags", data={"tags": " #Harbour , ferry  piers,, harbour", "next": "/?tag=x"}
    )
    assert answer.headers["location"] == "/?tag=x"
    page = browser.get("/?tag=ferry+piers").text
    assert "Harbour council" in page
    assert "#harbour" in page
    browser.put(f"/articles/{article_id}/tags", data={"tags": "ferry piers"})
    with database.read() as db:
        assert db.query(ArticleTag).count() == 1
    assert "Harbour council" not in browser.get("/?tag=harbour").text
    answer = browser.put(f"/articles/{article_id}/tags", data={"tags": f"kept, {'x' * 65}", "next": "/?tag=x"})
    assert (answer.status_code, "A tag has at most 64 characters." in answer.text) == (422, True)
    assert f'value="kept, {"x" * 65}"' in answer.text
    assert 'name="next" value="/?tag=x"' in answer.text
    assert client("charlie").put(f"/articles/{article_id}/tags", data={"tags": "x"}).status_code == 403


def test_read_and_unread_are_each_persons_own(client, save) -> None:
    alice, bob = client("alice"), client("bob")
    article_id = save(alice)
    assert 'class="unread"' in alice.get("/").text
    assert alice.put(f"/articles/{article_id}/read", headers={"hx-request": "true"}).status_code == 204
    assert 'class="unread"' not in alice.get("/").text
    assert "Harbour council" not in alice.get("/?state=unread").text
    assert "Harbour council" in bob.get("/?state=unread").text
    alice.put(f"/articles/{article_id}/read", data={"read": "0"})
    assert 'class="unread"' in alice.get("/").text


def test_what_changed_since_it_was_read_says_so(client, save, database) -> None:
    browser = client("alice")
    article_id = save(browser)
    browser.put(f"/articles/{article_id}/read")
    with database.write() as db:
        db.get_one(Article, article_id).revision = 2
    assert "changed since you read it" in browser.get("/?state=unread").text


def test_an_address_leads_nowhere_else(client, save) -> None:
    article_id = save(client("alice"))
    answer = client("alice").put(f"/articles/{article_id}/read", data={"next": "//evil.example/"})
    assert answer.headers["location"] == "/"
