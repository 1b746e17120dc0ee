"""What could not be sent: tried again later and later, until it is taken, given up, or its webhook is switched off."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.db import Database
from app.models import Webhook, now
from app.webhooks import deliver
from tests.webhooks.conftest import note, signature


def test_a_failure_is_tried_again_later_and_later_under_the_same_id(
    client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, secret = add("alice", "note.created")
    receiver.answers = [500, 500, 200]
    note(client, article)
    clock.on(seconds=1)
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


def test_a_failure_long_ago_of_what_was_never_sent_counts_no_more(
    client, article, add, receiver, work_off, deliveries, clock, hook
) -> None:
    hook_id, _ = add("alice", "note.created")
    receiver.answers = [503]
    note(client, article)
    work_off()
    client("alice").delete("/notes/1")
    clock.on(days=1)
    work_off()
    assert [each.state for each in deliveries()] == ["withheld"]
    clock.on(days=9)
    note(client, article, body="Another")
    work_off()
    assert hook(hook_id).off_at is None
