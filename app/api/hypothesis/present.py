"""Rows as the Hypothesis API writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.access import Person
from app.api.hypothesis.around import Around, around
from app.api.hypothesis.edge import WORLD, account, to_units
from app.imports.apply import composed

PROGRAM = "quotidian"  # whose rows have no author any more


@dataclass(frozen=True)
class Server:
    """Under which address and name this server is known to programs."""

    address: str
    host: str


def present(
    db: Session, person: Person | None, server: Server, rows: Iterable[Row[Any]], ties: dict[Any, int] | None = None,
    sort: str = "updated",
) -> list[dict[str, Any]]:  # fmt: skip
    rows = list(rows)
    known = around(db, person, rows) if rows else Around()
    told = [_row(each, known, person, server) for each in rows]
    stamp = "created" if sort == "created" else "updated"
    for each, json in zip(rows, told, strict=True):
        json["created"], json["updated"] = _iso(each.created), _iso(each.updated)
        tie = (ties or {}).get((each.kind, each.id), 0)
        json[stamp] = _iso(getattr(each, stamp) + timedelta(microseconds=tie))
    return told


def text_of(body: str, quote: str, tags: list[str]) -> str:
    """What was said, without what stands in the note because a note must say something or its words found no place."""
    if quote:
        return body.removeprefix(composed(quote, "", [])).strip()
    return "" if tags and body == composed("", "", tags) else body


def _row(row: Row[Any], known: Around, person: Person | None, server: Server) -> dict[str, Any]:
    id_ = f"{row.kind}{row.id}"
    name = known.names.get(row.author_id, PROGRAM)
    user = account(name, server.host)
    posted, outside = known.posted.get((row.kind, row.id)), known.outside.get(row.id) if row.kind == "o" else None
    tags = list(outside.tags) if outside else known.tags.get(row.note_id, [])
    text = text_of(row.body, posted.quote if posted else "", tags)
    if posted and posted.tags:
        spelled = {each.casefold(): each for each in posted.tags}
        tags = [spelled.get(each, each) for each in tags]
    flags = known.flags.get(id_, set())
    if "hide" in flags and not (person and (person.id == row.author_id or person.at_least("editor"))):
        text, tags = "", []
    article = known.articles.get(row.article_id)
    title = outside.title if outside else (article.title if article else "")
    anchor = f"#m-{row.id}-0" if row.kind == "a" else f"#note-{row.id}"
    page = f"{server.address}/articles/{row.article_id}{anchor}" if article else row.uri
    references = _references(row, known, outside)
    extra = dict((outside or posted).extra) if outside or posted else {}  # type: ignore[union-attr]
    told = extra | {
        "id": id_, "created": "", "updated": "", "user": user, "uri": row.uri, "text": text, "tags": tags,
        "group": WORLD, "permissions": _permissions(user, bool(row.private)),
        "target": _target(row, known, posted, outside, bool(references)), "document": {"title": [title]} if title else {},
        "links": {"html": page, "incontext": page, "json": f"{server.address}/api/annotations/{id_}"},
        "user_info": {"display_name": name}, "flagged": "flag" in flags, "hidden": "hide" in flags,
    }  # fmt: skip
    return told | ({"references": references} if references else {})


def _permissions(user: str, private: bool) -> dict[str, list[str]]:
    readers = [user] if private else [f"group:{WORLD}"]
    return {"read": readers, "admin": [user], "update": [user], "delete": [user]}


def _references(row: Row[Any], known: Around, outside: Any) -> list[str]:
    """The rows above a reply, the first of the thread first."""
    if outside or row.kind != "n":
        return list(outside.refs) if outside else []
    chain = []
    parent, annotation_id = known.parents[row.id]
    while parent is not None:
        chain.append(parent)
        parent = known.parents[parent][0]
    on = known.annotations.get(annotation_id or 0)
    above = [f"n{each}" for each in reversed(chain) if not (on and on.people and each == on.first)]
    return [f"a{on.id}", *above] if on and on.people else above


def _target(row: Row[Any], known: Around, posted: Any, outside: Any, reply: bool) -> list[Any]:
    if outside:
        return list(outside.target) or [{"source": row.uri}]
    on = known.annotations.get(row.annotation_id)
    if posted and posted.target and (on is None or (posted.start, posted.end) == (on.start, on.end)):
        return list(posted.target)
    if on is None or reply:
        return [{"source": row.uri}]
    text = known.texts[on.revision_id]
    position = {"type": "TextPositionSelector", "start": to_units(text, on.start), "end": to_units(text, on.end)}
    words = {"type": "TextQuoteSelector", "exact": on.exact, "prefix": on.prefix, "suffix": on.suffix}
    return [{"source": row.uri, "selector": [position, words]}]


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")
