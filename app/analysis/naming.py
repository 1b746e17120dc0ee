"""Who a name, a description or a pronoun is, in languages without a parser: the fullest name written so far."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from app.analysis.languages import WORD, Lexicon
from app.analysis.model import Found

NAME, NOMINAL, PRONOUN = "name", "nominal", "pronoun"


@dataclass(slots=True)
class Mention:
    """Words that stand for somebody: where, of which kind, the name in them and the role beside it."""

    start: int
    end: int
    kind: str
    name: str
    role: str | None = None
    gender: str = ""


@dataclass(slots=True)
class Person:
    """Somebody who is named in full or has spoken."""

    name: str
    role: str | None = None
    gender: str = ""
    place: int = 0
    group: bool = False


@dataclass(slots=True)
class Names:
    """All full names of a text by their parts, and who spoke last."""

    lists: Lexicon
    full: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, Person] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    last: Person | None = None  # who spoke last
    human: Person | None = None  # and who of them has a name
    best: dict[tuple[str, ...], str] = field(default_factory=dict)

    def key(self, name: str) -> tuple[str, ...]:
        """What the cases of one name have in common."""
        return tuple(self.lists.stem(w) for w in WORD.findall(name))

    def add(self, place: int, name: str) -> None:
        """A full name, written at a place."""
        key = self.key(name)
        if len(key) < 2:
            return
        if len(name) < len(self.best.get(key, name + " ")):
            self.best[key] = name
        self.full.setdefault(key[-1], []).append((place, name))
        if key[0] != key[-1]:
            self.full.setdefault("^" + key[0], []).append((place, name))
        self.places.append(place)
        self.named.append(name)

    def fullest(self, name: str, place: int) -> str:
        """The full name that a surname or a case of the name stands for."""
        key = self.key(name)
        if not key:
            return name
        if len(key) > 1:
            longer = (n for at, n in self.full.get(key[-1], ())[-20:] if at < place and len(self.key(n)) > len(key))
            whole = next((n for n in longer if self.key(n)[-len(key) :] == key), name)
            return self.best.get(self.key(whole), whole)
        for part in (key[0], "^" + key[0]):
            known = self.full.get(part)
            if known:
                at = bisect_left(known, (place, ""))
                found = known[at - 1][1] if at else known[0][1]
                return self.best.get(self.key(found), found)
        return name

    def between(self, start: int, end: int) -> list[str]:
        """Full names written in a stretch."""
        a, b = bisect_left(self.places, start), bisect_left(self.places, end)
        return list(dict.fromkeys(self.best.get(self.key(n), n) for n in self.named[max(a, b - 5) : b]))

    def settle(self, find: Found, mention: Mention | None) -> None:
        """Write into a find who spoke, and remember it."""
        if mention is None:
            if find.speaker is None and self.last is not None:
                find.speaker, find.role, find.carried = self.last.name, self.last.role, True
                find.why.append(f"no name beside it: {self.last.name} spoke before")
                find.score -= 0.1
            return
        find.mention = mention.start, mention.end
        if mention.kind == PRONOUN:
            person = self._pronoun(mention)
        elif mention.kind == NOMINAL:
            person = self._nominal(mention)
        else:
            person = self._named(mention)
        if person is None:
            find.score -= 0.1
            return
        if person.name != mention.name:
            find.why.append(f"“{mention.name}” is {person.name}")
        person.gender = person.gender or mention.gender
        find.speaker, find.role = person.name, person.role
        self.last = person
        self.human = self.human if person.group else person
        person.place = mention.start

    def _named(self, mention: Mention) -> Person:
        name = self.fullest(mention.name, mention.start)
        person = self.people.setdefault(name, Person(name))
        if mention.role and not person.role:
            person.role = mention.role
        for word in WORD.findall((mention.role or "").casefold()):
            if self.lists.nominal(word):
                self.roles[self.lists.stem(word)] = person
        return person

    def _nominal(self, mention: Mention) -> Person:
        words = WORD.findall(mention.name.casefold())
        head = next((w for w in words if self.lists.nominal(w)), words[0] if words else "")
        if len(words) == 1 and self.lists.stem(head) in self.roles:
            return self.roles[self.lists.stem(head)]
        return self.people.setdefault(mention.name, Person(mention.name, group=True))

    def _pronoun(self, mention: Mention) -> Person | None:
        """The last speaker, or who was named since; nobody where two could be meant or it does not fit."""
        last = self.human
        since = [n for n in self.between(last.place + 1 if last else 0, mention.start) if not last or n != last.name]
        if len(since) > 1 or (not since and last is None):
            return None
        person = self.people.setdefault(since[0], Person(since[0])) if since else last
        gender = mention.gender
        fits = person and gender != "p" and not (gender and person.gender and gender != person.gender)
        return person if fits else None


def tidy(words: str) -> str:
    """A role as it is shown: in one line, without commas at its edges."""
    return re.sub(r"\s+", " ", words).strip(" ,;:.—–-")
