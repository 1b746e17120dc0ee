"""What our JSON API answers, with an example of each. Times are UTC; offsets are Unicode code points, half open."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Reading = Literal["unread", "changed", "read"]
Kind = Literal["quote", "claim", "highlight"]
QuoteKind = Literal["direct", "indirect", "mixed"]
Status = Literal["found", "confirmed", "dismissed"]
Visibility = Literal["all", "private"]
Stance = Literal["supports", "refutes", "context"]
VerdictName = Literal["unverified", "supported", "refuted", "mixed", "unverifiable"]
ClaimType = Literal[
    "statistic", "record", "event", "causal", "comparison", "prediction", "position", "accusation", "law"
]


def example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


_ARTICLE: dict[str, Any] = {
    "id": 3, "page": "https://quotidian.example/articles/3", "url": "https://wire.example/crates",
    "title": "Port counts its crates", "site": "Wire", "authors": ["Ada Kern"], "published": "2026-03-02",
    "language": "en", "first_words": "The harbour took in four million crates …", "words": 412, "revision": 2,
    "reading": "changed", "tags": ["harbour"], "quotes": 3, "claims": 2, "open_claims": 1, "notes": 1, "sources": 0,
    "copies": 0, "analysis": "done", "added_at": "2026-03-02T09:00:00Z", "added_by": "ada", "deleted_at": None,
}  # fmt: skip
_ANNOTATION: dict[str, Any] = {
    "id": 12, "page": "https://quotidian.example/articles/3#m-12-0", "article_id": 3, "revision": 2, "kind": "claim",
    "start": 0, "end": 44, "exact": "The harbour took in four million crates last", "prefix": "", "suffix": " year.",
    "spans": [], "status": "confirmed", "visibility": "all", "author": "ada", "engine": None, "score": None, "why": "",
    "quote_kind": None, "mood": "", "speaker": {"id": 5, "name": "Maren Oduya"}, "role": "harbour master", "cue": "",
    "types": ["statistic"], "hedged": False, "figures": [], "verdict": "unverified", "version": 1,
    "created_at": "2026-03-02T09:10:00Z", "updated_at": "2026-03-02T09:10:00Z", "deleted_at": None,
}  # fmt: skip
_NOTE: dict[str, Any] = {
    "id": 7, "page": "https://quotidian.example/articles/3#note-7", "article_id": 3, "annotation_id": 12,
    "parent_id": None, "author": "ada", "body": "Counted **twice**?", "tags": ["check"], "visibility": "all",
    "version": 1, "created_at": "2026-03-02T09:20:00Z", "updated_at": "2026-03-02T09:20:00Z", "deleted_at": None,
}  # fmt: skip
_SOURCE: dict[str, Any] = {
    "id": 2, "annotation_id": 12, "position": 0, "url": "https://customs.example/yearbook", "title": "Yearbook",
    "stance": "refutes", "excerpt": "3.1 million crates", "comment": "", "author": "ada", "version": 1,
    "created_at": "2026-03-02T09:30:00Z", "deleted_at": None,
}  # fmt: skip
_SPEAKER: dict[str, Any] = {
    "id": 5, "page": "https://quotidian.example/speakers/5", "name": "Maren Oduya", "role": "harbour master",
    "quotes": 4, "claims": 1, "articles": 2,
}  # fmt: skip


class Page(BaseModel):
    """A page of a list. `next` is the address of the following one, and null at the end; the Link header says it too."""

    next: str | None


class Article(BaseModel):
    """`published` is as stated, with a zone only where one was; `reading` is that of the token's owner; `analysis` is
    queued, running, done, failed, cancelled or null."""

    model_config = example(**_ARTICLE)
    id: int
    page: str
    url: str | None
    title: str
    site: str
    authors: list[str]
    published: str | None
    language: str
    first_words: str
    words: int
    revision: int
    reading: Reading
    tags: list[str]
    quotes: int
    claims: int
    open_claims: int
    notes: int
    sources: int
    copies: int
    analysis: str | None
    added_at: datetime
    added_by: str | None
    deleted_at: datetime | None


class Articles(Page):
    items: list[Article]


class Change(BaseModel):
    """Words of the text or title as they were and as they are; one side is empty where a paragraph came in or went."""

    what: Literal["text", "title"]
    before: str
    after: str


class Revision(BaseModel):
    """A text as it once was; it never changes. `cause` is why it was looked for, empty for the first. `added` and
    `removed` count words, `changes` are the first of what changed; `silent`: a quote or a figure changed, and its page
    does not say that it was updated."""

    article_id: int
    number: int
    title: str
    authors: list[str]
    site: str
    published: str | None
    updated: str | None
    dateline: str
    language: str
    text_sha256: str
    cause: str
    added: int
    removed: int
    silent: bool
    changes: list[Change]
    created_at: datetime


class Block(BaseModel):
    """A paragraph: p, h2, li, ... text[start:end]."""

    type: str
    start: int
    end: int


class RevisionText(Revision):
    text: str
    blocks: list[Block]
    headline_variants: list[str]


class Revisions(Page):
    items: list[Revision]


class Named(BaseModel):
    id: int
    name: str


class Annotation(BaseModel):
    """A passage and what it is, on the revision `revision`. `author` is null for what the program found: then `engine`,
    `score` and `why` say more. `version` goes up with each change."""

    model_config = example(**_ANNOTATION)
    id: int
    page: str
    article_id: int
    revision: int
    kind: Kind
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    spans: list[tuple[int, int]]
    status: Status
    visibility: Visibility
    author: str | None
    engine: str | None
    score: float | None
    why: str
    quote_kind: QuoteKind | None
    mood: str
    speaker: Named | None
    role: str
    cue: str
    types: list[str]
    hedged: bool
    figures: list[dict[str, Any]]
    verdict: VerdictName
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class Annotations(Page):
    items: list[Annotation]


class Note(BaseModel):
    """`body` is Markdown. A reply has a `parent_id`."""

    model_config = example(**_NOTE)
    id: int
    page: str
    article_id: int
    annotation_id: int | None
    parent_id: int | None
    author: str | None
    body: str
    tags: list[str]
    visibility: Visibility
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class Thread(Note):
    model_config = example(**_NOTE, replies=[])
    replies: list[Thread]


class Threads(Page):
    items: list[Thread]


class Source(BaseModel):
    model_config = example(**_SOURCE)
    id: int
    annotation_id: int
    position: int
    url: str
    title: str
    stance: Stance
    excerpt: str
    comment: str
    author: str | None
    version: int
    created_at: datetime
    deleted_at: datetime | None


class Sources(Page):
    items: list[Source]


class Verdict(BaseModel):
    model_config = example(
        id=4,
        annotation_id=12,
        verdict="refuted",
        reason="See the yearbook.",
        author="ada",
        created_at="2026-03-02T10:00:00Z",
    )
    id: int
    annotation_id: int
    verdict: VerdictName
    reason: str
    author: str | None
    created_at: datetime


class Verdicts(Page):
    items: list[Verdict]


class Speaker(BaseModel):
    """What is counted is what the token's owner may see; `role` is the one last seen."""

    model_config = example(**_SPEAKER)
    id: int
    page: str
    name: str
    role: str
    quotes: int
    claims: int
    articles: int


class SpeakerWithNames(Speaker):
    model_config = example(**_SPEAKER, names=["M. Oduya"], version=2)
    names: list[str]
    version: int


class Speakers(Page):
    items: list[Speaker]


class Words(BaseModel):
    """A piece of a snippet; `hit`: it is what was looked for."""

    text: str
    hit: bool


class Hit(BaseModel):
    """An annotation or a note that was found; `who` is its speaker or author."""

    kind: Kind | Literal["note"]
    page: str
    who: str
    words: list[Words]


class Found(BaseModel):
    """An article in which something was found, with the best of its hits; `more` were found beside them."""

    article_id: int
    page: str
    site: str
    title: list[Words]
    words: list[Words]
    hits: list[Hit]
    more: int


class Results(Page):
    """`total` counts articles; where `capped` is true there may be more."""

    items: list[Found]
    total: int
    capped: bool


class Problem(BaseModel):
    """What went wrong (RFC 9457). Each of `errors` has a `pointer` into the body, or names a `parameter` or `header`."""

    model_config = example(
        type="/api/quotidian/v1/docs#problem-422", title="Something in the request cannot be taken", status=422,
        detail="A quote is direct, indirect or mixed.",
        errors=[{"detail": "A quote is direct, indirect or mixed.", "pointer": "/quote_kind"}],
    )  # fmt: skip
    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
