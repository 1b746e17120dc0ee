"""What happens is told: signed, in the shapes of the JSON API, as its person may see it, again until it is taken."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app import events
from app.db import Database
from app.models import Annotation, Job, Note, User, Webhook, now
from app.webhooks import deliver
from tests.making import make_article, passage, text_of
from tests.webhooks.conftest import signature

CLAIM = "at least four million crates"


@pytest.fixture
def article(database: Database) -> int:
    return make_article(database)


def mark(client, database: Database, article: int, who: str = "alice", **form: str) -> int:
    data = {**passage(text_of(database, article), CLAIM), "kind": "claim", **form}
    answer = client(who).post(f"/articles/{article}/annotations", data=data)
    assert answer.status_code == 303, answer.text
    with database.read() as db:
        return db.scalars(select(Annotation.id).order_by(Annotation.id.desc()).limit(1)).one()


def note(client, article: int, who: str = "alice", body: str = "Counted twice?", **form: str) -> None:
    assert client(who).post(f"/articles/{article}/notes", data={"body": body, **form}).status_code == 303


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


def test_a_failure_is_tried_again_later_and_later_under_the_same_id(
    client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, secret = add("alice", "note.created")
    receiver.answers = [500, 500, 200]
    note(client, article)
    work_off()
    work_off()
    assert len(receiver.got) == 1
    assert "The receiver answered with HTTP status 500." in client("alice").get(f"/webhooks/{hook_id}").text
    for span in deliver.WAITS[:2]:
        clock.on(seconds=span.total_seconds() - 2)
        work_off()
        tried = len(receiver.got)
        clock.on(seconds=3)
        work_off()
        assert len(receiver.got) == tried + 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert all(headers["webhook-signature"] == signature(secret, headers, body) for headers, body in receiver.got)
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.got}) == 3
    [sent] = deliveries()
    assert (sent.state, sent.status, sent.attempts, sent.error) == ("delivered", 200, 3, "")
    assert (hook(hook_id).error, hook(hook_id).failing_since) == ("", None)


def test_one_that_is_refused_holds_up_no_other(client, article, add, receiver, work_off, deliveries) -> None:
    add("alice", "note.created")
    receiver.answers = [400, 200]
    note(client, article)
    note(client, article, body="Another")
    work_off()
    assert [(each.state, each.status) for each in deliveries()] == [("waiting", 400), ("delivered", 200)]


@pytest.mark.parametrize("answer", [503, 429, None])
def test_who_is_overloaded_or_away_is_left_alone(
    answer, client, database, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, _ = add("alice", "note.created")
    if answer:
        receiver.answers, receiver.headers = [answer, 200], {"Retry-After": "900"}
    else:
        with database.write() as db:
            db.execute(update(Webhook).values(url="https://127.0.0.1:1/hook"))
    for number in range(3):
        note(client, article, body=f"Note {number}")
    work_off()
    assert sorted(each.attempts for each in deliveries()) == [0, 0, 1]
    assert len(receiver.got) == (1 if answer else 0)
    assert hook(hook_id).next_at > now()
    with database.write() as db:
        db.execute(update(Webhook).values(url=receiver.url))
    clock.on(seconds=902)
    work_off()
    assert {each.state for each in deliveries()} == {"delivered"}


def test_where_nothing_goes_well_for_days_it_is_switched_off_and_its_person_told(
    client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [500]
    note(client, article)
    work_off()
    for span in deliver.WAITS:
        assert hook(hook_id).off_at is None
        clock.on(seconds=span.total_seconds() + 1)
        work_off()
    assert len(receiver.got) == len(deliver.WAITS) + 1
    assert [each.state for each in deliveries()] == ["failed"]
    assert hook(hook_id).off_at is not None
    alice = client("alice")
    for page in ("/webhooks", f"/webhooks/{hook_id}", "/jobs"):
        assert "This webhook was switched off. Nothing was taken for three days." in alice.get(page).text
    note(client, article, body="Unheard")
    clock.on(days=1)
    work_off()
    assert len(deliveries()) == 1
    receiver.answers = [200]
    form = {"url": receiver.url, "events": ["note.created"], "on": "1"}
    assert alice.put(f"/webhooks/{hook_id}", data=form).status_code == 303
    assert alice.post(f"/webhooks/{hook_id}/deliveries/{deliveries()[0].id}/attempts").status_code == 303
    work_off()
    assert [each.state for each in deliveries()] == ["delivered"]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def away(database: Database, url: str = "https://127.0.0.1:1/hook") -> None:
    with database.write() as db:
        db.execute(update(Webhook).values(url=url))


@pytest.mark.parametrize("answer", [None, 503, 500])
@pytest.mark.parametrize("steady", [False, True])
def test_one_that_is_dead_is_switched_off_after_three_days_whatever_waits(
    answer, steady, client, database, article, add, receiver, work_off, deliveries, clock, hook, monkeypatch
) -> None:
    monkeypatch.setattr(deliver, "KEPT", 10)
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [answer or 200]
    if answer is None:
        away(database)
    for number in range(3):
        note(client, article, body=f"Note {number}")
    work_off()
    while clock.gone < deliver.GIVE_UP:
        assert hook(hook_id).off_at is None
        assert {each.state for each in deliveries()} == {"waiting"}
        clock.on(hours=4)
        if steady:
            note(client, article, body=f"After {clock.gone}")
        work_off()
    for _ in range(6):  # the last wait is a day
        clock.on(hours=4)
        work_off()
    assert hook(hook_id).off_at is not None
    assert {each.state for each in deliveries()} == {"failed"}
    assert len(deliveries()) <= 10
    assert "Nothing was taken for three days." in hook(hook_id).error


def test_a_message_that_is_refused_ends_by_itself(
    client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [400]
    note(client, article)
    for _ in range(25):
        clock.on(hours=4)
        work_off()
    assert [each.state for each in deliveries()] == ["failed"]
    receiver.answers = [503]
    note(client, article, body="Another")
    work_off()
    assert hook(hook_id).off_at is None


def test_one_that_is_gone_is_switched_off_at_once(client, article, add, receiver, work_off, hook) -> None:
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [410]
    note(client, article)
    work_off()
    assert hook(hook_id).off_at
    assert "It says that it is gone for good." in client("alice").get(f"/webhooks/{hook_id}").text
    refused = client("alice").post(f"/webhooks/{hook_id}/tests")
    assert (refused.status_code, "switch it on first" in refused.text) == (422, True)


@pytest.mark.parametrize("answer", [400, 500])
def test_what_was_refused_does_not_make_the_others_wait(
    answer, client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [answer] * 6 + [503, 200]
    for number in range(6):
        note(client, article, body=f"Note {number}")
    work_off()
    assert len(receiver.got) == 6
    note(client, article, body="Nobody there")
    work_off()
    assert hook(hook_id).next_at < now() + deliver.WAITS[1]
    clock.on(seconds=6)
    work_off()
    assert {each.state for each in deliveries()} == {"delivered"}


@pytest.mark.parametrize("how", ["on again", "elsewhere", "test"])
def test_what_waited_is_sent_when_its_person_says_so(
    how, client, database, article, add, receiver, work_off, deliveries, clock
) -> None:
    hook_id, _ = add("alice", "note.created")
    away(database)
    for number in range(2):
        note(client, article, body=f"Note {number}")
    for _ in range(12):
        clock.on(hours=4)
        work_off()
    assert {each.state for each in deliveries()} == {"waiting"}
    alice, here, form = client("alice"), f"/webhooks/{hook_id}", {"url": receiver.url, "events": ["note.created"]}
    if how == "test":
        away(database, receiver.url)
        assert alice.post(f"{here}/tests").status_code == 303
    else:
        if how == "on again":
            away(database, receiver.url)
            assert alice.put(here, data=form).status_code == 303
        assert alice.put(here, data={**form, "on": "1"}).status_code == 303
    work_off()
    assert {(each.state, each.attempts) for each in deliveries()} == {("delivered", 1)}
    assert len(receiver.got) == (3 if how == "test" else 2)


def test_redirects_are_not_followed(client, article, add, receiver, work_off, deliveries) -> None:
    add("alice", "note.created")
    receiver.answers, receiver.headers = [307], {"Location": f"{receiver.url}/elsewhere"}
    note(client, article)
    work_off()
    assert len(receiver.got) == 1
    assert [(each.state, each.status) for each in deliveries()] == [("waiting", 307)]


def test_an_address_that_became_private_is_not_reached(
    client, database, article, add, receiver, work_off, deliveries
) -> None:
    add("alice", "note.created")
    with database.write() as db:
        db.execute(update(Webhook).values(url=f"https://127.0.0.1:{receiver.port + 1}/"))
    note(client, article)
    work_off()
    assert receiver.got == []
    assert "private network" in deliveries()[0].error


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
