"""What we have, as Web Annotations, and what a posted one means here: which text of it is the note, which words are the
passage. Pure: rows in, JSON out. Offsets are code points on both sides."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import nh3

from app import anchoring
from app.annotations import passages
from app.api.web_annotation.model import CONTEXT
from app.articles.actions import tag_names
from app.errors import Invalid
from app.models import Annotation, Article, KeptAnnotation, Note, Source, Verdict
from app.notes.quoted import escaped

NOTED = ("commenting", "describing", "questioning", "replying", "assessing", "editing")


@dataclass
class Own:
    """An annotation, or a note on an article, with what stands on it; `names` are those of people by their ids."""

    article: Article
    row: Annotation | Note
    names: dict[int, str]
    speaker: str = ""
    notes: list[Note] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    parent: str = ""  # the name of what a reply answers


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace(".000000", "").replace("+00:00", "Z")


class Writer:
    """Writes for readers of the server at `base`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.container = f"{base}/annotations/"

    def own(self, own: Own) -> dict[str, Any]:
        row = own.row
        found = row.engine if isinstance(row, Annotation) else None
        software = {
            "id": f"{self.base}/",
            "type": "Software",
            "name": found or "Quotidian",
            "homepage": f"{self.base}/",
        }
        by_program = isinstance(row, Annotation) and row.author_id is None
        bodies = self.bodies(own)
        purposes = list(dict.fromkeys(body["purpose"] for body in bodies)) or ["highlighting"]
        told: dict[str, Any] = {
            "@context": CONTEXT,
            "id": self.container + name_of(row),
            "type": "Annotation",
            "motivation": purposes[0] if len(purposes) == 1 else purposes,
            "creator": software if by_program else self.person(row.author_id, own.names),
            "created": moment(row.created_at),
            "modified": moment(max([row.updated_at, *(note.updated_at for note in own.notes)])),
            "generator": software,
        }
        if row.visibility == "private":
            told["visibility"] = "private"
        if bodies:
            told["body"] = bodies
        return told | {"target": self.target(own)}

    def bodies(self, own: Own, *, without: int | None = None) -> list[dict[str, Any]]:
        """What is said in it; `without` is the id of a note that is told otherwise."""
        row = own.row
        found: list[dict[str, Any]] = []
        if isinstance(row, Annotation) and row.kind != "highlight" and without is None:
            words = [row.kind, *([f"{row.quote_kind} quote"] if row.quote_kind else []), *row.types]
            found += [{"type": "TextualBody", "value": word, "purpose": "classifying"} for word in words]
        if own.speaker and without is None:
            said = {"type": "TextualBody", "value": own.speaker, "purpose": "identifying"}
            found.append(said | ({"role": row.role} if isinstance(row, Annotation) and row.role else {}))
        for note in [row, *own.notes] if isinstance(row, Note) else own.notes:
            if note.id != without:
                found += self._noted(own, note)
        for source in own.sources:
            link: dict[str, Any] = {"id": f"{self.base}/sources/{source.id}", "type": "SpecificResource", "purpose": "linking", "source": source.url,
                    "title": source.title, "stance": source.stance, **self._by(own, source.author_id, source.created_at)}  # fmt: skip
            found.append(link | {name: each for name in ("excerpt", "comment") if (each := getattr(source, name))})
        for verdict in own.verdicts:
            found.append(
                {
                    "id": f"{self.base}/verdicts/{verdict.id}",
                    "type": "TextualBody",
                    "value": verdict.verdict,
                    "purpose": "assessing",
                    **({"reason": verdict.reason} if verdict.reason else {}),
                    **self._by(own, verdict.author_id, verdict.created_at),
                }
            )
        return found

    def _noted(self, own: Own, note: Note) -> Iterator[dict[str, Any]]:
        by = self._by(own, note.author_id, note.created_at)
        purpose = "replying" if note.parent_id else "commenting"
        yield {"id": f"{self.base}/notes/{note.id}", "type": "TextualBody", "value": note.body, "format": "text/markdown", "purpose": purpose,
               **by, "modified": moment(note.updated_at)}  # fmt: skip
        for tag in own.tags.get(note.id, []):
            here = f"{self.base}/notes/{note.id}#{quote(tag, safe='')}"
            yield {"id": here, "type": "TextualBody", "value": tag, "purpose": "tagging"}

    def _by(self, own: Own, author_id: int | None, created: datetime) -> dict[str, Any]:
        return {"creator": self.person(author_id, own.names), "created": moment(created)}

    def person(self, author_id: int | None, names: dict[int, str]) -> dict[str, Any]:
        name = names.get(author_id or 0)
        if name is None:
            return {"type": "Person", "name": "somebody"}
        host = re.sub(r"^https?://|/.*$", "", self.base)
        return {"id": f"acct:{quote(name, safe='')}@{host}", "type": "Person", "name": name}

    def target(self, own: Own) -> Any:
        here = f"{self.base}/articles/{own.article.id}"
        if isinstance(own.row, Note):
            return self.container + own.parent if own.parent else here
        row = own.row
        words = {"type": "TextQuoteSelector", "exact": row.exact, "prefix": row.prefix, "suffix": row.suffix}
        place = {"type": "TextPositionSelector", "start": row.start, "end": row.end}
        return {
            "type": "SpecificResource", "source": own.article.canonical_url or here, "scope": here,
            "selector": [words, place],
        }  # fmt: skip

    def kept(self, kept: KeptAnnotation, own: Own | None, note: Note | None, names: dict[int, str]) -> dict[str, Any]:
        """As it was posted, with its address; its note as it reads now, and what others have said there since."""
        told = {**kept.body, "id": self.container + kept.name}
        told.setdefault("creator", self.person(kept.author_id, names))
        told.setdefault("created", moment(kept.created_at))
        private = "private" in (kept.visibility, own.row.visibility if own else "")
        if private != (told.get("visibility") == "private"):
            told = told | {"visibility": "private"} if private else {n: e for n, e in told.items() if n != "visibility"}
        if note is not None and (note.deleted_at or note.body != words_of_note(kept.body)):
            changed = max(note.deleted_at or note.updated_at, kept.updated_at)
            told = with_note(told, None if note.deleted_at else note.body) | {"modified": moment(changed)}
        if own is not None and (more := self.bodies(own, without=note.id if note else 0)):
            before = [{"type": "TextualBody", "value": told.pop("bodyValue")}] if "bodyValue" in told else []
            told["body"] = [*before, *_list(told.get("body")), *more]
        return told

    def as_posted(self, body: dict[str, Any]) -> dict[str, Any]:
        """Without what `kept` adds of others."""
        ours = re.compile(re.escape(self.base) + r"/(notes|sources|verdicts)/\d+(#.*)?")
        bodies = body.get("body")
        if not isinstance(bodies, list):
            return body
        left = [each for each in bodies if not (isinstance(each, dict) and ours.fullmatch(str(each.get("id", ""))))]
        rest = {name: each for name, each in body.items() if name != "body"}
        return body if len(left) == len(bodies) else rest | ({"body": left} if left else {})


def name_of(row: Annotation | Note) -> str:
    return f"{'n' if isinstance(row, Note) else 'a'}{row.id}"


# What a posted annotation means here


def _note_at(body: dict[str, Any]) -> int | None:
    """Which body is the note: the first text that is no tag."""
    for n, each in enumerate(_list(body.get("body"))):
        text = isinstance(each, dict) and isinstance(each.get("value"), str) and "source" not in each
        if text and (not (purposes := _list(each.get("purpose"))) or set(purposes) & set(NOTED)):
            return n
    return None


def words_of_note(body: dict[str, Any]) -> str:
    """The note in Markdown: text as it is, HTML without its markup."""
    at = _note_at(body)
    told = body.get("bodyValue") if at is None else None
    given = {"value": told or ""} if at is None else _list(body["body"])[at]
    text = str(given["value"]).replace("\x00", "").replace("\r\n", "\n").strip()
    if "text/html" in _list(given.get("format")):
        text = html.unescape(nh3.clean(text, tags=set())).strip()
        return escaped(text)
    return text


def with_note(body: dict[str, Any], words: str | None) -> dict[str, Any]:
    """The annotation with other words for its note, or (None) without it."""
    at, rest = _note_at(body), {name: each for name, each in body.items() if name not in ("body", "bodyValue")}
    if at is None:
        return rest if words is None or "bodyValue" not in body else body | {"bodyValue": words}
    bodies = list(_list(body["body"]))
    old = bodies.pop(at)
    if words is not None:
        markup = "text/html" in _list(old.get("format"))
        bodies.insert(at, {**old, "value": words} | ({"format": "text/markdown"} if markup else {}))
    if not bodies:
        return rest
    return {**body, "body": bodies if isinstance(body["body"], list) else bodies[0]}


def tags(body: dict[str, Any]) -> str:
    """The texts whose purpose is tagging, as a list with commas; those that can be no tag here are left out."""
    found: list[str] = []
    for each in _list(body.get("body")):
        if isinstance(each, dict) and "tagging" in _list(each.get("purpose")) and isinstance(each.get("value"), str):
            try:
                found += tag_names(each["value"].replace("\x00", ""))
            except Invalid:
                continue
    return ",".join(list(dict.fromkeys(found))[:30])


def visibility(body: dict[str, Any]) -> str:
    return "private" if body.get("visibility") == "private" else "all"


def addresses(body: dict[str, Any]) -> list[str]:
    """What the targets speak of, in order."""
    return [address for each in _list(body.get("target")) if (address := _source(each))]


def _source(target: Any) -> str:
    thing = target.get("source", target) if isinstance(target, dict) else target
    return str(thing.get("id", "") if isinstance(thing, dict) else thing)


def placed(body: dict[str, Any], address: str, text: str) -> tuple[int, int] | None:
    """Where the words stand that the target with this source selects: by its bounds where they hold them, or where there
    are only bounds, else by the words. None where nothing is selected, or nothing resembles them."""
    for target in _list(body["target"]):
        if isinstance(target, dict) and _source(target) == address and "selector" in target:
            selectors = list(_selectors(target["selector"]))
            words = next((each for each in selectors if "TextQuoteSelector" in _list(each.get("type"))), None)
            place = next((each for each in selectors if "TextPositionSelector" in _list(each.get("type"))), None)
            if found := _found(text, words, place):
                return found
    return None


def whole(body: dict[str, Any], address: str) -> bool:
    """Whether a target is all of what is at this address."""
    return any(
        _source(each) == address and not (isinstance(each, dict) and "selector" in each)
        for each in _list(body["target"])
    )


def _found(text: str, words: dict[str, Any] | None, place: dict[str, Any] | None) -> tuple[int, int] | None:
    start, end = (place["start"], place["end"]) if place else (0, 0)
    bounds: tuple[int, int] | None = (start, end)
    if words is not None and text[start:end] != words["exact"]:
        around = {name: words.get(name, "") for name in ("prefix", "suffix")}
        at = anchoring.reanchor(text, exact=words["exact"], start=min(start, len(text)), **around)
        bounds = (at.start, at.end) if at.start is not None and at.end is not None else None
    if bounds is None or not 0 <= bounds[0] < bounds[1] <= len(text) or not text[bounds[0] : bounds[1]].strip():
        return None
    return passages.trimmed(text, *bounds)


def _selectors(value: Any) -> Iterator[dict[str, Any]]:
    for each in _list(value):
        if isinstance(each, dict):
            yield each
            yield from _selectors(each.get("refinedBy"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
