"""Speech without quotation marks: lines that open with who speaks, dash dialogue, posts, a statement set below its cue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from app.analysis import lexicon
from app.analysis.marks import Region, paragraphs
from app.analysis.model import Found, Span

NAME = r"[A-Z][\w.’'-]*"
LINE = re.compile(rf"^[ \t]*({NAME}(?: {NAME}){{0,4}}):[ \t]+(?=[^\s\"“”‘'«])(.*\S)", re.MULTILINE)
DASH = re.compile(r"^[ \t]*[—–―][ \t]*(?=[^\W\d_])(.*\S)", re.MULTILINE)
TURN = re.compile(
    rf"(?P<stop>[,?!…—])\s*(?:(?P<v>[a-z]+)\s+(?P<after>(?:the \w+|he|she|{NAME}(?: {NAME})?))"
    rf"|(?P<before>(?:the \w+|he|she|they|{NAME}(?: {NAME})?))\s+(?P<w>[a-z]+))(?=[,.;:—–]|$)"
)
POST = re.compile(
    rf"^(?P<words>[^\n\"“]{{8,600}}?)(?:\s(?:https?://|pic\.twitter\.com/)\S+)*\s[—–―-]{{1,3}}\s?"
    rf"(?P<who>{NAME}[^()\n]{{0,50}}?)\s*\(@\w+\)",
    re.MULTILINE,
)
LIST = re.compile(r"[\s]*(?:[-•*·–—]|\d+[.)]|[\"“‘'«„])")
SELF = re.compile(r"\b(?:I|we|my|our|us|me)\b", re.IGNORECASE)
SETTING = {"say", "write", "read", "post", "tweet", "state", "add", "continue", "reply", "announce", "comment"}
LONGEST_LINE = 2_000


def find(text: str, regions: Sequence[Region]) -> list[Found]:
    """All speech told by the form of its lines."""
    out = transcript(text) + dialogue(text) + posts(text)
    taken = {f.start for f in out}
    return out + [f for f in statements(text, regions) if f.start not in taken]


def transcript(text: str) -> list[Found]:
    """Lines that open with who speaks ("Q: ...", "ANA RUIZ: ..."), where a label comes back or asks and answers."""
    lines = list(LINE.finditer(text))
    count = Counter(m.group(1) for m in lines)
    asked = bool(count["Q"] and count["A"])
    talk = sum(n > 1 for n in count.values()) > 1 and any(m.group(2)[-1] == "?" for m in lines)
    out = []
    for match in lines:
        label = match.group(1)
        if not (talk and (count[label] > 1 or label.startswith(("THE ", "MR. ", "MS. ", "MRS. ", "DR. ")))) and not (
            asked and (label in ("Q", "A") or text.count(label) > 1)
        ):
            continue
        mention = None if label in ("Q", "A") else match.span(1)
        out.append(Found([match.span(2)], None, mention, "line", ["a line that opens with who speaks"], 0.8))
    return out


def dialogue(text: str) -> list[Found]:
    """Lines that open with a dash, where at least two do and one says who speaks."""
    lines = [m for m in DASH.finditer(text) if len(m.group(1)) < LONGEST_LINE]
    turns = [_turn(m.group(1)) for m in lines]
    if len(lines) < 2 or not any(turns):
        return []
    out = []
    for line, turn in zip(lines, turns, strict=True):
        at = line.start(1)
        if turn is None:
            out.append(Found([line.span(1)], None, None, "dash", ["a line that opens with a dash"], 0.7))
            continue
        verb = "v" if turn.group("v") else "w"
        spans: list[Span] = [(at, at + turn.end("stop"))]
        rest = line.group(1)[turn.end() :]
        more = len(rest) - len(rest.lstrip(",.;:—– "))
        if rest[more:]:
            spans.append((at + turn.end() + more, line.end(1)))
        cue, who = turn.span(verb), turn.span("after" if verb == "v" else "before")
        why = [f"“{turn.group(verb)}” in a line that opens with a dash"]
        out.append(Found(spans, (at + cue[0], at + cue[1]), (at + who[0], at + who[1]), "dash", why, 0.9))
    return out


def _turn(line: str) -> re.Match[str] | None:
    """The words in a line of dialogue that say who speaks."""
    for match in TURN.finditer(line):
        cue = lexicon.cues().get(match.group("v") or match.group("w"))
        if cue is not None and "direct" in cue.takes | ({"direct"} if "marked_clause" in cue.takes else set()):
            return match
    return None


def posts(text: str) -> list[Found]:
    """A post as it is embedded: the words, a dash, the name and the handle."""
    return [
        Found([m.span("words")], None, m.span("who"), "tweet", ["a post signed with name and handle"], 0.85)
        for m in POST.finditer(text)
    ]


def statements(text: str, regions: Sequence[Region]) -> list[Found]:
    """A paragraph without marks below a line that ends in "wrote:", where it speaks of itself."""
    marked = {r.start for r in regions}
    lines = paragraphs(text)
    out = []
    for (start, end), (below, last) in pairwise(lines):
        if text[end - 1] != ":" or below in marked or LIST.match(text, below):
            continue
        word = re.search(r"(\w+):$", text[max(start, end - 40) : end])
        cue = lexicon.cues().get(word.group(1).lower()) if word else None
        if word is None or cue is None or cue.lemma not in SETTING or not SELF.search(text, below, last):
            continue
        who = re.search(r"^(?:[\w’'.-]+ ){1,6}(?=\w+:$)", text[start:end])
        mention = (start, start + len(who.group().rstrip())) if who else None
        at = end - 1 - len(word.group(1))
        why = [f"“{word.group(1)}:” stands above the paragraph"]
        out.append(Found([(below, last)], (at, end - 1), mention, "block", why, 0.7))
    return out
