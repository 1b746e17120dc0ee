"""Programs that speak the Hypothesis API: `program("alice")` sends with a token of hers."""

from __future__ import annotations

import pytest

from app.accounts.actions import add_token
from tests.making import make_article


@pytest.fixture
def program(client, database, people):
    def make(name: str | None = None, scope: str = "write"):
        browser = client()
        del browser.headers["accept"]
        if name:
            with database.write() as db:
                token = add_token(db, user_id=people[name], name="program", scope=scope)
            browser.headers["authorization"] = f"Bearer {token}"
        return browser

    return make


@pytest.fixture
def article(database) -> int:
    return make_article(database)


@pytest.fixture
def post(program, article):
    """`post("alice", "a note", quote="Traders doubt it")` answers the row that comes of it."""

    def send(name: str, text: str = "", *, quote: str = "", **more):
        uri = more.pop("uri", f"http://testserver/articles/{article}")
        sent = {"uri": uri, "text": text, **more}
        if quote:
            sent["target"] = [{"source": uri, "selector": [{"type": "TextQuoteSelector", "exact": quote}]}]
        answer = program(name).post("/api/annotations", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return send
