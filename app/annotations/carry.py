"""Carries annotations to a newer revision: whatever a person made, decided or built on. Where each stood is kept in
`annotation_places`, so that the older revision still shows it. What is found again only doubtfully is carried and
listed for a review; what is lost stays where it is. Finds that nobody touched stay behind: the analysis of the newer
text has its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.alignment import Alignment, Tokens
from app.anchoring import reanchor
from app.annotations.finds import context
from app.annotations.rules import fresh
from app.articles.difference import figures_of
from app.models import Annotation, AnnotationPlace, Revision, SearchDocument, now
from app.search import actions as search

SURE = 0.9  # the score from which changed words are the same passage without a look
PLACED = 0.75  # the same for words that stand elsewhere
PAIRS = (("found_start", "found_end"), ("speaker_start", "speaker_end"), ("cue_start", "cue_end"))


class Carried(NamedTuple):
    """Where a passage is in the newer text; `start` and `end` are None where it is lost."""

    state: str
    score: float
    start: int | None = None
    end: int | None = None
    doubt: str = ""
    columns: dict[str, Any] = {}  # noqa: RUF012 - never written to


def carry(db: Session, *, new: Revision, alignment: Alignment) -> bool:
    """In the transaction that made `new`, the current revision; `alignment` is that of the text before it and its own.
    Says whether the words of a quote have changed."""
    previous = select(Revision).where(Revision.article_id == new.article_id, Revision.number == new.number - 1)
    before = db.scalars(previous).one()
    quotes = False
    for old, standing, untouched in _waiting(db, before, new):
        aligned = alignment if old.id == before.id else Alignment(old.text, new.text)
        for annotation, is_fresh in zip(standing, untouched, strict=True):
            if is_fresh and (annotation.kind != "quote" or annotation.status == "dismissed"):
                continue
            got = found(annotation, old.text, new.text, aligned)
            live = annotation.deleted_at is None and annotation.status != "dismissed"
            quotes = quotes or (live and got.doubt == "quote")
            if not is_fresh:
                _place(db, annotation, old, new, got, live=live)
        _leave_behind(db, [a.id for a, is_fresh in zip(standing, untouched, strict=True) if is_fresh])
    db.flush()
    search.index_annotations(db, new.article_id)
    return quotes


def _waiting(db: Session, before: Revision, new: Revision) -> Iterable[tuple[Revision, list[Annotation], list[bool]]]:
    """The annotations of the revision before, and those lost on the way there: their words may have come back."""
    lost = exists().where(
        AnnotationPlace.annotation_id == Annotation.id,
        AnnotationPlace.revision_id == Annotation.revision_id,
        AnnotationPlace.state == "lost",
        AnnotationPlace.decision == "",
    )
    older = and_(Annotation.article_id == new.article_id, Annotation.past.is_(False), lost)
    query = select(Annotation, Revision, fresh()).join(Revision, Revision.id == Annotation.revision_id)
    query = query.where(or_(Annotation.revision_id == before.id, older)).order_by(Revision.number.desc(), Annotation.id)
    groups: dict[int, tuple[Revision, list[Annotation], list[bool]]] = {}
    for annotation, revision, is_fresh in db.execute(query):
        _, standing, untouched = groups.setdefault(revision.id, (revision, [], []))
        standing.append(annotation)
        untouched.append(bool(is_fresh))
    return groups.values()


def found(annotation: Annotation, old: str, new: str, alignment: Alignment) -> Carried:
    """Where the annotation of the text `old` is in `new`, with all of its offsets."""
    at = reanchor(
        new, exact=annotation.exact, prefix=annotation.prefix, suffix=annotation.suffix, start=annotation.start,
        alignment=alignment,
    )  # fmt: skip
    if at.start is None or at.end is None:
        return Carried("lost", at.score)
    follow = _Follow(old, new, alignment, (annotation.start, annotation.end), (at.start, at.end), at.state)
    columns: dict[str, Any] = {}
    for first, last in PAIRS:
        begin, end = getattr(annotation, first), getattr(annotation, last)
        columns[first], columns[last] = (begin is not None and end is not None and follow(begin, end)) or (None, None)
    if annotation.found_start is not None and columns["found_start"] is None:
        columns["found_start"], columns["found_end"] = at.start, at.end
    columns["figures"] = [
        {**figure, "start": there[0], "end": there[1]}
        for figure in annotation.figures
        if (there := follow(figure["start"], figure["end"]))
    ]
    spans = _spans(annotation.spans, follow, old, new, alignment, (at.start, at.end))
    columns["spans"] = spans or []
    doubt = _doubt(annotation, new[at.start : at.end], at.state, at.score)
    if annotation.spans and spans is None:
        doubt = doubt or "parts"
    return Carried(at.state, at.score, at.start, at.end, doubt, columns)


class _Follow:
    """Where the very same words are: inside a passage that was found whole, at the same distance from its beginning."""

    def __init__(
        self, old: str, new: str, alignment: Alignment, was: tuple[int, int], at: tuple[int, int], state: str
    ) -> None:
        self.old, self.new, self.alignment, self.was = old, new, alignment, was
        self.shift = at[0] - was[0]
        self.whole = state != "changed"

    def __call__(self, start: int, end: int) -> tuple[int, int] | None:
        if self.whole and self.was[0] <= start < end <= self.was[1]:
            return start + self.shift, end + self.shift
        there = self._aligned(start, end)
        return there or self._shifted(start, end)

    def _aligned(self, start: int, end: int) -> tuple[int, int] | None:
        old, new, there = self.alignment.old, self.alignment.new, self.alignment.there
        inside = old.within(start, end)
        if not inside or there[inside[0]] < 0 or there[inside[-1]] < 0:
            return None
        begin = new.starts[there[inside[0]]] + start - old.starts[inside[0]]
        stop = new.ends[there[inside[-1]]] + end - old.ends[inside[-1]]
        return (begin, stop) if self.new[begin:stop] == self.old[start:end] else None

    def _shifted(self, start: int, end: int) -> tuple[int, int] | None:
        begin, stop = start + self.shift, end + self.shift
        same = begin >= 0 and self.new[begin:stop] == self.old[start:end]
        return (begin, stop) if same and start < end else None


def _spans(
    spans: Sequence[Any], follow: _Follow, old: str, new: str, alignment: Alignment, at: tuple[int, int]
) -> list[list[int]] | None:
    """The parts of a broken quote, in order and within it; None where one of them is not there."""
    moved: list[list[int]] = []
    for start, end in spans:
        there: tuple[int | None, int | None] | None = follow(start, end)
        if there is None:
            there = reanchor(new, exact=old[start:end], start=start, alignment=alignment)[1:3]
        begin, stop = there
        if begin is None or stop is None or not max(at[0], moved[-1][1] if moved else 0) <= begin < stop <= at[1]:
            return None
        moved.append([begin, stop])
    return moved


def _doubt(annotation: Annotation, words: str, state: str, score: float) -> str:
    """Why a person should look at it: the words of a quote, or a figure, are others; or it may be another passage."""
    if state == "moved":
        return "unsure" if score < PLACED else ""
    if state != "changed":
        return ""
    was, now_ = Tokens(annotation.exact).words, Tokens(words).words
    if annotation.kind == "quote" and [w for w in was if w[0].isalnum()] != [w for w in now_ if w[0].isalnum()]:
        return "quote"
    if figures_of(was) != figures_of(now_):
        return "figure"
    return "unsure" if score < SURE else ""


def _place(db: Session, annotation: Annotation, old: Revision, new: Revision, got: Carried, *, live: bool) -> None:
    """Keeps where the annotation stood, and puts it where it is now."""
    here = AnnotationPlace.annotation_id == annotation.id, AnnotationPlace.revision_id == old.id
    place = db.scalar(select(AnnotationPlace).where(*here)) or former(annotation)
    place.carried_to, place.state, place.score, place.doubt = new.number, got.state, got.score, got.doubt
    place.decision = "" if live else "none"  # what is deleted or dismissed needs no look
    db.add(place)
    if got.start is not None and got.end is not None:
        put(annotation, new, got.start, got.end, got.columns)


def former(annotation: Annotation) -> AnnotationPlace:
    """Where the annotation stands, to be kept."""
    return AnnotationPlace(
        annotation_id=annotation.id,
        revision_id=annotation.revision_id,
        start=annotation.start,
        end=annotation.end,
        exact=annotation.exact,
        prefix=annotation.prefix,
        suffix=annotation.suffix,
        spans=list(annotation.spans),
        offsets={name: getattr(annotation, name) for name in (*(n for pair in PAIRS for n in pair), "figures")},
        state="exact",
        score=1.0,
        doubt="",
        decision="",
    )


def put(annotation: Annotation, revision: Revision, start: int, end: int, columns: dict[str, Any]) -> None:
    """The annotation stands there from now on."""
    annotation.revision_id, annotation.start, annotation.end = revision.id, start, end
    for name, value in {**columns, **context(revision.text, start, end)}.items():
        setattr(annotation, name, value)
    annotation.version += 1
    annotation.updated_at = now()


def _leave_behind(db: Session, ids: Sequence[int]) -> None:
    for begin in range(0, len(ids), 500):
        some = ids[begin : begin + 500]
        db.execute(update(Annotation).where(Annotation.id.in_(some)).values(past=True))
        known = SearchDocument.kind == "annotation", SearchDocument.ref_id.in_(some)
        db.execute(delete(SearchDocument).where(*known))
