"""What the kinds of jobs leave in an article: quotes and claims, pictures."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from sqlalchemy import func, select

from app import files, jobs
from app.db import Database
from app.handlers import HANDLERS
from app.logs import set_up_logs
from app.models import Annotation, Article, Job, Picture, Revision, now
from app.settings import Settings
from app.worker import Worker

TEXT = "Mayor Ilse Brandt resigned on Monday.\n“I have done what I could for this town,” Brandt said."


class Photographs(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        written = io.BytesIO()
        Image.new("RGB", (2000, 1000), "teal").save(written, "JPEG")
        body = {"/photo.jpg": written.getvalue(), "/fake.jpg": b"<svg onload='alert(1)'/>"}.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is its own."""


@pytest.fixture
def photographs() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Photographs) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def revision(database: Database, settings: Settings) -> Revision:
    set_up_logs(settings)
    with database.write() as db:
        article = Article(title="Mayor resigns", sort_at=now(), text_sha256="0" * 64, language="en")
        db.add(article)
        db.flush()
        blocks = [["p", 0, 37], ["p", 38, len(TEXT)]]
        revision = Revision(
            article_id=article.id, number=1, text=TEXT, text_sha256="0" * 64, blocks=blocks, title=article.title
        )
        db.add(revision)
    return revision


def work_off(database: Database) -> None:
    worker = Worker(database, HANDLERS)
    while worker.step():
        pass


def test_analysis_marks_an_article_and_again_marks_it_the_same(database: Database, revision: Revision):
    found = []
    for _ in range(2):
        with database.write() as db:
            jobs.enqueue_analysis(db, article_id=revision.article_id, revision_id=revision.id)
        work_off(database)
        with database.read() as db:
            assert [(job.state, job.error) for job in db.scalars(select(Job))] == [("done", "")]
            spans = db.execute(select(Annotation.kind, Annotation.start, Annotation.end).order_by(Annotation.start))
            found.append([tuple(span) for span in spans])
    assert found[0] == found[1]
    quotes = [TEXT[start:end] for kind, start, end in found[0] if kind == "quote"]
    assert any("I have done what I could for this town" in quote for quote in quotes)


def test_pictures_are_brought_here_and_one_that_cannot_be_had_says_why(
    database: Database, revision: Revision, settings: Settings, photographs: str
):
    elsewhere = "http://127.0.0.1:9/private.jpg"
    urls = [f"http://{photographs}/{name}" for name in ("photo.jpg", "fake.jpg", "gone.jpg")] + [elsewhere]
    with database.write() as db:
        db.add_all(Picture(revision_id=revision.id, position=n, url=url) for n, url in enumerate(urls))
        jobs.enqueue_pictures(db, article_id=revision.article_id, revision_id=revision.id)
    reaching = Database(replace(settings, fetch_allow=frozenset({photographs})))
    work_off(reaching)
    reaching.close()
    with database.read() as db:
        photo, fake, gone, private = db.scalars(select(Picture).order_by(Picture.position))
        assert db.scalar(select(func.count()).where(Job.state == "done")) == 1
        assert db.get_one(Article, revision.article_id).annotation_version == 2
    assert (photo.media_type, photo.width, photo.height, photo.error) == ("image/webp", 1600, 800, "")
    assert Image.open(io.BytesIO(files.get(settings.files, photo.sha256))).size == (1600, 800)
    assert (fake.sha256, gone.sha256, private.sha256) == (None, None, None)
    assert "not a picture" in fake.error
    assert "404" in gone.error
    assert "private network" in private.error


def test_an_analysis_of_what_is_gone_fails_with_a_reason(database: Database):
    with database.write() as db:
        job_id = jobs.enqueue(db, "analyze", article_id=None, key="gone", payload={"revision_id": 99}).id
    work_off(database)
    with database.read() as db:
        assert db.get_one(Job, job_id).error == "The text this was for is no longer there."
