"""People who write at the same moment: nobody's work is lost, and nobody gets an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.db import Database
from app.models import Annotation, Note, Speaker, Tag
from tests.making import make_article, passage, text_of

MANY = 6


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


def together(client, work: Callable[..., int]) -> Counter[int]:
    """The statuses of what alice and bob did at once."""
    browsers = [client(("alice", "bob")[n % 2]) for n in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(work, browsers, range(MANY)))


def test_of_edits_of_one_version_one_is_taken(client, database, article) -> None:
    sent = {**passage(text_of(database, article), "half of the crates"), "kind": "claim", "version": 1}
    client("erin").post(f"/articles/{article}/annotations", data=sent)
    with database.write() as db:
        db.query(Annotation).update({"author_id": None, "engine": "quotidian/0.1"})

    def edit(browser, n: int) -> int:
        return browser.put("/annotations/1", data={**sent, "speaker": f"Speaker {n}"}).status_code

    assert together(client, edit) == {303: 1, 409: MANY - 1}
    with database.read() as db:
        assert db.get_one(Annotation, 1).version == 2


def test_new_speakers_and_tags_are_made_once(client, database, article) -> None:
    sent = passage(text_of(database, article), "half of the crates")

    def add(browser, n: int) -> int:
        quoted = browser.post(
            f"/articles/{article}/annotations", data={**sent, "kind": "quote", "speaker": "Somebody new"}
        )
        noted = browser.post(f"/articles/{article}/notes", data={"body": str(n), "tags": "fresh, new"})
        return max(quoted.status_code, noted.status_code)

    assert together(client, add) == {303: MANY}
    with database.read() as db:
        assert (db.query(Annotation).count(), db.query(Note).count()) == (MANY, MANY)
        assert (db.query(Speaker).filter_by(name="Somebody new").count(), db.query(Tag).count()) == (1, 2)
