"""Lays passages over a text: one boundary sweep over its blocks gives flat <mark> segments that never overlap or nest.

Pure, and the only maker of the article's HTML. It adds and drops no character: the text content of what it returns is
the text itself, so offsets counted in a browser are offsets in the revision. Positions are code points, half open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from re import compile as regex

from markupsafe import Markup

KINDS = ("quote", "claim", "highlight")
_TAGS = {"heading": "h2", "quote": "blockquote", "li": "li"}
_DASH = regex(r"\s*[-\u2013\u2014:]+\s?")


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation as it lies on the text: one span, or several where a quote is broken by its attribution.
    `number` is that of its note reference, set after its last character; None draws no reference."""

    id: int
    kind: str
    spans: Sequence[tuple[int, int]]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html` is the article's blocks; `anchors` gives each annotation that can be seen the DOM id where it begins."""

    html: Markup
    anchors: dict[int, str]


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    mark: Mark
    last: bool  # the mark's last span, after which its note reference stands


@dataclass(slots=True)
class _Sweep:
    """The state of one pass: what has been written, and where each annotation was first seen."""

    text: str
    out: list[str] = field(default_factory=list)
    anchors: dict[int, str] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def segment(self, start: int, end: int, live: Sequence[_Span]) -> None:
        words = _escape(self.text[start:end])
        if not live:
            self.out.append(words)
            return
        marks = {span.mark.id: span.mark for span in live}
        # the innermost first: a click opens the most specific annotation
        order = sorted(marks, key=lambda id: min((s.end - s.start, s.mark.id) for s in live if s.mark.id == id))
        owner = next((id for id in order if id not in self.anchors), order[0])
        serial = self.counts.get(owner, 0)
        self.counts[owner] = serial + 1
        name = f"m-{owner}-{serial}"
        for id in order:
            self.anchors.setdefault(id, name)
        kinds = {mark.kind for mark in marks.values()}
        classes = " ".join(kind for kind in KINDS if kind in kinds)
        layers = f" x{min(len(marks), 3)}" if len(marks) > 1 else ""
        ids = " ".join(map(str, order))
        self.out.append(
            f'<mark class="hl {classes}{layers}" id="{name}" data-ids="{ids}" aria-details="card-{order[0]}">{words}</mark>'
        )

    def block(self, start: int, end: int, spans: Sequence[_Span], lead: int) -> None:
        """One block's inside; its first `lead` characters are the dateline."""
        cuts = {start, end, start + lead}
        for span in spans:
            cuts.update((max(span.start, start), min(span.end, end)))
        edges = sorted(cuts)
        opening: dict[int, list[_Span]] = {}
        for span in spans:
            opening.setdefault(max(span.start, start), []).append(span)
        live: list[_Span] = []
        if lead:
            self.out.append('<span class="dateline">')
        for left, right in pairwise(edges):
            live += opening.get(left, ())
            self.segment(left, right, live)
            ended = [s.mark for s in live if s.end == right and s.last and s.mark.number is not None]
            self.out += map(_reference, sorted(ended, key=lambda mark: mark.number or 0))
            live = [span for span in live if span.end > right]
            if lead and right == start + lead:
                self.out.append("</span>")


def render(
    text: str, blocks: Iterable[tuple[str, int, int]], marks: Iterable[Mark], *, dateline: str | None = None
) -> Rendered:
    """The blocks of `text` as HTML with the marks laid on; spans that are empty or out of the text are left out.

    `blocks` are (type, start, end) in order, apart from each other. What stands between two blocks (a line feed) is
    written between them. Linear in the text and in the segments written.
    """
    sweep = _Sweep(text)
    waiting = sorted(_spans(marks, len(text)), key=lambda span: span.start, reverse=True)
    live: list[_Span] = []
    position, in_list = 0, False
    for kind, start, end in blocks:
        gap = _escape(text[position:start])
        if in_list and kind != "li":
            gap, in_list = f"</ul>{gap}", False
        elif kind == "li" and not in_list:
            gap, in_list = f"{gap}<ul>", True
        while waiting and waiting[-1].start < end:
            live.append(waiting.pop())
        live = [span for span in live if span.end > start]
        tag = _TAGS.get(kind, "p")
        css = ' class="summary"' if kind == "summary" else ""
        sweep.out.append(f'{gap}<{tag} data-start="{start}"{css}>')
        sweep.block(start, end, live, _lead(text, start, end, dateline) if kind == "p" else 0)
        sweep.out.append(f"</{tag}>")
        dateline = None if kind == "p" else dateline
        position = end
    sweep.out.append(f"{'</ul>' if in_list else ''}{_escape(text[position:])}")
    return Rendered(Markup("".join(sweep.out)), sweep.anchors)  # noqa: S704 - every character of it was escaped above


def _spans(marks: Iterable[Mark], length: int) -> Iterable[_Span]:
    for mark in marks:
        inside = [(max(start, 0), min(end, length)) for start, end in mark.spans if max(start, 0) < min(end, length)]
        last = max((end for _, end in inside), default=0)
        yield from (_Span(start, end, mark, end == last) for start, end in inside)


def _lead(text: str, start: int, end: int, dateline: str | None) -> int:
    """How many characters of the block are the dateline and the dash after it."""
    if not dateline or not text.startswith(dateline, start, end):
        return 0
    after = start + len(dateline)
    dash = _DASH.match(text, after, end)
    return (dash.end() if dash else after) - start


def _reference(mark: Mark) -> str:
    # its number is drawn by CSS from data-n, for the text must stay the article's own
    return f'<a class="ref" href="#card-{mark.id}" data-n="{mark.number}" aria-label="Note {mark.number}"></a>'


def _escape(words: str) -> str:
    """A parser turns carriage returns into line feeds and drops NUL; written so, each stays one character."""
    safe = escape(words)
    if "\r" in safe or "\0" in safe:
        safe = safe.replace("\r", "&#13;").replace("\0", "\ufffd")
    return safe
