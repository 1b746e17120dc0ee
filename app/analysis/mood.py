"""Whether speech took place: said, not said ("negated"), thought of ("hypothetical") or asked about ("asked")."""

from __future__ import annotations

from app.analysis import grammar
from app.analysis.syntax import Sentence, Token

SILENT = {"decline", "refuse", "refrain", "stop", "avoid", "fail"}
MAYBE = {"would", "could", "might", "may", "should", "can", "must", "ought", "let", "’d", "'d", "shall"}
AHEAD = {"will", "’ll", "'ll", "wo", "going"}
UNSURE = {"if", "whether", "unless", "suppose"}
WISHING = {
    "want",
    "plan",
    "expect",
    "intend",
    "try",
    "like",
    "have",
    "need",
    "hesitate",
    "prepare",
    "threaten",
    "ask",
    "able",
    "ready",
    "supposed",
    "likely",
    "hope",
    "wish",
    "urge",
    "require",
}
DO = {"did", "do", "does"}


def of(verb: Token, sentence: Sentence) -> str:
    """The mood of a verb of speech; "" where it was said."""
    chain = _chain(verb)
    if any(grammar.negated(t) for t in chain) or any(_stem(t) in SILENT for t in chain[1:]):
        return "negated"
    if _asked(verb, sentence):
        return "asked"
    helpers = {k.lower for t in chain for k in t.kids if k.dep in ("aux", "mark") and k.i < verb.i}
    if helpers & (MAYBE | AHEAD | UNSURE) or any(_stem(t) in WISHING for t in chain[1:]):
        return "hypothetical"
    return ""


def bare(verb: Token) -> bool:
    """A bare "to say", which may not have been said: "the need to say", "rose to say"."""
    helpers = {k.lower for k in verb.kids if k.dep == "aux"}
    if verb.dep == "ROOT" and not helpers and verb.kid("nsubj") is not None:  # "Emails reveal that ...", ill tagged
        return False
    return verb.tag == "VB" and not helpers & (DO | MAYBE | AHEAD)


def _chain(verb: Token) -> list[Token]:
    """The verb and those that it is an infinitive or gerund of: "declined to say", "stopped short of saying"."""
    out = [verb]
    token = verb
    for _ in range(4):
        if token.tag not in ("VB", "VBG") or token.dep not in ("xcomp", "pcomp", "prep", "ccomp", "conj"):
            break
        if token.dep == "ccomp" and token.kid(*grammar.SUBJECTS) is not None and token.tag != "VB":
            break
        if token.dep == "conj" and any(k.dep == "aux" for k in token.kids):
            break
        token = token.head
        out.append(token)
    return out


def _asked(verb: Token, sentence: Sentence) -> bool:
    """Whether a question asks if somebody said it: "Did he say ...?"."""
    if sentence.tokens[-1].text != "?" and not any(t.text == "?" for t in sentence.tokens[-3:]):
        return False
    subject = verb.kid(*grammar.SUBJECTS)
    helper = next((k for k in verb.kids if k.dep == "aux"), None)
    return verb.dep == "ROOT" and subject is not None and helper is not None and helper.i < subject.i


def _stem(token: Token) -> str:
    lower = token.lower
    for end in ("ing", "ed", "es", "s", "d"):
        stem = lower.removesuffix(end)
        if stem != lower:
            for whole in (stem, stem + "e", stem[:-1]):
                if whole in SILENT or whole in WISHING:
                    return whole
    return lower
