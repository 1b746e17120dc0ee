"""Writes on claims: where one stands. Each verdict is kept; the newest counts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import events
from app.access import Person
from app.articles.actions import touch
from app.db import lock
from app.errors import Conflict, Invalid
from app.models import Annotation, Verdict, now

VERDICTS = ("unverified", "supported", "refuted", "mixed", "unverifiable")
LONGEST_REASON = 10_000


def give_verdict(
    db: Session, *, claim: Annotation, person: Person, verdict: str, reason: str, version: int | None
) -> None:
    """Clearing is "unverified". Raises Conflict where the claim is not at `version` any more (None: whatever it is at),
    Invalid."""
    touch(db, claim.article_id)
    lock(db, claim)
    if verdict not in VERDICTS:
        raise Invalid(f"A claim is {', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}.", field="verdict")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason has at most {LONGEST_REASON:,} characters.", field="reason")
    if version is not None and version != claim.version:
        raise Conflict("Somebody else changed this claim meanwhile.", current=claim)
    given = Verdict(annotation_id=claim.id, verdict=verdict, reason=reason.strip(), author_id=person.id)
    db.add(given)
    claim.verdict = verdict
    claim.version += 1
    claim.updated_at = now()
    db.flush()
    events.tell(db, "verdict.set", article_id=claim.article_id, ref_id=given.id)
