"""Mends who is given as the source of a find before that is named: a source the tree lost, a name cut short."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from app.analysis import grammar, lexicon
from app.analysis.model import Found
from app.analysis.refer import Memory
from app.analysis.syntax import Token

EVENTS = {
    "conference",
    "interview",
    "speech",
    "meeting",
    "rally",
    "hearing",
    "debate",
    "briefing",
    "appearance",
    "event",
}
TOLD = EVENTS | {"story", "account", "tale", "anecdote"}
HELPERS = {"has", "had", "have", "also", "then", "later", "once", "reportedly", "did", "does", "do", "will", "would"}
SPEAKERS = {"he", "she", "they", "it", "i", "we"}


def mend(memory: Memory, find: Found, others: Sequence[Found]) -> None:
    """Set the mention of a find right; `others` are those whose cue stands shortly before."""
    cue = _cue(memory, find)
    if find.mention is None and cue is None and find.rule == "marks":
        if source := _trailing(memory, find) or _leading(memory, find):
            find.mention = grammar.span_of(source)
            find.why.append(
                "its sentence goes on with who says it" if source[0].start > find.start else "led to by its subject"
            )
        return
    if find.mention is None:
        if cue is not None and (source := _beside(cue) or _above(cue)):
            find.mention = grammar.span_of(source)
        return
    run = memory.run(*find.mention)
    if not run:
        return
    if cue is not None and cue.sent is run[0].sent and cue.kid(*grammar.SUBJECTS) is None:
        outer = _said_by(find, others)
        if outer is not None:
            find.mention = outer
            return
        if better := _issued(memory, run, cue) or _participle(run, cue):
            find.mention = grammar.span_of(better)
            return
    if better := _adjacent(run, cue) or _teller(run):
        find.mention = grammar.span_of(better)
        return
    if whole := _whole(run, cue):
        find.mention = grammar.span_of(whole)


def _trailing(memory: Memory, find: Found) -> list[Token]:
    """The noun phrase that goes on with the sentence after words in marks, where a verb follows: "...," an officer ordered."""
    text = memory.text
    if text[find.start : find.end].rstrip("”’\"' »")[-1:] not in (",", "?", "!"):
        return []
    i = bisect_left(memory.starts, find.end)
    after = memory.tokens[i : i + 30]
    if not after or "\n" in text[find.end : after[0].start] or after[0].sent.region is not None:
        return []
    after = [t for t in after if t.sent is after[0].sent]
    verb = next(
        (place for place, t in enumerate(after) if place and (t.tag in ("VBD", "VBZ") or t.dep == "ROOT")), None
    )
    goes_on = text[find.end - 2 : find.end].startswith(",") or after[0].text[0].islower()
    if verb is None or not goes_on or after[0].tag[:2] not in ("DT", "NN", "JJ", "PR", "CD", "VB"):
        return []
    end = next((place for place, t in enumerate(after) if place and (t.text in ",(" or place == verb)), verb)
    source = after[:end]
    while source and source[-1].tag == "RB":
        source.pop()
    return source if any(t.tag.startswith(("NN", "PRP")) for t in source) else []


def _leading(memory: Memory, find: Found) -> list[Token]:
    """The subject of the sentence that leads to words in marks with a comma or colon."""
    if memory.text[max(0, find.start - 3) : find.start].rstrip()[-1:] not in (",", ":"):
        return []
    i = bisect_left(memory.starts, find.start) - 1
    if i < 0 or memory.tokens[i].sent.region is not None or "\n" in memory.text[memory.tokens[i].end : find.start]:
        return []
    root = next((t for t in memory.tokens[i].sent.tokens if t.dep == "ROOT"), None)
    own = root.kid("nsubj") if root is not None else None
    return grammar.phrase(own) if own is not None and own.start < find.start else []


def _cue(memory: Memory, find: Found) -> Token | None:
    if find.cue is None:
        return None
    token = memory.token(find.cue[0])
    return token if token.start == find.cue[0] else None


def _beside(cue: Token) -> list[Token]:
    """The name or pronoun just before a verb of speech, or just after one that opens its sentence ("Said Ellis:")."""
    run, at = cue.sent.tokens, _before(cue)
    if not (cue.verb or cue.tag == "NNS") or cue.kid("auxpass", "nsubjpass") is not None:
        return []
    if at >= 0 and cue.tag in ("VBD", "VBZ", "VBP", "VBN", "NNS"):
        last = at
        while at >= 0 and (run[at].ent.endswith("PERSON") or run[at].tag == "NNP"):
            at -= 1
        if at < last:
            return run[at + 1 : last + 1]
        if run[last].lower in SPEAKERS:
            return [run[last]]
        if run[last].tag in ("NN", "NNS") and cue.tag != "VBN":
            return grammar.phrase(run[last])
    end = cue.i + 1
    while cue.i < 2 and end < len(run) and (run[end].ent.endswith("PERSON") or run[end].tag == "NNP"):
        end += 1
    return run[cue.i + 1 : end]


def _before(cue: Token) -> int:
    """The place of the word before a verb, without its helpers and a bracket ("NAME (R-SC) has also said")."""
    run, at = cue.sent.tokens, cue.i - 1
    while at >= 0 and (run[at].lower in HELPERS or run[at].tag == "RB" or run[at].ent.endswith(("DATE", "TIME"))):
        at -= 1
    if at > 1 and run[at].text == ")":
        while at > 0 and run[at].text != "(":
            at -= 1
        at -= 1
    return at


def _adjacent(run: list[Token], cue: Token | None) -> list[Token]:
    """The noun just before a finite verb, where the source found stands elsewhere: "... and Democrats accused"."""
    if cue is None or cue.tag not in ("VBD", "VBZ", "VBP") or cue.sent is not run[0].sent:
        return []
    tokens, at = cue.sent.tokens, _before(cue)
    if at < 1 or run[0].i <= at <= run[-1].i or run[0].i > cue.i or tokens[at].tag not in ("NNS", "NNPS", "NNP", "PRP"):
        return []
    joined = tokens[at - 1].tag == "CC" and run[-1].i < at - 4
    return [tokens[at]] if joined or run[0].lower in ("that", "which", "this") else []


def _issued(memory: Memory, run: list[Token], cue: Token) -> list[Token]:
    """Who issued the document that speaks: "the council issued a statement warning that ..."."""
    if cue.dep != "acl" or cue.head not in run or run[0].lower not in ("a", "an"):
        return []
    owner = memory.issuer(cue.head) if cue.head.lower in lexicon.words("documents") else None
    return grammar.phrase(owner) if owner is not None else []


def _participle(run: list[Token], cue: Token) -> list[Token]:
    """The main clause's subject for ", saying ..." that the tree hangs on a noun before it, or for "a speech saying"."""
    tokens = cue.sent.tokens
    set_off = cue.i > 1 and tokens[cue.i - 1].text in (",", "while")
    head = next((t for t in run if t.head not in run), run[-1])
    if cue.tag != "VBG" or cue.lower in ("according", "citing") or not (set_off or head.lower in EVENTS):
        return []
    root = next((t for t in tokens if t.dep == "ROOT"), cue)
    own = root.kid("nsubj")
    if own is None or root.i > cue.i or head.i < root.i or own in run:
        return []
    return grammar.phrase(own)


def _teller(run: list[Token]) -> list[Token]:
    """Who told the story that is given as the source: "according to a story her sister has told"."""
    head = next((t for t in run if t.head not in run), run[-1])
    clause = head.kid("relcl") if head.lower in TOLD else None
    own = clause.kid("nsubj") if clause is not None else None
    return grammar.phrase(own) if own is not None and own.tag not in ("WP", "WDT") else []


def _above(cue: Token) -> list[Token]:
    """The subject of the nearest verb above one whose own is lost."""
    if cue.kid("auxpass", "nsubjpass") is not None:
        return []
    token = cue
    while token.head is not token:
        token = token.head
        own = token.kid("nsubj")
        if own is not None and own.i != cue.i:
            return grammar.phrase(grammar.relative(own))
    first = next((t for t in cue.sent.tokens[: cue.i] if t.dep == "nsubj" and t.ent.endswith("PERSON")), None)
    return grammar.phrase(first) if first is not None else []


def _said_by(find: Found, others: Sequence[Found]) -> tuple[int, int] | None:
    """Who says that in which a find's source stands: "Kell said that the mill had won, adding that ..."."""
    if find.mention is None or find.cue is None:
        return None
    for other in reversed(others):
        inside = any(a <= find.mention[0] < b for a, b in other.spans)
        if inside and other.mention and other.cue and not any(a <= find.cue[0] < b for a, b in other.spans):
            return other.mention
    return None


def _whole(run: list[Token], cue: Token | None) -> list[Token]:
    """A description with the name that it was cut from: "study co", "-author Anezina Solomonidou"."""
    tokens, at = run[0].sent.tokens, run[-1].i + 1
    if run[-1].ent.endswith("PERSON") or run[-1].sent is not run[0].sent:
        return []
    while at < len(tokens) and (cue is None or tokens[at] is not cue) and at - run[-1].i < 12:
        token = tokens[at]
        if token.ent.endswith("PERSON"):
            while at + 1 < len(tokens) and tokens[at + 1].ent == "I-PERSON":
                at += 1
            return tokens[run[0].i : at + 1]
        joined = token.tag in ("NN", "NNP", "NNPS", "HYPH", "AFX") or tokens[at - 1].text == "-" or token.text == "-"
        if not joined:
            return []
        at += 1
    return []
