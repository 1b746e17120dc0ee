"""Feeds: followed by an address, looked through, read on demand, kept in folders. Everything is the person's own. What is
asked of other sites is asked before the first use of a transaction that writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.datastructures import FormData, UploadFile

from app import access
from app.access import Analyst
from app.db import ReadDb, WriteDb
from app.errors import Invalid, NotFound
from app.feeds import actions, opml, poll, queries, rules, taking
from app.feeds.queries import View
from app.forms import After, RowId, Sent
from app.models import Feed, now
from app.web import page, redirect

router = APIRouter()


class FollowForm(Sent):
    url: str = ""
    folder: str = ""


class ChangeForm(Sent):
    name: str = ""
    folder: str = ""


class FolderForm(Sent):
    folder: str = ""
    to: str = ""


class ReadForm(Sent):
    read: str = "1"
    folder: str = ""
    until: After = None
    next: str = ""


class RuleForm(Sent):
    kind: str = "words"
    pattern: str = ""
    feed_id: After = None


async def _upload(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_files=1, max_part_size=request.app.state.settings.max_upload) as form:
        yield form


# What is listed


def _listed(request: Request, db: ReadDb, user: Analyst, view: View, *, status: int = 200, **context: Any) -> Response:
    entries, later = queries.entries(db, user, view)
    context = {"errors": {}, "typed": {}, "message": "", **context}
    return page(
        request, "feeds/page.html", status=status, view=view, tree=queries.tree(db, user), entries=entries,
        earlier=view.address() if view.after else None, later=view.address(after=later) if later else None,
        newest=queries.newest(db, user, view), **context,
    )  # fmt: skip


@router.get("/feeds")
def listed(
    request: Request, db: ReadDb, user: Analyst, folder: str = "", unread: str = "", after: After = None
) -> Response:
    view = View(folder=opml.folder_path(folder), unread=bool(unread), after=after)
    return _listed(request, db, user, view)


@router.put("/feeds/read")
def read_all(request: Request, db: WriteDb, user: Analyst, form: Annotated[ReadForm, Form()]) -> Response:
    view = View(folder=opml.folder_path(form.folder))
    actions.mark_read(db, feeds=queries.feed_ids(db, user, view), until=form.until or 0)
    return redirect(request, form.next or view.address())


# Following


def _follow_page(request: Request, db: ReadDb, user: Analyst, *, status: int = 200, **context: Any) -> Response:
    context = {"typed": {"url": "", "folder": ""}, "errors": {}, "found": [], **context}
    folders = [each.path for each in queries.tree(db, user).all() if each.path]
    return page(request, "feeds/follow.html", status=status, folders=folders, **context)


@router.get("/feeds/new")
def new_feed(request: Request, db: ReadDb, user: Analyst) -> Response:
    return _follow_page(request, db, user)


@router.post("/feeds")
def follow(request: Request, db: WriteDb, user: Analyst, form: Annotated[FollowForm, Form()]) -> Response:
    """Asks the address before the first use of `db`, so that no other writer waits for it."""
    typed = form.model_dump()
    try:
        actions.checked_folder(form.folder)
        found = poll.look(poll.whole_address(form.url), request.app.state.settings)
        if isinstance(found, list):
            return _follow_page(request, db, user, typed=typed, found=found)
        feed, _ = actions.follow(db, person=user, answer=found, folder=form.folder)
    except Invalid as error:
        return _follow_page(request, db, user, status=error.status, typed=typed, errors=error.errors)
    return redirect(request, f"/feeds/{feed.id}")


@router.get("/feeds/opml")
def export(request: Request, db: ReadDb, user: Analyst) -> Response:
    written = opml.write_opml(queries.outlines(db, user), title=f"Feeds of {user.name}", created=now())
    headers = {"Content-Disposition": 'attachment; filename="feeds.opml"', "Content-Type": "text/x-opml; charset=utf-8"}
    return Response(written, headers={**headers, "Cache-Control": "private, no-store"})


@router.post("/feeds/opml")
def bring_in(request: Request, db: WriteDb, user: Analyst, form: Annotated[FormData, Depends(_upload)]) -> Response:
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid("Choose a file first.", field="file")
        report = actions.add_all(db, person=user, read=opml.read_opml(file.file.read()))
    except (Invalid, opml.NotOpml) as error:
        return _follow_page(request, db, user, status=422, errors={"file": error.message})
    return page(request, "feeds/report.html", report=report, name=file.filename[:200])


# Folders


@router.put("/feeds/folders")
def move_folder(request: Request, db: WriteDb, user: Analyst, form: Annotated[FolderForm, Form()]) -> Response:
    view = View(folder=opml.folder_path(form.folder))
    if not (view.folder and queries.feed_ids(db, user, view)):
        raise NotFound
    try:
        to = actions.move_folder(db, person=user, folder=view.folder, to=form.to)
    except Invalid as error:
        return _listed(request, db, user, view, status=error.status, errors=error.errors, typed={"to": form.to})
    return redirect(request, View(folder=to).address())


@router.delete("/feeds/folders")
def delete_folder(request: Request, db: WriteDb, user: Analyst, form: Annotated[FolderForm, Form()]) -> Response:
    view = View(folder=opml.folder_path(form.folder))
    if not (view.folder and queries.feed_ids(db, user, view)):
        raise NotFound
    return redirect(request, View(folder=actions.delete_folder(db, person=user, folder=view.folder)).address())


# Rules


def _rules_page(
    request: Request, db: ReadDb, user: Analyst, form: RuleForm, *, status: int = 200, **context: Any
) -> Response:
    context = {"errors": {}, **context}
    return page(
        request, "feeds/rules.html", status=status, rules=queries.rules_of(db, user), kinds=rules.KINDS,
        feeds=[(feed.id, feed.label) for feed in queries.feeds_named(db, user)], typed=form, **context,
    )  # fmt: skip


@router.get("/feeds/rules")
def list_rules(request: Request, db: ReadDb, user: Analyst, feed: After = None) -> Response:
    return _rules_page(request, db, user, RuleForm(feed_id=feed))


@router.post("/feeds/rules")
def add_rule(request: Request, db: WriteDb, user: Analyst, form: Annotated[RuleForm, Form()]) -> Response:
    feed = access.feed_for_editing(db, user, form.feed_id) if form.feed_id else None
    try:
        rules.add_rule(db, person=user, feed=feed, kind=form.kind, pattern=form.pattern)
    except Invalid as error:
        return _rules_page(request, db, user, form, status=error.status, errors=error.errors)
    return redirect(request, "/feeds/rules")


@router.delete("/feeds/rules/{feed_rule_id}")
def remove_rule(request: Request, db: WriteDb, user: Analyst, feed_rule_id: RowId) -> Response:
    rules.remove_rule(db, rule=access.feed_rule_for_editing(db, user, feed_rule_id))
    return redirect(request, "/feeds/rules")


# One feed


@router.get("/feeds/{feed_id}")
def one_feed(
    request: Request, db: ReadDb, user: Analyst, feed_id: RowId, *, unread: str = "", after: After = None
) -> Response:
    feed = access.feed_for_editing(db, user, feed_id)
    return _listed(request, db, user, View(feed, unread=bool(unread), after=after))


@router.put("/feeds/{feed_id}")
def change_feed(
    request: Request, db: WriteDb, user: Analyst, feed_id: RowId, form: Annotated[ChangeForm, Form()]
) -> Response:
    feed = access.feed_for_editing(db, user, feed_id)
    try:
        actions.change(db, feed=feed, name=form.name, folder=form.folder)
    except Invalid as error:
        return _listed(request, db, user, View(feed), status=error.status, errors=error.errors, typed=form.model_dump())
    return redirect(request, f"/feeds/{feed_id}")


@router.delete("/feeds/{feed_id}")
def unfollow(request: Request, db: WriteDb, user: Analyst, feed_id: RowId) -> Response:
    actions.unfollow(db, feed=access.feed_for_editing(db, user, feed_id))
    return redirect(request, "/feeds")


@router.put("/feeds/{feed_id}/read")
def read_feed(
    request: Request, db: WriteDb, user: Analyst, feed_id: RowId, form: Annotated[ReadForm, Form()]
) -> Response:
    feed = access.feed_for_editing(db, user, feed_id)
    actions.mark_read(db, feeds=[feed.id], until=form.until or 0)
    return redirect(request, form.next or f"/feeds/{feed_id}")


@router.post("/feeds/{feed_id}/polls")
def try_now(request: Request, db: WriteDb, user: Analyst, feed_id: RowId) -> Response:
    with request.app.state.database.read() as reading:
        feed: Feed = access.feed_for_editing(reading, user, feed_id)
    came = poll.outcome(feed, request.app.state.settings)
    actions.record(db, feed=access.feed_for_editing(db, user, feed_id), outcome=came)
    return redirect(request, f"/feeds/{feed_id}")


# One item


@router.get("/feeds/items/{item_id}")
def one_item(request: Request, db: ReadDb, user: Analyst, item_id: RowId) -> Response:
    return _item(request, db, user, item_id)


def _item(request: Request, db: ReadDb, user: Analyst, item_id: int, *, error: str = "", status: int = 200) -> Response:
    item = access.feed_item_for_editing(db, user, item_id)
    feed = access.feed_for_editing(db, user, item.feed_id)
    article = queries.article_of(db, user, item)
    return page(request, "feeds/item.html", status=status, item=item, feed=feed, article=article, error=error)


@router.post("/feeds/items/{item_id}/article")
def take_in(request: Request, db: WriteDb, user: Analyst, item_id: RowId) -> Response:
    """Fetches the page before the first use of `db`, so that no other writer waits for it."""
    with request.app.state.database.read() as reading:
        item = access.feed_item_for_editing(reading, user, item_id)
        article_id = queries.article_of(reading, user, item)
    try:
        ready = None if article_id else taking.gather(item, request.app.state.settings)
    except Invalid as error:
        return _item(request, db, user, item_id, error=error.message, status=error.status)
    item = access.feed_item_for_editing(db, user, item_id)
    taking.mark(item)
    article = taking.keep(db, item_id=item.id, ready=ready) if ready else None
    return redirect(request, f"/articles/{article.id if article else article_id}")


@router.put("/feeds/items/{item_id}/read")
def read_item(
    request: Request, db: WriteDb, user: Analyst, item_id: RowId, form: Annotated[ReadForm, Form()]
) -> Response:
    item = access.feed_item_for_editing(db, user, item_id)
    taking.mark(item, read=form.read != "0")
    return redirect(request, form.next or f"/feeds/{item.feed_id}")
