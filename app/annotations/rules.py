"""Rules of a site: what a person has said is never a find there. They compare words, casefolded, in one pass; nobody
writes a pattern. A rule holds finds back and gives them free again when it is removed; people's decisions stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.access import Person
from app.errors import Invalid
from app.models import PUNCTUATION, Annotation, Article, Note, SiteRule, Source, User, Verdict, now
from app.search import actions as search

SHORTEST, LONGEST = 3, 300  # of a pattern, in characters
FIRST_WORDS = 4  # offered as the beginning
LONGEST_NOTE = 500
SHOWN = 100


def plain(words: str) -> str:
    """How words are compared: without case, extra white space, and punctuation at the ends."""
    return " ".join(words.casefold().split()).strip(PUNCTUATION)


def beginning(words: str) -> str:
    return " ".join(words.split()[:FIRST_WORDS]).strip(PUNCTUATION)


def fresh() -> ColumnElement[bool]:
    """A find on which no person has decided or built: it stands as it was found, or a rule of the site holds it back."""
    built_on = (exists().where(table.annotation_id == Annotation.id) for table in (Note, Source, Verdict))
    as_found = or_(Annotation.status == "found", Annotation.site_rule_id.is_not(None))
    by_program = and_(Annotation.author_id.is_(None), Annotation.engine.is_not(None), Annotation.decided_by.is_(None))
    return and_(by_program, as_found, Annotation.deleted_at.is_(None), *(~each for each in built_on))


def rules_of(db: Session, site: str) -> Sequence[SiteRule]:
    return db.scalars(select(SiteRule).where(SiteRule.site == site).order_by(SiteRule.id)).all() if site else ()


def holding_back(rules: Iterable[SiteRule], kind: str, exact: str, cue: str, rule: str) -> SiteRule | None:
    """The first of the rules that this find comes under."""
    words = plain(exact[: 4 * LONGEST])  # longer than any pattern
    whole = len(exact) <= 4 * LONGEST
    for each in rules:
        if each.kind == kind and (
            (each.match == "exact" and whole and words == each.pattern)
            or (each.match == "begins" and _begins(words, each.pattern))
            or (each.match == "cue" and plain(cue) == each.pattern)
            or (each.match == "rule" and rule == each.pattern)
        ):
            return each
    return None


def _begins(words: str, pattern: str) -> bool:
    """With whole words, in scripts that part them: what begins with "photo" need not begin with "photographs"."""
    parted = pattern[-1:] < "\u2e80"
    return words.startswith(pattern) and not (parted and words[len(pattern) : len(pattern) + 1].isalnum())


def ways(find: Annotation) -> list[tuple[str, str]]:
    """The kinds of rule that can be made of a find, each with the words that say what it does."""
    kinds = {"quote": "quotes", "claim": "claims"}.get(find.kind, "")
    words = find.exact if len(find.exact) <= SHOWN else f"{find.exact[:SHOWN].rstrip()} …"
    possible = [
        ("exact", f"These words alone: “{words}”", SHORTEST <= len(plain(find.exact)) <= LONGEST),
        ("begins", f"All {kinds} that begin with the words below", len(plain(beginning(find.exact))) >= SHORTEST),
        ("cue", f"All {kinds} found by “{find.cue}”", bool(plain(find.cue))),
        ("rule", f"All {kinds} found by the program's rule “{find.rule}”", bool(find.rule)),
    ]
    return [(match, label) for match, label, can_be in possible if can_be and kinds]


def rule_of(find: Annotation, *, site: str, match: str, words: str, note: str) -> SiteRule:
    """The rule that a person asks for, not yet kept. Raises Invalid."""
    if not site or match not in dict(ways(find)):
        raise Invalid("No such rule can be made of this find.", field="match")
    pattern = {"exact": plain(find.exact), "begins": plain(words), "cue": plain(find.cue), "rule": find.rule}[match]
    if match == "begins" and not (SHORTEST <= len(pattern) <= LONGEST and _begins(plain(find.exact), pattern)):
        raise Invalid(f"Give {SHORTEST} or more characters with which this find begins.", field="words")
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"A reason has at most {LONGEST_NOTE} characters.", field="note")
    return SiteRule(site=site, kind=find.kind, match=match, pattern=pattern, note=note)


def add_rule(db: Session, rule: SiteRule, person: Person) -> tuple[SiteRule, int]:
    """The rule, or the one that says the same already, and how many finds it newly holds back."""
    wanted = ("site", "kind", "match", "pattern")
    same = select(SiteRule).where(*(getattr(SiteRule, name) == getattr(rule, name) for name in wanted))
    if there := db.scalars(same).first():
        return there, 0
    rule.created_by = person.id
    db.add(rule)
    db.flush()
    return rule, _hold_back(db, rule)


def _hold_back(db: Session, rule: SiteRule) -> int:
    query = select(Annotation.id, Annotation.article_id, Annotation.exact, Annotation.cue, Annotation.rule)
    query = query.join(Article, Article.id == Annotation.article_id)
    query = query.where(Article.site == rule.site, Annotation.kind == rule.kind, Annotation.status == "found", fresh())
    rows = [row for row in db.execute(query) if holding_back([rule], rule.kind, row.exact, row.cue, row.rule)]
    _change(db, rows, {rule.id: [row.id for row in rows]})
    return len(rows)


def remove_rule(db: Session, rule: SiteRule) -> int:
    """How many finds came back: not those that another rule holds back too."""
    columns = (Annotation.id, Annotation.article_id, Annotation.exact, Annotation.cue, Annotation.rule)
    rows = db.execute(select(*columns).where(Annotation.site_rule_id == rule.id)).all()
    others = [each for each in rules_of(db, rule.site) if each.id != rule.id]
    under: dict[int | None, list[int]] = {}
    for row in rows:
        other = holding_back(others, rule.kind, row.exact, row.cue, row.rule)
        under.setdefault(other.id if other else None, []).append(row.id)
    _change(db, rows, under)
    db.delete(rule)
    db.flush()
    return len(under.get(None, ()))


def _change(db: Session, rows: Sequence[Any], under: dict[int | None, list[int]]) -> None:
    """Puts finds under rules, or None; the articles first, in one order: that is the lock all writers take."""
    articles = sorted({row.article_id for row in rows})
    raised = {"annotation_version": Article.annotation_version + 1}
    for article_id in articles:
        db.execute(update(Article).where(Article.id == article_id).values(**raised))
    for rule_id, ids in under.items():
        values = {"site_rule_id": rule_id, "status": "dismissed" if rule_id else "found", "updated_at": now()}
        for begin in range(0, len(ids), 500):
            some = update(Annotation).where(Annotation.id.in_(ids[begin : begin + 500]))
            some = some.where(Annotation.decided_by.is_(None))
            db.execute(some.values(version=Annotation.version + 1, **values))
    db.expire_all()
    search.index_those(db, [row.id for row in rows])


@dataclass(frozen=True)
class Listed:
    """A rule with who made it, and how many finds it holds back."""

    rule: SiteRule
    author: str
    held: int


def listed(db: Session) -> list[Listed]:
    """All rules, by site."""
    held = select(Annotation.site_rule_id, func.count().label("held"))
    held = held.join(Article, Article.id == Annotation.article_id).where(Article.deleted_at.is_(None))
    counts = held.group_by(Annotation.site_rule_id).subquery()
    query = select(SiteRule, User.name, func.coalesce(counts.c.held, 0)).outerjoin(User, User.id == SiteRule.created_by)
    query = query.outerjoin(counts, counts.c.site_rule_id == SiteRule.id)
    rows = db.execute(query.order_by(func.lower(SiteRule.site), SiteRule.site, SiteRule.id))
    return [Listed(rule, name or "somebody", number) for rule, name, number in rows]
