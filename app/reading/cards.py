"""Draws the pieces of the reader's page that are kept with its text: the cards of the margin and the outline."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2.filters import do_truncate
from markupsafe import Markup, escape

from app.access import Person
from app.models import Revision, Source, Speaker
from app.reading.queries import Passage, Standing, Thread
from app.web import drawn, environment, kept, moment, stamp, utc

ENDS = 5  # words of a passage's beginning and of its end that are enough to find it


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


@dataclass(frozen=True, slots=True)
class Belief:
    """What somebody thinks or wants and is not said to have spoken; `address` leads to the words."""

    speaker: str
    words: str
    address: str


def beliefs(revision: Revision, found: Iterable[dict[str, Any]]) -> list[Belief]:
    passages = ((each["speaker"], revision.text[each["start"] : each["end"]]) for each in found)
    return [Belief(speaker, words, text_fragment(words)) for speaker, words in passages if words.strip()]


def text_fragment(words: str) -> str:
    """The part of an address that leads to words of the page; of a long passage, by its first and last words."""
    every = words.split()
    ends = [words] if len(every) <= 2 * ENDS else [" ".join(every[:ENDS]), " ".join(every[-ENDS:])]
    return "#:~:text=" + ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)


def outline(
    revision: Revision, voices: Sequence[Voice], claims: Sequence[Card], thought: Sequence[Belief] = ()
) -> Markup:
    return drawn("reading/_lists.html", revision=revision, voices=voices, claims=claims, beliefs=thought)


def draw(card: Card, person: Person) -> Markup:
    """One card, as this person may see and use it."""
    a, speaker = card.annotation, card.speaker
    evidence = _evidence(card, person) if card.sources or card.threads else ""
    own = person.may_annotate and (a.author_id in (None, person.id) or person.at_least("editor"))
    return _drawn(
        a._replace(spans=(), types=tuple(a.types), figures=()),
        (speaker.id, speaker.name) if speaker else None,
        card.author or "somebody",
        card.number,
        card.anchor or "article",
        card.verdict,
        "Note" if a.kind == "highlight" and card.threads else a.kind.capitalize(),
        evidence,
        _figures(a) if a.figures else "",
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
    figures: str,
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
        "why": _why(a),
        "engine": a.engine or "",
        "evidence": evidence,
        "figures": figures,
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
        explained=bool(_why(a)),
        counted=bool(figures),
        ruled=judged is not None,
        reasoned=bool(judged and judged.reason),
        may_annotate=may_annotate,
        own=own,
    )


def _detail(a: Passage) -> str:
    if a.kind == "quote":
        return ", ".join(filter(None, (a.quote_kind, a.mood)))
    return ", ".join([*a.types, *["hedged"] * a.hedged]) if a.kind == "claim" else ""


def _why(a: Passage) -> str:
    """How the program found it: its cue, the rest of the reason, the score."""
    if a.engine is None:
        return a.why
    cue = f"\u201c{a.cue}\u201d" if a.cue and a.cue.casefold() not in a.why.casefold() else ""
    return " \u00b7 ".join(filter(None, (cue, a.why, "" if a.score is None else f"{a.score:.2f}")))


def _figures(a: Passage) -> Markup:
    """The figures of a claim as they are written, each with its value; what a correction left outside is left out."""
    shown = [(a.exact[f["start"] - a.start : f["end"] - a.start], f) for f in a.figures if _within(a, f)]
    figures = [(words, _value(figure), figure["period"]) for words, figure in shown]
    return drawn("annotations/_figures.html", figures=figures) if figures else escape("")


def _within(a: Passage, figure: dict[str, Any]) -> bool:
    return bool(a.start <= figure["start"] < figure["end"] <= a.end)


def _value(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return ""
    return f"{figure['value']:,.12g} {figure['unit']}".strip()


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
