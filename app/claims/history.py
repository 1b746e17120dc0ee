"""Where a claim has stood: all its verdicts, newest first."""

from __future__ import annotations

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from app.models import Annotation, Imported, User, Verdict

# Who gave a verdict elsewhere, and who gave it, of a query that has Annotation, Verdict and User
IMPORTED = (
    select(Imported.author)
    .where(Imported.article_id == Annotation.article_id)
    .where(Imported.source == literal("verdict\n").concat(cast(Verdict.id, String)))
    .correlate(Annotation, Verdict)
    .scalar_subquery()
)
AUTHOR = func.coalesce(IMPORTED.concat(" (imported)"), User.name)


def verdicts(db: Session, claim: Annotation) -> list[tuple[Verdict, str]]:
    """Each with the name of who gave it."""
    query = (
        select(Verdict, AUTHOR)
        .join(Annotation, Annotation.id == Verdict.annotation_id)
        .outerjoin(User, User.id == Verdict.author_id)
        .where(Verdict.annotation_id == claim.id)
        .order_by(Verdict.id.desc())
    )
    return [(verdict, name or "somebody") for verdict, name in db.execute(query)]
