"""What each kind of job does. A handler works outside any transaction, and answers what is to be stored: that runs in
the one transaction that also marks the job done, so that a job begun twice leaves its mark once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import files
from app.db import Database
from app.errors import AppError, NotFound
from app.fetch import PICTURE, fetch
from app.models import Article, Picture, Revision
from app.pictures import prepare

Store = Callable[[Session], None]
MAX_PICTURES = 40


@dataclass(frozen=True)
class Work:
    """A job as its handler sees it. `progress(fraction, message)` tells the reader how far it is; so does
    `step(db, fraction, message)`, to be called first in a transaction that stores a part of what the job makes. Both
    raise jobs.Dropped where the job is no longer this worker's. `attempts` is how often it was begun, this time included."""

    payload: dict[str, Any]
    database: Database
    progress: Callable[[float, str], None]
    step: Callable[[Session, float, str], None]
    attempts: int = 1


Handler = Callable[[Work], Store]


def analyze(work: Work) -> Store:
    """Finds quotes and claims in a revision, and the articles with the same text. Payload: revision_id."""
    from app.analysis import analyze
    from app.annotations.actions import store_analysis
    from app.stories.actions import compare, place

    revision = _revision(work)
    work.progress(0.1, "Finding quotes and claims")
    blocks = [(str(kind), int(start), int(end)) for kind, start, end in revision.blocks]
    analysis = analyze(revision.text, blocks=blocks, language=revision.language or "en")
    work.progress(0.9, "Writing down what was found")
    with work.database.read() as db:
        compared = compare(db, revision=revision)

    def store(db: Session) -> None:
        place(db, revision=revision, before=compared)
        store_analysis(db, revision=db.get_one(Revision, revision.id), analysis=analysis)

    return store


def pictures(work: Work) -> Store:
    """Fetches the pictures of a revision that are not here yet. Payload: revision_id. One that cannot be had is noted
    with its reason and holds up no other."""
    revision = _revision(work)
    with work.database.read() as db:
        wanted = select(Picture).where(Picture.revision_id == revision.id, Picture.sha256.is_(None))
        missing = db.scalars(wanted.order_by(Picture.position).limit(MAX_PICTURES)).all()
    found: dict[int, dict[str, Any]] = {}
    for number, picture in enumerate(missing):
        work.progress(number / len(missing), f"Fetching picture {number + 1} of {len(missing)}")
        found[picture.id] = _picture(work, picture.url or "")

    def store(db: Session) -> None:
        for picture_id, values in found.items():
            db.execute(update(Picture).where(Picture.id == picture_id).values(**values))
        raised = {"annotation_version": Article.annotation_version + 1}
        db.execute(update(Article).where(Article.id == revision.article_id).values(**raised))

    return store


def _picture(work: Work, url: str) -> dict[str, Any]:
    settings = work.database.settings
    try:
        picture = prepare(fetch(url, accept=PICTURE, allow=settings.fetch_allow).content)
    except AppError as error:
        return {"error": error.message}
    sha = files.put(settings.files, picture.content)
    return {
        "sha256": sha,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "error": "",
    }


def stories(work: Work) -> Store:
    """Compares the texts that came in before that was done. Each is stored by itself: done again, it changes nothing."""
    from app.stories.actions import place
    from app.stories.queries import never_compared

    with work.database.read() as db:
        waiting = never_compared(db)
    for number, revision_id in enumerate(waiting):
        with work.database.write() as db:
            work.step(db, number / len(waiting), f"Comparing text {number + 1} of {len(waiting)}")
            place(db, revision=db.get_one(Revision, revision_id))
    return lambda db: None


def _revision(work: Work) -> Revision:
    with work.database.read() as db:
        revision = db.get(Revision, work.payload["revision_id"])
    if revision is None:
        raise NotFound("The text this was for is no longer there.")
    return revision


def import_export(work: Work) -> Store:
    """Reads an export of another reader for the preview of its import. Payload: batch_id."""
    from app.imports.work import read_export

    return read_export(work)


def import_items(work: Work) -> Store:
    """Brings in a few articles of an import, and leaves the rest to another turn. Payload: batch_id."""
    from app.imports.work import bring_in

    return bring_in(work)


def poll_feed(work: Work) -> Store:
    """Asks a feed what is new. Payload: feed_id."""
    from app.feeds.poll import poll_feed

    return poll_feed(work)


def feed_item(work: Work) -> Store:
    """Takes in what a rule asks for of a feed. Payload: item_id."""
    from app.feeds.poll import take_item

    return take_item(work)


def deliver(work: Work) -> Store:
    """Sends what waits for a webhook. Payload: webhook_id."""
    from app.webhooks.deliver import deliver

    return deliver(work)


def enqueue_due(db: Session) -> None:
    """What is due by the clock: feeds and articles to be asked for, webhooks to be told."""
    from app.articles import recheck_due
    from app.feeds import poll
    from app.webhooks import deliver

    poll.enqueue_due(db)
    recheck_due.enqueue_due(db)
    deliver.enqueue_due(db)


def check(work: Work) -> Store:
    """Looks whether a site still says what an article says. Payload: article_id."""
    from app.annotations.revise import look_again

    return look_again(work.database, work.payload["article_id"])


def warm_up() -> None:
    """Loads the language model, so that the first article does not wait for it."""
    from app.analysis import analyze

    analyze("“We are ready,” the clerk said.")


HANDLERS: dict[str, Handler] = {
    "analyze": analyze,
    "pictures": pictures,
    "poll-feed": poll_feed,
    "feed-item": feed_item,
    "stories": stories,
    "check": check,
    "deliver": deliver,
    "import": import_items,
    "read": import_export,
}
