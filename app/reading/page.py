"""Gathers what the reader's page shows, for one person, and keeps it while nothing of it changes.

The key of what is kept is (revision, annotation version, person): every write that changes what a reader sees raises the
annotation version in its own transaction. Article tags, pictures, drafts and jobs are read anew each time."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from app import analysis as engine
from app.access import Person
from app.annotations.review import number_waiting
from app.models import Analysis, Article, Job, Revision
from app.reading import queries
from app.reading.cards import Card, Voice, beliefs, draw, outline
from app.reading.highlight import Mark, Rendered, render
from app.reading.queries import Passage, Thread
from app.stories.queries import Copy, copies

WORDS_A_MINUTE = 230
LANGUAGES = {"de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese"}
LANGUAGES |= {"ko": "Korean", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "uk": "Ukrainian", "zh": "Chinese"}
KEPT = 64


@dataclass(frozen=True, slots=True)
class Counts:
    quotes: int
    claims: int
    open: int
    notes: int
    sources: int
    verdicts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Text:
    """All that hangs on (revision, annotation version, person)."""

    revision: Revision
    analysis: Analysis | None
    body: Rendered
    margin: list[Markup]
    outline: Markup
    cards: list[Card]
    dismissed: list[Card]
    voices: list[Voice]
    claims: list[Card]
    notes: list[Thread]
    counts: Counts
    copies: list[Copy]
    waiting: int  # annotations that a newer revision changed or lost, for a look


_kept: OrderedDict[tuple[Any, ...], Text] = OrderedDict()
_lock = Lock()


def reader_parts(db: Session, person: Person, article: Article) -> dict[str, Any]:
    """The context of templates/reading: also what every write that changes the page renders `_changed.html` with."""
    text = _text(db, person, article)
    analysis = text.analysis
    job, read = queries.newest_job(db, person, article)
    return {
        "article": article,
        "text": text,
        "revision": text.revision,
        "job": job,
        "read": read,
        "busy": is_busy(job),
        "analysis": analysis,
        "outdated": analysis is not None and analysis.engine != engine.ENGINE,
        "may_annotate": person.may_annotate,
    }


def page_parts(db: Session, person: Person, article: Article) -> dict[str, Any]:
    """What the whole page shows beside: pictures, tags, drafts, minutes."""
    parts = reader_parts(db, person, article)
    return parts | {
        "pictures": queries.pictures(db, parts["revision"]),
        "tags": queries.tags(db, article),
        "drafts": queries.drafts(db, person, article),
        "language": LANGUAGES.get(parts["revision"].language.partition("-")[0], parts["revision"].language),
        "minutes": max(1, round(article.words / WORDS_A_MINUTE)),
    }


def forget() -> None:
    """For tests, which begin anew with the same address."""
    with _lock:
        _kept.clear()


def is_busy(job: Job | None) -> bool:
    return job is not None and job.state in ("queued", "running")


def _text(db: Session, person: Person, article: Article) -> Text:
    bind = db.get_bind()
    if bind.get_execution_options().get("immediate"):  # a write may yet be rolled back, and its version be used again
        return _gather(db, person, article)
    # the address of the database is in the key for tests, which have several
    state = (article.id, article.revision, article.annotation_version)
    key = (str(bind.engine.url), *state, person.id, person.role, person.scope)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    text = _gather(db, person, article)
    with _lock:
        _kept[key] = text
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return text


def of_revision(db: Session, person: Person, article: Article, revision: Revision) -> dict[str, Any]:
    """As `reader_parts`, of an older revision: for what still stands there."""
    return reader_parts(db, person, article) | {"text": _gather(db, person, article, revision), "revision": revision}


def _gather(db: Session, person: Person, article: Article, revision: Revision | None = None) -> Text:
    revision = revision or queries.current_revision(db, article)
    analysis = queries.analysis(db, revision)
    rows = queries.annotation_rows(db, person, revision)
    standings, sources = queries.standings(db, revision), queries.sources(db, revision)
    threads = queries.threads(db, person, article)
    seen = [row for row in rows if row[0].status != "dismissed"]
    numbered = [a.id for a, _, _ in seen if threads.get(a.id) or sources.get(a.id) or _judged(a)]
    numbers = {id: number for number, id in enumerate(numbered, 1)}
    body = render(
        revision.text,
        [(kind, start, end) for kind, start, end in revision.blocks],
        [Mark(a.id, a.kind, a.spans or [(a.start, a.end)], numbers.get(a.id)) for a, _, _ in seen],
        dateline=revision.dateline,
    )
    every = [
        Card(
            annotation,
            speaker,
            author,
            numbers.get(annotation.id),
            body.anchors.get(annotation.id, ""),
            standings.get(annotation.id),
            sources.get(annotation.id, []),
            threads.get(annotation.id, []),
        )
        for annotation, speaker, author in rows
    ]
    cards = [card for card in every if card.annotation.status != "dismissed"]
    claims = sorted((c for c in cards if c.annotation.kind == "claim"), key=lambda c: -(c.annotation.score or 1.0))
    voices = _voices(cards)
    return Text(
        revision,
        analysis,
        body,
        [draw(card, person) for card in cards],
        outline(revision, voices, claims, beliefs(revision, analysis.beliefs if analysis else ())),
        cards,
        [card for card in every if card.annotation.status == "dismissed"],
        voices,
        claims,
        threads.get(None, []),
        _counts(cards, claims, threads.get(None, [])),
        copies(db, person, article),
        number_waiting(db, person, article.id) if article.revision > 1 else 0,
    )


def _judged(annotation: Passage) -> bool:
    return annotation.kind == "claim" and annotation.verdict != "unverified"


def _voices(cards: list[Card]) -> list[Voice]:
    """Who speaks, those with most to say first; what nobody is named for comes last."""
    quotes: dict[int | None, list[Card]] = {}
    for card in cards:
        if card.annotation.kind == "quote":
            quotes.setdefault(card.annotation.speaker_id, []).append(card)
    voices = [
        Voice(group[0].speaker, next((c.annotation.role for c in group if c.annotation.role), ""), group)
        for group in quotes.values()
    ]
    return sorted(voices, key=lambda voice: (voice.speaker is None, -len(voice.cards)))


def _counts(cards: list[Card], claims: list[Card], notes: list[Thread]) -> Counts:
    verdicts: dict[str, int] = {}
    for card in claims:
        verdicts[card.annotation.verdict] = verdicts.get(card.annotation.verdict, 0) + 1
    return Counts(
        quotes=sum(card.annotation.kind == "quote" for card in cards),
        claims=len(claims),
        open=verdicts.pop("unverified", 0),
        notes=sum(map(_length, [*notes, *(thread for card in cards for thread in card.threads)])),
        sources=sum(len(card.sources) for card in cards),
        verdicts=verdicts,
    )


def _length(thread: Thread) -> int:
    return 1 + sum(map(_length, thread.replies))
