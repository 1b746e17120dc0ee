"""Speakers and search, for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from app.access import CurrentUser, speaker_for_reading
from app.api.v1 import schemas
from app.api.v1.edge import After, Asked, Short, Text, answer, page, router_of
from app.db import ReadDb
from app.forms import RowId
from app.search import queries as searching
from app.speakers import queries
from app.web import own_address

router = router_of("Speakers and search")


class SpeakerQuery(Asked):
    q: Annotated[Short, Field(description="Part of a name or a role.")] = ""
    sort: Literal["most", "name"] = "most"
    after: After = None


class SearchQuery(Asked):
    q: Annotated[Text, Field(min_length=1, max_length=300, description='Words, "phrases", and beginnings*.')]
    kind: list[Literal["article", "annotation", "note"]] = Field(default_factory=list)
    after: Annotated[int, Field(ge=0, le=searching.CANDIDATES, description="Passes over so many articles.")] = 0


def _told(item: queries.Item, base: str) -> dict[str, Any]:
    names = ("id", "name", "role", "quotes", "claims", "articles")
    return {**{name: getattr(item, name) for name in names}, "page": f"{base}/speakers/{item.id}"}


@router.get("/speakers", operation_id="listSpeakers", response_model=schemas.Speakers)
def list_speakers(request: Request, db: ReadDb, user: CurrentUser, query: Annotated[SpeakerQuery, Query()]) -> Response:
    """Who says or claims something, fifty on a page."""
    found, later = queries.speakers(db, user, queries.Filters.of(q=query.q, sort=query.sort, after=query.after))
    base = own_address(request)
    return page(request, schemas.Speakers, [_told(each, base) for each in found], later)


@router.get("/speakers/{speaker_id}", operation_id="getSpeaker", response_model=schemas.SpeakerWithNames)
def get_speaker(request: Request, db: ReadDb, user: CurrentUser, speaker_id: RowId) -> Response:
    """With the other names that are remembered. What they say: the list of annotations with `speaker`."""
    speaker = speaker_for_reading(db, user, speaker_id)
    names = [name.name for name, _ in queries.names(db, speaker)]
    item = _told(queries.one(db, user, speaker), own_address(request))
    return answer(request, schemas.SpeakerWithNames(**item, names=names, version=speaker.version))


@router.get("/search", operation_id="search", response_model=schemas.Results)
def search(request: Request, db: ReadDb, user: CurrentUser, query: Annotated[SearchQuery, Query()]) -> Response:
    """Articles, annotations and notes that have all words, by article, the best first."""
    results = searching.search(db, user, query.q, kinds=query.kind, after=query.after)
    items, base = [_found(each, own_address(request)) for each in results.found], results
    return page(request, schemas.Results, items, base.later, total=base.total, capped=base.capped)


def _words(segments: searching.Segments) -> list[dict[str, Any]]:
    return [{"text": text, "hit": hit} for text, hit in segments]


def _found(found: searching.Found, base: str) -> dict[str, Any]:
    article = found.article
    hits = found.hits[: searching.SHOWN]
    return {
        "article_id": article.id, "page": f"{base}/articles/{article.id}", "site": article.site,
        "title": _words(found.title), "words": _words(found.words), "more": found.more,
        "hits": [{"kind": h.kind, "page": base + h.address, "who": h.who, "words": _words(h.words)} for h in hits],
    }  # fmt: skip
