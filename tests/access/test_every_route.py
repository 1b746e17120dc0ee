"""Every route by every kind of asker, on what is their own, another's and missing. The table says who may; a route that
is not in it fails, and so does one whose role is not the one that its code asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select, text

from app import access
from app.accounts.actions import add_token, add_user, sign_in
from app.db import Database
from app.main import ROUTERS
from app.models import Base, User, now
from tests.access.things import HUSH, make_things
from tests.conftest import a_copy, settle

WORDS = (
    "<p>Words enough to be a paragraph of a story, the harbour office said on Monday, and then some more of them.</p>"
)
PAGE = f"<html><head><title>A page</title></head><body><article><h1>A page</h1>{WORDS}{WORDS.upper()}</article></body></html>"
PASSAGE = {"exact": "Article", "kind": "highlight", "start": "0", "end": "7"}
# role, whose ("": everybody's of that role; "owner": editors' too; "mine": nobody else's), what is sent
PUBLIC, READER, ANALYST, ADMIN = "", "reader", "analyst", "admin"
ROUTES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "GET /healthz": (PUBLIC, "", {}),
    "GET /readyz": (PUBLIC, "", {}),
    "GET /sign-in": (PUBLIC, "", {}),
    "POST /sign-in": (PUBLIC, "", {"name": "alice", "password": "not the password"}),
    "POST /sign-out": (PUBLIC, "", {}),
    "GET /welcome/{token}": (PUBLIC, "", {}),
    "POST /welcome/{token}": (PUBLIC, "", {"name": "", "password": "a quiet sentence"}),
    "PUT /display": (PUBLIC, "", {"theme": "dark"}),
    "GET /account": (READER, "", {}),
    "PUT /account/password": (READER, "", {"old": "wrong", "password": "a quiet sentence"}),
    "DELETE /account/sessions/{sign_in_id}": (READER, "mine", {}),
    "POST /account/tokens": (READER, "", {"name": "script", "scope": "read"}),
    "DELETE /account/tokens/{token_id}": (READER, "mine", {}),
    "GET /people": (ADMIN, "", {}),
    "POST /people": (ADMIN, "", {"name": "Newcomer", "role": "reader"}),
    "PUT /people/{user_id}": (ADMIN, "", {"role": "analyst"}),
    "POST /people/{user_id}/link": (ADMIN, "", {}),
    "GET /": (READER, "", {}),
    "GET /articles/new": (ANALYST, "", {}),
    "POST /captures": (ANALYST, "", {"text": "A headline of a story\n\nWords enough to be a paragraph of a story, and more."}),
    "GET /captures/{capture_id}": (ANALYST, "mine", {}),
    "POST /articles": (ANALYST, "mine", {"capture_id": "{capture_id}", "title": "T", "type[]": "p", "paragraph[]": "New {key} {capture_id}"}),
    "GET /articles/{article_id}": (READER, "", {}),
    "GET /articles/{article_id}/marks": (READER, "", {}),
    "GET /articles/{article_id}/raw": (READER, "", {}),
    "GET /articles/{article_id}/record": (READER, "", {}),
    "GET /articles/{article_id}/record/{record_id}/raw": (READER, "", {}),
    "POST /articles/{article_id}/checks": (ANALYST, "", {}),
    "PUT /articles/{article_id}/checks": (ANALYST, "", {"checks": "on"}),
    "GET /articles/{article_id}/revisions": (READER, "", {}),
    "GET /articles/{article_id}/revisions/{number}": (READER, "", {}),
    "GET /articles/{article_id}/diff": (READER, "", {}),
    "GET /articles/{article_id}/review": (READER, "", {}),
    "PUT /annotations/{annotation_id}/review": (ANALYST, "owner", {"decision": "accept"}),
    "GET /pictures/{picture_id}": (READER, "", {}),
    "DELETE /articles/{article_id}": (ANALYST, "owner", {}),
    "DELETE /articles/{article_id}/deletion": (ANALYST, "owner", {}),
    "PUT /articles/{article_id}/tags": (ANALYST, "", {"tags": "harbour"}),
    "PUT /articles/{article_id}/read": (READER, "", {"read": "1"}),
    "POST /articles/{article_id}/analysis": (ANALYST, "", {}),
    "POST /articles/{article_id}/annotations": (ANALYST, "", PASSAGE),
    "POST /articles/{article_id}/notes": (ANALYST, "", {"body": "A note"}),
    "PUT /articles/{article_id}/drafts/{key}": (ANALYST, "", {"body": "Half a"}),
    "GET /search": (READER, "", {}),
    "GET /speakers": (READER, "", {}),
    "GET /speakers/options": (READER, "", {}),
    "GET /speakers/{speaker_id}": (READER, "", {}),
    "PUT /speakers/{speaker_id}": (ANALYST, "", {"name": "Renamed {speaker_id}", "version": "1"}),
    "POST /speakers/{speaker_id}/names": (ANALYST, "", {"name": "Twin of {speaker_id}", "version": "1"}),
    "DELETE /speakers/{speaker_id}/names/{name_id}": (ANALYST, "", {}),
    "GET /claims": (READER, "", {}),
    "GET /annotations/": (READER, "", {}),
    "POST /annotations/": (ANALYST, "", {}),
    "GET /annotations/{name}": (READER, "", {}),
    "PUT /annotations/{name}": (ANALYST, "", {}),
    "DELETE /annotations/{name}": (ANALYST, "owner", {}),
    "GET /annotations/{annotation_id}": (READER, "", {}),
    "GET /annotations/{annotation_id}/page": (READER, "", {}),
    "GET /annotations/{annotation_id}/form": (ANALYST, "owner", {}),
    "PUT /annotations/{annotation_id}": (ANALYST, "owner", {**PASSAGE, "kind": "claim", "version": "1"}),
    "PUT /annotations/{annotation_id}/status": (ANALYST, "owner", {"status": "dismissed"}),
    "DELETE /annotations/{annotation_id}/status": (ANALYST, "owner", {}),
    "DELETE /annotations/{annotation_id}": (ANALYST, "owner", {}),
    "DELETE /annotations/{annotation_id}/deletion": (ANALYST, "owner", {}),
    "GET /annotations/{annotation_id}/rule/form": (ANALYST, "owner", {}),
    "POST /annotations/{annotation_id}/rule": (ANALYST, "owner", {"match": "exact"}),
    "GET /rules": (READER, "", {}),
    "DELETE /rules/{rule_id}": (ANALYST, "owner", {}),
    "GET /annotations/{annotation_id}/notes/form": (ANALYST, "", {}),
    "POST /annotations/{annotation_id}/notes": (ANALYST, "", {"body": "A note"}),
    "GET /annotations/{annotation_id}/sources/form": (ANALYST, "", {}),
    "POST /annotations/{annotation_id}/sources": (ANALYST, "", {"url": "https://example.org/", "title": "T", "stance": "context"}),
    "GET /notes/{note_id}": (READER, "", {}),
    "GET /notes/{note_id}/form": (ANALYST, "owner", {}),
    "GET /notes/{note_id}/history": (READER, "", {}),
    "GET /notes/{note_id}/replies/form": (ANALYST, "", {}),
    "POST /notes/{note_id}/replies": (ANALYST, "", {"body": "A reply"}),
    "PUT /notes/{note_id}": (ANALYST, "owner", {"body": "Another note", "version": "1"}),
    "DELETE /notes/{note_id}": (ANALYST, "owner", {}),
    "DELETE /notes/{note_id}/deletion": (ANALYST, "owner", {}),
    "GET /sources/{source_id}/form": (ANALYST, "owner", {}),
    "PUT /sources/{source_id}": (ANALYST, "owner", {"url": "https://example.org/a", "title": "T", "stance": "context", "version": "1"}),
    "PUT /sources/{source_id}/position": (ANALYST, "", {"position": "up"}),
    "DELETE /sources/{source_id}": (ANALYST, "owner", {}),
    "DELETE /sources/{source_id}/deletion": (ANALYST, "owner", {}),
    "GET /claims/{claim_id}/verdict/form": (ANALYST, "", {}),
    "PUT /claims/{claim_id}/verdict": (ANALYST, "", {"verdict": "refuted", "reason": "Because"}),
    "GET /claims/{claim_id}/verdicts": (READER, "", {}),
    "GET /feeds": (ANALYST, "", {}),
    "GET /feeds/new": (ANALYST, "", {}),
    "POST /feeds": (ANALYST, "", {"url": "http://127.0.0.1:9/feed"}),
    "PUT /feeds/read": (ANALYST, "", {"until": "1"}),
    "GET /feeds/opml": (ANALYST, "", {}),
    "POST /feeds/opml": (ANALYST, "", {}),
    "PUT /feeds/folders": (ANALYST, "mine", {"folder": "{folder}", "to": "Papers/{folder}"}),
    "DELETE /feeds/folders": (ANALYST, "mine", {"folder": "{folder}"}),
    "GET /feeds/rules": (ANALYST, "", {}),
    "POST /feeds/rules": (ANALYST, "mine", {"kind": "words", "pattern": "harbour", "feed_id": "{feed_id}"}),
    "DELETE /feeds/rules/{feed_rule_id}": (ANALYST, "mine", {}),
    "GET /feeds/{feed_id}": (ANALYST, "mine", {}),
    "PUT /feeds/{feed_id}": (ANALYST, "mine", {"name": "Mine", "folder": "News"}),
    "DELETE /feeds/{feed_id}": (ANALYST, "mine", {}),
    "PUT /feeds/{feed_id}/read": (ANALYST, "mine", {"until": "1"}),
    "POST /feeds/{feed_id}/polls": (ANALYST, "mine", {}),
    "GET /feeds/items/{item_id}": (ANALYST, "mine", {}),
    "POST /feeds/items/{item_id}/article": (ANALYST, "mine", {}),
    "PUT /feeds/items/{item_id}/read": (ANALYST, "mine", {"read": "1"}),
    "GET /imports": (ANALYST, "", {}),
    "POST /imports": (ANALYST, "", {"addresses": "https://example.org/pier"}),
    "GET /imports/{batch_id}": (ANALYST, "mine", {}),
    "GET /imports/{batch_id}/progress": (ANALYST, "mine", {}),
    "PUT /imports/{batch_id}/state": (ANALYST, "mine", {"state": "cancelled"}),
    "POST /imports/{batch_id}/retries": (ANALYST, "mine", {}),
    "GET /imports/{batch_id}/report.csv": (ANALYST, "mine", {}),
    "GET /exports": (READER, "", {}),
    "GET /exports/{format}": (READER, "", {}),
    "GET /articles/{article_id}/exports/{format}": (READER, "", {}),
    "GET /changes": (READER, "", {}),
    "GET /changes.atom": (READER, "", {}),
    "GET /changes.json": (READER, "", {}),
    "GET /changes/addresses": (READER, "", {}),
    "POST /changes/addresses": (READER, "", {"kind": "verdicts"}),
    "PUT /changes/addresses/{address_id}": (READER, "mine", {}),
    "DELETE /changes/addresses/{address_id}": (READER, "mine", {}),
    "GET /webhooks": (ANALYST, "", {}),
    "POST /webhooks": (ANALYST, "", {"url": "https://8.8.8.8/hook", "events": "verdict.set"}),
    "GET /webhooks/{webhook_id}": (ANALYST, "mine", {}),
    "PUT /webhooks/{webhook_id}": (ANALYST, "mine", {"url": "https://8.8.8.8/other", "events": "note.created", "on": "1"}),
    "DELETE /webhooks/{webhook_id}": (ANALYST, "mine", {}),
    "PUT /webhooks/{webhook_id}/secret": (ANALYST, "mine", {}),
    "POST /webhooks/{webhook_id}/tests": (ANALYST, "mine", {}),
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/attempts": (ANALYST, "mine", {}),
    "GET /jobs": (READER, "", {}),
    "GET /jobs/list": (READER, "", {}),
    "POST /jobs/{job_id}/attempts": (ANALYST, "mine", {}),
    "DELETE /jobs/{job_id}": (ANALYST, "mine", {}),
    "GET /save": (ANALYST, "", {}),
    "POST /save": (ANALYST, "", {"way": "text", "text": "A headline of a page\n\nWords enough to be a paragraph of a story, and more."}),
    "GET /capture": (ANALYST, "", {}),
    "GET /capture/extension.zip": (ANALYST, "", {}),
    "GET /api/capture": (ANALYST, "", {}),
    "POST /api/capture": (ANALYST, "", {"url": "https://example.org/pier", "quote": "paragraph of a story", "file": PAGE}),
    "GET /embed.js": (PUBLIC, "", {}),
    "GET /client/build/{asset}": (PUBLIC, "", {}),
    "GET /app.html": (PUBLIC, "", {}),
    "GET /notebook": (PUBLIC, "", {}),
    "GET /user-profile": (PUBLIC, "", {}),
    "GET /articles/{article_id}/hypothesis": (READER, "", {}),
    "GET /tools/hypothesis": (READER, "", {}),
    "GET /api/": (PUBLIC, "", {}),
    "GET /api/links": (PUBLIC, "", {}),
    "GET /api/profile": (PUBLIC, "", {}),
    "GET /api/profile/groups": (PUBLIC, "", {}),
    "GET /api/groups": (PUBLIC, "", {}),
    "GET /api/groups/{group}": (PUBLIC, "", {}),
    "GET /api/groups/{group}/members": (READER, "", {}),
    "GET /api/search": (PUBLIC, "", {}),
    "POST /api/annotations": (ANALYST, "", {}),
    "GET /api/annotations/{name}": (PUBLIC, "", {}),
    "PATCH /api/annotations/{name}": (ANALYST, "", {}),
    "PUT /api/annotations/{name}": (ANALYST, "", {}),
    "DELETE /api/annotations/{name}": (ANALYST, "owner", {}),
    "PUT /api/annotations/{name}/flag": (READER, "", {}),
    "PUT /api/annotations/{name}/hide": ("editor", "", {}),
    "DELETE /api/annotations/{name}/hide": ("editor", "", {}),
    "GET /oauth/authorize": (READER, "", {}),
    "POST /oauth/authorize": (READER, "", {"client_id": "c", "origin": "http://testserver", "response_mode": "web_message", "response_type": "code", "state": "s"}),
    "POST /api/token": (PUBLIC, "", {"grant_type": "refresh_token", "refresh_token": "no such token"}),
    "POST /oauth/revoke": (PUBLIC, "", {"token": "no such token"}),
    "GET /api/quotidian/v1/articles": (READER, "", {}),
    "POST /api/quotidian/v1/articles": (ANALYST, "", {"text": "A headline of a page\n\nWords enough to be a paragraph of a story, and more."}),
    "GET /api/quotidian/v1/articles/{article_id}": (READER, "", {}),
    "DELETE /api/quotidian/v1/articles/{article_id}": (ANALYST, "owner", {}),
    "DELETE /api/quotidian/v1/articles/{article_id}/deletion": (ANALYST, "owner", {}),
    "PUT /api/quotidian/v1/articles/{article_id}/tags": (ANALYST, "", {"tags": ["harbour"]}),
    "PUT /api/quotidian/v1/articles/{article_id}/read": (READER, "", {}),
    "DELETE /api/quotidian/v1/articles/{article_id}/read": (READER, "", {}),
    "GET /api/quotidian/v1/articles/{article_id}/revisions": (READER, "", {}),
    "GET /api/quotidian/v1/articles/{article_id}/revisions/{number}": (READER, "", {}),
    "GET /api/quotidian/v1/articles/{article_id}/annotations": (READER, "", {}),
    "POST /api/quotidian/v1/articles/{article_id}/annotations": (ANALYST, "", {"exact": "Article"}),
    "GET /api/quotidian/v1/articles/{article_id}/notes": (READER, "", {}),
    "POST /api/quotidian/v1/articles/{article_id}/notes": (ANALYST, "", {"body": "A note"}),
    "GET /api/quotidian/v1/annotations": (READER, "", {}),
    "GET /api/quotidian/v1/annotations/{annotation_id}": (READER, "", {}),
    "PATCH /api/quotidian/v1/annotations/{annotation_id}": (ANALYST, "owner", {"kind": "claim"}),
    "PUT /api/quotidian/v1/annotations/{annotation_id}/status": (ANALYST, "owner", {"status": "dismissed"}),
    "DELETE /api/quotidian/v1/annotations/{annotation_id}": (ANALYST, "owner", {}),
    "DELETE /api/quotidian/v1/annotations/{annotation_id}/deletion": (ANALYST, "owner", {}),
    "POST /api/quotidian/v1/annotations/{annotation_id}/notes": (ANALYST, "", {"body": "A note"}),
    "GET /api/quotidian/v1/notes/{note_id}": (READER, "", {}),
    "POST /api/quotidian/v1/notes/{note_id}/replies": (ANALYST, "", {"body": "A reply"}),
    "PATCH /api/quotidian/v1/notes/{note_id}": (ANALYST, "owner", {"body": "Another note"}),
    "DELETE /api/quotidian/v1/notes/{note_id}": (ANALYST, "owner", {}),
    "DELETE /api/quotidian/v1/notes/{note_id}/deletion": (ANALYST, "owner", {}),
    "GET /api/quotidian/v1/annotations/{annotation_id}/sources": (READER, "", {}),
    "POST /api/quotidian/v1/annotations/{annotation_id}/sources": (ANALYST, "", {"url": "https://example.org/", "title": "T"}),
    "GET /api/quotidian/v1/sources/{source_id}": (READER, "", {}),
    "PATCH /api/quotidian/v1/sources/{source_id}": (ANALYST, "owner", {"stance": "supports"}),
    "DELETE /api/quotidian/v1/sources/{source_id}": (ANALYST, "owner", {}),
    "DELETE /api/quotidian/v1/sources/{source_id}/deletion": (ANALYST, "owner", {}),
    "PUT /api/quotidian/v1/claims/{claim_id}/verdict": (ANALYST, "", {"verdict": "refuted"}),
    "GET /api/quotidian/v1/claims/{claim_id}/verdicts": (READER, "", {}),
    "GET /api/quotidian/v1/speakers": (READER, "", {}),
    "GET /api/quotidian/v1/speakers/{speaker_id}": (READER, "", {}),
    "GET /api/quotidian/v1/search": (READER, "", {}),
    "GET /api/quotidian/v1/openapi.json": (PUBLIC, "", {}),
    "GET /api/quotidian/v1/docs": (PUBLIC, "", {}),
    "GET /api/v2/auth/": (READER, "", {}),
    "POST /api/v2/highlights/": (ANALYST, "", {}),
}  # fmt: skip
# A form with something wrong in it is answered so by those who may send it: nobody is signed in or given a password here.
REFUSED = {"POST /feeds": 422, "POST /feeds/opml": 422}  # an address that is private, and no file
REFUSED |= {"POST /sign-in": 422, "POST /welcome/{token}": 422, "PUT /account/password": 422}
REFUSED |= {"GET /oauth/authorize": 422, "POST /api/token": 400}  # of no program, and for no token
REFUSED |= dict.fromkeys(
    (
        "POST /api/annotations",
        "PATCH /api/annotations/{name}",
        "PUT /api/annotations/{name}",
        "POST /api/v2/highlights/",
    ),
    400,
)  # a form is no JSON
REFUSED |= {"POST /annotations/": 415, "PUT /annotations/{name}": 415}  # nor is it JSON-LD
UNSEEN = ("GET /api/annotations/{name}",)  # nobody is asked to sign in there, and without it nothing is there
JSON = "/api/quotidian/"  # takes JSON, and for changes an If-Match
REFUSED |= {f"GET {JSON}v1/search": 422}  # for what?
RESTORE = ("DELETE /articles/{article_id}/deletion", f"DELETE {JSON}v1/articles/{{article_id}}/deletion")
OF_THE_BIN = (*RESTORE, "GET /pictures/{picture_id}")  # editors see what was deleted, and can bring it back
ASKERS = ("anonymous", "disabled", "charlie", "bob", "alice", "erin", "root", "read token", "write token")
ROLES = {"charlie": "reader", "bob": "analyst", "erin": "editor", "root": "admin"}  # the others are alice's: analyst
WITH_IDS = [route for route in ROUTES if "_id}" in route]
OTHERS = ("charlie", "bob", "erin", "root")
NOT_A_ROW = (987_654, 0, -1, 2**31, 2**63, 10**30, "x", "1x", "%00")


def routes() -> Iterator[tuple[str, Any]]:
    for router in ROUTERS:
        for route in router.routes:
            for method in route.methods - {"HEAD", "OPTIONS"}:
                yield f"{method} {re.sub(':(jsonld|path)}', '}', route.path)}", route


def role_in_code(route: Any) -> str:
    named = {"reader": access.CurrentUser, "analyst": access.Analyst, "editor": access.Editor, "admin": access.Admin}
    checks = {get_args(annotated)[1].dependency: role for role, annotated in named.items()}
    checks[get_args(access.FeedReader)[1].dependency] = "reader"
    found = {checks[each.call] for each in route.dependant.dependencies if each.call in checks}
    assert len(found) <= 1, found
    return found.pop() if found else PUBLIC


def test_the_table_has_every_route_with_the_role_its_code_asks_for() -> None:
    assert {name: role_in_code(route) for name, route in routes()} == {name: entry[0] for name, entry in ROUTES.items()}


@dataclass(frozen=True)
class Stage:
    """What all tests find, each in a copy of its own: askers with their keys, and things for each of them."""

    url: str
    files: Path
    cookies: dict[str, str]
    tokens: dict[str, str]
    things: dict[tuple[str, str, bool], dict[str, Any]]  # for which asker, whose, deleted
    hidden: dict[str, Any]


@pytest.fixture(scope="module")
def stage(model_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_copy(model_url, tmp_path_factory.mktemp("stage")) as settings:
        database = Database(settings)
        with database.write() as db:
            people = {user.name: user.id for user in db.query(User)}
            dora = add_user(db, name="dora", role="admin")
            dora.disabled_at = now()
            scopes = ("read", "write")
            tokens = {f"{each} token": add_token(db, user_id=people["alice"], name=each, scope=each) for each in scopes}
            signed_in = {"disabled": dora.id} | {asker: people[asker] for asker in ASKERS if asker in people}
            cookies = {asker: sign_in(db, user_id=id, days=1) for asker, id in signed_in.items()}
        owners = [(asker, owner) for asker in ASKERS for owner in {"alice", asker if asker in people else "alice"}]
        things = {
            (asker, owner, deleted): make_things(database, people[owner], n=n, deleted=deleted)
            for n, ((asker, owner), deleted) in enumerate(product(owners, (False, True)))
        }
        hidden = make_things(database, people["alice"], n=len(things), hidden=True)
        settle(database)
        yield Stage(settings.database, settings.files, cookies, tokens, things, hidden)


@pytest.fixture(scope="module")
def template(stage: Stage) -> str:
    return stage.url


@pytest.fixture
def ask(client, database: Database, stage: Stage) -> Callable[..., Any]:
    """`ask(asker, route, things)` sends what the table says, with the ids of `things`, as that asker."""
    database.settings.files.symlink_to(stage.files)  # contents by their hash: to add to them changes nothing
    browsers: dict[str, Any] = {}
    for asker in ASKERS:
        browsers[asker] = client()
        if asker in stage.cookies:
            browsers[asker].cookies.set("session", stage.cookies[asker])
        if asker in stage.tokens:
            browsers[asker].headers["authorization"] = f"Bearer {stage.tokens[asker]}"

    def send(asker: str, route: str, things: dict[str, Any], **headers: str) -> Any:
        method, path = route.split()
        form = {
            name: re.sub(r"{(\w+)}", lambda m: str(things[m[1]]), value) if isinstance(value, str) else value
            for name, value in ROUTES[route][2].items()
        }
        more: dict[str, Any] = {} if method == "GET" else {"json" if JSON in path else "data": form}
        if JSON in path:
            headers = {"if-match": "*", **headers}
        return browsers[asker].request(method, path.format(**things), headers=headers, **more)

    return send


SEEN = {"seen_at", "used_at"}
ROWS = {
    table.name: text(str(select(*(c for c in table.columns if c.name not in SEEN)).order_by(*table.primary_key)))
    for table in Base.metadata.sorted_tables
}


def dump(database: Database) -> dict[str, Any]:
    """All rows, but for when a session or token was last seen."""
    with database.read() as db:
        return {name: db.execute(rows).all() for name, rows in ROWS.items()}


def may(asker: str, route: str) -> str:
    """What comes of it: "out" (sign in first), "no" or "yes"."""
    role, whose, _ = ROUTES[route]
    if not role:
        return "yes"
    if asker in ("anonymous", "disabled"):
        return "out"
    own = ROLES.get(asker, "analyst")
    if access.ROLES.index(own) < access.ROLES.index(role) or (asker == "read token" and not route.startswith("GET")):
        return "no"
    if whose == "owner" and asker == "bob":
        return "no"
    return "yes"


def of_whom(asker: str, route: str) -> str:
    """Things are alice's, those that only their owner has to do with the asker's."""
    return asker if ROUTES[route][1] == "mine" and asker in ROLES else "alice"


@pytest.mark.parametrize("route", ROUTES)
def test_who_may_not(route: str, ask, database, stage) -> None:
    things = stage.things["alice", "alice", route.endswith("/deletion")]
    before = dump(database)
    for asker in ASKERS:
        if (answer := may(asker, route)) != "yes":
            got = ask(asker, route, things)
            no = 404 if route in RESTORE and asker == "bob" else 403  # others do not see what is in the bin
            out = 401 if " /api/" in route else 303  # programs are not sent to a form
            assert got.status_code == (no if answer == "no" else out), asker
            assert answer == "no" or out == 401 or got.headers["location"].startswith("/sign-in?next="), asker
    assert dump(database) == before


@pytest.mark.parametrize("route", ROUTES)
def test_who_may(route: str, ask, database, stage) -> None:
    """Each with things of their own, since most routes use them up; to look changes nothing."""
    safe = route.startswith("GET")
    before = dump(database) if safe else {}
    for asker in (each for each in ASKERS if may(each, route) == "yes"):
        answer = ask(asker, route, stage.things[asker, of_whom(asker, route), route.endswith("/deletion")])
        expected = {REFUSED[route]} if route in REFUSED else {200, 201, 204, 303}
        expected = {404} if route in UNSEEN and asker in ("anonymous", "disabled") else expected
        assert answer.status_code in expected, (asker, answer.text[:3000])
        assert not safe or dump(database) == before, asker


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("GET")])
def test_other_sites_are_refused(route: str, ask, database, stage) -> None:
    things = stage.things["root", "root", route.endswith("/deletion")]
    before = dump(database)
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver:81"},
        {"origin": "http://testserver.evil.example"},
    ):
        for asker in ("anonymous", "root"):
            assert ask(asker, route, things, **headers).status_code == 403, headers
    assert dump(database) == before


@pytest.mark.parametrize("route", WITH_IDS)
def test_what_is_hidden_answers_as_what_is_missing(route: str, ask, database, stage) -> None:
    hidden = stage.hidden
    nothing = dict.fromkeys(hidden, 987_654) | {"key": "article", "format": "jsonl"}
    before = dump(database)
    for asker, headers in product(OTHERS, ({}, {"hx-request": "true"})):
        if access.ROLES.index(ROLES[asker]) < access.ROLES.index(ROUTES[route][0]):
            continue
        if "user_id" in route or (route in OF_THE_BIN and asker in ("erin", "root")):
            continue  # admins see every account, editors what was deleted
        if asker == "root" and ("batch_id" in route or "job_id" in route):
            continue  # admins look after all imports and jobs
        theirs, missing = (ask(asker, route, things, **headers) for things in (hidden, nothing))
        assert (theirs.status_code, missing.status_code) == (404, 404), asker
        assert plain(theirs.text) == plain(missing.text), asker
        assert HUSH not in theirs.text
    assert dump(database) == before


def plain(html: str) -> str:
    """Without the id, which stands in the page's own address."""
    return re.sub(r"\d+", "N", html)


@pytest.mark.parametrize("route", WITH_IDS)
def test_what_is_no_id_names_nothing(route: str, ask, database) -> None:
    before = dump(database)
    for value in NOT_A_ROW:
        things = dict.fromkeys(make_names(route), value) | {"key": "article", "capture_id": value}
        assert ask("root", route, things).status_code == 404, value
    assert dump(database) == before


def make_names(route: str) -> list[str]:
    return re.findall(r"{(\w+)}", route)


@pytest.mark.parametrize("address", ["/", "/claims", "/speakers", "/speakers?sort=name", "/speakers/options?q=", "/search?q=note",
                                     "/search?q=capture", "/?state=deleted", "/articles/{article_id}", "/account", "/imports", "/exports", "/exports/jsonl", "/exports/hypothesis", "/exports/readwise", "/jobs", "/jobs/list",
                                     "/changes", "/changes.atom", "/changes.json", "/changes?article={article_id}", "/changes/addresses", "/webhooks"])  # fmt: skip
def test_no_list_tells_of_what_is_hidden(address: str, client, stage) -> None:
    shared = {"article_id": int(stage.hidden["article_id"]) - 1}  # the article in which it stands
    for name in OTHERS[:2] if "state=deleted" in address else OTHERS:
        answer = client(name).get(address.format(**shared))
        assert answer.status_code == (403 if name == "charlie" and address in ("/imports", "/webhooks") else 200)
        assert HUSH not in answer.text.lower(), name
