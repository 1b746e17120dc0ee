"""Our own JSON Lines, an article a line, as app/exports writes them. What the program found and nobody has touched is left
out: it is found again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.analysis.model import Mood
from app.imports.formats.common import BROKEN, line, moment, names, told, words
from app.imports.model import Highlight, Item, Problem


class _Figure(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)
    start: int = Field(ge=0, lt=10**9)
    end: int = Field(ge=0, lt=10**9)
    value: float | None = None
    unit: str = Field("", max_length=100)
    period: str = Field("", max_length=100)


class _Verdict(BaseModel):
    verdict: Literal["unverified", "supported", "refuted", "mixed", "unverifiable"]
    reason: str = Field("", max_length=10_000)
    author: str = Field("", max_length=200)
    at: Annotated[str, AfterValidator(moment)] = ""


class _Source(BaseModel):
    url: str = ""
    title: str = ""
    stance: str = ""
    excerpt: str = ""
    comment: str = ""


class _Details(BaseModel):
    """What is known of a quote or claim."""

    speaker: str = ""
    role: str = ""
    quote_kind: str = ""
    types: list[str] = []
    status: Literal["found", "confirmed", "dismissed"] = "found"
    engine: str = Field("", max_length=32)
    decided: bool = False
    score: float = Field(0, ge=0, le=1)
    spans: list[tuple[int, int]] = []
    mood: Mood = ""
    cue: str = Field("", max_length=300)
    hedged: bool = False
    figures: list[_Figure] = []
    verdicts: list[_Verdict] = []
    sources: list[_Source] = []


def looks(head: str) -> bool:
    return re.match(r'\{"quotidian":\s*1\b', head) is not None


def read(text: str) -> Iterator[Item | Problem]:
    begin, number = 0, 0
    while begin < len(text):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        number += 1
        if given := text[begin:end].strip():
            try:
                yield _item(json.loads(given))
            except BROKEN as error:
                yield Problem(f"line {number}", f"This line is no article that can be read: {told(error)}.")
        begin = end + 1


def _item(given: dict[str, Any]) -> Item:
    if given["quotidian"] != 1:
        raise ValueError("it was written by a newer version")
    text = given["text"]
    blocks = tuple([str(kind), text[int(a) : int(b)]] for kind, a, b in given["blocks"])
    if not any(words(each) for _, each in blocks):
        raise ValueError("it has no text")
    marks: list[Highlight] = []
    for each in given.get("annotations") or ():
        marks.extend(_annotation(each))
    for each in given.get("notes") or ():
        marks.extend(_notes(each, ""))
    return Item(
        key=_key(given), url=line(given.get("url")), title=line(given.get("title")),
        authors=names(given.get("authors") or []), site=line(given.get("site")), published=line(given.get("published"), 64),
        updated=line(given.get("updated"), 64), saved=moment(given.get("saved")), language=line(given.get("language"), 16),
        headline_variants=tuple(filter(None, map(line, (given.get("headline_variants") or [])[:100]))),
        dateline=line(given.get("dateline")), blocks=blocks, tags=names(given.get("tags") or []),
        read=given["read"] if isinstance(given.get("read"), bool) else None, highlights=tuple(marks),
    )  # fmt: skip


def _key(given: dict[str, Any]) -> str:
    """As it stands: those of other formats may have line breaks."""
    key = given["key"]
    if not isinstance(key, str) or not key.strip():
        raise ValueError("its key is no text")
    return key[:4000]


def _annotation(given: dict[str, Any]) -> Iterator[Highlight]:
    notes = list(given.get("notes") or ())
    details = _details(given)
    untouched = given.get("engine") and given.get("status") == "found" and not given.get("decided")
    if untouched and not (notes or details.get("verdicts") or details.get("sources")):
        return
    placed = isinstance(given.get("start"), int)
    key = _key(given)
    together = bool(notes) and (not placed or notes[0].get("key") == f"{key}#note")  # as they came in elsewhere
    first = notes.pop(0) if together else {}
    yield Highlight(
        key=key,
        quote=words(given["exact"]),
        note=words(first.get("body")),
        tags=names(first.get("tags") or []),
        color=line(given.get("color"), 40),
        author=line(given.get("author"), 200),
        created=moment(given.get("created")),
        updated=moment(first.get("updated") or given.get("updated")),
        prefix=str(given.get("prefix") or ""),
        suffix=str(given.get("suffix") or ""),
        start=given["start"] if placed else None,
        private=given.get("visibility") == "private",
        kind=given["kind"] if given.get("kind") in ("quote", "claim") else "highlight",
        details=details if given.get("kind") in ("quote", "claim") else {},
    )
    for each in first.get("replies") or ():
        yield from _notes(each, key)
    for each in notes:
        yield from _notes(each, key)


def _details(given: dict[str, Any]) -> dict[str, Any]:
    try:
        read = _Details.model_validate({name: given[name] for name in _Details.model_fields if given.get(name)})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if not all(given["start"] <= start < end <= given["end"] for start, end in read.spans):
        raise ValueError("spans: they are not those of its words")
    return read.model_dump(mode="json", include=read.model_fields_set)


def _notes(given: dict[str, Any], parent: str) -> Iterator[Highlight]:
    """A note and its replies."""
    pending = [(given, parent)]
    while pending:
        note, above = pending.pop(0)
        key = _key(note)
        yield Highlight(
            key=key, note=words(note["body"]), tags=names(note.get("tags") or []), author=line(note.get("author"), 200),
            created=moment(note.get("created")), updated=moment(note.get("updated")), parent=above,
            private=note.get("visibility") == "private",
        )  # fmt: skip
        pending.extend((each, key) for each in note.get("replies") or ())
