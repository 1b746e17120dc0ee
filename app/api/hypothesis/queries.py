"""What programs see: rows of all three kinds as one query, which is filtered, sorted and cut by the database. A search
takes a fixed number of statements however much it finds. Visibility comes from access.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    String,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import Subquery

from app.access import Person, kept_annotations, visible_articles, visible_notes, visible_outside
from app.api.hypothesis.edge import ROW_ID, WORLD, key_of, name_of
from app.articles.canonical import clean, variants
from app.errors import Invalid, NotFound
from app.models import (
    Annotation,
    Article,
    Capture,
    Note,
    NoteTag,
    OutsideNote,
    PostedTarget,
    Revision,
    RowFlag,
    Tag,
    User,
)

BY_PEOPLE = or_(Annotation.author_id.is_not(None), Annotation.engine.is_(None))
SORTS = ("created", "updated", "group", "id", "user")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST, FARTHEST = 200, 9800


def first() -> Any:
    """The id of the note that is one row with its annotation: its author's first, kept also when it is deleted."""
    note = aliased(Note)
    query = select(func.min(note.id)).where(note.annotation_id == Annotation.id, note.parent_id.is_(None))
    query = query.where(note.author_id.is_not_distinct_from(Annotation.author_id)).correlate(Annotation)
    return func.coalesce(query.scalar_subquery(), 0)


def flagged(condition: ColumnElement[bool]) -> Any:
    return case((condition, 1), else_=0)


def _rows(person: Person, own: str) -> Subquery:
    address = literal(f"{own}/articles/").concat(cast(Article.id, String))
    uri = func.coalesce(PostedTarget.uri, Article.canonical_url, address)
    newer = case((Note.updated_at > Annotation.updated_at, Note.updated_at), else_=Annotation.updated_at)
    passages = (
        select(
            literal("a").label("kind"), Annotation.id.label("id"), Annotation.created_at.label("created"),
            newer.label("updated"), Annotation.author_id.label("author_id"),
            flagged(or_(Annotation.visibility == "private", Note.visibility == "private")).label("private"),
            Annotation.article_id.label("article_id"), Annotation.id.label("annotation_id"), Note.id.label("note_id"),
            uri.label("uri"), func.coalesce(Note.body, "").label("body"), Annotation.exact.label("quote"),
            literal(0).label("reply"), literal("").label("tag_keys"), literal("").label("ref_keys"),
            literal("").label("page_keys"),
        )
        .join(Article, Article.id == Annotation.article_id)
        .outerjoin(Note, and_(Note.id == first(), Note.deleted_at.is_(None), visible_notes(person)))
        .outerjoin(PostedTarget, PostedTarget.annotation_id == Annotation.id)
        .where(BY_PEOPLE, kept_annotations(person), visible_articles(person))
    )  # fmt: skip
    stands = Annotation.id.is_not(None)
    notes = (
        select(
            literal("n"), Note.id, Note.created_at, Note.updated_at, Note.author_id,
            flagged(Note.visibility == "private"), Note.article_id, Annotation.id, Note.id, uri, Note.body,
            func.coalesce(Annotation.exact, PostedTarget.quote, ""),
            flagged(or_(Note.parent_id.is_not(None), and_(stands, BY_PEOPLE))), literal(""), literal(""), literal(""),
        )
        .join(Article, Article.id == Note.article_id)
        .outerjoin(Annotation, Annotation.id == Note.annotation_id)
        .outerjoin(PostedTarget, PostedTarget.note_id == Note.id)
        .where(Note.deleted_at.is_(None), visible_notes(person), visible_articles(person))
        .where(or_(not_(stands), kept_annotations(person)))
        .where(or_(not_(stands), not_(BY_PEOPLE), Note.parent_id.is_not(None), Note.id != first()))
    )  # fmt: skip
    o = OutsideNote
    outside = select(
        literal("o"), o.id, o.created_at, o.updated_at, o.author_id, flagged(o.visibility == "private"), null(), null(),
        null(), o.uri, o.body, o.quote, flagged(o.ref_keys != ""), o.tag_keys, o.ref_keys, o.keys,
    ).where(o.deleted_at.is_(None), visible_outside(person))  # fmt: skip
    return union_all(passages, notes, outside).subquery("rows")


def row(db: Session, person: Person, own: str, row_id: str) -> Row[Any]:
    """One of them. Raises NotFound where there is none, or none that the person may see."""
    found = ROW_ID.fullmatch(row_id)
    if found is None:
        raise NotFound
    rows = _rows(person, own)
    result = db.execute(select(rows).where(rows.c.kind == found[1], rows.c.id == int(found[2]))).first()
    if result is None:
        raise NotFound
    return result


# Which article an address is of


def article_ids(db: Session, person: Person, uris: Iterable[str], bases: Iterable[str]) -> list[int]:
    """The articles with one of these addresses: their own here, their canonical one, or else one they were captured at."""
    uris = [uri for uri in uris if uri]
    here = [int(found[1]) for uri in uris for base in bases
            if (found := re.match(re.escape(base.partition("://")[2]) + r"/articles/([1-9]\d{0,8})(?:[/?#]|$)",
                                  uri.partition("://")[2]))]  # fmt: skip
    addresses = {each for uri in uris for each in variants(uri)}
    named = or_(Article.id.in_(here), Article.canonical_url.in_(addresses))
    ids = list(db.scalars(select(Article.id).where(named, visible_articles(person)).order_by(Article.id)))
    if ids or not addresses:
        return ids
    like = or_(*(Capture.url.istartswith(each.partition("?")[0], autoescape=True) for each in addresses))
    query = select(Article.id, Capture.url).join(Revision, Revision.article_id == Article.id)
    query = query.join(Capture, Capture.revision_id == Revision.id).where(like, visible_articles(person))
    keys = {key_of(each) for each in addresses}
    return sorted({article_id for article_id, url in db.execute(query) if key_of(url or "") in keys})


# Search


@dataclass
class Wanted:
    """What is searched for, checked."""

    limit: int = 20
    offset: int = 0
    sort: str = "updated"
    order: str = "desc"
    after: str = ""
    separate: bool = False
    given: list[tuple[str, str]] = field(default_factory=list)  # the filters, which all must hold

    @classmethod
    def of(cls, params: Iterable[tuple[str, str]]) -> Wanted:
        """Of the parameters of an address; what is not known is passed over. Raises Invalid."""
        new = cls()
        for name, given in params:
            value = given.replace("\x00", "")
            match name:
                case "limit":
                    new.limit = _number(name, value, MOST)
                case "offset":
                    new.offset = _number(name, value, FARTHEST)
                case "sort":
                    new.sort = _one_of(name, value, SORTS)
                case "order":
                    new.order = _one_of(name, value, ("asc", "desc"))
                case "search_after":
                    new.after = value
                case "_separate_replies":
                    new.separate = value.lower() in ("true", "1", "yes", "on")
                case _ if value and name in FILTERS:
                    new.given.append((name, value))
        return new


FILTERS = {
    "uri",
    "url",
    "uri.parts",
    "wildcard_uri",
    "user",
    "group",
    "tag",
    "tags",
    "any",
    "quote",
    "references",
    "text",
}


def _number(name: str, value: str, most: int) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 9):
        raise Invalid(f'"{value}" is not a number', field=name)
    if int(value) > most:
        raise Invalid(f"{value} is greater than maximum value {most}", field=name)
    return int(value)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Invalid(f'"{value}" is not one of {", ".join(known)}', field=name)
    return value


@dataclass(frozen=True)
class Found:
    """`ties` are the microseconds that tell rows of the same moment apart, so that each has a place in the order."""

    total: int
    rows: list[Row[Any]]
    replies: list[Row[Any]]
    ties: Mapping[tuple[str, int], int]


def search(db: Session, person: Person, wanted: Wanted, *, own: str, bases: Iterable[str]) -> Found:
    rows = _rows(person, own)
    at = rows.c.created if wanted.sort == "created" else rows.c.updated
    tie = (func.row_number().over(partition_by=at, order_by=(rows.c.kind, rows.c.id)) - 1).label("tie")
    query = select(rows, tie, User.name.label("author")).outerjoin(User, User.id == rows.c.author_id)
    for name, value in wanted.given:
        query = query.where(_condition(db, person, rows, name, value, list(bases)))
    if wanted.separate:
        query = query.where(rows.c.reply == 0)
    found = query.subquery("found")
    keys: list[Any] = [found.c.kind, found.c.id]
    if wanted.sort == "user":
        keys = [func.coalesce(found.c.author, ""), *keys]
    elif wanted.sort in ("created", "updated"):
        keys = [_micros(db, found.c[wanted.sort]) + found.c.tie]
    page = select(found).order_by(*(key.asc() if wanted.order == "asc" else key.desc() for key in keys))
    if wanted.after:
        here, there = _position(wanted, keys)
        page = page.where(here > there if wanted.order == "asc" else here < there)
    result = db.execute(page.offset(wanted.offset).limit(wanted.limit)).all()
    total = db.scalar(select(func.count()).select_from(found)) or 0
    replies = list(db.execute(_replies(rows, result))) if wanted.separate and result else []
    return Found(total, list(result), replies, {(each.kind, each.id): each.tie for each in result})


def _replies(rows: Subquery, above: Iterable[Row[Any]]) -> Any:
    """At most MOST of the replies to these rows, oldest first."""
    query = select(rows).where(_below(rows, [(each.kind, each.id) for each in above]))
    return query.order_by(rows.c.created, rows.c.kind, rows.c.id).limit(MOST)


def _micros(db: Session, column: Any) -> Any:
    """A time as a number: microseconds since 1970."""
    if db.get_bind().dialect.name == "sqlite":
        seconds = cast(func.strftime("%s", column), BigInteger) * 1_000_000
        return seconds + cast(func.substr(cast(column, String), 21, 6), BigInteger)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def _position(wanted: Wanted, keys: list[Any]) -> tuple[Any, Any]:
    if wanted.sort in ("created", "updated"):
        try:
            time = datetime.fromisoformat(wanted.after.strip().replace(" ", "+"))
            time = time if time.tzinfo else time.replace(tzinfo=UTC)
            return keys[0], (time - EPOCH) // timedelta(microseconds=1)
        except (ValueError, OverflowError):
            pass
        if re.fullmatch(r"\d{1,15}(\.\d+)?", wanted.after):  # milliseconds since 1970
            return keys[0], int(float(wanted.after) * 1000)
        raise Invalid(f'"{wanted.after}" is not a date', field="search_after")
    if wanted.sort == "user":
        return keys[0], literal(name_of(wanted.after))
    found = ROW_ID.fullmatch(wanted.after)
    if found is None:
        raise Invalid("this is not the id of a row", field="search_after")
    return tuple_(*keys), tuple_(literal(found[1]), literal(int(found[2])))


def _condition(
    db: Session, person: Person, rows: Subquery, name: str, value: str, bases: list[str]
) -> ColumnElement[bool]:
    c, found = rows.c, ROW_ID.fullmatch(value)
    texts = {"quote": (c.quote,), "text": (c.body,), "uri.parts": (c.uri,), "any": (c.body, c.quote, c.uri)}
    if name in ("uri", "url"):
        same = {value, clean(value), *variants(value)}
        ids = article_ids(db, person, [value], bases)
        listed = c.page_keys.contains(f"\n{key_of(value)}\n", autoescape=True)
        condition = or_(c.article_id.in_(ids), c.uri.in_(same), listed)
    elif name == "wildcard_uri":
        pattern = re.sub(r"([\\%])", r"\\\1", value).replace("*", "%").replace("?", "_")
        condition = or_(c.uri.ilike(pattern, escape="\\"), c.uri == value)
    elif name == "user":
        condition = c.author_id.in_(select(User.id).where(User.name_key == name_of(value).strip().casefold()))
    elif name == "group":
        condition = true() if value == WORLD else false()
    elif name in ("tag", "tags"):
        condition = _tagged(rows, value, whole=True)
    elif name == "references":
        condition = _below(rows, [(found[1], int(found[2]))]) if found else false()
    else:
        quoted = re.findall(r'"([^"]+)"|([^\s"]+)', value)  # "some words" stand so, in this order
        words = re.findall(r"\w+", value) if name == "uri.parts" else [a or b for a, b in quoted] or [value]
        condition = and_(true(), *(_holds(rows, texts[name], word, name == "any") for word in words))
    return condition


def _holds(rows: Subquery, columns: Iterable[Any], word: str, tags: bool) -> ColumnElement[bool]:
    found = [each.icontains(word, autoescape=True) for each in columns]
    return or_(*found, _tagged(rows, word)) if tags else or_(*found)


def _tagged(rows: Subquery, given: str, *, whole: bool = False) -> ColumnElement[bool]:
    name = given.strip().casefold()
    like = Tag.name == name if whole else Tag.name.contains(name, autoescape=True)
    notes = select(NoteTag.note_id).join(Tag, Tag.id == NoteTag.tag_id).where(like)
    line = f"\n{name}\n" if whole else name
    return or_(rows.c.note_id.in_(notes), rows.c.tag_keys.contains(line, autoescape=True))


def _below(rows: Subquery, above: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """That a row is an answer to one of these, or an answer to an answer."""
    ids: dict[str, list[int]] = {"a": [], "n": [], "o": []}
    for kind, number in above:
        ids[kind].append(number)
    tree = select(Note.id).where(Note.parent_id.in_(ids["n"])).cte(recursive=True)
    deeper = select(Note.id).join(tree, Note.parent_id == tree.c.id)
    below = select(tree.union(deeper).c.id)
    c = rows.c
    found = [and_(c.kind == "n", c.reply == 1, or_(c.annotation_id.in_(ids["a"]), c.id.in_(below)))]
    found += [c.ref_keys.contains(f"\no{number}\n", autoescape=True) for number in ids["o"]]
    return or_(*found)


def posted(db: Session, kind: str, number: int) -> PostedTarget | None:
    on = PostedTarget.annotation_id if kind == "a" else PostedTarget.note_id
    return db.scalars(select(PostedTarget).where(on == number)).first()


def flags(db: Session, row_id: str, kind: str, user_id: int | None = None) -> list[RowFlag]:
    query = select(RowFlag).where(RowFlag.row == row_id, RowFlag.kind == kind)
    return list(db.scalars(query if user_id is None else query.where(RowFlag.user_id == user_id)))


def members(db: Session, offset: int, limit: int) -> tuple[int, list[User]]:
    """Everybody who has an account that is open."""
    open_ = User.disabled_at.is_(None)
    total = db.scalar(select(func.count()).select_from(User).where(open_)) or 0
    return total, list(db.scalars(select(User).where(open_).order_by(User.id).offset(offset).limit(limit)))


def first_note(db: Session, annotation: Annotation) -> Note | None:
    """The note that is one row with its annotation, also where it is deleted."""
    return db.scalars(select(Note).join(Annotation, Annotation.id == annotation.id).where(Note.id == first())).first()
