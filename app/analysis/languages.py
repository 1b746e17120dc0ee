"""Quotes in languages that have no parser here: quotation marks, cue verbs and word lists are all there is.

A language is a file in `data/languages`. Most are read by `verbs` (a verb beside a name), Korean and Japanese by
`particles` (a topic, what was said, a particle, a verb).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

from app.analysis import marks
from app.analysis.model import Found, Span

QUOTE = "\x01"  # stands for every character of a quotation, so that rules see the narrative alone
WORD = re.compile(r"[^\W_][\w\u064b-\u0652]*(?:-[^\W_]\w*)*")
STOP = re.compile(rf"[.!?…؟。！？]+[)\]»”]*|[\r\n\u2028\u2029]+|{QUOTE}+")
BETWEEN = re.compile(rf"[^{QUOTE}](?=[\s{QUOTE}])|[^{QUOTE}\w]")
ENDED = ".!?…؟。！？"
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the narrative; `low` is what lists are asked for."""

    start: int
    end: int
    text: str
    low: str


class Phrases:
    """Words and phrases of a list, found at a place in a row of words."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.heads: dict[str, list[tuple[str, ...]]] = {}
        for entry in sorted({e.casefold() for e in entries}, key=lambda e: -len(e)):
            parts = tuple(w.group() for w in WORD.finditer(entry))
            self.heads.setdefault(parts[0], []).append(parts)

    def at(self, words: Sequence[Word], i: int) -> int:
        """How many words from `i` on are an entry; 0 where none."""
        for parts in self.heads.get(words[i].low, ()):
            if tuple(w.low for w in words[i : i + len(parts)]) == parts:
                return len(parts)
        return 0


class Lexicon:
    """The lists of one language."""

    def __init__(self, code: str, data: dict[str, Any]) -> None:
        self.code = code
        self.data = data
        self.cased: bool = data.get("cased", True)
        self.particles: bool = data.get("grammar") == "particles"
        self.sets = {
            key: frozenset(w.casefold() for w in value) for key, value in data.items() if isinstance(value, list)
        }
        self.pronouns: dict[str, str] = data["pronouns"]
        self.honorifics: dict[str, str] = data.get("honorifics", {})
        self.nominal = lru_cache(50_000)(self._nominal)
        self.gender = lru_cache(5_000)(self._gender)
        self.stems = frozenset(self.stem(w) for w in self.sets.get("nominals", ()))
        if not self.particles:
            self.verbs = Phrases(data["verbs"])
            self.according = Phrases([p + e for e in data["according"] for p in ("", *data.get("proclitics", ()))])

    def has(self, key: str, word: str) -> bool:
        """Whether a list holds a word."""
        return word in self.sets.get(key, ())

    def flag(self, key: str) -> Any:
        """A single value of the file; None where it has none."""
        return self.data.get(key)

    def stem(self, word: str) -> str:
        """A word without its case ending, where the language has such."""
        low = word.casefold()
        for ending in self.data.get("endings", ()):
            if low.endswith(ending) and len(low) - len(ending) > 2:
                return low[: -len(ending)]
        return low

    def subject(self, word: str) -> bool:
        """The same, in the case of a subject."""
        return self.has("nominals", word) if self.flag("endings") else self.nominal(word)

    def _gender(self, role: str) -> str:
        """What the first description in a role tells: "m" or "f" where the lists have both forms, else ""."""
        word = next((w for w in role.casefold().split() if self.nominal(w)), "")
        nominals = [n for n in self.sets.get("nominals", ()) if word == n or (self.flag("nouns") and word.endswith(n))]
        head = max(nominals, key=len, default="")
        for man, woman in FEMININES if head and not self.flag("genitive") else ():
            if head.endswith(woman) and head[: -len(woman)] + man in self.sets["nominals"]:
                return "f"
            if head.endswith(man) and head[: len(head) - len(man)] + woman in self.sets["nominals"]:
                return "m"
        return ""

    def _nominal(self, word: str) -> bool:
        """Whether a word is what somebody is: "minister", "spokeswoman", "government"."""
        if self.has("nominals", word) or (self.flag("endings") and self.stem(word) in self.stems):
            return True
        if self.flag("nouns"):  # compounds: "Bundesfinanzministerin"
            return any(word.endswith(tail) for tail in self.sets["nominals"] if len(tail) > 3)
        return word.startswith("ex-") and self.has("nominals", word[3:])


FEMININES = (
    ("", "in"),
    ("o", "a"),
    ("", "a"),
    ("", "e"),
    ("eur", "rice"),
    ("eur", "euse"),
    ("tore", "trice"),
    ("e", "in"),
)


def code_of(language: str) -> str:
    """ "es" of "es-MX"."""
    return language.replace("_", "-").split("-", maxsplit=1)[0].lower()


@cache
def lexicon(code: str) -> Lexicon | None:
    """The lists of a language; None where it has no file."""
    if not re.fullmatch("[a-z]{2,3}", code):
        return None
    file = files(__package__).joinpath("data", "languages", f"{code}.json")
    return Lexicon(code, json.loads(file.read_text("utf-8"))) if file.is_file() else None


def find(text: str, language: str) -> tuple[list[Found], list[marks.Region]] | None:
    """Quotes with their speakers, and the regions in marks; None where there are no rules for the language."""
    from app.analysis import particles, verbs

    lists = lexicon(code_of(language))
    if lists is None:
        return None
    regions = marks.scan(text.translate(str.maketrans(lists.flag("marks") or {})))
    reader = particles.Reader if lists.particles else verbs.Reader
    return reader(text, lists, regions).find(), regions


def outer(regions: Sequence[marks.Region]) -> list[marks.Region]:
    """Regions that stand in no other."""
    return [r for r in regions if r.depth == 0]


def mask(text: str, regions: Sequence[marks.Region]) -> str:
    """The text with its quotations blotted out; places stay the same."""
    out: list[str] = []
    at = 0
    for region in outer(regions):
        out += text[at : region.start].replace(QUOTE, " "), QUOTE * (region.end - region.start)
        at = region.end
    return "".join([*out, text[at:].replace(QUOTE, " ")])


def sentences(text: str, narrative: str, lists: Lexicon) -> Iterator[Span]:
    """Sentences of the narrative; a quotation that is one of its own is one. What goes on without end is cut."""
    start = 0
    ends = (m.end() for m in STOP.finditer(narrative) if _ends(text, narrative, m, lists))
    for end in chain(ends, (len(narrative),)):
        while end - start > LONGEST:
            cut = BETWEEN.search(narrative, start + LONGEST, end)
            if not cut:
                break
            yield from _trimmed(narrative, start, cut.end())
            start = cut.end()
        yield from _trimmed(narrative, start, end)
        start = end


def _trimmed(narrative: str, start: int, end: int) -> Iterator[Span]:
    part = narrative[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), end


def _ends(text: str, narrative: str, match: re.Match[str], lists: Lexicon) -> bool:
    mark = match.group()[0]
    if mark in "\r\n\u2028\u2029。":
        return True
    after = narrative[match.end() : match.end() + 3]
    following = after.lstrip()[:1]
    if mark == QUOTE:
        last = text[match.end() - 2] if match.end() > 1 else ""
        return lists.cased and last in ENDED and (following.isupper() or following == QUOTE) and after[:1].isspace()
    if lists.code == "ja":
        return mark in "！？"
    if after and not after[0].isspace() and after[0] != QUOTE:
        return False
    if mark == ".":
        word = re.search(r"\w+$", narrative[max(0, match.start() - 12) : match.start()])
        if word and (
            lists.has("abbreviations", word.group().casefold()) or (word.group().isupper() and len(word.group()) == 1)
        ):
            return False
    return not lists.cased or not following or not following.islower()


def words_of(narrative: str, lists: Lexicon) -> list[Word]:
    """The words outside quotations; a pronoun hung on its verb ("a-t-il") is a word of its own."""
    out: list[Word] = []
    hung = "|".join(lists.flag("inverted") or ["\0"])
    tail = re.compile(rf"(.+?)-(?:t-)?({hung})$", re.IGNORECASE)
    for match in WORD.finditer(narrative):
        word, start = match.group(), match.start()
        split = tail.match(word)
        if split:
            out.append(Word(start, start + len(split[1]), split[1], split[1].casefold()))
            start, word = start + split.start(2), split[2]
        out.append(Word(start, start + len(word), word, word.casefold()))
    return out


def length(text: str, span: Span, lists: Lexicon) -> int:
    """How long a quotation is, in words or, where words are not set apart, in pairs of characters."""
    inside = text[span[0] : min(span[1], span[0] + 400)]
    if lists.code == "ja":
        return sum(c.isalnum() for c in inside) // 2
    return len(WORD.findall(inside))
