"""Webhooks of a person: added, changed, tried, and what was sent to them. Addresses are looked up before the first use of
a transaction that writes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import Field

from app import events
from app.access import Analyst, delivery_for_editing, webhook_for_editing
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.fetch import check_address
from app.forms import RowId, Sent
from app.models import Webhook
from app.web import own_address, page, redirect
from app.webhooks import actions, queries

router = APIRouter()
EVENTS = [(event, f"{event}: {what}") for event, what in events.EVENTS.items()]


class HookForm(Sent):
    url: str = ""
    events: list[str] = Field(default_factory=list)
    on: str = ""


def _address(request: Request, url: str) -> str:
    return check_address(url, allow=request.app.state.settings.fetch_allow)


# All of them


def _list(request: Request, db: ReadDb, user: Analyst, *, status: int = 200, **context: Any) -> Response:
    usual = {"errors": {}, "typed": HookForm(events=list(events.EVENTS))}
    hooks = queries.listed(db, user)
    return page(request, "webhooks/list.html", status=status, hooks=hooks, events=EVENTS, **usual | context)


@router.get("/webhooks")
def listed(request: Request, db: ReadDb, user: Analyst) -> Response:
    return _list(request, db, user)


@router.post("/webhooks")
def add(request: Request, db: WriteDb, user: Analyst, form: Annotated[HookForm, Form()]) -> Response:
    try:
        url = _address(request, form.url)
        hook = actions.add(db, person=user, url=url, chosen=form.events, base=own_address(request))
    except Invalid as error:
        return _list(request, db, user, status=error.status, errors=error.errors, typed=form)
    return _one(request, db, hook, new_secret=hook.secret)


# One


def _one(request: Request, db: ReadDb, hook: Webhook, *, status: int = 200, **context: Any) -> Response:
    usual = {"errors": {}, "new_secret": "", "typed": HookForm(url=hook.url, events=hook.events, on="1")}
    if hook.off_at:
        usual["typed"] = HookForm(url=hook.url, events=hook.events)
    sent = queries.deliveries(db, hook)
    return page(
        request, "webhooks/page.html", status=status, hook=hook, deliveries=sent, events=EVENTS, **usual | context
    )


@router.get("/webhooks/{webhook_id}")
def show(request: Request, db: ReadDb, user: Analyst, webhook_id: RowId) -> Response:
    return _one(request, db, webhook_for_editing(db, user, webhook_id))


@router.put("/webhooks/{webhook_id}")
def change(
    request: Request, db: WriteDb, user: Analyst, webhook_id: RowId, form: Annotated[HookForm, Form()]
) -> Response:
    with request.app.state.database.read() as reading:
        known = webhook_for_editing(reading, user, webhook_id).url
    try:  # one whose host is gone can still be switched off
        url = _address(request, form.url) if form.on or form.url != known else known
        hook = webhook_for_editing(db, user, webhook_id)
        actions.change(db, hook=hook, url=url, chosen=form.events, on=bool(form.on))
    except Invalid as error:
        hook = webhook_for_editing(db, user, webhook_id)
        return _one(request, db, hook, status=error.status, errors=error.errors, typed=form)
    return redirect(request, f"/webhooks/{webhook_id}")


@router.delete("/webhooks/{webhook_id}")
def remove(request: Request, db: WriteDb, user: Analyst, webhook_id: RowId) -> Response:
    actions.remove(db, hook=webhook_for_editing(db, user, webhook_id))
    return redirect(request, "/webhooks")


@router.put("/webhooks/{webhook_id}/secret")
def renew_secret(request: Request, db: WriteDb, user: Analyst, webhook_id: RowId) -> Response:
    hook = webhook_for_editing(db, user, webhook_id)
    actions.renew_secret(db, hook=hook)
    return _one(request, db, hook, new_secret=hook.secret)


@router.post("/webhooks/{webhook_id}/tests")
def test(request: Request, db: WriteDb, user: Analyst, webhook_id: RowId) -> Response:
    hook = webhook_for_editing(db, user, webhook_id)
    try:
        actions.test(db, hook=hook)
    except Invalid as error:
        return _one(request, db, hook, status=error.status, errors=error.errors)
    return redirect(request, f"/webhooks/{webhook_id}#deliveries")


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/attempts")
def send_again(request: Request, db: WriteDb, user: Analyst, webhook_id: RowId, delivery_id: RowId) -> Response:
    delivery = delivery_for_editing(db, user, webhook_id, delivery_id)
    hook = webhook_for_editing(db, user, webhook_id)
    try:
        actions.send_again(db, hook=hook, delivery=delivery)
    except Invalid as error:
        return _one(request, db, hook, status=error.status, errors=error.errors)
    return redirect(request, f"/webhooks/{webhook_id}#deliveries")
