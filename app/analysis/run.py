"""The engine: an ordered tuple of steps over one piece of work. Each step reads what those before it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.analysis import (
    beliefs,
    claims,
    direct,
    entities,
    finish,
    indirect,
    languages,
    led,
    lift,
    marks,
    mend,
    mentions,
    syntax,
    talk,
)
from app.analysis.model import Analysis, Claim, Entity, Found, Quote
from app.analysis.speakers import Resolver

LANGUAGES = ("en",)


@dataclass(slots=True)
class Work:
    """A text and everything found in it so far."""

    text: str
    language: str
    headings: Sequence[tuple[int, int]] = ()
    regions: list[marks.Region] = field(default_factory=list)
    lifted: list[tuple[int, marks.Region]] = field(default_factory=list)
    sentences: list[syntax.Sentence] = field(default_factory=list)
    table: mentions.Table = field(default_factory=lambda: mentions.Table([], [], {}))
    used: set[int] = field(default_factory=set)
    finds: list[Found] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    beliefs: list[Quote] = field(default_factory=list)


def scan_marks(work: Work) -> None:
    """Where quotation marks open and close."""
    work.regions = marks.scan(work.text)
    work.lifted = lift.lift(work.text, work.regions)


def parse(work: Work) -> None:
    """Sentences and trees, narrative and speech apart."""
    work.sentences = syntax.parse(work.text, work.lifted)
    mend.mend(work.sentences)


def find_direct(work: Work) -> None:
    """Speech in marks, and the attribution beside it."""
    found, work.used = direct.attribute(work.text, work.lifted, work.sentences)
    work.finds.extend(found)
    within = direct.nested(work.regions, work.lifted, work.sentences)
    work.used |= {f.cue[0] for f in within if f.cue}
    work.finds.extend([*within, *talk.find(work.text, work.regions)])


def find_indirect(work: Work) -> None:
    """Indirect and mixed speech."""
    work.finds.extend(indirect.find(work.text, work.sentences, work.used))
    lifted = {index for index, _ in work.lifted}
    work.finds.extend(led.find(work.text, work.regions, lifted, work.sentences, work.finds))


def settle(work: Work) -> None:
    """Widen over quotation marks, drop doubles."""
    said = [f for f in work.finds if not any(a <= f.start < b for a, b in work.headings)]
    work.finds = finish.settle(work.text, said, work.regions)


def name_speakers(work: Work) -> None:
    """Who it was that spoke."""
    work.table = mentions.build(work.text, work.sentences)
    Resolver(work.text, work.table, work.sentences).resolve(work.finds)
    work.quotes = finish.quotes(work.text, work.finds, work.regions)


def find_beliefs(work: Work) -> None:
    """What somebody hopes, wants or thinks, and who: told from speech."""
    held = beliefs.find(work.text, work.sentences)
    spoken = [replace(f, spans=list(f.spans), why=list(f.why)) for f in work.finds] if held else []
    Resolver(work.text, work.table, work.sentences).resolve([*spoken, *held])
    work.beliefs = finish.quotes(work.text, held, work.regions, "belief")


def find_claims(work: Work) -> None:
    """Sentences that assert something, and how much each is worth checking."""
    work.claims = claims.find(work.text, work.sentences, work.quotes)


def name_entities(work: Work) -> None:
    """Named things."""
    work.entities = entities.find(work.text, work.sentences)


STEPS: tuple[Callable[[Work], None], ...] = (
    scan_marks,
    parse,
    find_direct,
    find_indirect,
    settle,
    name_speakers,
    find_beliefs,
    find_claims,
    name_entities,
)


def run(text: str, language: str, headings: Sequence[tuple[int, int]] = ()) -> Analysis:
    """All steps over a text."""
    work = Work(text, language, headings)
    supported = True
    if languages.code_of(language) in LANGUAGES:
        for step in STEPS:
            step(work)
    elif (found := languages.find(text, language)) is not None:
        work.finds, work.regions = found
        settle(work)
        work.quotes = finish.quotes(text, work.finds, work.regions)
    else:
        supported = False
        scan_marks(work)
        work.quotes = finish.quotes(
            text,
            [Found([(r.start, r.end)], rule="marks", why=["in quotation marks"]) for _, r in work.lifted],
            work.regions,
        )
    return Analysis(
        tuple(work.quotes), tuple(work.claims), tuple(work.entities), tuple(work.beliefs), language, supported
    )
