"""Every MUST of the Web Annotation Protocol (Recommendation of 2017-02-23), by its sections."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event

from app.api.web_annotation import queries
from app.api.web_annotation.protocol import MEDIA
from tests.web_annotation.samples import CONTEXT, SAMPLES, annotation

LDP, OA = "http://www.w3.org/ns/ldp#", "http://www.w3.org/ns/oa#"


def prefer(*names: str) -> dict[str, str]:
    return {"prefer": f'return=representation;include="{" ".join(names)}"'}


MINIMAL, IRIS, DESCRIPTIONS = (
    f"{LDP}PreferMinimalContainer",
    f"{OA}PreferContainedIRIs",
    f"{OA}PreferContainedDescriptions",
)


def post(program: Any, **members: Any) -> Any:
    made = program.post("/annotations/", content=json.dumps(annotation(**members)))
    assert made.status_code == 201, made.text
    return made


def links(answer: Any) -> set[tuple[str, str]]:
    parts = [part.split(">; rel=") for part in answer.headers["link"].split(", <")]
    return {(address.lstrip("<"), rel.strip('"')) for address, rel in parts}


# 3 Annotations


def test_3_1_get_head_and_options_of_an_annotation(program) -> None:
    alice = program()
    made = post(alice, bodyValue="A")
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = alice.request(method, made.headers["location"])
        assert answer.status_code == 200
        assert (f"{LDP}Resource", "type") in links(answer)
        assert {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"} == set(answer.headers["allow"].split(", "))
        assert "Accept" in answer.headers["vary"].split(", ")
    answer = alice.get(made.headers["location"])
    assert answer.headers["content-type"] == MEDIA
    assert answer.headers["etag"] == made.headers["etag"]
    assert answer.json()["id"] == made.headers["location"] == str(answer.url)
    assert alice.get(made.headers["location"], headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("accept", "got"),
    [("", MEDIA), ("*/*", MEDIA), ("application/ld+json", MEDIA), (MEDIA, MEDIA), ("application/json", "application/json"),
     ("application/json, application/ld+json;q=0.5", "application/json"), ("application/*;q=0.1", MEDIA), ("text/turtle", None),
     ("application/ld+json;q=0, */*", "application/json"), ('application/ld+json; profile="https://other.example/"', None),
     ("text/turtle, application/json;q=0.2", "application/json"), ("application/json;q=0", None)],
)  # fmt: skip
def test_3_1_what_is_accepted(accept: str, got: str | None, program) -> None:
    alice = program()
    for address in ("/annotations/", post(alice).headers["location"]):
        answer = alice.get(address, headers={"accept": accept})
        assert answer.status_code == (200 if got else 406)
        assert answer.headers["content-type"] == (got or "application/problem+json")


# 4 Containers


def test_4_1_the_container_says_what_it_is(program) -> None:
    alice = program()
    post(alice)
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = alice.request(method, "/annotations/")
        assert answer.status_code == 200
        assert (f"{LDP}BasicContainer", "type") in links(answer)
        assert ("http://www.w3.org/TR/annotation-protocol/", f"{LDP}constrainedBy") in links(answer)
        assert {"GET", "HEAD", "OPTIONS", "POST"} == set(answer.headers["allow"].split(", "))
        assert MEDIA in answer.headers["accept-post"]
        assert answer.headers["vary"] == "Accept, Prefer"
    answer = alice.get("/annotations/")
    assert answer.headers["etag"]
    assert answer.headers["content-type"] == MEDIA
    assert answer.json()["id"] == "http://testserver/annotations/"
    assert {"BasicContainer", "AnnotationCollection"} <= set(answer.json()["type"])
    assert CONTEXT in answer.json()["@context"]
    assert (answer.json()["total"], bool(answer.json()["label"])) == (1, True)


def test_4_2_the_address_without_its_slash_leads_to_it(program) -> None:
    answer = program().get("/annotations")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://testserver/annotations/")


def test_4_2_1_descriptions_are_what_one_gets_without_a_preference(program) -> None:
    alice = program()
    made = post(alice, bodyValue="A").json()
    for headers in ({}, prefer(DESCRIPTIONS), {"prefer": "respond-async"}, prefer("https://other.example/")):
        told = alice.get("/annotations/", headers=headers).json()
        assert told["first"]["items"] == [made]
        assert told["first"]["type"] == "AnnotationPage"
        assert told["last"].startswith("http://testserver/annotations/?")


def test_4_2_2_iris(program) -> None:
    alice = program()
    made = post(alice).json()
    answer = alice.get("/annotations/", headers=prefer(IRIS))
    told = answer.json()
    assert told["first"]["items"] == [made["id"]]
    assert told["id"] == answer.headers["content-location"] == "http://testserver/annotations/?iris=1"
    assert alice.get(told["first"]["id"]).json()["items"] == [made["id"]]
    assert alice.get(told["id"]).json() == told
    assert answer.headers["preference-applied"] == "return=representation"


def test_4_2_3_minimal(program) -> None:
    alice = program()
    made = post(alice).json()
    told = alice.get("/annotations/", headers=prefer(MINIMAL)).json()
    assert isinstance(told["first"], str)
    assert isinstance(told["last"], str)
    assert made["id"] not in json.dumps(told)
    assert alice.get(told["first"]).json()["items"] == [made]
    both = alice.get("/annotations/", headers=prefer(MINIMAL, IRIS)).json()
    assert alice.get(both["first"]).json()["items"] == [made["id"]]


def test_4_3_pages_lead_to_each_other_both_ways(program, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    alice = program()
    every = [post(alice, bodyValue=str(n)).json()["id"] for n in range(8)]
    told = alice.get("/annotations/").json()
    assert told["total"] == 8
    page, found, starts = told["first"], [], []
    while True:
        found += [each["id"] for each in page["items"]]
        starts.append(page["startIndex"])
        if "next" not in page:
            break
        page = alice.get(page["next"]).json()
        assert (page["type"], page["@context"]) == ("AnnotationPage", CONTEXT)
        assert page["partOf"] == told["id"]
    assert (found, starts) == (every, [0, 3, 6])
    page, found = alice.get(told["last"]).json(), []
    while True:
        found = [each["id"] for each in page["items"]] + found
        if "prev" not in page:
            break
        page = alice.get(page["prev"]).json()
    assert found == every
    assert page["startIndex"] == 0


def test_4_3_pages_lose_and_double_nothing_while_others_write(program, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    alice, bob = program(), program("bob")
    every = [post(alice, bodyValue=str(n)).json()["id"] for n in range(9)]
    page, found = alice.get("/annotations/").json()["first"], []
    for deleted in (0, 8, 2):
        found += [each["id"] for each in page["items"]]
        post(bob, bodyValue="between")
        assert alice.delete(every[deleted]).status_code == 204
        page = alice.get(page["next"]).json()
    while "next" in page:
        found += [each["id"] for each in page["items"]]
        page = alice.get(page["next"]).json()
    found += [each["id"] for each in page["items"]]
    assert len(set(found)) == len(found)
    assert {each for n, each in enumerate(every) if n != 8} <= set(found)


def test_4_3_a_page_that_is_none(program) -> None:
    for page in ("0", "after-", "after-x3", "before-k99999999999", "after-a1;"):
        assert program().get("/annotations/", params={"page": page}).status_code == 404


def test_4_3_an_empty_container(program) -> None:
    alice = program()
    told = alice.get("/annotations/").json()
    assert (told["total"], told["first"]["items"]) == (0, [])
    for page in (told["first"]["id"], told["last"]):
        assert alice.get(page).json()["items"] == []


def test_statements_do_not_grow_with_the_annotations(program, database, settings) -> None:
    alice = program()
    app_database = alice.app.state.database
    counted: list[str] = []
    event.listen(app_database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def statements() -> int:
        alice.get("/annotations/")
        counted.clear()
        alice.get("/annotations/")
        return len(counted)

    post(alice, bodyValue="A")
    few = statements()
    for _ in range(30):
        post(alice, bodyValue="A")
    assert statements() == few


# 5 Creation, replacement, deletion


def test_5_1_a_post_makes_an_annotation(program) -> None:
    alice = program()
    made = post(alice, bodyValue="A")
    assert made.headers["location"].startswith("http://testserver/annotations/")
    assert "/" not in made.headers["location"].removeprefix("http://testserver/annotations/")
    assert made.headers["content-type"] == MEDIA
    assert (f"{LDP}Resource", "type") in links(made)
    assert made.headers["etag"]
    assert made.json() == alice.get(made.headers["location"]).json()


def test_5_1_an_id_becomes_a_via_and_the_canonical_stays(program) -> None:
    alice = program()
    told = post(alice, id="https://other.example/1", canonical="urn:a:1").json()
    assert (told["via"], told["canonical"]) == ("https://other.example/1", "urn:a:1")
    assert told["id"].startswith("http://testserver/annotations/")
    told = post(alice, id="https://other.example/1", via="https://other.example/0").json()
    assert told["via"] == ["https://other.example/0", "https://other.example/1"]


def test_5_1_a_slug_is_no_address(program) -> None:
    made = program().post("/annotations/", content=json.dumps(annotation()), headers={"slug": "a1"})
    assert (made.status_code, made.headers["location"].endswith("/a1")) == (201, False)


@pytest.mark.parametrize(("kind", "status"), [
    (MEDIA, 201), ("application/ld+json", 201), ("application/json", 201), ("application/json; charset=utf-8", 201),
    ("application/json; charset=latin-1", 415), ("text/turtle", 415), ("", 415), ("text/plain", 415)])  # fmt: skip
def test_5_1_what_may_be_sent(kind: str, status: int, program) -> None:
    answer = program().post("/annotations/", content=json.dumps(annotation()), headers={"content-type": kind})
    assert answer.status_code == status
    assert status == 201 or MEDIA in answer.headers["accept-post"]


def test_5_3_a_put_replaces(program) -> None:
    alice = program()
    made = post(alice, bodyValue="A")
    told = made.json() | {"bodyValue": "B"}
    put = alice.put(told["id"], content=json.dumps(told), headers={"if-match": made.headers["etag"]})
    assert (put.status_code, put.json()["bodyValue"]) == (200, "B")
    assert put.headers["etag"] != made.headers["etag"]
    assert alice.get(told["id"]).json() == put.json()


def test_5_3_a_put_of_another_version_is_refused(program) -> None:
    alice = program()
    made = post(alice, bodyValue="A")
    here = made.headers["location"]
    for given in ('"other"', f"W/{made.headers['etag']}"):
        put = alice.put(here, content=json.dumps(annotation(bodyValue="B")), headers={"if-match": given})
        assert put.status_code == 412
    assert alice.get(here).json()["bodyValue"] == "A"
    assert alice.put(here, content=json.dumps(annotation(bodyValue="B")), headers={"if-match": "*"}).status_code == 200
    put = alice.put(here, content=json.dumps(annotation(bodyValue="C")))
    assert (put.status_code, put.json()["bodyValue"]) == (200, "C")


def test_5_3_canonical_via_and_id_stay(program) -> None:
    alice = program()
    made = post(alice, canonical="urn:a:1", id="urn:a:2")
    here, match = made.headers["location"], {"if-match": "*"}
    for name, value in (("canonical", "urn:a:9"), ("via", ["urn:a:9"]), ("id", "urn:a:9")):
        put = alice.put(here, content=json.dumps(annotation(**{name: value})), headers=match)
        assert (put.status_code, put.json()["pointer"]) == (400, f"/{name}")
    told = alice.put(here, content=json.dumps(annotation(bodyValue="B")), headers=match).json()
    assert (told["id"], told["canonical"], told["via"], told["bodyValue"]) == (here, "urn:a:1", "urn:a:2", "B")


def test_5_4_deleted_is_gone(program) -> None:
    alice = program()
    made = post(alice)
    here = made.headers["location"]
    assert alice.delete(here, headers={"if-match": '"other"'}).status_code == 412
    answer = alice.delete(here, headers={"if-match": made.headers["etag"]})
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        assert alice.request(method, here).status_code == 410
    assert alice.put(here, content=json.dumps(annotation()), headers={"if-match": "*"}).status_code == 410
    assert alice.get("/annotations/").json()["total"] == 0


# 6 Errors


def test_6_errors(program) -> None:
    alice = program()
    assert alice.get("/annotations/00000000-0000-4000-8000-000000000000").status_code == 404
    assert alice.get("/annotations/a99").status_code == 404
    assert alice.get("/annotations/?article=99").status_code == 404
    assert alice.get("/annotations/?creator=nobody").status_code == 404
    for method, here in (("PUT", "/annotations/"), ("PATCH", "/annotations/"), ("PATCH", "/annotations/a99")):
        answer = alice.request(method, here, content="{}")
        assert answer.status_code == 405
        assert {"GET", "HEAD", "OPTIONS"} < set(answer.headers["allow"].split(", "))
    for answer in (alice.get("/annotations/a99"), alice.post("/annotations/", content="{")):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_pages_of_other_sites_may_speak_it_with_a_token(program, client) -> None:
    alice = program()
    here = post(alice).headers["location"]
    for address in ("/annotations/", here):
        asked = {"origin": "https://other.example", "access-control-request-method": "PUT"}
        answer = client().options(address, headers=asked)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
        assert {"Authorization", "If-Match", "Prefer"} <= set(
            answer.headers["access-control-allow-headers"].split(", ")
        )
        answer = alice.get(address, headers={"origin": "https://other.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"ETag", "Link", "Location"} <= set(answer.headers["access-control-expose-headers"].split(", "))
        assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in client("alice").get("/articles/1").headers


def test_browsers_are_led_to_the_pages(program, client) -> None:
    here = post(program(), target=SAMPLES["3.1 no body"]["target"]).headers["location"]
    browser = client("alice")
    assert browser.get("/annotations/").headers["location"] == "/"
    assert browser.get(here).status_code == 406
    assert browser.get(here, headers={"accept": "text/html,*/*;q=0.8"}).json()["id"] == here
    assert client().get(here).headers["location"].startswith("/sign-in")
