"""Where a claim stands: by whom, when, why; changed, cleared, and never silently overwritten."""

from __future__ import annotations

import pytest

from app.db import Database
from app.models import Annotation, Verdict
from tests.making import make_article, passage, text_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


@pytest.fixture
def claim(database: Database, client, article: int) -> int:
    sent = {**passage(text_of(database, article), "half of the crates"), "kind": "claim"}
    client("bob").post(f"/articles/{article}/annotations", data=sent)
    return 1


def test_a_verdict_with_its_reason_and_history(client, database, article, claim) -> None:
    sent = {"verdict": "refuted", "reason": "The <series> ends at 1.9 million.", "version": 1}
    answer = client("alice").put(f"/claims/{claim}/verdict", data=sent, headers=HTMX)
    assert answer.status_code == 200
    for part in ("Refuted", "The &lt;series&gt; ends", "alice"):
        assert part in answer.text
    assert client("bob").put(f"/claims/{claim}/verdict", data={"verdict": "unverified"}).status_code == 303
    with database.read() as db:
        assert db.get_one(Annotation, claim).verdict == "unverified"
        assert [verdict.verdict for verdict in db.query(Verdict).order_by(Verdict.id)] == ["refuted", "unverified"]
    history = client("charlie").get(f"/claims/{claim}/verdicts").text
    assert history.index("bob") < history.index("alice")
    assert "<b>1</b> open" in client("alice").get(f"/articles/{article}").text


def test_a_verdict_alone_has_a_number_by_which_it_stands_on_paper(client, article, claim) -> None:
    number = f'<a class="ref" href="#card-{claim}" data-n="1"'
    assert number not in client("bob").get(f"/articles/{article}").text
    client("bob").put(f"/claims/{claim}/verdict", data={"verdict": "refuted"})
    assert number in client("bob").get(f"/articles/{article}").text
    client("bob").put(f"/claims/{claim}/verdict", data={"verdict": "unverified"})
    assert number not in client("bob").get(f"/articles/{article}").text


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_stale_verdict_shows_both(client, database, claim, headers) -> None:
    client("bob").put(f"/claims/{claim}/verdict", data={"verdict": "supported", "reason": "Bob saw it", "version": 1})
    mine = {"verdict": "mixed", "reason": "Alice doubts it", "version": 1}
    answer = client("alice").put(f"/claims/{claim}/verdict", data=mine, headers=headers)
    assert answer.status_code == 409
    for part in ("Bob saw it", "Alice doubts it", 'name="version" value="2"'):
        assert part in answer.text
    with database.read() as db:
        assert db.get_one(Annotation, claim).verdict == "supported"
    assert client("alice").put(f"/claims/{claim}/verdict", data={**mine, "version": 2}).status_code == 303


def test_what_is_no_verdict_or_no_claim(client, database, article, claim) -> None:
    alice = client("alice")
    answer = alice.put(f"/claims/{claim}/verdict", data={"verdict": "true", "reason": "Kept"}, headers=HTMX)
    assert (answer.status_code, "Kept" in answer.text) == (422, True)
    assert alice.put(f"/claims/{claim}/verdict", data={"verdict": "mixed", "reason": "x" * 20_000}).status_code == 422
    client("bob").post(f"/articles/{article}/annotations", data={"exact": "Traders", "kind": "highlight"})
    assert alice.put("/claims/2/verdict", data={"verdict": "mixed"}).status_code == 404
    assert client("charlie").put(f"/claims/{claim}/verdict", data={"verdict": "mixed"}).status_code == 403
    assert alice.get(f"/claims/{claim}/verdict/form").status_code == 200
    with database.read() as db:
        assert db.query(Verdict).count() == 0
