"""Who may see, change and delete annotations through the protocol; and that nothing acknowledged is lost to kill -9."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from app import settings as app_settings
from app.accounts.actions import add_token, sign_in
from app.models import KeptAnnotation, Note
from tests.making import make_article, passage, text_of
from tests.web_annotation.samples import annotation
from tests.web_annotation.test_both_sides import post, quoted

KILLS = 4


def test_a_token_that_may_only_read(program) -> None:
    here = post(program(), annotation()).headers["location"]
    reader = program(scope="read")
    assert reader.get(here).status_code == reader.get("/annotations/").status_code == 200
    assert reader.options("/annotations/").status_code == 200
    assert reader.post("/annotations/", content=json.dumps(annotation())).status_code == 403
    assert reader.put(here, content=json.dumps(annotation()), headers={"if-match": "*"}).status_code == 403
    assert reader.delete(here).status_code == 403


def test_readers_do_not_write(program) -> None:
    here = post(program(), annotation()).headers["location"]
    charlie = program("charlie")
    assert charlie.get(here).status_code == 200
    assert charlie.post("/annotations/", content=json.dumps(annotation())).status_code == 403
    assert charlie.delete(here).status_code == 403


def test_without_a_token(program, client) -> None:
    here = post(program(), annotation()).headers["location"]
    nobody = client()
    nobody.headers["accept"] = "application/ld+json"
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        answer = nobody.request(method, here)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert nobody.request(method, "/annotations/").status_code == 401
    nobody.headers["authorization"] = "Bearer wrong"
    assert nobody.get(here).status_code == 401


def test_others_may_see_and_not_change(program) -> None:
    here = post(program(), annotation(bodyValue="A")).headers["location"]
    bob, erin = program("bob"), program("erin")
    match = {"if-match": "*"}
    assert bob.get(here).json()["creator"]["name"] == "alice"
    assert bob.put(here, content=json.dumps(annotation()), headers=match).status_code == 403
    assert bob.delete(here).status_code == 403
    assert erin.put(here, content=json.dumps(annotation(bodyValue="B")), headers=match).status_code == 200
    assert erin.delete(here).status_code == 204


@pytest.mark.parametrize("in_reader", [False, True])
def test_private_ones_are_not_there_for_others(in_reader: bool, database, program) -> None:
    article = make_article(database)
    told = (quoted if in_reader else lambda _article, **members: annotation(**members))(
        article, bodyValue="Hush", visibility="private"
    )
    here = post(program(), told).headers["location"]
    assert program().get(here).json()["visibility"] == "private"
    assert program().get("/annotations/").json()["total"] == 1
    missing = "http://testserver/annotations/00000000-0000-4000-8000-000000000000"
    for name in ("bob", "charlie", "erin", "root"):
        other = program(name)
        assert other.get("/annotations/").json()["total"] == 0
        assert "Hush" not in other.get("/annotations/?creator=alice").text
        for method, body in (("GET", None), ("OPTIONS", None), ("PUT", json.dumps(annotation())), ("DELETE", None)):
            theirs, none = (
                other.request(method, each, content=body, headers={"if-match": "*"}) for each in (here, missing)
            )
            assert (theirs.status_code, theirs.text) == (none.status_code, none.text)
            assert theirs.status_code == (403 if name == "charlie" and method in ("PUT", "DELETE") else 404)
    with database.read() as db:
        assert {note.visibility for note in db.query(Note)} == ({"private"} if in_reader else set())
    assert program().delete(here).status_code == 204
    assert program("bob").get(here).status_code == 404


def test_made_public_and_private_again(database, program) -> None:
    article = make_article(database)
    made = post(program(), quoted(article, bodyValue="A")).json()
    for visibility, total in (("private", 0), ("all", 1)):
        told = made | {"visibility": visibility}
        put = program().put(made["id"], content=json.dumps(told), headers={"if-match": "*"})
        assert put.status_code == 200, put.text
        assert program("bob").get("/annotations/").json()["total"] == total
        with database.read() as db:
            assert db.query(Note).one().visibility == visibility


def test_those_of_a_deleted_article_are_not_there(database, program, client) -> None:
    article = make_article(database)
    here = post(program(), quoted(article)).headers["location"]
    assert client("erin").delete(f"/articles/{article}").status_code == 303
    assert program().get(here).status_code == 404
    assert program().get("/annotations/").json()["total"] == 0


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_other_sites_cannot_write(headers: dict[str, str], program, client) -> None:
    here = post(program(), annotation()).headers["location"]
    browser = client("alice")
    sent: dict[str, Any] = {
        "content": json.dumps(annotation()),
        "headers": {**headers, "content-type": "application/json", "if-match": "*"},
    }
    assert browser.post("/annotations/", **sent).status_code == 403
    assert browser.put(here, **sent).status_code == 403
    assert browser.delete(here, headers=headers).status_code == 403
    assert program().get("/annotations/").json()["total"] == 1


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(settings: Any, port: int) -> subprocess.Popen[bytes]:
    script = "import sys, uvicorn; from app.main import create_app; uvicorn.run(create_app(), host='127.0.0.1', port=int(sys.argv[1]), log_level='error')"
    environment = app_settings.child_environment(
        QUOTIDIAN_DATA_DIR=str(settings.data_dir), QUOTIDIAN_DATABASE_URL=settings.database_url, QUOTIDIAN_LOG_LEVEL="ERROR",
        QUOTIDIAN_QUEUE_URL=settings.queue_url,
    )  # fmt: skip
    server = subprocess.Popen([sys.executable, "-c", script, str(port)], env=environment, cwd=app_settings.ROOT)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return server
    raise AssertionError("it did not start in time")


def test_kill_9_loses_no_acknowledged_annotation(database, people, settings) -> None:
    """Whichever way it came: as a Web Annotation, through the Hypothesis API, or by a form of the reader."""
    article = make_article(database)
    with database.write() as db:
        token = add_token(db, user_id=people["alice"], name="program", scope="write")
        session = sign_in(db, user_id=people["alice"], days=1)
    bearer, by_form = {"authorization": f"Bearer {token}"}, {"cookie": f"session={session}"}
    sent, kept = 0, set()
    for _ in range(KILLS):
        port = free_port()
        server = serve(settings, port)
        at = time.monotonic() + random.uniform(0.2, 0.8)
        address = f"http://127.0.0.1:{port}/articles/{article}"
        quote = {"type": "TextQuoteSelector", "exact": "Traders doubt it"}
        target = {"source": address, "selector": [quote]}
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as program:
                while time.monotonic() < at + 0.2:
                    if time.monotonic() > at:
                        os.kill(server.pid, signal.SIGKILL)
                    sent += 1
                    words = f"Note {sent}"
                    if sent % 3 == 0:
                        told: dict[str, Any] = annotation(target=target, bodyValue=words)
                        made = program.post("/annotations/", json=told, headers=bearer)
                    elif sent % 3 == 1:
                        told = {"uri": address, "text": words, "target": [target]}
                        made = program.post("/api/annotations", json=told, headers=bearer)
                    else:
                        form = {"body": words, **passage(text_of(database, article), quote["exact"])}
                        made = program.post(f"/articles/{article}/notes", data=form, headers=by_form)
                    if made.status_code in (200, 201, 303):
                        kept.add(words)
        except httpx.TransportError:
            pass
        finally:
            server.kill()
            server.wait()
    with database.read() as db:
        assert len(kept) > KILLS
        assert kept <= set(db.scalars(select(Note.body)))
        posted = db.query(KeptAnnotation).all()
        assert posted
        assert all(row.annotation_id and row.note_id for row in posted)  # nothing is there by half
        assert all(note.annotation_id for note in db.query(Note))
        if db.get_bind().dialect.name == "sqlite":
            assert db.scalar(text("PRAGMA integrity_check")) == "ok"
