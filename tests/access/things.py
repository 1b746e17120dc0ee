"""Everything that routes have ids for, of one owner: to be shared with everybody, hidden from everybody else, or deleted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app import files
from app.accounts.actions import add_token, make_link, sign_in
from app.db import Database
from app.models import (
    Annotation,
    ApiToken,
    Article,
    Capture,
    ChangeAddress,
    Delivery,
    Feed,
    FeedItem,
    FeedRule,
    ImportBatch,
    ImportItem,
    Job,
    Note,
    Picture,
    Revision,
    SignIn,
    SiteRule,
    Source,
    Speaker,
    SpeakerName,
    User,
    Verdict,
    Webhook,
    now,
)
from tests.making import make_article

HUSH = "hush"  # stands in every field of what is hidden


def make_feed(db: Session, owner: int, n: int, word: str) -> dict[str, int | str]:
    """A feed with an item, and a rule: nobody else's in any case."""
    feed = Feed(
        user_id=owner, url=f"http://127.0.0.1:9/{word}/{n}", url_sha256=f"{owner} {n} {word}", title=word,
        folder=f"News {word} {n}", next_at=now() + timedelta(days=1),
    )  # fmt: skip
    db.add(feed)
    db.flush()
    told = f"<p>{f'The whole text of item {n}, which speaks of {word}, stands in its feed. ' * 12}</p>"
    item = FeedItem(
        feed_id=feed.id, guid=word, url=f"http://127.0.0.1:9/{word}/{n}/1", title=f"{word} in the harbour {n}",
        content=told, sort_at=now(), seen_at=now(),
    )  # fmt: skip
    rule = FeedRule(user_id=owner, kind="words", pattern=word)
    db.add_all([item, rule])
    db.flush()
    return {"feed_id": feed.id, "item_id": item.id, "feed_rule_id": rule.id, "folder": feed.folder}


def make_told(db: Session, owner: int, n: int, word: str) -> dict[str, int]:
    """A webhook with a delivery, and the address of a feed: nobody else's in any case."""
    hook = Webhook(
        user_id=owner,
        url=f"https://192.0.2.1/{word}",
        events=["note.created"],
        secret="whsec_AAAA",
        base="http://testserver",
    )
    address = ChangeAddress(user_id=owner, token_hash=f"{owner} {n} {word}", filters={"tag": word})
    db.add_all([hook, address])
    db.flush()
    sent = Delivery(
        webhook_id=hook.id, message_id=f"msg_{owner}_{n}_{word}", event="webhook.test", state="failed", error=word
    )
    db.add(sent)
    db.flush()
    return {"webhook_id": hook.id, "delivery_id": sent.id, "address_id": address.id}


def make_things(
    database: Database, owner: int, *, n: int, hidden: bool = False, deleted: bool = False
) -> dict[str, int | str]:
    """Ids by the name that the routes give them. What is hidden is private to the owner; articles, which cannot be, and
    their pictures are deleted then. What is deleted is the owner's and shared, and so is the article that it stood in."""
    word = HUSH if hidden else "crates"
    shared = make_article(database, title=f"Crates {n}", paragraphs=(f"Article number {n} speaks of crates.",))
    binned = make_article(database, title=f"{word} {n}", paragraphs=(f"A deleted article, number {n}: {word}.",))
    own = {"author_id": owner, "visibility": "private" if hidden else "all"}
    gone = {"deleted_at": now()} if deleted else {}
    with database.write() as db:
        db.get_one(Article, shared).created_by = db.get_one(Article, binned).created_by = owner
        db.get_one(Article, shared).site = f"Wire {n}"
        for each in (shared, binned):  # nobody answers there
            db.get_one(Article, each).canonical_url = f"http://127.0.0.1:9/{each}"
        db.get_one(Article, binned).deleted_at = now()
        article = binned if hidden or deleted else shared
        revision = db.query(Revision).filter(Revision.article_id == shared).one()
        speaker = Speaker(name=f"{word} {n} Oduya", name_key=f"{word} {n} oduya", role=word)
        db.add(speaker)
        db.flush()
        name = SpeakerName(speaker_id=speaker.id, name=f"{word} {n} O.", name_key=f"{word} {n} o")
        twin = Speaker(name=f"Twin of {speaker.id}", name_key=f"twin of {speaker.id}", role=word)
        rule = SiteRule(site=f"Wire {n}", kind="claim", match="exact", pattern=word, created_by=owner)
        db.add_all([name, twin, rule])
        db.flush()
        claim = Annotation(
            article_id=shared, revision_id=revision.id, kind="claim", start=0, end=7, exact="Article", why=word,
            role=word, status="confirmed", speaker_id=speaker.id, engine="test", **own, **gone,
        )  # fmt: skip
        kept = Annotation(
            article_id=shared, revision_id=revision.id, kind="highlight", start=8, end=14, exact="number",
            speaker_id=twin.id, **own,
        )  # fmt: skip
        db.add_all([claim, kept])
        db.flush()
        if hidden:  # a rule hides nothing, and is not there
            db.delete(rule)
        stands_on = kept if deleted else claim
        note = Note(article_id=shared, annotation_id=stands_on.id, body=f"A note, {word}", **own, **gone)
        source = Source(annotation_id=stands_on.id, url=f"https://example.org/{word}", title=word, stance="context",
                        author_id=owner, **gone)  # fmt: skip
        verdict = Verdict(annotation_id=claim.id, verdict="mixed", reason=word, author_id=owner)
        sha256 = files.put(database.settings.files, b"a picture")
        of = db.query(Revision.id).filter(Revision.article_id == article).scalar()
        picture = Picture(revision_id=of, position=9, sha256=sha256, media_type="image/webp", caption=word)
        understood = {"title": word, "paragraphs": [{"type": "p", "text": f"{word} words of a capture, number {n}."}]}
        capture = Capture(kind="paste", sha256=sha256, document=understood, created_by=owner)
        db.add_all([note, source, verdict, picture, capture])
        batch = ImportBatch(kind="addresses", name=word, state="paused", created_by=owner)
        job = Job(kind="count", key=f"count {word} {n}", message=word, error=word, created_by=owner)
        db.add_all([batch, job])
        db.flush()
        db.add(
            ImportItem(
                batch_id=batch.id, position=0, key=word, source=word, payload={"url": f"https://{word}.example/"}
            )
        )
        user = User(name=f"Somebody {n}", name_key=f"somebody {n}", role="reader")
        db.add(user)
        db.flush()
        record = db.query(Capture.id).filter(Capture.revision_id == of).scalar() or 0
        link = make_link(db, user_id=user.id)
        sign_in(db, user_id=owner, days=1, agent=word)
        add_token(db, user_id=owner, name=word, scope="read")
        db.flush()
        return {
            "article_id": article, "annotation_id": claim.id, "claim_id": claim.id, "note_id": note.id,
            "source_id": source.id, "picture_id": picture.id, "capture_id": capture.id, "record_id": record, "speaker_id": speaker.id,
            "name_id": name.id, "rule_id": rule.id,
            **make_feed(db, owner, n, word),
            **make_told(db, owner, n, word),
            "sign_in_id": db.query(SignIn.id).order_by(SignIn.id.desc()).limit(1).scalar() or 0,
            "token_id": db.query(ApiToken.id).order_by(ApiToken.id.desc()).limit(1).scalar() or 0,
            "user_id": user.id, "number": 1, "batch_id": batch.id, "job_id": job.id, "token": link, "key": "article", "format": "jsonl",
            "name": f"a{claim.id}", "group": "__world__", "asset": "boot.js",
        }  # fmt: skip
