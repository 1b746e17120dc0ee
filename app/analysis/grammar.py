"""Small questions about a sentence's tree: the subject of a verb, the extent of a noun phrase, a clause's span."""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis import lexicon
from app.analysis.model import Span
from app.analysis.syntax import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
FINITE = {"VBD", "VBZ", "VBP", "MD"}
CLIMB = {"conj", "advcl", "xcomp", "pcomp", "prep", "ccomp", "dep", "parataxis"}
PUNCTUATION = set(",.;:!?-–—…\"“”'‘’()[]")
OUTSIDE = {"appos", "relcl", "acl", "advcl", "punct", "cc", "conj", "parataxis", "dep"}
PRONOUNS = {"he", "she", "they", "it", "i", "we", "you", "who", "that", "which", "his", "her", "their", "him", "them"}


def subject(verb: Token) -> Token | None:
    """Who does the verb: its own subject, or that of the verb it hangs on ("..., saying")."""
    token = _matrix(verb) or verb
    for _ in range(8):
        own = token.kid(*SUBJECTS)
        if own is not None and own.i != verb.i:
            return relative(own)
        if token.dep in ("acl", "relcl"):
            return token.head
        if token.dep not in CLIMB or token.head is token:
            return _set_before(verb)
        token = token.head
    return None


def _matrix(verb: Token) -> Token | None:
    """The verb of speech that this one really goes on: "found that the bridge could fail, and concluded that ..."."""
    if verb.dep != "conj" or verb.tag not in ("VBD", "VBZ") or verb.kid(*SUBJECTS) is not None:
        return None
    token = verb.head
    while token.dep == "conj" and token.head is not token:
        token = token.head
    if token.dep != "ccomp" or token.head.tag != verb.tag or token.head.i > token.i or token.tag == verb.tag:
        return None
    return token.head if token.head.lower in lexicon.cues() and verb.lower in lexicon.cues() else None


def _set_before(verb: Token) -> Token | None:
    """The name between commas just before a verb, where the tree has lost it: "the minister, NAME, promised"."""
    run, at = verb.sent.tokens, verb.i - 2
    if at < 1 or run[verb.i - 1].text != "," or not run[at].ent.endswith("PERSON") or verb.tag not in ("VBD", "VBZ"):
        return None
    first = at
    while first and run[first].ent == "I-PERSON":
        first -= 1
    return run[at] if first and run[first - 1].text == "," else None


def relative(token: Token) -> Token:
    """The noun that "who" or "which" stands for, else the token itself."""
    if token.lower in ("who", "which", "that") and token.head.dep == "relcl":
        return token.head.head
    return token


def phrase(head: Token, *, conjuncts: bool = True) -> list[Token]:
    """The noun phrase of a head without what stands after a comma."""
    keep, todo = [], [head]
    while todo:
        token = todo.pop()
        keep.append(token)
        for kid in token.kids:
            joined = conjuncts and token is head and kid.dep in ("cc", "conj")
            if kid.dep in OUTSIDE and not joined and not (kid.dep == "punct" and kid.text in "-'’.&"):
                continue
            if kid.verb and kid.dep not in ("amod", "compound"):
                continue
            todo.append(kid)
    keep.sort(key=lambda t: t.i)
    run = [head]
    at = keep.index(head)
    for token in reversed(keep[:at]):
        if run[0].i - token.i > 2:
            break
        run.insert(0, token)
    for token in keep[at + 1 :]:
        if token.i - run[-1].i > 2 or (token.text == "," and not conjuncts):
            break
        run.append(token)
    for hyphen, token in zip(head.sent.tokens[run[-1].i + 1 :: 2], head.sent.tokens[run[-1].i + 2 :: 2], strict=False):
        if hyphen.text != "-" or hyphen.start != run[-1].end:
            break
        run += hyphen, token
    if len(run) > 1 and ":" in run[0].text and run[0].text[0].isdigit():
        run.pop(0)
    while len(run) > 1 and (run[-1].text in PUNCTUATION or run[-1].tag == "POS"):
        run.pop()
    return run


def span_of(tokens: list[Token]) -> Span:
    """From the first token's start to the last one's end."""
    return tokens[0].start, tokens[-1].end


def negated(verb: Token) -> bool:
    """Whether a "not" or "never" stands at the verb."""
    return any(k.dep == "neg" or k.lower in ("never", "not", "n't", "n’t") for k in verb.kids)


def cue_of(token: Token) -> lexicon.Cue | None:
    """What the token takes, where it is a verb of speech."""
    return lexicon.cues().get(token.lower) if token.verb or token.dep == "ROOT" else None


def trim(tokens: list[Token]) -> list[Token]:
    """Without punctuation and conjunctions at the edges (marks of quotation are added later)."""
    start, end = 0, len(tokens)
    while start < end and (
        tokens[start].text in PUNCTUATION
        or (tokens[start].lower in ("but", "and", "however") and tokens[start].dep in ("cc", "advmod"))
    ):
        start += 1
    while end > start and (tokens[end - 1].text in PUNCTUATION and tokens[end - 1].text != ")"):
        end -= 1
    while end - start > 2 and tokens[end - 1].lower in ("and", "but", "or") and tokens[end - 1].dep == "cc":
        end -= 1
    return tokens[start:end]


def spans_of(tokens: Iterable[Token]) -> list[Span]:
    """Runs of neighbouring tokens as spans; a gap of mere punctuation does not split."""
    out: list[list[Token]] = []
    for token in tokens:
        if out and all(t.text in PUNCTUATION for t in token.sent.tokens[out[-1][-1].i + 1 : token.i]):
            out[-1].append(token)
        else:
            out.append([token])
    runs = [trim(run) for run in out]
    return [span_of(run) for run in runs if run]
