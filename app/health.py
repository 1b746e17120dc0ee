"""Whether the process lives (/healthz) and whether it can serve (/readyz)."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request, Response

from app.settings import ROOT

router = APIRouter()


@router.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, response: Response) -> dict[str, str]:
    """503 where the database does not answer or its schema is not the one this program needs."""
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    with request.app.state.database.read() as db:
        current = MigrationContext.configure(db.connection()).get_current_revision()
    if current != head:
        response.status_code = 503
        return {"status": "the database is not up to date: run `quotidian migrate`"}
    return {"status": "ok"}
