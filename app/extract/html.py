"""A web page -> Document. First form."""

from __future__ import annotations

from app.extract.document import Document, NotAnArticle, Paragraph
from app.extract.language import detect


def read_html(text: str, *, url: str | None = None) -> Document:
    """The article in a page. Raises NotAnArticle."""
    import trafilatura

    found = trafilatura.bare_extraction(text, url=url, favor_precision=True, with_metadata=True)
    body = (getattr(found, "text", None) or "").strip()
    if not body:
        raise NotAnArticle("No article was found on this page.")
    return Document(
        title=getattr(found, "title", None),
        paragraphs=tuple(Paragraph("p", line.strip()) for line in body.splitlines() if line.strip()),
        language=detect(body),
        canonical_url=url,
    )
