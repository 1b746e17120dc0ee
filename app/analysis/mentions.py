"""The table of who is who in an article: people with full name, gender and role, organisations with their short forms.

Everything comes out of the article itself and small word lists; nothing is looked up elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.analysis import grammar, lexicon
from app.analysis.syntax import Sentence, Token

ACRONYM = re.compile(r"\s\(([A-Z]{2,8})\)")
ROLE_TAGS = {"NN", "NNS", "NNP", "NNPS", "JJ", "POS", "HYPH", "CD", "VBG", "VBN"}
ROLE_LINKS = {"of", "to", "for", "in", "on", "at"}
OWNERS = {"its", "their", "his", "her", "our", "my"}


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
    """An organisation, place or work: its fullest name and where it is named."""

    name: str
    label: str
    places: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """All people and bodies, and the short forms of bodies."""

    people: list[Person]
    bodies: list[Body]
    short: dict[str, str]

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
    people: list[tuple[list[Token], list[str]]] = []
    bodies: dict[str, Body] = {}
    for sentence in sentences:
        for run in runs(sentence):
            label = run[0].ent[2:]
            words = clean(run)
            if not words:
                continue
            if label == "PERSON" or known_first(words, label):
                people.append((run, words))
            elif label in ("ORG", "NORP", "GPE", "FAC", "WORK_OF_ART", "LAW", "PRODUCT"):
                name = " ".join(words)
                bodies.setdefault(name.lower(), Body(name, label)).places.append(run[0].start)
    short = _short_forms(text, bodies)
    return Table(_people(people), list(bodies.values()), short)


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
    while len(words) > 1 and (words[0].lower().rstrip(".") in titles or words[0].lower() in ("the", "a", "an")):
        words.pop(0)
    while words and words[-1].lower() in ("’s", "'s"):
        words.pop()
    return words


def _people(found: list[tuple[list[Token], list[str]]]) -> list[Person]:
    out: list[Person] = []
    for run, words in sorted(found, key=lambda f: -len(f[1])):
        want = [w.lower() for w in words]
        person = next((p for p in out if _names(p.name, want)), None)
        if person is None:
            person = Person(" ".join(words))
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
    near = {t.lower.rstrip(".") for t in tokens[max(0, run[0].i - 4) : run[-1].i + 6] if t.text not in ","}
    before = {t.lower.rstrip(".") for t in tokens[max(0, run[0].i - 3) : run[-1].i]}
    for gender in "fm":
        if before & lexicon.words(f"person_nouns_{gender}"):
            person.votes[gender] = person.votes.get(gender, 0) + 4
        elif near & lexicon.words(f"person_nouns_{gender}"):
            person.votes[gender] = person.votes.get(gender, 0) + 1
    for token in tokens[run[-1].i + 1 :]:
        if token.ent.endswith("PERSON"):
            break
        gender = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}.get(token.lower, "")
        if gender:
            person.votes[gender] = person.votes.get(gender, 0) + 2
            break


def _gender(person: Person) -> str:
    first = person.name.split()[0].lower().split("-")[0] if " " in person.name else ""
    if first in lexicon.words("names_f"):
        person.votes["f"] = person.votes.get("f", 0) + 5
    if first in lexicon.words("names_m"):
        person.votes["m"] = person.votes.get("m", 0) + 5
    if not person.votes:
        return ""
    best = max(person.votes, key=lambda g: person.votes[g])
    return best if person.votes[best] > person.votes.get("m" if best == "f" else "f", 0) else ""


def role_of(run: Sequence[Token]) -> str | None:
    """What stands before or after a name as its role: "Minister of Health NAME", "NAME, the minister of health,"."""
    return _role_before(run) or _role_after(run) or _role_set_before(run)


def described(tokens: Sequence[Token], comma: int) -> list[Token]:
    """The description that ends at a comma, where it is one of a person: "the minister at the time", "their envoy to X"."""
    left = comma
    while left and comma - left < 14:
        token = tokens[left - 1]
        if token.tag not in ROLE_TAGS and token.lower not in ROLE_LINKS | {"the", "a", "an", "and"} | OWNERS:
            break
        left -= 1
        if token.lower in OWNERS or (token.tag == "DT" and tokens[left - 1].lower not in ROLE_LINKS):
            break
    words = list(tokens[left:comma])
    while words and (words[0].lower in ROLE_LINKS | {"and"} or words[0].tag in ("POS", "VBG", "VBN")):
        words.pop(0)
    link = next((place for place, t in enumerate(words) if t.lower in ROLE_LINKS), len(words))
    return words if link and is_role(words[link - 1]) else []


def _role_set_before(run: Sequence[Token]) -> str | None:
    """The role where a description comes first: "the minister at the time, NAME,"."""
    tokens, start = run[0].sent.tokens, run[0].i
    if start < 2 or tokens[start - 1].text != ",":
        return None
    words = described(tokens, start - 1)
    while words and (words[0].tag == "DT" or words[0].lower in OWNERS):
        words.pop(0)
    return _join(words) if words else None


def is_role(token: Token) -> bool:
    lower = token.lower.rstrip(".")
    return (
        lower in lexicon.words("nominal_people")
        or lower in lexicon.words("role_nouns")
        or lower in lexicon.words("titles")
        or lower in lexicon.words("person_nouns_f") | lexicon.words("person_nouns_m")
        or lower.endswith(("ist", "secretary", "-general"))
    )


def _role_before(run: Sequence[Token]) -> str | None:
    tokens = run[0].sent.tokens
    start = run[0].i
    inside = [t for t in run if t.lower.rstrip(".") in lexicon.words("titles")]
    at = start - 1
    left = start
    while at >= 0 and start - at < 22:
        token = tokens[at]
        if token.tag in ROLE_TAGS and (token.tag not in ("VBN", "VBG") or tokens[at + 1].tag.startswith("NN")):
            left = at
        elif token.lower in ROLE_LINKS or token.lower in ("and", "the"):
            if not any(is_role(t) for t in tokens[max(0, at - 6) : at] if t.tag.startswith("NN")):
                break
        else:
            break
        at -= 1
    words = tokens[left:start]
    while words and not (words[0].tag.startswith(("NN", "JJ", "VBN"))):
        words = words[1:]
    roles = [t for t in words if is_role(t)]
    if not roles:
        return " ".join(t.text for t in inside if t.lower.rstrip(".") not in ("mr", "mrs", "ms", "miss", "dr")) or None
    if roles[-1].lower.rstrip(".") in ("mr", "mrs", "ms", "miss", "dr") and len(words) == 1:
        return None
    return _join(words)


def _role_after(run: Sequence[Token]) -> str | None:
    tokens = run[0].sent.tokens
    at = run[-1].i + 1
    if at >= len(tokens) or tokens[at].text not in (",", "(", "–", "—"):
        return None
    words: list[Token] = []
    for token in tokens[at + 1 : at + 22]:
        if (
            token.text in ',;:()–—."“'
            or token.tag in ("WP", "WDT", "WRB", "PRP", "VBD", "VBZ", "MD", "VBP", "VB")
            or (token.verb and not words)
        ):
            break
        words.append(token)
    if not words or not any(is_role(t) for t in words) or words[0].ent.endswith("PERSON"):
        return None
    if words[0].tag in ("DT",):
        words = words[1:]
    return (
        _join(words)
        if words and (words[0].tag.startswith(("NN", "JJ", "CD", "VB")) or words[0].lower == "one")
        else None
    )


def _join(words: Sequence[Token]) -> str:
    out, end = "", 0
    for token in words:
        out += (" " if out and token.start > end else "") + token.text
        end = token.end
    return out


FULL = {"us": "United States", "eu": "European Union", "uk": "United Kingdom", "un": "United Nations"}


def _short_forms(text: str, bodies: dict[str, Body]) -> dict[str, str]:
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
    return out
