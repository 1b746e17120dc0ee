"""Two names of one speaker: suggested, merged, remembered, split again, renamed; by everybody who may annotate."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from app.analysis import Analysis, Quote
from app.annotations.actions import store_analysis
from app.db import Database
from app.models import Annotation, Article, Revision, Speaker, SpeakerName
from app.speakers.alike import reason
from tests.making import make_article

WORDS = "\u201cWe have never counted so many,\u201d"
HTMX = {"hx-request": "true"}


@pytest.fixture
def articles(database: Database) -> list[int]:
    ids = [make_article(database, title=f"Crates {n}", paragraphs=(f"{WORDS} said number {n}.",)) for n in range(4)]
    with database.write() as db:
        for id in ids:
            db.get_one(Article, id).site = f"Wire {id % 2}"
    return ids


@pytest.fixture
def analyse(database: Database) -> Callable[..., None]:
    """`analyse(article, name, role)`: the program finds that the words are said by this name."""

    def analyse(article: int, name: str, role: str = "") -> None:
        quote = Quote(0, len(WORDS), "direct", ((0, len(WORDS)),), name, role=role, cue="said", score=0.9)
        with database.write() as db:
            revision = db.query(Revision).filter_by(article_id=article).one()
            store_analysis(db, revision=revision, analysis=Analysis((quote,)))

    return analyse


def speakers(database: Database) -> dict[str, int]:
    with database.read() as db:
        return {speaker.name: speaker.id for speaker in db.query(Speaker)}


def said_by(database: Database) -> dict[int, str]:
    with database.read() as db:
        rows = db.query(Annotation.article_id, Speaker.name).join(Speaker, Speaker.id == Annotation.speaker_id)
        return {article: name for article, name in rows}  # noqa: C416


def version(database: Database, speaker: int) -> int:
    with database.read() as db:
        return db.get_one(Speaker, speaker).version


def test_merged_once_the_same_in_all_later_articles(client, database, articles, analyse) -> None:
    analyse(articles[0], "Maren Oduya", "head of the office")
    analyse(articles[1], "Ms Oduya")
    ids = speakers(database)
    bob = client("bob")
    before = bob.get(f"/articles/{articles[1]}").text
    assert "Ms Oduya</a>" in before
    sent = {"name": "ms  oduya", "version": "1"}
    answer = bob.post(f"/speakers/{ids['Maren Oduya']}/names", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/speakers/{ids['Maren Oduya']}")
    analyse(articles[2], "Ms Oduya")
    typed = {"exact": WORDS, "kind": "quote", "speaker": "MS ODUYA"}
    assert bob.post(f"/articles/{articles[3]}/annotations", data=typed).status_code == 303
    assert speakers(database) == {"Maren Oduya": ids["Maren Oduya"]}
    assert set(said_by(database).values()) == {"Maren Oduya"}
    page = client("charlie").get(f"/speakers/{ids['Maren Oduya']}").text
    assert page.count('<ul class="said-list">') == 4
    assert "<b>Ms Oduya</b>" in page
    assert "the same by bob" in page
    assert "Maren Oduya</a>" in bob.get(f"/articles/{articles[1]}").text, "what is kept of the page follows"


def test_every_list_and_the_search_follow(client, database, articles, analyse) -> None:
    analyse(articles[0], "Maren Oduya")
    analyse(articles[1], "Zebulon Quist")
    kept = speakers(database)["Maren Oduya"]
    alice = client("alice")
    assert alice.post(f"/speakers/{kept}/names", data={"name": "Zebulon Quist", "version": 1}).status_code == 303
    for address in ("/speakers?q=quist", "/search?q=oduya&kind=annotation", "/?speaker=Zebulon+Quist"):
        page = alice.get(address).text
        assert "Maren Oduya" in page or "Crates 1" in page, address
    assert "Crates 1" in alice.get("/search?q=oduya&kind=annotation").text
    assert "Crates 1" not in alice.get("/search?q=zebulon&kind=annotation").text


def test_split_gives_back_what_was_found_and_typed_under_the_name(client, database, articles, analyse) -> None:
    analyse(articles[0], "Maren Oduya")
    analyse(articles[1], "M. Oduya", "head of customs")
    analyse(articles[2], "Lena Oduya")
    kept = speakers(database)["Maren Oduya"]
    bob = client("bob")
    for number, name in enumerate(("M. Oduya", "Lena Oduya"), 1):
        assert bob.post(f"/speakers/{kept}/names", data={"name": name, "version": number}).status_code == 303
    quote = next(id for id, article in _quotes(database).items() if article == articles[2])
    form = bob.get(f"/annotations/{quote}/form").text
    assert 'value="Maren Oduya"' in form
    correction = {"exact": WORDS, "kind": "quote", "speaker": "Maren Oduya", "role": "clerk", "version": "2"}
    assert bob.put(f"/annotations/{quote}", data=correction).status_code == 303, "its name as found stays remembered"
    names = _names(database)
    for name in ("Lena Oduya", "M. Oduya"):
        assert bob.delete(f"/speakers/{kept}/names/{names[name]}").status_code == 303
    assert said_by(database) == dict(zip(articles, ("Maren Oduya", "M. Oduya", "Lena Oduya"), strict=False))
    assert _names(database) == {}
    analyse(articles[3], "M. Oduya")
    assert said_by(database)[articles[3]] == "M. Oduya"
    assert "M. Oduya</a>" in bob.get(f"/articles/{articles[1]}").text
    with database.read() as db:
        assert db.query(Speaker.role).filter_by(name="Lena Oduya").scalar() == "clerk"


def _quotes(database: Database) -> dict[int, int]:
    with database.read() as db:
        return {id: article for id, article in db.query(Annotation.id, Annotation.article_id)}  # noqa: C416


def _names(database: Database) -> dict[str, int]:
    with database.read() as db:
        return {name: id for name, id in db.query(SpeakerName.name, SpeakerName.id)}  # noqa: C416


def test_names_move_along_when_merged_again(client, database, articles, analyse) -> None:
    for article, name in zip(articles, ("Ada Bell", "A. Bell", "The engineer"), strict=False):
        analyse(article, name)
    ids, bob = speakers(database), client("bob")
    assert bob.post(f"/speakers/{ids['A. Bell']}/names", data={"name": "The engineer", "version": 1}).status_code == 303
    assert bob.post(f"/speakers/{ids['Ada Bell']}/names", data={"name": "A. Bell", "version": 1}).status_code == 303
    assert set(_names(database)) == {"A. Bell", "The engineer"}
    assert set(said_by(database).values()) == {"Ada Bell"}
    engineer = _names(database)["The engineer"]
    assert bob.delete(f"/speakers/{ids['Ada Bell']}/names/{engineer}").status_code == 303
    assert said_by(database)[articles[2]] == "The engineer"
    assert bob.delete(f"/speakers/{ids['Ada Bell']}/names/{engineer}").status_code == 404


def test_likely_ones_are_suggested_with_what_speaks_for_them(client, database, articles, analyse) -> None:
    analyse(articles[0], "Maren Oduya", "head of the customs office")
    analyse(articles[1], "M. Oduya", "an official")
    analyse(articles[2], "The customs chief", "Head of the customs office")
    analyse(articles[3], "Pavel Oduya", "a trader")
    here = f"/speakers/{speakers(database)['Maren Oduya']}"
    page = client("bob").get(here).text
    likely = page[page.index("Perhaps the same") : page.index("<details")]
    assert re.findall(r'<b><a href="/speakers/\d+">(.*?)</a>', likely) == ["M. Oduya", "The customs chief"]
    assert "an official · 1 article of Wire 0 · the same surname, and first names that go together" in likely
    assert "the same role" in likely
    assert "Merge" not in client("charlie").get(here).text
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)"', likely)[:2])
    assert client("bob").post(f"{here}/names", data=sent).status_code == 303
    assert said_by(database)[articles[1]] == "Maren Oduya"


@pytest.mark.parametrize(("name", "other", "alike"), [
    ("maren oduya", "oduya", True), ("maren oduya", "m. oduya", True), ("dr. maren oduya", "maren oduya jr", True),
    ("dan berg", "daniel berg", True), ("maren oduya", "lena oduya", False), ("maren oduya", "maren lind", False),
    ("al berg", "alice berg", False), ("senator berg", "berg", True), ("...", "berg", False), ("", "", False),
])  # fmt: skip
def test_which_names_go_together(name: str, other: str, alike: bool) -> None:
    assert bool(reason(name, "", other, "")) is bool(reason(other, "", name, "")) is alike


def test_a_role_of_one_word_says_nothing() -> None:
    assert reason("ada bell", "Spokesman", "oskar lind", "spokesman") == ""
    assert reason("ada bell", "Harbour  master", "oskar lind", "harbour master") == "the same role"


def test_renamed_and_the_old_name_is_remembered(client, database, articles, analyse) -> None:
    analyse(articles[0], "Oduya")
    id, bob = speakers(database)["Oduya"], client("bob")
    for number, name in enumerate(("Maren Oduya", "MAREN Oduya", "Oduya"), 1):
        assert bob.put(f"/speakers/{id}", data={"name": name, "version": number}).status_code == 303
        assert speakers(database) == {name: id}
        analyse(articles[1], "Oduya")
        analyse(articles[2], "Maren Oduya")
        assert set(said_by(database).values()) == {name}
    assert set(_names(database)) == {"MAREN Oduya"}
    assert f"<h1>{'Oduya'}</h1>" in bob.get(f"/speakers/{id}").text


@pytest.mark.parametrize(("way", "sent", "status", "message"), [
    ("merge", {"name": "Nobody at all", "version": "1"}, 422, "Nobody is called so."),
    ("merge", {"name": "Maren Oduya", "version": "1"}, 422, "That is this speaker."),
    ("merge", {"name": "", "version": "1"}, 422, "1 to 200 characters"),
    ("merge", {"name": "Oskar Lind", "version": "7"}, 409, "Somebody else changed this speaker"),
    ("rename", {"name": "oskar LIND", "version": "1"}, 422, "Somebody else is called so"),
    ("rename", {"name": "x" * 201, "version": "1"}, 422, "1 to 200 characters"),
    ("rename", {"name": "Maren O.", "version": "7"}, 409, "Somebody else changed this speaker"),
])  # fmt: skip
def test_what_cannot_be_done_changes_nothing_and_keeps_what_was_typed(
    client, database, articles, analyse, way, sent, status, message
) -> None:
    analyse(articles[0], "Maren Oduya")
    analyse(articles[1], "Oskar Lind")
    before = speakers(database), said_by(database), _names(database)
    here = f"/speakers/{before[0]['Maren Oduya']}"
    bob = client("bob")
    answer = bob.post(f"{here}/names", data=sent) if way == "merge" else bob.put(here, data=sent)
    assert answer.status_code == status
    assert message in answer.text
    assert f'value="{sent["name"]}"' in answer.text
    assert (speakers(database), said_by(database), _names(database)) == before
    assert version(database, before[0]["Maren Oduya"]) == 1


def test_two_who_decide_at_once_do_not_undo_each_other(client, database, articles, analyse) -> None:
    for article, name in zip(articles, ("Maren Oduya", "Oskar Lind", "Ada Bell"), strict=False):
        analyse(article, name)
    here = f"/speakers/{speakers(database)['Maren Oduya']}"
    assert client("alice").post(f"{here}/names", data={"name": "Oskar Lind", "version": "1"}).status_code == 303
    answer = client("bob").post(f"{here}/names", data={"name": "Ada Bell", "version": "1"})
    assert answer.status_code == 409
    assert "Also called" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert said_by(database)[articles[2]] == "Ada Bell"


def test_a_name_that_only_one_person_sees_is_told_to_nobody(client, database, articles, analyse, people) -> None:
    analyse(articles[0], "Maren Oduya")
    secret = {"exact": WORDS, "kind": "quote", "speaker": "Secret Oduya", "visibility": "private"}
    alice, bob = client("alice"), client("bob")
    assert alice.post(f"/articles/{articles[1]}/annotations", data=secret).status_code == 303
    ids = speakers(database)
    here = f"/speakers/{ids['Maren Oduya']}"
    for browser in (alice, bob):
        assert "Secret" not in browser.get(here).text.replace("Secret</h1>", "")
    missing = bob.post(f"{here}/names", data={"name": "Secret Oduya", "version": "1"})
    assert (missing.status_code, "Nobody is called so." in missing.text) == (422, True)
    own = alice.post(f"{here}/names", data={"name": "Secret Oduya", "version": "1"})
    assert (own.status_code, "Only you can see Secret Oduya" in own.text) == (422, True)
    other = alice.post(f"/speakers/{ids['Secret Oduya']}/names", data={"name": "Maren Oduya", "version": "1"})
    assert other.status_code == 422
    # to bob nobody is called so: he may call his speaker that, and learns nothing
    assert bob.put(here, data={"name": "Secret Oduya", "version": "1"}).status_code == 303
    assert set(said_by(database).values()) == {"Secret Oduya"}
    page = bob.get(here).text
    assert (page.count('<ul class="said-list">'), "<b>Maren Oduya</b>" in page) == (1, True)
