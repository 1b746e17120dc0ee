"""What happens is told: signed, in the shapes of the JSON API, as its person may see it, again until it is taken."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app import events
from app.db import Database
from app.models import Annotation, Job, Note, User, now
from app.webhooks import deliver
from tests.making import passage, text_of
from tests.webhooks.conftest import note, signature

CLAIM = "at least four million crates"


def mark(client, database: Database, article: int, who: str = "alice", **form: str) -> int:
    data = {**passage(text_of(database, article), CLAIM), "kind": "claim", **form}
    answer = client(who).post(f"/articles/{article}/annotations", data=data)
    assert answer.status_code == 303, answer.text
    with database.read() as db:
        return db.scalars(select(Annotation.id).order_by(Annotation.id.desc()).limit(1)).one()


def token(client) -> str:
    made = client("bob").post("/account/tokens", data={"name": "program", "scope": "read"}).text
    return str(made.split("<p><code>")[1].split("<")[0])


def test_what_people_do_is_told_in_the_shapes_of_the_api(
    client, database, article, add, receiver, work_off, deliveries
) -> None:
    _, secret = add("bob", *events.EVENTS)
    claim = mark(client, database, article)
    alice = client("alice")
    alice.put(f"/annotations/{claim}/status", data={"status": "dismissed"})
    alice.put(f"/annotations/{claim}/status", data={"status": "confirmed"})
    alice.put(f"/claims/{claim}/verdict", data={"verdict": "refuted", "reason": "See the yearbook."})
    note(client, article, tags="check")
    alice.put("/notes/1", data={"body": "Counted **thrice**?", "version": "1"})
    work_off()
    assert receiver.types() == [
        "annotation.created", "annotation.updated", "annotation.updated", "verdict.set", "note.created", "note.updated"
    ]  # fmt: skip
    bearer = {"authorization": f"Bearer {token(client)}"}
    api = client().get(f"/api/quotidian/v1/annotations/{claim}", headers=bearer).json()
    data = receiver.told[3]["data"]
    assert data["annotation"] == api
    assert (data["verdict"]["verdict"], data["verdict"]["author"]) == ("refuted", "alice")
    assert data["article"]["page"] == f"http://testserver/articles/{article}"
    assert receiver.told[5]["data"]["note"] == client().get("/api/quotidian/v1/notes/1", headers=bearer).json()
    for headers, body in receiver.got:
        assert headers["webhook-signature"] == signature(secret, headers, body)
        assert headers["content-type"] == "application/json"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 6
    assert {(each.state, each.status, each.attempts) for each in deliveries()} == {("delivered", 204, 1)}
    alice.delete("/notes/1")
    alice.delete(f"/annotations/{claim}")
    work_off()
    assert receiver.types()[6:] == ["note.deleted", "annotation.deleted"]
    told = receiver.told[6]["data"]["note"]
    assert set(told) == {"id", "article_id", "deleted_at"}
    assert datetime.fromisoformat(told["deleted_at"]).tzinfo is not None


def test_notes_go_and_come_back_with_their_passage(client, database, article, add, receiver, work_off) -> None:
    claim = mark(client, database, article)
    alice, notes = client("alice"), f"/annotations/{claim}/notes"
    for data in ({"body": "Says who?"}, {"body": "Deleted by itself"}, {"body": "Hush", "visibility": "private"}):
        assert alice.post(notes, data=data).status_code == 303
    alice.delete("/notes/2")
    add("bob", *events.EVENTS)
    alice.delete(f"/annotations/{claim}")
    work_off()
    assert receiver.types() == ["annotation.deleted", "note.deleted"]
    gone, note_gone = (each["data"] for each in receiver.told)
    assert note_gone["note"] == {**gone["annotation"], "id": 1}
    assert alice.delete(f"/annotations/{claim}/deletion").status_code == 303
    work_off()
    assert receiver.types()[2:] == ["annotation.updated", "note.updated"]
    assert receiver.told[3]["data"]["note"]["body"] == "Says who?"


def test_only_what_was_chosen_and_only_of_what_one_may_see(client, database, article, add, receiver, work_off) -> None:
    add("bob", "note.created")
    note(client, article, "alice", "Hush", visibility="private")
    note(client, article, "bob", "My own", visibility="private")
    note(client, article, "alice", "Said aloud")
    mark(client, database, article)
    work_off()
    assert [each["data"]["note"]["body"] for each in receiver.told] == ["My own", "Said aloud"]


def test_what_was_hidden_meanwhile_is_not_sent(client, database, article, add, receiver, work_off, deliveries) -> None:
    add("bob", "note.created", "annotation.created")
    note(client, article, "alice", "Better not")
    claim = mark(client, database, article)
    client("alice").put("/notes/1", data={"body": "Better not", "visibility": "private", "version": "1"})
    client("alice").delete(f"/annotations/{claim}")
    work_off()
    assert receiver.got == []
    assert [each.state for each in deliveries()] == ["withheld", "withheld"]
    page = client("bob").get("/webhooks/1").text
    assert page.count("not sent: it was brought back, or you may not see it any more") == 2


@pytest.mark.parametrize("change", [{"disabled_at": now()}, {"role": "reader"}])
def test_nothing_is_sent_for_who_could_not_stop_it(
    change, client, database, article, add, receiver, work_off, deliveries, people
) -> None:
    add("bob", "note.created")
    note(client, article)
    with database.write() as db:
        db.execute(update(User).where(User.id == people["bob"]).values(**change))
    note(client, article, body="And another")
    work_off()
    assert receiver.got == []
    assert [each.state for each in deliveries()] == ["withheld"]


def test_a_test_is_sent_and_the_secret_can_be_renewed(client, database, add, receiver, work_off, clock) -> None:
    hook_id, old = add("alice", "note.created")
    alice = client("alice")
    new = alice.put(f"/webhooks/{hook_id}/secret").text.split("<code>")[1].split("<")[0]
    assert new.startswith("whsec_")
    assert new != old
    assert not {new, old} & set(alice.get(f"/webhooks/{hook_id}").text.replace(">", "<").split("<"))
    for _ in range(2):
        alice.post(f"/webhooks/{hook_id}/tests")
        work_off()
        clock.on(days=2)
    assert receiver.types() == [events.TEST] * 2
    signatures = [headers["webhook-signature"].split(" ") for headers, _ in receiver.got]
    assert signatures[0] == [signature(secret, *receiver.got[0]) for secret in (new, old)]
    assert signatures[1] == [signature(new, *receiver.got[1])]


def test_event_and_delivery_are_there_together_or_not_at_all(
    client, database, article, add, deliveries, monkeypatch
) -> None:
    add("alice", "note.created")

    def fall(*_: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(events, "start", fall)  # the delivery is written by then
        with pytest.raises(RuntimeError):
            note(client, article)
    with database.read() as db:
        assert (db.scalars(select(Note)).all(), deliveries()) == ([], [])


def test_what_was_told_while_the_job_was_lost_is_found_by_the_clock(
    client, database, article, add, receiver, work_off
) -> None:
    add("alice", "note.created")
    note(client, article)
    with database.write() as db:
        db.execute(update(Job).where(Job.kind == "deliver").values(state="done"))
    work_off()
    assert len(receiver.got) == 1


def test_the_job_of_a_webhook_is_there_before_its_first_event(client, database, article, add) -> None:
    def jobs() -> list[str]:
        with database.read() as db:
            return list(db.scalars(select(Job.key).where(Job.kind == "deliver").order_by(Job.id)))

    ids = [add(who, "note.created")[0] for who in ("bob", "alice")]
    before = jobs()
    note(client, article)
    assert before == jobs() == [f"deliver-{each}" for each in ids]


def test_old_deliveries_are_forgotten(client, add, receiver, work_off, deliveries, monkeypatch) -> None:
    monkeypatch.setattr(deliver, "KEPT", 3)
    hook_id, _ = add("alice", "note.created")
    for _ in range(6):
        client("alice").post(f"/webhooks/{hook_id}/tests")
    work_off()
    assert len(receiver.got) == 6
    assert len(deliveries()) <= 4


def test_many_are_sent_in_turns(client, database, add, receiver, work_off, monkeypatch) -> None:
    monkeypatch.setattr(deliver, "TURN", 2)
    hook_id, _ = add("alice", "note.created")
    for _ in range(5):
        client("alice").post(f"/webhooks/{hook_id}/tests")
    work_off()
    assert len(receiver.got) == 5
    with database.read() as db:
        assert db.scalars(select(Job.state).where(Job.kind == "deliver")).all() == ["done"]
