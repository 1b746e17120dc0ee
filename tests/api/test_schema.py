"""Schemathesis sends what the description of our JSON API allows, and what it does not: no answer is of the 5xx kind, none
is outside the description."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from app.accounts.actions import add_token
from app.main import create_app
from tests.access.things import make_things

with warnings.catch_warnings():  # notices of what it builds on, and no other warning
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode, checks

SCHEMA = "/api/quotidian/v1/openapi.json"
NOWHERE = "http://127.0.0.1:9/"  # what is fetched in a test is refused before it is asked for
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 8  # an operation and mode: about thirty seconds in all


@pytest.fixture
def described(settings, database, people) -> Iterator[tuple[Any, dict[str, str]]]:
    """The description, and the headers of an editor's program."""
    app = create_app(settings)
    with database.write() as db:
        token = add_token(db, user_id=people["erin"], name="program", scope="write")
    yield schemathesis.openapi.from_asgi(SCHEMA, app), {"Authorization": f"Bearer {token}"}
    app.state.database.close()


def sent(case: Any, mode: GenerationMode, things: dict[str, Any]) -> None:
    """Makes of a case one that means things that are there, where it could; nothing is fetched."""
    if mode is GenerationMode.POSITIVE:
        case.path_parameters = {name: things[name] for name in case.path_parameters or {}}
        if case.operation.label.endswith("/annotations") and isinstance(case.body, dict):
            case.body |= {"exact": "Article", "start": 0, "end": 7} if case.body.get("start") else {"exact": "Article"}
    if isinstance(case.body, dict) and isinstance(case.body.get("url"), str):
        case.body["url"] = NOWHERE


def exercise(operation: Any, mode: GenerationMode, things: dict[str, Any], headers: dict[str, str]) -> Counter[int]:
    """Sends some cases; how often each status was the answer."""
    answers: Counter[int] = Counter()

    def send(case: Any) -> None:
        sent(case, mode, things)
        response = case.call(headers=headers | ({"If-Match": "*"} if answers.total() % 2 == 0 else {}))
        answers[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    run = hypothesis.given(operation.as_strategy(generation_mode=mode))(send)
    hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )(run)()  # fmt: skip
    return answers


def test_no_answer_is_outside_the_description(described, database, people) -> None:
    schema, headers = described
    labels, failed, answers = [], [], Counter[int]()
    for n, operation in enumerate(result.ok() for result in schema.get_all_operations()):
        labels.append(operation.label)
        deleted = operation.label.endswith("/deletion")
        things = [make_things(database, people["erin"], n=2 * n + each, deleted=deleted) for each in (0, 1)]
        right = exercise(operation, GenerationMode.POSITIVE, things[0], headers)
        answers += right + exercise(operation, GenerationMode.NEGATIVE, things[1], headers)
        if not any(status < 300 for status in right):
            failed.append(operation.label)
    assert len(labels) > 30
    assert not failed, "nothing that was sent went well"
    assert not [status for status in answers if status >= 500], answers
    assert {200, 201, 204, 404, 422, 428} <= set(answers), answers
