"""Articles and their revisions, for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.orm import Session

from app import access
from app.access import Analyst, CurrentUser, Person
from app.api.v1 import queries as told
from app.api.v1 import schemas
from app.api.v1.edge import (
    Asked,
    Given,
    IfMatch,
    Limit,
    Paged,
    Short,
    Text,
    answer,
    check,
    cut,
    made,
    page,
    router_of,
    wrong,
)
from app.articles import actions, intake, queries, revisions
from app.articles.canonical import web_address
from app.articles.filters import Filters
from app.db import ReadDb, WriteDb
from app.errors import NotFound
from app.extract import Document
from app.forms import RowId
from app.models import Article
from app.settings import Settings
from app.web import own_address

router = router_of("Articles")


def _in_reach(day: date) -> date:
    if not 1 < day.year < 9999:
        raise ValueError("Dates are of the years 2 to 9998.")
    return day


Day = Annotated[date, AfterValidator(_in_reach)]
Tag = Annotated[Text, Field(min_length=1, max_length=64, pattern=r"^[^,;\n]+$", examples=["harbour"])]


class ListQuery(Asked):
    state: list[Literal["unread", "open", "deleted"]] = Field(default_factory=list)
    site: Short = ""
    tag: Short = ""
    speaker: Annotated[Short, Field(description="A name, or an id.")] = ""
    first: Annotated[Day | None, Field(alias="from")] = None
    last: Annotated[Day | None, Field(alias="to")] = None
    sort: Literal["newest", "oldest", "title", "added"] = "newest"
    after: Annotated[Text, Field(max_length=1000, description="Where the page begins: see `next`.")] = ""
    limit: Limit = 25

    def filters(self) -> Filters:
        states: dict[str, Any] = dict.fromkeys(self.state, True)
        given = self.model_dump(include={"site", "tag", "speaker", "first", "last", "sort", "after"})
        found = Filters(**states, **given)
        place = found.position()
        if self.after and (place is None or "\\u0000" in json.dumps(str(place[0])) or not _sound(str(place[0]))):
            raise wrong("Take this from the link of a page in the same order.", parameter="after")
        return found


def _sound(text: str) -> bool:
    return text.encode("utf-8", "ignore").decode() == text


class NewArticle(Given):
    """One of `url`, `text` and `html`; `html` may have the `url` that it came from."""

    model_config = Given.model_config | {"json_schema_extra": {"examples": [
        {"url": "https://wire.example/crates"}, {"title": "Port counts its crates", "text": "The harbour took in ...", "tags": ["harbour"]},
    ]}}  # fmt: skip
    url: Text | None = None
    text: Text | None = None
    html: Text | None = None
    title: Annotated[Text, Field(max_length=2000, description="Instead of the one that is found.")] = ""
    tags: Annotated[list[Tag], Field(max_length=30)] = Field(default_factory=list)


class Tags(Given):
    model_config = Given.model_config | {"json_schema_extra": {"examples": [{"tags": ["harbour", "customs"]}]}}
    tags: Annotated[list[Tag], Field(max_length=30)]


def _told(request: Request, db: Session, person: Person, article: Article) -> schemas.Article:
    db.flush()
    return told.articles(db, [queries.one(db, person, article)], own_address(request))[0]


@router.get("/articles", operation_id="listArticles", response_model=schemas.Articles)
def list_articles(request: Request, db: ReadDb, user: CurrentUser, query: Annotated[ListQuery, Query()]) -> Response:
    """The library, with the filters of its page."""
    items, later = queries.listed(db, user, query.filters(), limit=query.limit)
    return page(request, schemas.Articles, told.articles(db, items, own_address(request)), later)


@router.post("/articles", operation_id="addArticle", status_code=201, response_model=schemas.Article,
             responses={200: {"model": schemas.Article, "description": "It is here already"}})  # fmt: skip
def add_article(request: Request, db: WriteDb, user: Analyst, given: NewArticle) -> Response:
    """By its address, text or HTML. What is fetched is read before the first use of `db`. One that has the same address or
    text is answered as it is."""
    taken, document = _understood(given, request.app.state.settings)
    sha = actions.text_sha256(actions.joined(document.paragraphs)[0])
    same = queries.same_article(db, user, url=document.canonical_url, text_sha256=sha)
    if same is not None and same.deleted_at is None:
        return answer(request, _told(request, db, user, same))
    kept: dict[str, Any] = {"kind": taken.kind, "data": taken.data, "url": taken.url, "media_type": taken.media_type}
    capture = actions.add_capture(
        db, person=user, document=document, headers=taken.headers, fetched=taken.fetched, **kept
    )
    article = actions.add_article(db, person=user, capture=capture, document=document)
    actions.set_tags(db, article=article, names=actions.tag_names(",".join(given.tags)))
    return made(request, _told(request, db, user, article), f"/articles/{article.id}")


def _understood(given: NewArticle, settings: Settings) -> tuple[intake.Given, Document]:
    taken = _taken(given, settings)
    document = intake.read(taken, settings)
    title = " ".join(given.title.split()) or document.title
    return taken, replace(document, title=title, canonical_url=document.canonical_url or taken.url)


def _taken(given: NewArticle, settings: Settings) -> intake.Given:
    """Raises Invalid."""
    if (given.text is not None and given.html is not None) or (given.text is given.html is given.url is None):
        raise wrong("Give one of url, text and html.")
    if given.text is not None:
        if given.url is not None:
            raise wrong("A text comes without an address; HTML may have one.", pointer="/url")
        return intake.from_paste(given.text, settings)
    if given.html is None:
        return intake.from_address(given.url or "", settings)
    if not given.html.strip():
        raise wrong("There is nothing in this page.", pointer="/html")
    if given.url is not None and web_address(given.url) is None:
        raise wrong("This is not a web address; it begins with https:// or http://.", pointer="/url")
    return intake.Given("html", "html", given.html.encode(), "html", url=given.url, media_type="text/html")


@router.get("/articles/{article_id}", operation_id="getArticle", response_model=schemas.Article)
def get_article(request: Request, db: ReadDb, user: CurrentUser, article_id: RowId) -> Response:
    return answer(request, _told(request, db, user, access.article_for_reading(db, user, article_id)))


@router.put("/articles/{article_id}/tags", operation_id="setTags", response_model=schemas.Article)
def set_tags(request: Request, db: WriteDb, user: Analyst, article_id: RowId, match: IfMatch, given: Tags) -> Response:
    """The article has these tags and no others."""
    article = access.article_for_reading(db, user, article_id)
    actions.touch(db, article_id)
    check(match, _told(request, db, user, article))
    actions.set_tags(db, article=article, names=actions.tag_names(",".join(given.tags)))
    return answer(request, _told(request, db, user, article))


@router.put("/articles/{article_id}/read", operation_id="markRead", response_model=schemas.Article)
def mark_read(request: Request, db: WriteDb, user: CurrentUser, article_id: RowId) -> Response:
    """You have read its current revision."""
    return _read(request, db, user, article_id, read=True)


@router.delete("/articles/{article_id}/read", operation_id="markUnread", response_model=schemas.Article)
def mark_unread(request: Request, db: WriteDb, user: CurrentUser, article_id: RowId) -> Response:
    return _read(request, db, user, article_id, read=False)


def _read(request: Request, db: Session, user: Person, article_id: int, *, read: bool) -> Response:
    article = access.article_for_reading(db, user, article_id)
    actions.mark_read(db, person=user, article=article, read=read)
    return answer(request, _told(request, db, user, article))


@router.delete("/articles/{article_id}", operation_id="deleteArticle", status_code=204)
def delete_article(request: Request, db: WriteDb, user: Analyst, article_id: RowId, match: IfMatch) -> Response:
    """Into the bin; deleting its deletion takes it out again."""
    article = access.article_for_editing(db, user, article_id)
    actions.touch(db, article_id)
    check(match, _told(request, db, user, article))
    actions.delete_article(db, article=article)
    return Response(status_code=204)


@router.delete("/articles/{article_id}/deletion", operation_id="restoreArticle", response_model=schemas.Article)
def restore_article(request: Request, db: WriteDb, user: Analyst, article_id: RowId) -> Response:
    article = access.article_for_editing(db, user, article_id, deleted=True)
    actions.restore_article(db, article=article)
    return answer(request, _told(request, db, user, article))


@router.get("/articles/{article_id}/revisions", operation_id="listRevisions", response_model=schemas.Revisions)
def list_revisions(
    request: Request, db: ReadDb, user: CurrentUser, article_id: RowId, query: Annotated[Paged, Query()]
) -> Response:
    """The newest first, without their texts."""
    article = access.article_for_reading(db, user, article_id)
    found: list[BaseModel] = [*told.revisions(db, article, after=query.after, limit=query.limit + 1)]
    return page(request, schemas.Revisions, *cut(found, query.limit, lambda each: each.number))


@router.get(
    "/articles/{article_id}/revisions/{number}", operation_id="getRevision", response_model=schemas.RevisionText
)
def get_revision(request: Request, db: ReadDb, user: CurrentUser, article_id: RowId, number: RowId) -> Response:
    """With its text and its blocks."""
    found = revisions.numbered(db, access.article_for_reading(db, user, article_id), number)
    if found is None:
        raise NotFound
    return answer(request, told.revision_text(found))
