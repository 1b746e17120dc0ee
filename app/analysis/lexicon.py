"""The word lists of `data/`, read once: cue verbs with what they take, nouns, titles, first names.

Lists are data so that anybody can add a word; this module only inflects and looks up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TAKES = {
    "d": "direct",
    "t": "clause",
    "q": "marked_clause",
    "i": "infinitive",
    "o": "object_infinitive",
    "n": "noun",
    "s": "small_clause",
    "a": "as",
    "g": "gerund",
    "r": "addressee",
}


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of speech: its lemma, what it takes, and the prepositions that lead to its content."""

    lemma: str
    takes: frozenset[str]
    prepositions: frozenset[str]

    @property
    def mood(self) -> str:
        """What the verb itself says of its content: who denies something does not say it."""
        return "denied" if self.lemma == "deny" else ""


def data(name: str) -> str:
    """The text of a file in `data/`."""
    return files(__package__).joinpath("data", name).read_text("utf-8")


@cache
def lists() -> dict[str, Any]:
    """All small lists."""
    loaded: dict[str, Any] = json.loads(data("lists.json"))
    return loaded


@cache
def words(name: str) -> frozenset[str]:
    """One small list as a set."""
    return frozenset(lists()[name])


def cues() -> dict[str, Cue]:
    """Every inflected form of every cue verb."""
    return verbs("cues.txt")


def beliefs() -> dict[str, Cue]:
    """Every inflected form of every verb of belief, hope and intention."""
    return verbs("beliefs.txt")


@cache
def verbs(name: str) -> dict[str, Cue]:
    """A list of verbs with what they take, by inflected form."""
    irregular = lists()["irregular"]
    out: dict[str, Cue] = {}
    for line in data(name).splitlines():
        if not line or line.startswith("#"):
            continue
        lemma, *flags = line.split()
        prepositions = next((f[2:].split(",") for f in flags if f.startswith("p:")), [])
        cue = Cue(lemma, frozenset(TAKES[f] for f in flags if f in TAKES), frozenset(prepositions))
        for form in {lemma, *irregular.get(lemma, _inflect(lemma))}:
            if form not in out or len(cue.takes) > len(out[form].takes):
                out[form] = cue
    return out


def _inflect(lemma: str) -> tuple[str, str, str]:
    if lemma.endswith("e"):
        return lemma + "s", lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith(("sh", "ch", "ss", "x")):
        return lemma + "es", lemma + "ed", lemma + "ing"
    return lemma + "s", lemma + "ed", lemma + "ing"
