"""Articles as files: our own JSON Lines, Hypothesis JSON, Readwise CSV, Markdown. Each is made piece by piece, and what
people wrote is escaped for the format it goes into."""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.exports.queries import Mark, Said, Whole
from app.imports.keys import short
from app.models import now
from app.notes.quoted import escaped


@dataclass(frozen=True)
class About:
    """Who exports, and under which address the articles are read here."""

    person: str
    address: str
    host: str


# Our own


def jsonl(wholes: Iterable[Whole], _about: About) -> Iterator[str]:
    """A line an article, with everything: what app/imports/formats/own.py reads."""
    for whole in wholes:
        yield json.dumps(_line(whole), ensure_ascii=False) + "\n"


def _line(whole: Whole) -> dict[str, Any]:
    a, r = whole.article, whole.revision
    return {
        "quotidian": 1, "key": whole.key, "url": a.canonical_url or "", "title": r.title, "headline_variants": r.headline_variants,
        "authors": r.authors, "site": r.site, "published": r.published or "", "updated": r.updated or "", "dateline": r.dateline,
        "language": r.language, "saved": _iso(a.created_at), "revision": r.number, "text_sha256": r.text_sha256, "text": r.text,
        "blocks": r.blocks, "tags": whole.tags, "read": whole.read, "annotations": [_mark(each) for each in whole.marks],
        "notes": [_note(each) for each in whole.notes],
    }  # fmt: skip


_PLAIN = ("start", "end", "prefix", "suffix", "spans", "visibility", "status", "score", "engine", "quote_kind", "mood", "role", "cue",
          "types", "hedged", "figures", "verdict")  # fmt: skip


def _mark(mark: Mark) -> dict[str, Any]:
    a = mark.annotation
    given = {
        "key": mark.key,
        "kind": a.kind if a else "highlight",
        "exact": mark.exact,
        "author": mark.author,
        "color": mark.color,
    }
    if a is None:
        note = mark.notes[0].note
        more: dict[str, Any] = {
            "start": None,
            "visibility": note.visibility,
            "created": _iso(note.created_at),
            "updated": _iso(note.updated_at),
        }
    else:
        more = {name: getattr(a, name) for name in _PLAIN}
        more |= {
            "created": _iso(a.created_at),
            "updated": _iso(a.updated_at),
            "decided": a.decided_by is not None,
            "speaker": mark.speaker or a.speaker_name,
        }
    sources = [
        {name: getattr(each, name) for name in ("url", "title", "stance", "excerpt", "comment")}
        for each in mark.sources
    ]
    notes = [_note(each) for each in mark.notes]
    return {**given, **more, "verdicts": mark.verdicts, "sources": sources, "notes": notes}


def _note(said: Said) -> dict[str, Any]:
    note = said.note
    return {
        "key": said.key, "body": said.body, "author": said.author, "visibility": note.visibility, "tags": said.tags,
        "created": _iso(note.created_at), "updated": _iso(note.updated_at), "replies": [_note(each) for each in said.replies],
    }  # fmt: skip


def _iso(time: datetime) -> str:
    return time.isoformat()


# Hypothesis


def hypothesis(wholes: Iterable[Whole], about: About) -> Iterator[str]:
    """As the Hypothesis client exports: an annotation a passage with its note, replies by their references. Offsets are
    UTF-16 code units, as browsers count them."""
    head = {"export_date": now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), "export_userid": _account(about.person, about),
            "client_version": "quotidian"}  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "annotations": ['
    first = True
    for whole in wholes:
        for each in _annotations(whole, about):
            yield ("" if first else ",") + "\n" + json.dumps(each, ensure_ascii=False)
            first = False
    yield "\n]}\n"


def _annotations(whole: Whole, about: About) -> Iterator[dict[str, Any]]:
    astral = [n for n, c in enumerate(whole.revision.text) if ord(c) > 0xFFFF]
    for mark in whole.marks:
        if mark.of_people and not (mark.annotation and mark.annotation.status == "dismissed"):
            yield from _of_mark(whole, mark, astral, about)
    for said in whole.notes:
        yield from _thread(whole, said, [], {}, about)


def _of_mark(whole: Whole, mark: Mark, astral: list[int], about: About) -> Iterator[dict[str, Any]]:
    a, notes = mark.annotation, list(mark.notes)
    selectors: list[dict[str, Any]] = [{"type": "TextQuoteSelector", "exact": mark.exact}]
    if a is not None:
        selectors[0] |= {"prefix": a.prefix, "suffix": a.suffix}
        start, end = (n + bisect_left(astral, n) for n in (a.start, a.end))
        selectors.insert(0, {"type": "TextPositionSelector", "start": start, "end": end})
    more: dict[str, Any] = {"target": [{"source": whole.uri, "selector": selectors}]}
    if mark.color:
        more["color"] = mark.color
    alone = a is not None and not (notes and notes[0].author == mark.author and a.kind == "highlight")
    if not alone:  # the passage and its first note are one
        first = notes.pop(0)
        yield from _thread(whole, first, [], more, about, key=mark.key)
    elif a is not None:
        tags = [] if a.kind == "highlight" else [a.kind, *([f"verdict/{a.verdict}"] if a.kind == "claim" else [])]
        times = a.created_at, a.updated_at
        yield _annotation(whole, mark.key, mark.author, "", tags, a.visibility, times, about) | more
    for said in notes:
        yield from _thread(whole, said, [], more, about)


def _thread(
    whole: Whole, said: Said, above: list[str], more: dict[str, Any], about: About, *, key: str = ""
) -> Iterator[dict[str, Any]]:
    note = said.note
    times = note.created_at, note.updated_at
    found = _annotation(whole, key or said.key, said.author, said.body, said.tags, note.visibility, times, about)
    yield found | more | ({"references": above} if above else {})
    for reply in said.replies:
        yield from _thread(whole, reply, [*above, found["id"]], {}, about)


def _annotation(
    whole: Whole,
    key: str,
    author: str,
    text: str,
    tags: list[str],
    visibility: str,
    times: tuple[datetime, datetime],
    about: About,
) -> dict[str, Any]:
    id_ = key.removeprefix("hypothesis:")
    id_ = id_ if key.startswith("hypothesis:") and re.fullmatch(r"[\w-]{8,40}", id_) else short(key)
    user = _account(author, about)
    readers = [user] if visibility == "private" else ["group:__world__"]
    return {
        "id": id_, "created": _iso(times[0]), "updated": _iso(times[1]), "user": user, "uri": whole.uri, "text": text, "tags": tags,
        "group": "__world__", "permissions": {"read": readers, "admin": [user], "update": [user], "delete": [user]},
        "target": [{"source": whole.uri}], "document": {"title": [whole.revision.title]},
        "links": {"html": f"{about.address}/articles/{whole.article.id}"}, "user_info": {"display_name": author or None},
        "flagged": False, "hidden": False,
    }  # fmt: skip


def _account(name: str, about: About) -> str:
    return f"acct:{re.sub(r'[^A-Za-z0-9._]+', '_', name)[:30] or 'quotidian'}@{about.host}"


# Readwise

COLUMNS = ("Highlight", "Book Title", "Book Author", "Amazon Book ID", "Note", "Color", "Tags", "Location Type", "Location", "Highlighted at",
           "Document tags", "URL")  # fmt: skip


def readwise(wholes: Iterable[Whole], _about: About) -> Iterator[str]:
    """A row a passage; what a table would take for a formula is made harmless."""
    from defusedcsv import csv  # type: ignore[import-untyped]

    def row(cells: Iterable[str]) -> str:
        written = io.StringIO()
        csv.writer(written).writerow(list(cells))
        return written.getvalue()

    yield "\ufeff" + row(COLUMNS)
    for whole in wholes:
        title, authors, tags = whole.revision.title, ", ".join(whole.revision.authors), ",".join(whole.tags)
        for n, mark in enumerate(whole.marks, 1):
            a = mark.annotation
            if (a and a.kind != "highlight" and not mark.notes) or (a and a.status == "dismissed"):
                continue
            notes = "\n\n".join(_told(said, mark.author) for said in mark.notes).strip()
            marked = ",".join(dict.fromkeys(tag for said in mark.notes for tag in said.tags))
            at = (a.created_at if a else mark.notes[0].note.created_at).strftime("%Y-%m-%d %H:%M:%S+00:00")
            address = whole.article.canonical_url or ""
            yield row([mark.exact, title, authors, "", notes, mark.color, marked, "order", str(n), at, tags, address])


def _told(said: Said, author: str) -> str:
    own = said.body if said.author == author else f"{said.author}: {said.body}" if said.body else ""
    return "\n\n".join(filter(None, (own, *(_told(each, author) for each in said.replies))))


# Markdown

_LINK = re.compile(r"\]\(\s*(?!https?://|mailto:|#|/)", re.IGNORECASE)


def markdown(whole: Whole, about: About) -> Iterator[str]:
    """An article for people: its facts, its text, what was marked in it and said of it."""
    a, r = whole.article, whole.revision
    yield f"# {_one(r.title)}\n\n"
    facts = [
        ", ".join(r.authors),
        r.site,
        r.published or "",
        a.canonical_url or "",
        " ".join(f"#{tag}" for tag in whole.tags),
    ]
    yield "".join(f"- {_one(fact)}\n" for fact in facts if fact) + f"- Read here: {about.address}/articles/{a.id}\n\n"
    for kind, start, end in r.blocks:
        words = _one(r.text[start:end])
        yield {"heading": "## ", "quote": "> ", "li": "- "}.get(kind, "") + f"{words}\n\n"
    marks = [mark for mark in whole.marks if mark.annotation is None or mark.annotation.status != "dismissed"]
    for label, kind in (("Quotes", "quote"), ("Claims", "claim"), ("Highlights", "highlight")):
        found = [mark for mark in marks if (mark.annotation.kind if mark.annotation else "highlight") == kind]
        if found:
            yield f"---\n\n## {label}\n\n" + "".join(_passage(mark) for mark in found)
    if whole.notes:
        yield "---\n\n## Notes\n\n" + "".join(_remark(said, 0) for said in whole.notes)


def _passage(mark: Mark) -> str:
    said = f"> {_one(mark.exact)}\n"
    facts = [mark.speaker, *([mark.annotation.role, mark.annotation.mood] if mark.annotation else [])]
    if any(facts):
        said += f">\n> \u2014 {_one(', '.join(filter(None, facts)))}\n"
    if mark.verdicts:
        newest = mark.verdicts[-1]
        said += f"\n**{_one(newest['verdict'].capitalize())}** {_one(newest['reason'])}\n"
    for source in mark.sources:
        said += f"\n- {_one(source.stance)}: {_one(source.title or source.url)} <{_address(source.url)}>\n"
    return said + "\n" + "".join(_remark(each, 0) for each in mark.notes)


def _remark(said: Said, depth: int) -> str:
    """A note is Markdown already: raw HTML and addresses that run something are made harmless in it."""
    body = _LINK.sub(r"]\\(", re.sub(r"<(?!https?://[^\s<>]+>)", r"\\<", said.body))
    lines = [
        f"**{_one(said.author or 'somebody')}**, {said.note.created_at:%Y-%m-%d %H:%M} UTC {_one(' '.join(f'#{t}' for t in said.tags))}".rstrip()
    ]
    quoted = "\n".join(f"{'> ' * depth}{line}".rstrip() for line in (*lines, "", *body.splitlines()))
    return f"{quoted}\n\n" + "".join(_remark(each, depth + 1) for each in said.replies)


def _one(text: str) -> str:
    return escaped(" ".join(text.split()))


def _address(url: str) -> str:
    return re.sub(r"[\s<>]", "", url) if re.match(r"https?://", url, re.IGNORECASE) else ""


FORMATS = {
    "jsonl": (jsonl, "application/jsonl", "quotidian.jsonl", "Quotidian (JSON Lines)", "Everything: texts, quotes, claims, verdicts, sources, highlights, notes, tags. Another Quotidian can import it."),
    "hypothesis": (hypothesis, "application/json", "hypothesis.json", "Hypothesis (JSON)", "Passages and notes with their threads, as the Hypothesis client exports them."),
    "readwise": (readwise, "text/csv", "readwise.csv", "Readwise (CSV)", "Highlights and their notes as a table, for Readwise and spreadsheets."),
}  # fmt: skip
