"""The page of jobs: looked at, tried again, called off. What calls off an import's job stops the import."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app import jobs
from app.access import Analyst, CurrentUser, Person, job_for_reading
from app.db import ReadDb, WriteDb
from app.errors import Invalid
from app.forms import RowId
from app.imports import actions as imports
from app.models import ImportBatch
from app.web import back, fragment, page, redirect
from app.work import queries

router = APIRouter()


@router.get("/jobs")
def listed(request: Request, user: CurrentUser, db: ReadDb, whose: str = "") -> Response:
    return page(request, "jobs/page.html", **_context(db, user, whose))


@router.get("/jobs/list")
def list_only(request: Request, user: CurrentUser, db: ReadDb, whose: str = "") -> Response:
    return fragment(request, "jobs/_list.html", **_context(db, user, whose))


def _context(db: ReadDb, user: Person, whose: str) -> dict[str, Any]:
    everybodys = whose == "everybody" and user.at_least("admin")
    return {"jobs": queries.jobs_of(db, user, everybodys=everybodys), "everybodys": everybodys}


@router.post("/jobs/{job_id}/attempts")
def retry(request: Request, user: Analyst, db: WriteDb, job_id: RowId) -> Response:
    job = job_for_reading(db, user, job_id)
    if job.state in ("failed", "cancelled"):
        jobs.retry(db, job)
    return redirect(request, back(request, "/jobs"))


@router.delete("/jobs/{job_id}")
def cancel(request: Request, user: Analyst, db: WriteDb, job_id: RowId) -> Response:
    job = job_for_reading(db, user, job_id)
    batch = db.get(ImportBatch, job.payload.get("batch_id", 0)) if job.kind in queries.IMPORTS else None
    if batch is not None and batch.state in imports.FROM["cancelled"]:
        imports.change_state(db, batch=batch, state="cancelled")
    elif not jobs.cancel(db, job):
        raise Invalid("This has ended meanwhile. Please load the page again.")
    return redirect(request, back(request, "/jobs"))
