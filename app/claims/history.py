"""Where a claim has stood: all its verdicts, newest first."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Annotation, User, Verdict


def verdicts(db: Session, claim: Annotation) -> list[tuple[Verdict, str]]:
    """Each with the name of who gave it."""
    query = (
        select(Verdict, User.name)
        .outerjoin(User, User.id == Verdict.author_id)
        .where(Verdict.annotation_id == claim.id)
        .order_by(Verdict.id.desc())
    )
    return [(verdict, name or "somebody") for verdict, name in db.execute(query)]
