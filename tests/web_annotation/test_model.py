"""Every MUST of the Web Annotation Data Model, by its sections; and that nothing of what is posted is lost."""

from __future__ import annotations

import json

import pytest

from app.api.web_annotation import model
from tests.web_annotation.samples import BROKEN, SAMPLES, annotation


@pytest.mark.parametrize("shape", SAMPLES)
def test_what_is_posted_comes_back_whole(shape: str, program) -> None:
    alice = program()
    made = alice.post("/annotations/", content=json.dumps(SAMPLES[shape]))
    assert made.status_code == 201, made.text
    for told in (made.json(), alice.get(made.headers["location"]).json()):
        assert {name: told[name] for name in SAMPLES[shape]} == SAMPLES[shape]
        assert set(told) - set(SAMPLES[shape]) <= {"id", "creator", "created"}


def test_it_is_the_same_after_a_replacement_with_itself(program) -> None:
    alice = program()
    for sample in SAMPLES.values():
        made = alice.post("/annotations/", content=json.dumps(sample))
        kept = made.json()
        put = alice.put(kept["id"], content=json.dumps(kept), headers={"if-match": made.headers["etag"]})
        assert put.status_code == 200, put.text
        assert put.json() == kept


@pytest.mark.parametrize("what", BROKEN)
def test_what_breaks_a_must_is_refused_with_its_place(what: str, program) -> None:
    broken, pointer = BROKEN[what]
    answer = program().post("/annotations/", content=json.dumps(broken))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["pointer"] == pointer
    assert answer.json()["detail"]


@pytest.mark.parametrize("shape", SAMPLES)
def test_the_check_changes_nothing(shape: str) -> None:
    sample = json.loads(json.dumps(SAMPLES[shape]))
    model.check(sample)
    assert sample == SAMPLES[shape]


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000, "\xff", '{"a": 1e999}', "9" * 5000]
)
def test_what_is_no_json_is_refused(text: str, program) -> None:
    answer = program().post("/annotations/", content=text.encode("latin-1"))
    assert answer.status_code == 400
    assert "pointer" in answer.json()


def test_too_deep_and_too_large(program) -> None:
    deep: object = "x"
    for _ in range(200):
        deep = [deep]
    assert program().post("/annotations/", content=json.dumps(annotation(deep=deep))).status_code == 400
    assert program().post("/annotations/", content=json.dumps(annotation(bodyValue="x" * 1_000_000))).status_code == 413
