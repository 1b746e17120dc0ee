"""Finds the person whom a phrase names, within it or set beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.analysis import lexicon
from app.analysis.mentions import Person, Table, clean
from app.analysis.model import Found
from app.analysis.roles import is_role, role_of
from app.analysis.syntax import Token

ARTICLES = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
DESCRIPTION = {"DT", "NN", "NNS", "JJ", "NNP"}


def before_cue(table: Table, run: list[Token], find: Found) -> Person | None:
    """A name between a description and the verb: "the neighbour in both towns, Ana Ruiz, said"."""
    tokens = run[-1].sent.tokens
    if find.cue is None:
        return None
    between = [t for t in tokens[run[-1].i + 1 : run[-1].i + 30] if t.start < find.cue[0]]
    if find.cue[0] < run[0].start:
        between = tokens[run[-1].i + 1 : run[-1].i + 4]
        between = (
            [t for t in between if t.ent.endswith("PERSON")] if between and between[0].ent.endswith("PERSON") else []
        )
    while between and (between[-1].text in ",–—" or between[-1].dep in ("aux", "advmod")):
        between.pop()
    name: list[Token] = []
    for token in reversed(between):
        if not token.ent.endswith("PERSON"):
            break
        name.insert(0, token)
    if not name or any(t.verb and t.tag != "VBN" for t in between) or not (words := clean(name)):
        return None
    lead = [t for t in tokens[run[-1].i + 1 : name[0].i] if t.lower.rstrip(".") not in lexicon.words("titles")]
    if lead and lead[-1].text != "," and not (lead[0].text == "," and all(t.tag in DESCRIPTION for t in lead[1:])):
        return None
    return table.person(words, name[0].start)


def beside(table: Table, run: list[Token]) -> Person | str | None:
    """The name set beside a description: "Another officer, John Cannon,"."""
    tokens = run[-1].sent.tokens
    at = run[-1].i + 1
    if at + 1 >= len(tokens) or tokens[at].text != "," or run[-1].ent.endswith("PERSON"):
        return None
    if run[-1].ent.endswith("ORG") and not any(is_role(t) for t in run):
        return None
    name: list[Token] = []
    for token in tokens[at + 1 : at + 9]:
        if not name and token.lower.rstrip(".") in lexicon.words("titles"):
            continue
        if not (token.ent or token.tag == "NNP") or (name and token.ent[2:] != name[0].ent[2:]):
            break
        name.append(token)
    if not name or name[-1].i + 1 >= len(tokens):
        return None
    after = tokens[name[-1].i + 1].text
    if after not in ",.–—" and not (after in ("of", "from", "at") and name[0].ent.endswith("PERSON")):
        return None
    words = clean(name)
    if words and (name[0].ent.endswith("PERSON") or not name[0].ent):
        return table.person(words, name[0].start) or _unlisted(table, name, words)
    if name[0].ent.endswith("ORG") and (run[0].lower in ("the", "a", "an") or any(t.tag == "POS" for t in run)):
        return " ".join(words)
    return None


def named(table: Table, run: list[Token]) -> Person | None:
    """The person named in a phrase, outside "of", "from" and the like and not as somebody's owner."""
    blocked = False
    groups: list[list[Token]] = []
    for place, token in enumerate(run):
        if token.tag == "POS" or token.lower in ("’s", "'s"):
            if groups and groups[-1][-1].i >= token.i - 1 and place < len(run) - 1:
                groups.pop()
        elif token.ent.endswith("PERSON") and not blocked and (groups or not _governed(run, place)):
            if groups and groups[-1][-1].i == token.i - 1:
                groups[-1].append(token)
            else:
                groups.append([token])
        elif groups and token.tag == "IN":
            blocked = True
    for group in reversed(groups):
        if words := clean(group):
            person = table.person(words, group[0].start)
            if person is not None and not (
                group[-1] is not run[-1] and (run[-1].tag == "NNS" or (run[-1].tag == "NN" and is_role(run[-1])))
            ):
                return person
    words = clean(run)
    if len(run) <= 4 and words and words[0][:1].isupper():
        return table.person(words, run[0].start) or _unlisted(table, run, words)
    return None


def _governed(run: list[Token], place: int) -> bool:
    """Whether a name hangs on a preposition after the noun that is meant: "a spokesman for NAME", "the delegate in NAME"."""
    while place and (
        run[place - 1].ent.endswith("PERSON") or run[place - 1].lower.rstrip(".") in lexicon.words("titles")
    ):
        place -= 1
    before = run[: place - 1]
    return place > 1 and run[place - 1].tag == "IN" and any(is_role(t) or t.tag == "NNS" for t in before)


def _unlisted(table: Table, run: list[Token], words: list[str]) -> Person | None:
    """A speaker's name that the model did not see as one: two or more proper nouns, or a title and one."""
    if any(t.tag not in ("NNP", "HYPH") or t.ent for t in run) or words[0].isupper():
        return None
    full = " ".join(words)
    fuller = [b.name for b in table.bodies if b.name.endswith(" " + full) and len(b.name.split()) < 4]
    if len(words) < 2 and not fuller:
        return None
    person = Person(
        fuller[0] if fuller else full, role=role_of([t for t in run if t.text in words]), places=[run[0].start]
    )
    first = words[0].lower()
    person.gender = "f" if first in lexicon.words("names_f") else "m" if first in lexicon.words("names_m") else ""
    table.people.append(person)
    return person


def written(text: str, tokens: Sequence[Token]) -> str:
    """The words as they stand in the text."""
    return text[tokens[0].start : tokens[-1].end]
