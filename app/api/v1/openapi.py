"""The description of our JSON API, for programs (OpenAPI 3.1) and for people: a page made from the same."""

import re
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from app.api.problem import MEDIA, TITLES
from app.api.v1 import annotations, articles, evidence, finding, notes, schemas
from app.api.v1.edge import HERE, router_of
from app.web import page

router = router_of("Description")

ABOUT = """Articles with who said what in them, what is claimed, notes, sources and verdicts.

Sign in with a token of your account page, as `Authorization: Bearer ...`; it sees what you see. Offsets are Unicode code
points of a revision's text, half open. Times are UTC. Lists go on at `next`, which the Link header says too. Every answer
with a body has an ETag: send it as If-None-Match to be told that nothing has changed (304), and as If-Match so that a write
is refused (412) where somebody else was faster; corrections need it (428). Errors are application/problem+json."""
EVERYWHERE = (401, 403, 503)
_TAG_WORDS = {
    "Articles": "The library, and the texts of an article as they were and are.",
    "Annotations": "Passages: quotes, claims and highlights.",
    "Notes": "Markdown on passages and articles, with replies.",
    "Evidence": "Sources that bear a passage out or speak against it, and where a claim stands.",
    "Speakers and search": "Who says what, and where words stand.",
}


@cache
def description() -> dict[str, Any]:
    routes = [each for part in (articles, annotations, notes, evidence, finding) for each in part.router.routes]
    tags = [{"name": name, "description": words} for name, words in _TAG_WORDS.items()]
    schema = get_openapi(title="Quotidian", version="1", description=ABOUT, routes=routes, tags=tags)
    parts = schema["components"]
    parts["schemas"]["Problem"] = schemas.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of your account."}
    }
    parts["responses"] = {f"Problem{status}": _problem(status, title) for status, title in TITLES.items()}
    schema["security"] = [{"token": []}]
    schema["servers"] = [{"url": "/"}]
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation)
    return schema


def _problem(status: int, title: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": title,
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (401, 405):
        name = "WWW-Authenticate" if status == 401 else "Allow"
        told["headers"] = {name: {"schema": {"type": "string"}}}
    return told


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Says what the routes do not: ETags, links, conditions, and all that can go wrong."""
    words = re.sub(r"(?<=[a-z])[A-Z]", lambda m: f" {m[0].lower()}", operation["operationId"])
    operation["summary"] = words[0].upper() + words[1:]
    given = operation.setdefault("parameters", [])
    answers, status = operation["responses"], [*EVERYWHERE]
    headers = {each["name"].lower() for each in given if each["in"] == "header"}
    status += [404] if "{" in path or any(each["name"] == "speaker" for each in given) else []
    status += [400, 413, 415, 422] if "requestBody" in operation else []
    status += [422] if any(each["in"] == "query" for each in given) else []
    status += [412, 409] if "if-match" in headers else []
    status += [409] if method != "get" else []
    status += [428] if "Needed" in "".join(each.get("description", "") for each in given) else []
    answers.pop("422", None)
    for code, told in answers.items():
        if code in ("200", "201"):
            told["headers"] = {"ETag": {"required": True, "schema": {"type": "string"}}}
        if code == "201":
            told["headers"]["Location"] = {"required": True, "schema": {"type": "string"}}
    if method == "get":
        answers["304"] = {"description": "Nothing has changed"}
        known = {"type": "string", "examples": ['"5f2c..."']}
        given.append({"name": "If-None-Match", "in": "header", "required": False, "schema": known})
        if any(each["name"] == "after" for each in given):
            answers["200"]["headers"]["Link"] = {"schema": {"type": "string"}, "description": "The next page"}
    for code in sorted(set(status)):
        answers[str(code)] = {"$ref": f"#/components/responses/Problem{code}"}


@router.get("/openapi.json", include_in_schema=False)
def openapi() -> Response:
    return JSONResponse(description(), headers={"Cache-Control": "no-cache"})


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    return page(request, "api/docs.html", api=description(), here=HERE, groups=_grouped(), problems=TITLES)


@cache
def _grouped() -> list[tuple[dict[str, str], list[dict[str, Any]]]]:
    """The operations by tag, as the page shows them."""
    schema = description()
    groups: list[tuple[dict[str, str], list[dict[str, Any]]]] = [(tag, []) for tag in schema["tags"]]
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            shown = {"method": method.upper(), "path": path, "body": _body(schema, operation), **operation}
            next(each for tag, each in groups if tag["name"] == operation["tags"][0]).append(shown)
    return groups


def _body(schema: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    if "requestBody" not in operation:
        return None
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"][name]
    return found
