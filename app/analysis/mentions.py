"""The table of who is who in an article: people with full name, gender and role, organisations with their short forms.

Everything comes out of the article itself and small word lists; nothing is looked up elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.analysis import grammar, lexicon
from app.analysis.roles import role_of
from app.analysis.syntax import Sentence, Token

ACRONYM = re.compile(r"\s\(([A-Z]{2,8})\)")

Named = tuple[list[Token], list[str]]


@dataclass(slots=True)
class Person:
    """A person of the article; `places` are the starts of the mentions by name."""

    name: str
    gender: str = ""
    role: str | None = None
    places: list[int] = field(default_factory=list)
    votes: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> str:
        return self.name.split()[-1].lower()


@dataclass(slots=True)
class Body:
    """An organisation, place or work: its fullest name, where it is named, and what it is said to be."""

    name: str
    label: str
    places: list[int] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Table:
    """All people and bodies, the short forms of bodies, and what bodies are said to be ("newspaper")."""

    people: list[Person]
    bodies: list[Body]
    short: dict[str, str]
    kinds: set[str] = field(default_factory=set)

    def person(self, words: Sequence[str], before: int | None = None) -> Person | None:
        """The person whose name ends with (or is begun by) these words; the one named last before an offset first."""
        want = [w.lower() for w in words]
        fits = [p for p in self.people if _names(p.name, want)]
        if not fits:
            return None
        if before is None or len(fits) == 1:
            return fits[0]
        return max(fits, key=lambda p: max((x for x in p.places if x <= before), default=-1))


def _names(full: str, want: list[str]) -> bool:
    have = full.lower().split()
    return (
        have[-len(want) :] == want
        or have[: len(want)] == want
        or (len(want) > 1 and have[0] == want[0] and have[-1] == want[-1])
    )


def build(text: str, sentences: Sequence[Sentence]) -> Table:
    """Read all names of an article into a table."""
    people: list[Named] = []
    headlines: list[Named] = []
    bodies: dict[str, Body] = {}
    ends: dict[int, str] = {}
    for sentence in sentences:
        headline: bool | None = None
        for run in runs(sentence):
            label = run[0].ent[2:]
            words = clean(run)
            if not words:
                continue
            if label == "PERSON" and _organised(run, words):
                label = "ORG"
            if label == "PERSON" or known_first(words, label):
                headline = _headline(sentence) if headline is None else headline
                (headlines if headline else people).append((run, words))
            elif label in ("ORG", "NORP", "GPE", "FAC", "WORK_OF_ART", "LAW", "PRODUCT"):
                name = " ".join(words)
                body = bodies.setdefault(name.lower(), Body(name, label))
                body.places.append(run[0].start)
                body.kinds |= _kinds(run)
                ends[run[-1].end] = name
    people += _mistaken(people, bodies, sentences)
    short = _short_forms(text, bodies, ends)
    kinds = {kind for body in bodies.values() for kind in body.kinds}
    return Table(_people(people, headlines), list(bodies.values()), short, kinds)


def _organised(run: Sequence[Token], words: list[str]) -> bool:
    """Whether what the model takes for a person is a body: "Kell Productions", "newspaper NAME", "XYZ"."""
    before = run[0].sent.tokens[run[0].i - 1] if run[0].i else None
    if before is not None and before.tag == "NN" and before.lower in lexicon.words("group_nouns"):
        return True
    if len(words) == 1:
        return words[0].isupper() and 2 < len(words[0]) < 6 and not run[0].sent.tokens[-1].text.isupper()
    return words[-1].lower() in lexicon.words("body_names")


def _mistaken(people: list[Named], bodies: dict[str, Body], sentences: Sequence[Sentence]) -> list[Named]:
    """People whom the model takes for bodies: those whose surname, or whose full name, stands as a person's elsewhere."""
    alone = {words[0].lower() for _, words in people if len(words) == 1}
    full = {w.lower() for _, words in people if len(words) > 1 for w in (words[0], words[-1])}
    alone -= full | {body.name.lower() for body in bodies.values() if body.label == "GPE"}
    held = {
        body.name.lower()
        for body in bodies.values()
        if body.label in ("ORG", "FAC", "PRODUCT", "WORK_OF_ART")
        and (last := body.name.lower().split()[-1]) not in lexicon.words("body_names")
        and ((" " in body.name and body.name.count(" ") < 3 and last in alone) or body.name.lower() in full)
    }
    out: list[Named] = []
    for sentence in sentences if held else ():
        for run in runs(sentence):
            words = clean(run)
            if run[0].ent[2:] != "PERSON" and " ".join(words).lower() in held:
                for place, token in enumerate(run):
                    token.ent = ("I-" if place else "B-") + "PERSON"
                out.append((run, words))
    for name in held:
        del bodies[name]
    return out


def _headline(sentence: Sentence) -> bool:
    """Whether nearly every word is capitalised, so that capitals say nothing about names."""
    words = [t.text for t in sentence.tokens if t.text[0].isalpha() and len(t.text) > 3]
    return len(words) > 4 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def _kinds(run: Sequence[Token]) -> set[str]:
    """What a body is said to be beside its name: "newspaper NAME", "NAME, an airline,"."""
    tokens, start, after = run[0].sent.tokens, run[0].i, run[-1].i + 1
    out = {tokens[start - 1].lower} if start and tokens[start - 1].tag == "NN" else set()
    if after + 2 < len(tokens) and tokens[after].text == "," and tokens[after + 1].lower in ("a", "an", "the"):
        place = after + 2
        while place + 1 < len(tokens) and tokens[place + 1].tag in ("NN", "JJ") and place - after < 8:
            place += 1
        if tokens[place].tag == "NN":
            out.add(tokens[place].lower)
    return out


def runs(sentence: Sentence) -> list[list[Token]]:
    out: list[list[Token]] = []
    for token in sentence.tokens:
        if token.ent.startswith("B-") or (
            token.ent and not (out and out[-1][-1].i == token.i - 1 and out[-1][0].ent[2:] == token.ent[2:])
        ):
            out.append([token])
        elif token.ent:
            out[-1].append(token)
    return out


def known_first(words: list[str], label: str) -> bool:
    first = words[0].lower()
    return (
        label in ("ORG", "GPE")
        and len(words) in (2, 3)
        and (first in lexicon.words("names_f") or first in lexicon.words("names_m"))
    )


def clean(run: Sequence[Token]) -> list[str]:
    """A name's words without titles, articles, possessives and punctuation."""
    words: list[str] = []
    joined = False
    for token in run:
        if token.tag == "POS" or token.text in ("’s", "'s"):
            if words and token is run[-1]:
                break
            continue
        if token.text in ("-", "–") and words:
            joined = True
            words[-1] += token.text
            continue
        if joined and words:
            words[-1] += token.text
            joined = False
        elif token.text not in grammar.PUNCTUATION:
            words.append(token.text)
    titles = lexicon.words("titles")
    while len(words) > 1 and (_title(words[0].lower(), titles) or words[0].lower() in ("the", "a", "an")):
        words.pop(0)
    while words and words[-1].lower() in ("’s", "'s"):
        words.pop()
    return words


def _title(word: str, titles: frozenset[str]) -> bool:
    """Whether a word is a title, or several joined ("Major-Gen")."""
    return all(part.rstrip(".") in titles for part in word.split("-"))


def _people(found: list[Named], headlines: list[Named]) -> list[Person]:
    """The people whom the names mean; what a headline holds comes last and only points to them where it can."""
    out: list[Person] = []
    ordered = sorted(found, key=lambda f: -len(f[1]))
    by: dict[str, list[int]] = {}
    for number, (run, words) in enumerate([*ordered, *headlines]):
        want = [w.lower() for w in words]
        fits = {i for word in (want[0], want[-1]) for i in by.get(word, ()) if _names(out[i].name, want)}
        person = out[min(fits)] if fits else None
        if person is None and number >= len(ordered):
            held = next((p for p in out if p.last in want), None)
            if held is not None or any(w in lexicon.cues() for w in want) or len(words) > 3:
                if held is not None:
                    held.places.append(run[0].start)
                continue
        if person is None:
            person = Person(" ".join(words))
            for word in {want[0], want[-1]}:
                by.setdefault(word, []).append(len(out))
            out.append(person)
        person.places.append(run[0].start)
        role = role_of(run)
        if role and (person.role is None or (len(words) > 1 and person.places and run[0].start <= min(person.places))):
            person.role = role
        _vote(person, run)
    for person in out:
        person.places.sort()
        person.gender = person.gender or _gender(person)
    return out


def _vote(person: Person, run: list[Token]) -> None:
    tokens = run[0].sent.tokens
    before: set[str] = set()
    for token in reversed(tokens[max(0, run[0].i - 4) : run[-1].i]):
        if token.tag in ("IN", "CC", "POS") or token.verb:
            break
        before.add(token.lower.rstrip("."))
    beside = tokens[run[-1].i + 1 : run[-1].i + 2]
    after = {t.lower for t in tokens[run[-1].i + 1 : run[-1].i + 8]} if beside and beside[0].text in ",(" else set()
    for gender in "fm":
        if before & lexicon.words(f"person_nouns_{gender}"):
            person.votes[gender] = person.votes.get(gender, 0) + 4
        elif after & lexicon.words(f"person_nouns_{gender}"):
            person.votes[gender] = person.votes.get(gender, 0) + 1
    for token in tokens[run[-1].i + 1 :]:
        if token.ent.endswith("PERSON"):
            break
        gender = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}.get(token.lower, "")
        if gender:
            leads = run[-1].dep in grammar.SUBJECTS
            person.votes[gender] = person.votes.get(gender, 0) + (3 if leads else 1)
            break


def _gender(person: Person) -> str:
    first = person.name.split()[0].lower().split("-")[0] if " " in person.name else ""
    if first in lexicon.words("names_f"):
        person.votes["f"] = person.votes.get("f", 0) + 5
    if first in lexicon.words("names_m"):
        person.votes["m"] = person.votes.get("m", 0) + 5
    if not person.votes:
        return "f" if first.endswith("a") and len(first) > 3 else ""
    best = max(person.votes, key=lambda g: person.votes[g])
    return best if person.votes[best] > person.votes.get("m" if best == "f" else "f", 0) else ""


FULL = {"us": "United States", "eu": "European Union", "uk": "United Kingdom", "un": "United Nations"}


def _short_forms(text: str, bodies: dict[str, Body], ends: dict[int, str]) -> dict[str, str]:
    """Short forms to full names: "Full Name (FN)", initials of a body that is named, and common ones whose name occurs."""
    out = {short: full for short, full in FULL.items() if full in text}
    for body in bodies.values():
        words = [w for w in body.name.split() if w[:1].isupper()]
        if len(words) > 2:
            out.setdefault("".join(w[0] for w in words).lower(), body.name)
    for match in ACRONYM.finditer(text):
        short = match.group(1)
        before = text[max(0, match.start() - 120) : match.start()].rsplit("\n", 1)[-1].split()
        initials = [(i, w.lstrip('“"(')[:1]) for i, w in enumerate(before)]
        for i in range(len(initials) - 1, -1, -1):
            if "".join(c for _, c in initials[i:] if c.isupper()) == short and initials[i][1].isupper():
                out[short.lower()] = " ".join(before[i:])
                break
        else:
            name = ends.get(match.start(), "")
            if name.count(" ") > 1:
                out[short.lower()] = name
    return out
