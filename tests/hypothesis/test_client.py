"""What the client asks when it starts, how it is signed in, and what pages of other sites may do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.models import OAuthCode, OAuthToken, now

ASKED = {"client_id": "client", "origin": "http://testserver", "response_mode": "web_message", "response_type": "code",
         "state": "s1"}  # fmt: skip


def code_of(browser) -> str:
    answer = browser.post("/oauth/authorize", data=ASKED)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert 'data-state="s1"' in answer.text
    assert 'data-origin="http://testserver"' in answer.text
    found = re.search(r'data-code="([^"]+)"', answer.text)
    assert found
    return found[1]


def exchange(browser, **form):
    return browser.post("/api/token", data={"grant_type": "authorization_code", "client_id": "client"} | form)


def test_the_index_names_addresses_that_work(program) -> None:
    links = program().get("/api/").json()["links"]
    assert links["annotation"]["create"] == {
        "method": "POST",
        "url": "http://testserver/api/annotations",
        "desc": "Create an annotation",
    }
    assert links["profile"]["groups"]["read"]["url"] == "http://testserver/api/profile/groups"
    for each in (links["search"], links["profile"]["read"], links["groups"]["read"], links["links"]):
        assert program("alice").get(each["url"]).status_code == 200
    assert program().get("/api/links").json()["oauth.authorize"] == "http://testserver/oauth/authorize"


def test_who_asks_and_their_groups(program, client) -> None:
    told = program("alice").get("/api/profile").json()
    assert (told["userid"], told["authority"], told["user_info"]) == (
        "acct:alice@testserver", "testserver", {"display_name": "alice"})  # fmt: skip
    assert program().get("/api/profile").json()["userid"] is None
    assert client("alice").get("/api/profile").json()["userid"] is None  # a cookie is no sign-in of the client
    (world,) = program("alice").get("/api/profile/groups", params={"expand": "organization"}).json()
    assert (world["id"], world["name"], world["organization"]["name"]) == ("__world__", "Public", "Quotidian")
    assert program().get("/api/groups", params={"document_uri": "https://a.example/"}).json()[0]["type"] == "open"
    assert program().get("/api/groups/__world__").json()["id"] == "__world__"
    assert program().get("/api/groups/other").json()["status"] == "failure"
    names = {each["username"] for each in program("alice").get("/api/groups/__world__/members").json()}
    assert names == {"alice", "bob", "charlie", "erin", "root"}
    page = program("alice").get("/api/groups/__world__/members", params={"page[number]": 2, "page[size]": 2}).json()
    assert (page["meta"]["page"]["total"], [each["username"] for each in page["data"]]) == (5, ["charlie", "erin"])


def test_the_client_is_signed_in(client, program) -> None:
    alice = client("alice")
    asked = alice.get("/oauth/authorize", params=ASKED)
    assert (asked.status_code, "<b>alice</b>" in asked.text, 'value="s1"' in asked.text) == (200, True, True)
    assert asked.headers["cross-origin-opener-policy"] == "unsafe-none"
    assert "oauth/answer.js" not in asked.text
    tokens = exchange(program(), code=code_of(alice)).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
    by_token = program()
    by_token.headers["authorization"] = f"Bearer {tokens['access_token']}"
    assert by_token.get("/api/profile").json()["userid"] == "acct:alice@testserver"
    assert by_token.post("/api/annotations", json={"uri": "https://a.example/", "text": "hello"}).status_code == 200
    again = program().post("/api/token", data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert again.status_code == 200
    assert by_token.get("/api/profile").json()["userid"] is None
    by_token.headers["authorization"] = f"Bearer {again.json()['access_token']}"
    assert by_token.get("/api/profile").json()["userid"] == "acct:alice@testserver"
    twice = program().post("/api/token", data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_grant")
    assert program().post("/oauth/revoke", data={"token": again.json()["access_token"]}).json() == {}
    assert by_token.get("/api/profile").json()["userid"] is None


def test_who_is_signed_out_signs_in_first(client) -> None:
    answer = client().get("/oauth/authorize", params=ASKED)
    assert (answer.status_code, answer.headers["location"][:38]) == (303, "/sign-in?next=/oauth/authorize%3Fclien")
    assert client().get("/sign-in").headers["cross-origin-opener-policy"] == "unsafe-none"
    assert client().post("/oauth/authorize", data=ASKED).status_code == 303


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"origin": "http://testserver.evil.example"}, {"origin": "*"}, {"origin": ""},
     {"origin": "null"}, {"response_type": "token"}, {"response_mode": "query"}, {"state": ""}, {"client_id": ""}],
)  # fmt: skip
def test_other_origins_get_no_code(method, wrong, client, database) -> None:
    more = {"params": ASKED | wrong} if method == "GET" else {"data": ASKED | wrong}
    assert client("alice").request(method, "/oauth/authorize", **more).status_code == 422
    with database.read() as db:
        assert db.query(OAuthCode).count() == 0


def test_a_code_is_good_once_and_what_it_gave_ends(client, program, database) -> None:
    code = code_of(client("alice"))
    tokens = exchange(program(), code=code).json()
    assert exchange(program(), code=code).json()["error"] == "invalid_grant"
    by_token = program()
    by_token.headers["authorization"] = f"Bearer {tokens['access_token']}"
    assert by_token.get("/api/profile").json()["userid"] is None
    with database.read() as db:
        assert db.query(OAuthToken).count() == 0


def test_codes_and_tokens_end(client, program, database) -> None:
    old, other = code_of(client("alice")), code_of(client("alice"))
    with database.write() as db:
        db.query(OAuthCode).order_by(OAuthCode.id).first().expires_at = now() - timedelta(seconds=1)
    assert exchange(program(), code=old).status_code == 400
    assert exchange(program(), code=other, client_id="another").status_code == 400
    assert exchange(program(), code="x" * 43).status_code == 400
    assert program().post("/api/token", data={"grant_type": "password"}).json() == {"error": "unsupported_grant_type"}
    tokens = exchange(program(), code=other).json()
    with database.write() as db:
        row = db.query(OAuthToken).one()
        assert tokens["access_token"] not in (row.token_hash, row.refresh_hash)
        row.expires_at = row.refresh_until = now() - timedelta(seconds=1)
    by_token = program()
    by_token.headers["authorization"] = f"Bearer {tokens['access_token']}"
    assert by_token.get("/api/profile").json()["userid"] is None
    late = program().post("/api/token", data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert late.status_code == 400


def test_pages_of_other_sites_use_these_paths_alone(program) -> None:
    asked = {"origin": "https://page.example", "access-control-request-method": "POST"}
    answer = program().options("/api/annotations/a1", headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert {"Authorization", "Content-Type", "Hypothesis-Client-Version", "X-Client-Id"} <= allowed
    assert "access-control-allow-credentials" not in answer.headers
    alice = program("alice")
    sent = {"uri": "https://a.example/", "text": "from a page"}
    made = alice.post(
        "/api/annotations", json=sent, headers={"origin": "https://page.example", "sec-fetch-site": "cross-site"}
    )
    assert (made.status_code, made.headers["access-control-allow-origin"]) == (200, "*")
    assert alice.get("/api/annotations/zz").headers["access-control-allow-origin"] == "*"
    for path in ("/api/capture", "/articles", "/api/v2/auth/"):
        assert "access-control-allow-origin" not in alice.options(path, headers=asked).headers
        assert "access-control-allow-origin" not in alice.get(path).headers


def test_names_that_are_no_words_have_accounts(database, program, people) -> None:
    from app.models import User

    with database.write() as db:
        user = db.get_one(User, people["alice"])
        user.name, user.name_key = "Ana María @ Desk", "ana maría @ desk"
    alice = program("alice")
    userid = alice.get("/api/profile").json()["userid"]
    assert userid == "acct:Ana%20Mar%C3%ADa%20%40%20Desk@testserver"
    sent = {"uri": "https://a.example/", "text": "mine", "permissions": {"read": [userid]}}
    assert alice.post("/api/annotations", json=sent).json()["permissions"]["read"] == [userid]
    assert alice.get("/api/search", params={"user": userid}).json()["total"] == 1
