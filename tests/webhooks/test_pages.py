"""Adding and changing webhooks: what is wrong stands beside its field, addresses are checked before anything is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.models import Webhook
from app.webhooks import actions


def refused(answer, field: str) -> str:
    assert answer.status_code == 422
    return str(answer.text.split(f'id="f-{field}-error"')[1].split("</p>")[0])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "Please give the address"),
        ("ftp://wire.example/hook", "http:// or https://"),
        ("http://8.8.8.8/hook", "has to begin with https://"),
        ("https://127.0.0.1/hook", "private network"),
        ("https://[::1]/hook", "private network"),
        ("https://10.1.2.3/hook", "private network"),
        ("https://name:word@8.8.8.8/hook", "without them"),
    ],
)
def test_where_nothing_may_be_sent(url: str, why: str, client, database) -> None:
    answer = client("alice").post("/webhooks", data={"url": url, "events": ["verdict.set"]})
    assert why in refused(answer, "url")
    assert url in answer.text
    with database.read() as db:
        assert db.scalars(select(Webhook)).all() == []


def test_something_has_to_be_chosen(client, receiver) -> None:
    alice = client("alice")
    assert "Choose" in refused(alice.post("/webhooks", data={"url": receiver.url}), "events")
    assert alice.post("/webhooks", data={"url": receiver.url, "events": ["no.such"]}).status_code == 422


def test_there_are_only_so_many(client, add, receiver, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    add("alice", "verdict.set")
    answer = client("alice").post("/webhooks", data={"url": receiver.url, "events": ["verdict.set"]})
    assert "the most there can be" in refused(answer, "url")


def test_a_change_is_checked_as_a_new_one_is(client, add, hook, receiver) -> None:
    hook_id, _ = add("alice", "verdict.set")
    alice, here = client("alice"), f"/webhooks/{hook_id}"
    answer = alice.put(here, data={"url": "https://127.0.0.1/", "events": ["verdict.set"], "on": "1"})
    assert "private network" in refused(answer, "url")
    assert hook(hook_id).url == receiver.url
    assert alice.put(here, data={"url": receiver.url, "events": ["note.created", "article.changed"]}).status_code == 303
    changed = hook(hook_id)
    assert (changed.events, changed.off_at is not None) == (["note.created", "article.changed"], True)
    assert "Switched off" in alice.get("/webhooks").text
    assert alice.delete(here).status_code == 303
    assert alice.get(here).status_code == 404


def test_one_whose_host_is_gone_can_be_switched_off(client, database, add, hook, receiver) -> None:
    hook_id, _ = add("alice", "verdict.set")
    gone = "https://no-such-host.invalid/hook"
    with database.write() as db:
        db.execute(update(Webhook).values(url=gone))
    alice, here = client("alice"), f"/webhooks/{hook_id}"
    form = {"url": gone, "events": ["note.created"]}
    assert alice.put(here, data={**form, "on": "1"}).status_code == 422
    assert alice.put(here, data=form).status_code == 303
    assert (hook(hook_id).off_at is not None, hook(hook_id).events) == (True, ["note.created"])
    assert alice.put(here, data={**form, "url": "https://127.0.0.1/"}).status_code == 422
