"""The shapes analysis answers with. Offsets are Unicode code points into the text as given, half open.

They are plain values: nothing here knows the parser, the database or the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Span = tuple[int, int]
Mood = Literal["", "negated", "hypothetical", "asked", "denied"]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said. `start` and `end` bound `spans`, which leave the attribution out; `speaker` is the resolved
    name, `speaker_start`/`speaker_end` the mention as written; `rule` names what found it, `why` tells a reader how.
    `mood` is "negated" ("did not say that ..."), "hypothetical" ("if she says ..."), "asked" ("did he say ...?"),
    "denied" ("he denied that ..."), else ""."""

    start: int
    end: int
    kind: str
    spans: tuple[Span, ...]
    speaker: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    role: str | None = None
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    score: float = 0.5
    why: str = ""
    rule: str = ""
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure or date as written, and its value: "3.5 million crates" is 3500000.0 of unit "crates"; "12 %" is 12.0 of
    unit "%"; "$4bn" is 4e9 of unit "USD". `period` is ISO: "2024", "2024-12", "2024-12-19", "2019/2024"; "" where none."""

    start: int
    end: int
    value: float | None = None
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that asserts something. A score of 0.5 is where showing it pays: a third of such sentences in news, two
    fifths of lone ones, are worth checking (`data/claims.md`)."""

    start: int
    end: int
    score: float
    types: tuple[str, ...] = ()
    asserted_by: str | None = None
    hedged: bool = False
    why: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing: `label` as the parser's model names it (PERSON, ORG, GPE ...), `name` without article or possessive."""

    start: int
    end: int
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """All finds of a text, each list in the order of the text. `beliefs` are what somebody thinks, hopes or wants and is
    not said to have spoken. `supported` is false where there are no rules for the language."""

    quotes: tuple[Quote, ...] = ()
    claims: tuple[Claim, ...] = ()
    entities: tuple[Entity, ...] = ()
    beliefs: tuple[Quote, ...] = ()
    language: str = "en"
    supported: bool = True

    def as_json(self) -> dict[str, Any]:
        """A dictionary of plain lists, as the command line prints it."""
        return {
            "quotes": [_plain(asdict(q)) for q in self.quotes],
            "claims": [_plain(asdict(c)) for c in self.claims],
            "entities": [asdict(e) for e in self.entities],
            "beliefs": [_plain(asdict(b)) for b in self.beliefs],
            "language": self.language,
            "supported": self.supported,
        }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(values)
    if "spans" in out:
        out["spans"] = [list(span) for span in out["spans"]]
    if "types" in out:
        out["types"] = list(out["types"])
    if "figures" in out:
        out["figures"] = list(out["figures"])
    out["score"] = round(float(out["score"]), 3)
    return out


@dataclass(slots=True)
class Found:
    """A quote on its way: what the rules have found so far, before its speaker is known."""

    spans: list[Span]
    cue: Span | None = None
    mention: Span | None = None
    rule: str = ""
    why: list[str] = field(default_factory=list)
    score: float = 0.5
    region: int | None = None
    speaker: str | None = None
    role: str | None = None
    carried: bool = False
    mood: str = ""

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]
