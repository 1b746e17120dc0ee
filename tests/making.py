"""Articles for tests: plain functions with a default for everything."""

from __future__ import annotations

from app.articles.actions import add_article, add_capture
from app.db import Database
from app.extract import document
from app.models import Revision

PARAGRAPHS = (
    "The harbour of Port Ilse took in at least four million crates last year, the customs office says.",
    "\u201cWe have never counted so many,\u201d said Maren Oduya, head of the office, on Monday. \u201cNever.\u201d",
    "Traders doubt it. \U0001f6a2 They say that half of the crates were counted twice, and that the office knows.",
)


def make_article(database: Database, *, title: str = "Crates", paragraphs: tuple[str, ...] = PARAGRAPHS) -> int:
    """The id of an article that the program took in; its text is the paragraphs, joined by line breaks."""
    understood = document.Document(title=title, paragraphs=[document.Paragraph("p", text) for text in paragraphs])
    with database.write() as db:
        capture = add_capture(db, person=None, kind="paste", data="\n\n".join(paragraphs).encode(), document=understood)
        return add_article(db, person=None, capture=capture, document=understood).id


def text_of(database: Database, article_id: int) -> str:
    with database.read() as db:
        return db.query(Revision.text).filter(Revision.article_id == article_id).scalar() or ""


def passage(text: str, words: str) -> dict[str, str | int]:
    """What the browser posts for a selection: the first place of the words."""
    start = text.index(words)
    end = start + len(words)
    return {
        "start": start,
        "end": end,
        "exact": words,
        "prefix": text[max(0, start - 32) : start],
        "suffix": text[end : end + 32],
    }
