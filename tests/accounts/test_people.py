"""Accounts through the browser's eyes: one-time links, signing in and out, sessions, tokens, rights."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.accounts.actions import add_user, make_link
from app.logs import set_up_logs
from app.models import User

PASSWORD = "a quiet sentence of words"


@pytest.fixture
def link(database) -> str:
    """A one-time link of dana, a new editor."""
    with database.write() as db:
        return "/welcome/" + make_link(db, user_id=add_user(db, name="dana", role="editor").id)


def test_a_one_time_link_works_once(client, link) -> None:
    browser = client()
    assert "dana" in browser.get(link).text
    assert "dana" in browser.get(link).text, "looking at it uses nothing up"
    answer = browser.post(link, data={"name": "Dana", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert browser.get("/account").status_code == 200
    assert client().get(link).status_code == 404
    assert client().post(link, data={"name": "Eve", "password": PASSWORD}).status_code == 404


def test_no_one_time_link_reaches_the_log(client, link, settings, capsys) -> None:
    set_up_logs(replace(settings, log_level="INFO"))
    assert client().get(link).status_code == 200
    log = capsys.readouterr().err
    assert "/welcome/" in log
    assert link not in log


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [("dana", "short", "10 characters"), ("Alice", PASSWORD, "already"), ("", PASSWORD, "64")],
)
def test_a_bad_welcome_is_answered_beside_the_field(client, link, name, password, message) -> None:
    answer = client().post(link, data={"name": name, "password": password})
    assert answer.status_code == 422
    assert message in answer.text
    assert password not in answer.text
    assert client().get(link).status_code == 200, "the link is still good"


def sign_in(browser, name="dana", password=PASSWORD, **more):
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def test_in_and_out(client, link) -> None:
    client().post(link, data={"name": "dana", "password": PASSWORD})
    browser = client()
    assert browser.get("/").headers["location"] == "/sign-in?next=/"
    assert sign_in(browser, password="not the password").status_code == 422
    assert sign_in(browser, "nobody").status_code == 422
    assert sign_in(browser, "DANA", next="/claims").headers["location"] == "/claims"
    assert browser.get("/account").status_code == 200
    token = browser.cookies["session"]
    browser.post("/sign-out")
    browser.cookies.set("session", token)
    assert browser.get("/account").status_code == 303, "the session has ended on the server too"


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x()"])
def test_sign_in_leads_nowhere_else(client, link, next) -> None:
    client().post(link, data={"name": "dana", "password": PASSWORD})
    assert sign_in(client(), next=next).headers["location"] == "/"


def test_guessing_is_stopped_after_ten_tries(client, link) -> None:
    client().post(link, data={"name": "dana", "password": PASSWORD})
    browser = client()
    answers = [sign_in(browser, password=f"guess number {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    late = sign_in(browser)
    assert late.status_code == 429
    assert "five minutes" in late.text


def test_a_new_password_ends_the_other_sessions(client, link) -> None:
    here, there = client(), client()
    here.post(link, data={"name": "dana", "password": PASSWORD})
    sign_in(there)
    wrong = here.put("/account/password", data={"old": "no", "password": "another quiet sentence"})
    assert wrong.status_code == 422
    assert "not your password" in wrong.text
    assert (
        here.post(
            "/account/password?_method=put", data={"old": PASSWORD, "password": "another quiet sentence"}
        ).status_code
        == 200
    )
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert sign_in(client(), password="another quiet sentence").status_code == 303


def test_sessions_are_listed_and_can_be_ended_by_their_owner_only(client) -> None:
    one, two, other = client("alice"), client("alice"), client("bob")
    ids = re.findall(r"/account/sessions/(\d+)", one.get("/account").text)
    assert len(ids) == 2
    assert {other.delete(f"/account/sessions/{each}").status_code for each in ids} == {404}
    for each in ids:
        one.post(f"/account/sessions/{each}?_method=delete")
    assert two.get("/account").status_code == 303


def test_a_token_is_shown_once_and_opens_pages(client) -> None:
    browser = client("alice")
    assert browser.post("/account/tokens", data={"name": "", "scope": "read"}).status_code == 422
    made = browser.post("/account/tokens", data={"name": "script", "scope": "read"})
    token = re.search(r"<code>([\w-]+)</code>", made.text)[1]
    assert token not in browser.get("/account").text
    program = client()
    program.headers["authorization"] = f"Bearer {token}"
    assert program.get("/account").status_code == 200
    assert program.post("/account/tokens", data={"name": "more", "scope": "write"}).status_code == 403
    number = re.search(r"/account/tokens/(\d+)", browser.get("/account").text)[1]
    assert client("bob").delete(f"/account/tokens/{number}").status_code == 404
    browser.delete(f"/account/tokens/{number}")
    assert program.get("/account").status_code == 401


def test_admins_make_accounts_and_change_rights(client, database, people) -> None:
    admin = client("root")
    made = admin.post("/people", data={"name": "Finn", "role": "reader"})
    path = re.search(r"http://testserver(/welcome/[\w-]+)", made.text)[1]
    finn = client()
    assert finn.post(path, data={"name": "Finn", "password": PASSWORD}).status_code == 303
    assert admin.post("/people", data={"name": "finn", "role": "reader"}).status_code == 422
    with database.read() as db:
        number = db.query(User.id).filter(User.name_key == "finn").scalar()
    assert admin.put(f"/people/{number}", data={"role": "analyst"}).status_code == 303
    assert finn.get("/account").status_code == 303, "new rights need a new sign-in"
    assert sign_in(finn, "finn").status_code == 303
    admin.put(f"/people/{number}", data={"role": "analyst", "disabled": "1"})
    assert finn.get("/account").status_code == 303
    assert sign_in(finn, "finn").status_code == 422
    last = admin.put(f"/people/{people['root']}", data={"role": "reader"})
    assert last.status_code == 409
    assert "last admin" in last.text


def test_others_do_not_see_accounts(client) -> None:
    for name in ("alice", "erin", "charlie"):
        assert client(name).get("/people").status_code == 403


def test_how_pages_look_is_kept_in_a_cookie(client) -> None:
    browser = client("alice")
    answer = browser.put(
        "/display", data={"theme": "sepia", "size": "5", "measure": "wide", "single_keys": "1", "next": "/account"}
    )
    assert answer.headers["location"] == "/account"
    assert (
        '<html lang="en" data-theme="sepia" data-size="5" data-measure="wide" data-keys="on">'
        in browser.get("/account").text
    )
    browser.put("/display", data={"theme": "<script>", "size": "99", "measure": "x", "next": "//evil.example"})
    assert 'data-theme="system" data-size="3" data-measure="normal" data-keys="off"' in browser.get("/account").text
