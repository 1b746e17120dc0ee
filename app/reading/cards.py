"""Draws the pieces of the reader's page that are kept with its text: the cards of the margin and the outline."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2.filters import do_truncate
from markupsafe import Markup

from app.access import Person
from app.models import Revision, Source, Speaker
from app.reading.queries import Passage, Standing, Thread
from app.web import drawn, environment, kept, moment, stamp, utc


@dataclass(frozen=True, slots=True)
class Card:
    """An annotation with all that belongs to it; `number` is that of its note reference in the text, `anchor` the DOM id
    of its first mark ("" where it has none: dismissed)."""

    annotation: Passage
    speaker: Speaker | None
    author: str | None
    number: int | None
    anchor: str
    verdict: Standing | None
    sources: list[Source]
    threads: list[Thread]


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of this article and the cards of what they say."""

    speaker: Speaker | None
    role: str
    cards: list[Card]


def outline(revision: Revision, voices: Sequence[Voice], claims: Sequence[Card]) -> Markup:
    return drawn("reading/_lists.html", revision=revision, voices=voices, claims=claims)


def draw(card: Card, person: Person) -> Markup:
    """One card, as this person may see and use it."""
    a, speaker = card.annotation, card.speaker
    evidence = _evidence(card, person) if card.sources or card.threads else ""
    own = person.may_annotate and (a.author_id in (None, person.id) or person.at_least("editor"))
    return _drawn(
        a._replace(spans=(), types=tuple(a.types)),
        (speaker.id, speaker.name) if speaker else None,
        card.author or "somebody",
        card.number,
        card.anchor or "article",
        card.verdict,
        "Note" if a.kind == "highlight" and card.threads else a.kind.capitalize(),
        evidence,
        person.may_annotate,
        own,
    )


@lru_cache(maxsize=5_000)
def _drawn(
    a: Passage,
    speaker: tuple[int, str] | None,
    author: str,
    number: int | None,
    anchor: str,
    judged: Standing | None,
    label: str,
    evidence: str,
    may_annotate: bool,
    own: bool,
) -> Markup:
    found = a.engine is not None
    values: dict[str, str | int | None] = {
        "id": a.id,
        "start": a.start,
        "end": a.end,
        "version": a.version,
        "number": number,
        "anchor": anchor,
        "detail": _detail(a),
        "exact": do_truncate(environment(), a.exact, 160),
        "role": a.role,
        "why": a.why,
        "evidence": evidence,
    }
    if not found:
        values |= {"author": author, "made": moment(a.created_at), "made_utc": utc(a.created_at)}
    if speaker:
        values |= {"speaker_id": speaker[0], "speaker": speaker[1]}
    if judged:
        values |= {"judge": judged.author, "judged": moment(judged.at), "judged_utc": utc(judged.at)}
        values |= {"reason": judged.reason}
    return stamp(
        "annotations/_card.html",
        values,
        kind=a.kind,
        label=label,
        status=a.status,
        verdict=a.verdict if a.kind == "claim" else "",
        found=found,
        private=a.visibility == "private",
        numbered=number is not None,
        spoken=speaker is not None,
        in_role=bool(a.role),
        explained=bool(a.why),
        ruled=judged is not None,
        reasoned=bool(judged and judged.reason),
        may_annotate=may_annotate,
        own=own,
    )


def _detail(a: Passage) -> str:
    if a.kind == "quote":
        return a.quote_kind or ""
    return ", ".join([*a.types, *["hedged"] * a.hedged]) if a.kind == "claim" else ""


def _evidence(card: Card, person: Person) -> Markup:
    key = (
        (person.id, person.role, person.may_annotate, card.annotation.id),
        tuple((each.id, each.version, each.created_at, each.position, each.title) for each in card.sources),
        tuple(map(_thread_key, card.threads)),
    )
    return kept("annotations/_evidence.html", key, card=card, user=person, may_annotate=person.may_annotate)


def _thread_key(thread: Thread) -> Hashable:
    note = thread.note
    replies = tuple(map(_thread_key, thread.replies))
    return note.id, note.version, note.updated_at, note.visibility, thread.author, tuple(thread.tags), replies
