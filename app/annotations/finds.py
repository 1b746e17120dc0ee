"""Stores what analysis found. What people have dismissed, corrected, confirmed or built on stays as it is, and keeps the
program from finding the same again; everything else gives way to the newest analysis. A find that a rule of the site
holds back is stored as dismissed by it, so that it comes back with the end of the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app import analysis as engine
from app.analysis import Claim, Quote
from app.annotations.rules import fresh, holding_back, rules_of
from app.articles.actions import touch
from app.models import Analysis, Annotation, Article, Revision, now
from app.search import actions as search
from app.speakers.actions import LONGEST_NAME, speaker_named

FLOOR = 0.5  # of a claim's score: what is worth checking less often than not is not shown
SAME = 0.5  # share of overlap (intersection over union) from which two passages are the same find
CONTEXT = 32  # code points kept before and after a passage

Key = tuple[str, int, int]


def store_analysis(db: Session, *, revision: Revision, analysis: engine.Analysis) -> None:
    """Brings the finds of `revision` in line with `analysis`; doing it again changes nothing. A find with the kind and
    bounds of an earlier one keeps its id."""
    touch(db, revision.article_id)
    kept, untouched = _existing(db, revision)
    shield = _Shield(kept)
    found = {key: row for key, row in _rows(db, revision, analysis).items() if not shield.covers(*key)}
    _hold_back(db, revision, found.values(), db.get_one(Article, revision.article_id))
    _remove(db, [row for key, row in untouched.items() if key not in found])
    changes = [change for key, row in untouched.items() if key in found and (change := _change(row, found[key]))]
    if changes:
        db.execute(update(Annotation), changes)
    new = [row for key, row in found.items() if key not in untouched]
    if new:
        db.execute(insert(Annotation), new)
    _remember(db, revision, analysis)
    db.expire_all()
    search.index_annotations(db, revision.article_id)


def _hold_back(db: Session, revision: Revision, rows: Iterable[dict[str, Any]], article: Article) -> None:
    rules, past = rules_of(db, article.site), revision.number != article.revision
    for row in rows:
        rule = holding_back(rules, row["kind"], row["exact"], row["cue"], row["rule"])
        row |= {"status": "dismissed" if rule else "found", "site_rule_id": rule.id if rule else None, "past": past}


def context(text: str, start: int, end: int) -> dict[str, str]:
    """The words of a passage and those around it, as columns of an annotation."""
    return {
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
    }


def _existing(db: Session, revision: Revision) -> tuple[list[Annotation], dict[Key, Annotation]]:
    """What stays whatever is found, and the finds nobody has touched. Private ones of people hide nothing from others."""
    query = select(Annotation, fresh()).where(Annotation.revision_id == revision.id)
    kept, untouched = [], {}
    for annotation, is_fresh in db.execute(query):
        if is_fresh:
            untouched[annotation.kind, annotation.start, annotation.end] = annotation
        elif annotation.visibility == "all" and (annotation.engine or annotation.deleted_at is None):
            kept.append(annotation)
    return kept, untouched


class _Shield:
    """Passages that must not be found again, by kind: where they are, and where they were found."""

    def __init__(self, kept: Iterable[Annotation]) -> None:
        self.spans: dict[str, list[tuple[int, int]]] = {}
        for annotation in kept:
            spans = self.spans.setdefault(annotation.kind, [])
            spans.append((annotation.start, annotation.end))
            if annotation.found_start is not None and annotation.found_end is not None:
                spans.append((annotation.found_start, annotation.found_end))

    def covers(self, kind: str, start: int, end: int) -> bool:
        for a, b in self.spans.get(kind, ()):
            shared = min(b, end) - max(a, start)
            # a claim is found as a whole sentence: the clause of it that a person marked is the same claim
            whole = min(b - a, end - start) if kind == "claim" else max(b, end) - min(a, start)
            if shared > 0 and shared >= SAME * whole:
                return True
        return False


def _rows(db: Session, revision: Revision, analysis: engine.Analysis) -> dict[Key, dict[str, Any]]:
    """The finds as rows of annotations, one for each kind and bounds."""
    roles = {quote.speaker: quote.role for quote in analysis.quotes if quote.speaker and quote.role}
    named = [quote.speaker for quote in analysis.quotes] + [claim.asserted_by for claim in analysis.claims]
    names = sorted(
        {name for name in named if name and _usable(name)}
    )  # in one order, so that no two wait for each other
    speakers = {name: speaker_named(db, name, roles.get(name) or "").id for name in names}
    size, rows = len(revision.text), {}
    for quote in analysis.quotes:
        rows["quote", quote.start, quote.end] = _quote(revision, quote, speakers)
    for claim in analysis.claims:
        if claim.score >= FLOOR:
            row = _claim(revision, claim, speakers)
            row["role"] = roles.get(claim.asserted_by or "", "") or ""
            rows["claim", claim.start, claim.end] = row
    return {key: row for key, row in rows.items() if 0 <= key[1] < key[2] <= size}


def _usable(name: str) -> bool:
    name = " ".join(name.split())
    return 1 <= len(name) <= LONGEST_NAME and name.isprintable()


def _base(revision: Revision, kind: str, find: Quote | Claim) -> dict[str, Any]:
    moment = now()
    return {
        "article_id": revision.article_id,
        "revision_id": revision.id,
        "kind": kind,
        "start": find.start,
        "end": find.end,
        "found_start": find.start,
        "found_end": find.end,
        "engine": engine.ENGINE,
        "rule": "",
        "score": round(float(find.score), 4),
        "why": find.why,
        "created_at": moment,
        "updated_at": moment,
        # the other kind's columns, so that all rows go in with one statement
        "spans": [],
        "quote_kind": None,
        "mood": "",
        "speaker_id": None,
        "speaker_name": "",
        "speaker_start": None,
        "speaker_end": None,
        "role": "",
        "cue": "",
        "cue_start": None,
        "cue_end": None,
        "types": [],
        "hedged": False,
        "figures": [],
        **context(revision.text, find.start, find.end),
    }


def _quote(revision: Revision, quote: Quote, speakers: dict[str, int]) -> dict[str, Any]:
    return _base(revision, "quote", quote) | {
        "spans": [list(span) for span in quote.spans],
        "quote_kind": quote.kind,
        "rule": quote.rule,
        "mood": quote.mood,
        **_named(quote.speaker, speakers),
        "speaker_start": quote.speaker_start,
        "speaker_end": quote.speaker_end,
        "role": quote.role or "",
        "cue": quote.cue or "",
        "cue_start": quote.cue_start,
        "cue_end": quote.cue_end,
    }


def _claim(revision: Revision, claim: Claim, speakers: dict[str, int]) -> dict[str, Any]:
    facts = {"types": list(claim.types), "hedged": claim.hedged, "figures": [asdict(each) for each in claim.figures]}
    return _base(revision, "claim", claim) | facts | _named(claim.asserted_by, speakers)


def _named(name: str | None, speakers: dict[str, int]) -> dict[str, Any]:
    """The speaker, and the name as it was found: where two were taken for one, it says which is which."""
    known = name if name and name in speakers else ""
    return {"speaker_id": speakers.get(known), "speaker_name": " ".join(known.split())}


def _change(annotation: Annotation, row: dict[str, Any]) -> dict[str, Any] | None:
    """What an earlier find has to become the new one, or None where they are the same."""
    values = {name: value for name, value in row.items() if name not in ("created_at", "updated_at")}
    if all(getattr(annotation, name) == value for name, value in values.items()):
        return None
    return values | {"id": annotation.id, "version": annotation.version + 1, "updated_at": row["updated_at"]}


def _remove(db: Session, gone: Sequence[Annotation]) -> None:
    for annotation in gone:
        search.remove(db, "annotation", annotation.id)
    ids = [annotation.id for annotation in gone]
    for begin in range(0, len(ids), 500):
        db.execute(delete(Annotation).where(Annotation.id.in_(ids[begin : begin + 500])))


def _remember(db: Session, revision: Revision, analysis: engine.Analysis) -> None:
    row = db.scalars(select(Analysis).where(Analysis.revision_id == revision.id)).first()
    if row is None:
        row = Analysis(revision_id=revision.id)
        db.add(row)
    row.engine, row.supported, row.finished_at = engine.ENGINE, analysis.supported, now()
    row.entities = [asdict(entity) for entity in analysis.entities]
    size = len(revision.text)
    row.beliefs = [
        {"start": each.start, "end": each.end, "speaker": each.speaker or "", "cue": each.cue or "", "why": each.why}
        for each in analysis.beliefs
        if 0 <= each.start < each.end <= size
    ]
    db.flush()
