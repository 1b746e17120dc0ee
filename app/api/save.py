"""/save: where the bookmarklet and the share menu of a phone lead. To look at it writes nothing: it asks, and what was
selected on the page becomes a highlight once the article is kept. Whatever fails, nothing that was given is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app import access
from app.access import Analyst, Person
from app.annotations import passages
from app.annotations.actions import current_revision
from app.articles import actions, intake, queries
from app.articles.canonical import web_address
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.extract import Document
from app.forms import After, Offset, Sent
from app.models import Article
from app.notes import quoted
from app.settings import Settings
from app.web import page, redirect

router = APIRouter()

AROUND = 80
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_POINTER = re.compile(r"#?:~:.*$")  # names a passage of the page, for browsers
_MARKS = "\"'“”„‘’«»"


class Save(Sent):
    """What is to be saved. `text` is what a phone shares, and on the form the article itself, pasted; `article_id` names
    one that is here already, `at` where in it the passage stands."""

    url: str = ""
    title: str = ""
    quote: str = ""
    text: str = ""
    way: str = ""
    article_id: After = None
    at: Offset = None


def shared(sent: Save) -> Save:
    """What a bookmarklet or a share menu means: an address may stand in the text, alone or after words. Those words are
    the passage where they are quoted or the title is given too, else they are the title."""
    url, title, text = sent.url.strip(), " ".join(sent.title.split()), sent.text.strip()
    found = None if url else _ADDRESS.search(text) or _ADDRESS.search(title)
    if found:
        url = _unpunctuated(found[0])
        text, title = (each.replace(found[0], "").strip() for each in (text, title))
    quote, bare = sent.quote.strip(), text.strip(_MARKS + " \n")
    if bare and not quote and bare != title:
        if title or bare != text or _POINTER.search(url):
            quote = bare
        else:
            title = " ".join(text.split())
    return sent.model_copy(update={"url": _POINTER.sub("", url), "title": title, "quote": quote, "text": ""})


def _unpunctuated(url: str) -> str:
    """Without what ends the sentence that it stands in."""
    url = url.rstrip(".,;:!?'’”»")
    return url[:-1] if url.endswith(")") and "(" not in url else url


@router.get("/save")
def ask(request: Request, user: Analyst, db: ReadDb, sent: Annotated[Save, Query()]) -> Response:
    form = shared(sent)
    return _page(request, db, user, form, _known(db, user, form))


@router.post("/save")
def save(request: Request, user: Analyst, read: ReadDb, db: WriteDb, form: Annotated[Save, Form()]) -> Response:
    """Fetching and reading come before the first use of `db`, so that no other writer waits for them."""
    known = _known(read, user, form)
    if known is None or known.deleted_at:
        try:
            given, document = _fetched(form, request.app.state.settings)
        except Invalid as error:
            return _page(request, read, user, form, known, status=error.status, errors=error.errors)
        sha = actions.text_sha256(actions.joined(document.paragraphs)[0])
        known = queries.same_article(db, user, url=document.canonical_url, text_sha256=sha)
    if known is None or known.deleted_at:
        return redirect(request, f"/captures/{_captured(db, user, given, document, form)}")
    article = access.article_for_reading(db, user, known.id)
    kept = quoted.keep(db, article=article, author=user, quote=form.quote, at=form.at)
    return redirect(request, f"/articles/{article.id}{kept.anchor}")


def _known(db: Session, person: Person, form: Save) -> Article | None:
    """The article that the form names, or that has the address."""
    if form.article_id:
        return access.article_for_reading(db, person, form.article_id)
    return queries.same_article(db, person, url=form.url, text_sha256="") if web_address(form.url) else None


def _fetched(form: Save, settings: Settings) -> tuple[intake.Given, Document]:
    """What is at the address, or was pasted instead, and what is understood of it."""
    if form.way == "text":
        given = intake.from_paste(form.text, settings)
        given = replace(given, url=form.url.strip() if web_address(form.url) else None)
    else:
        given = intake.from_address(form.url, settings)
    document = intake.read(given, settings)
    title = document.title or " ".join(form.title.split())[:2000] or None
    return given, replace(document, title=title, canonical_url=document.canonical_url or given.url)


def _captured(db: Session, person: Person, given: intake.Given, document: Document, form: Save) -> int:
    capture = actions.add_capture(
        db, person=person, kind=given.kind, data=given.data, document=document, url=given.url,
        media_type=given.media_type, headers=given.headers, fetched=given.fetched,
    )  # fmt: skip
    quoted.wait(capture, form.quote)
    return capture.id


def _page(request: Request, db: Session, person: Person, form: Save, known: Article | None, **context: Any) -> Response:
    """`places` says where the passage stands in the article that is here already, each with the words around it."""
    text = current_revision(db, known).text if known and not known.deleted_at else ""
    found = passages.alike(text, form.quote) if text and form.quote.strip() else []
    places = [(a, text[max(0, a - AROUND) : a], text[a:b], text[b : b + AROUND]) for a, b in found]
    given: dict[str, Any] = {
        "status": 200,
        "errors": {},
        "form": form,
        "same": known,
        "refused": False,
        "places": places,
    }
    return page(request, "articles/save.html", **given | context)
