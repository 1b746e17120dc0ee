"""Imports: addresses, files, a zip or an export handed in, looked at, started, watched, and what came of them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.datastructures import FormData, UploadFile

from app.access import Analyst, Person, import_for_reading
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.forms import RowId
from app.imports import actions, queries, uploads
from app.models import ImportBatch
from app.settings import Settings
from app.web import fragment, page, redirect

router = APIRouter()

MOST_FILES = 2_000
OPEN = ("reading", "running")


async def _form(request: Request) -> AsyncIterator[FormData]:
    size = uploads.ROOM * request.app.state.settings.max_upload
    async with request.form(max_files=MOST_FILES, max_fields=20, max_part_size=size) as form:
        yield form


UploadForm = Annotated[FormData, Depends(_form)]


@router.get("/imports")
def imports(request: Request, user: Analyst, db: ReadDb, whose: str = "") -> Response:
    return _start(request, user, db, everybodys=whose == "everybody")


@router.post("/imports")
def add_import(request: Request, user: Analyst, db: WriteDb, form: UploadForm) -> Response:
    """Files are read and stored before the first use of `db`: one that breaks off half-way leaves nothing."""
    try:
        upload = _upload(form, request.app.state.settings)
    except Invalid as error:
        typed = {name: str(form.get(name, "")) for name in ("addresses", "format")}
        return _start(request, user, db, status=error.status, typed=typed, errors=error.errors)
    return redirect(request, f"/imports/{actions.add_batch(db, person=user, upload=upload).id}")


def _upload(form: FormData, settings: Settings) -> uploads.Upload:
    """Of the two ways in the one whose button was pressed, else the one that was filled in."""
    given = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    addresses = str(form.get("addresses", ""))
    way = form.get("way") or ("files" if given else "addresses")
    if way == "files":
        files = [(each.filename or "", each.file) for each in given]
        return uploads.of_files(files, str(form.get("format", "")), settings)
    return uploads.of_addresses(addresses)


def _start(request: Request, user: Person, db: ReadDb, *, everybodys: bool = False, **context: Any) -> Response:
    context = {"typed": {"addresses": "", "format": ""}, "errors": {}, **context}
    found = queries.batches(db, user, everybodys=everybodys)
    formats = uploads.formats_known()
    return page(request, "imports/start.html", batches=found, everybodys=everybodys, formats=formats, **context)


@router.get("/imports/{batch_id}")
def show_import(request: Request, user: Analyst, db: ReadDb, batch_id: RowId) -> Response:
    batch = import_for_reading(db, user, batch_id)
    return page(request, "imports/page.html", **_context(db, batch))


@router.get("/imports/{batch_id}/progress")
def progress(request: Request, user: Analyst, db: ReadDb, batch_id: RowId) -> Response:
    batch = import_for_reading(db, user, batch_id)
    return fragment(request, "imports/_import.html", **_context(db, batch))


def _context(db: ReadDb, batch: ImportBatch) -> dict[str, Any]:
    looked_at = batch.state == "preview"
    return {
        "batch": batch,
        "busy": batch.state in OPEN,
        "progress": queries.progress(db, batch),
        "items": queries.first_items(db, batch) if looked_at else (),
        "report": None if looked_at else queries.report(db, batch),
        "formats": dict(uploads.formats_known()),
    }


@router.put("/imports/{batch_id}/state")
def change_state(
    request: Request, user: Analyst, db: WriteDb, batch_id: RowId, *, state: Annotated[str, Form()] = ""
) -> Response:
    actions.change_state(db, batch=import_for_reading(db, user, batch_id), state=state)
    return redirect(request, f"/imports/{batch_id}")


@router.post("/imports/{batch_id}/retries")
def retry_failed(request: Request, user: Analyst, db: WriteDb, batch_id: RowId) -> Response:
    actions.retry_failed(db, batch=import_for_reading(db, user, batch_id))
    return redirect(request, f"/imports/{batch_id}")


@router.get("/imports/{batch_id}/report.csv")
def table(request: Request, user: Analyst, db: ReadDb, batch_id: RowId) -> Response:
    """What became of each article, and of each highlight without a place; formulas in it are made harmless."""
    from defusedcsv import csv  # type: ignore[import-untyped]

    batch = import_for_reading(db, user, batch_id)
    written = io.StringIO()
    csv.writer(written).writerows(queries.table(db, batch))
    disposition = f'attachment; filename="import-{batch.id}.csv"'
    return Response(
        written.getvalue().encode("utf-8-sig"),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": disposition},
    )
