"""Rules of a person: what is taken in by itself when a feed lists it. They compare words without case and accents; nobody
writes a pattern. A rule is for what comes after it was made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.access import Person, visible_speakers
from app.errors import Invalid
from app.feeds.markup import plain
from app.models import Feed, FeedItem, FeedRule, Speaker, SpeakerName
from app.search import terms
from app.speakers.actions import checked_name, known

KINDS = (("site", "The site is"), ("words", "The words stand in it"), ("speaker", "It names the speaker"))
LONGEST, MOST = 200, 200
_WORDS = re.compile(r"[^\W_]+")
_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff]")  # scripts that part no words
_HOST = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(:\d+)?")


def folded(text: str) -> str:
    """The words of a text between spaces, without case and accents: " la nina returns "."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return f" {' '.join(_WORDS.findall(bare))} "


def stands_in(words: str, text: str, *, prefix: bool = False) -> bool:
    """Whether these words stand side by side in a `folded` text; with `prefix` the last may go on."""
    sought = folded(words).rstrip() if prefix else folded(words)
    if _UNPARTED.search(words):
        return sought.replace(" ", "") in text.replace(" ", "")
    return bool(sought.strip()) and sought in text


def site_of(address: str) -> str:
    """The host of an address, without "www."; what has no scheme is taken for one."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return ""
    return parts.netloc.lower().removeprefix("www.")


def matcher(db: Session, rule: FeedRule) -> Callable[[FeedItem], bool]:
    """What tells whether a rule asks for an item."""
    if rule.kind == "site":
        return lambda item: f".{site_of(item.url)}".endswith(f".{rule.pattern}")
    if rule.kind == "speaker":
        names = _names(db, rule.pattern)
        return lambda item: any(stands_in(name, _text(item)) for name in names)
    wanted = terms.parse(rule.pattern)
    return lambda item: bool(wanted) and all(stands_in(t.typed, _text(item), prefix=t.prefix) for t in wanted)


def _text(item: FeedItem) -> str:
    return folded(f"{item.title} \n {item.summary}")


def _names(db: Session, name: str) -> set[str]:
    """All that the speaker of this name is called by now."""
    speaker = known(db, name)
    if speaker is None:
        return {name}
    others = select(SpeakerName.name).where(SpeakerName.speaker_id == speaker.id)
    return {name, speaker.name, *db.scalars(others)}


def asked_for(db: Session, feed: Feed, items: Sequence[FeedItem]) -> list[FeedItem]:
    """Those of the new items that a rule asks for; each says by which."""
    of_feed = or_(FeedRule.feed_id.is_(None), FeedRule.feed_id == feed.id)
    rules = db.scalars(select(FeedRule).where(FeedRule.user_id == feed.user_id, of_feed).order_by(FeedRule.id)).all()
    tests = [(rule, matcher(db, rule)) for rule in rules] if items else []
    for item in items:
        rule = next((rule for rule, test in tests if test(item)), None)
        item.why = f"{dict(KINDS)[rule.kind]}: {rule.pattern}" if rule else ""
    return [item for item in items if item.why]


def add_rule(db: Session, *, person: Person, feed: Feed | None, kind: str, pattern: str) -> FeedRule:
    """The rule, or the one that says the same. Raises Invalid."""
    if kind not in dict(KINDS):
        raise Invalid("Choose what the rule looks at.", field="kind")
    if len(pattern) > LONGEST:
        raise Invalid(f"At most {LONGEST} characters.", field="pattern")
    pattern = _checked(db, person, kind, plain(pattern))
    of_feed = FeedRule.feed_id == feed.id if feed else FeedRule.feed_id.is_(None)
    mine = select(FeedRule).where(FeedRule.user_id == person.id)
    if there := db.scalars(mine.where(of_feed, FeedRule.kind == kind, FeedRule.pattern == pattern)).first():
        return there
    if (db.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
        raise Invalid(f"You have {MOST} rules, the most there can be.", field="pattern")
    rule = FeedRule(user_id=person.id, feed_id=feed.id if feed else None, kind=kind, pattern=pattern)
    db.add(rule)
    db.flush()
    return rule


def _checked(db: Session, person: Person, kind: str, pattern: str) -> str:
    if kind == "site":
        site = site_of(pattern)
        if not _HOST.fullmatch(site):
            raise Invalid("Give a site such as example.org.", field="pattern")
        return site
    if kind == "speaker":
        speaker = known(db, checked_name(pattern, "pattern"))
        seen = select(Speaker.id).where(Speaker.id == (speaker.id if speaker else 0), visible_speakers(person))
        if speaker is None or db.scalar(seen) is None:
            raise Invalid("Nobody in the library is called so. The page Speakers lists who is.", field="pattern")
        return speaker.name
    if not terms.parse(pattern):
        raise Invalid("Give one word or more; “words in quotation marks” have to stand side by side.", field="pattern")
    return pattern


def remove_rule(db: Session, *, rule: FeedRule) -> None:
    """What it has taken in stays."""
    db.delete(rule)
    db.flush()
