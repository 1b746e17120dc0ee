"""What a verb of speech takes that is no clause: an infinitive, a name given, a phrase after a preposition, an object."""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis import grammar, lexicon
from app.analysis.grammar import trim
from app.analysis.lexicon import Cue
from app.analysis.syntax import Token

WITH_WHOM = {"accuse", "blame", "criticize", "criticise", "condemn", "compare", "liken", "blast", "slam", "fault"}
TOLD = {"tell", "tells", "told", "telling"}  # whom is not said
LIKENING = {"compare", "liken"}
WITH_PREPOSITION = {"warn", "caution", "admit"}
TELLING = {"describe", "characterize", "characterise", "define", "denounce", "criticize", "criticise", "condemn"}
NAMED = {
    "deny",
    "describe",
    "criticize",
    "criticise",
    "condemn",
    "denounce",
    "announce",
    "propose",
    "recommend",
    "reveal",
    "highlight",
    "confirm",
    "question",
    "demand",
    "predict",
}
FOUND = {"find", "show", "indicate", "reveal", "suggest"}


def infinitive(verb: Token, takes: frozenset[str]) -> list[Token]:
    """What is promised, or what somebody is told to do."""
    for kid in verb.kids:
        if kid.dep not in ("xcomp", "ccomp", "advcl") or kid.i < verb.i or not any(k.lower == "to" for k in kid.kids):
            continue
        if kid.dep != "advcl" and "infinitive" in takes:
            return trim(kid.subtree())
        if "object_infinitive" in takes:
            whom = verb.kid("dobj") or kid.kid("nsubj")
            tokens = kid.subtree()
            if whom is not None and whom.i > verb.i and verb.lower in TOLD:
                return trim([t for t in tokens if t not in whom.subtree()])
            if whom is not None and whom.i > verb.i:
                return trim(_join(whom.subtree(), tokens))
    return []


def small(verb: Token) -> list[Token]:
    """ "called X unfair": the one named and the name given."""
    kid = verb.kid("oprd", "ccomp", "xcomp")
    named = verb.kid("dobj")
    if kid is None and named is not None and (second := named.kid("appos")) is not None:
        kid = second if second.i > named.i and second.sent.tokens[named.i + 1].text != "," else None
    if (verb.tag == "VBN" and verb.kid("aux") is None) or kid is None or kid.i < verb.i or kid.tag in ("VB", "VBG"):
        return []
    if kid.tag in ("NNP", "NNPS") and not quoted(kid.subtree()):
        return []
    if named is not None and named.tag == "PRP" and kid.i > named.i > verb.i:
        return trim(kid.subtree())
    tokens = _join(kid.subtree(), named.subtree() if named is not None and named.i > verb.i else [])
    run = verb.sent.tokens
    first = next((t for t in tokens if t.i > verb.i), None)
    if first is not None and first.i - verb.i <= 3 and all(t.tag not in ("RB", ",") for t in run[verb.i + 1 : first.i]):
        tokens = _join(run[verb.i + 1 : first.i], tokens)
    return trim(tokens)


def named_as(verb: Token, cue: Cue) -> list[Token]:
    """ "described X as unfair", "referred to X as unfair"."""
    as_ = next((k for k in verb.kids if k.dep in ("prep", "mark", "advmod") and k.lower == "as" and k.i > verb.i), None)
    to = next((k for k in verb.kids if k.dep == "prep" and k.lower == "to"), None) if cue.lemma == "refer" else None
    whom = (to.kid("pobj") if to is not None else None) or verb.kid("dobj")
    if as_ is None and whom is not None:
        as_ = next((k for k in whom.kids if k.dep == "prep" and k.lower == "as"), None)
    if as_ is None or whom is None:
        return []
    tokens = as_.subtree()
    if whom.i < verb.i:
        return trim([t for t in tokens if t is not as_])
    if whom.i > as_.i:
        return []
    if cue.lemma not in TELLING and not quoted(tokens):
        return []
    return trim(_join(whom.subtree(), tokens))


def preposition(verb: Token, cue: Cue) -> list[Token]:
    """ "accused X of ...", "warned of ...", "called for ..."."""
    whom = verb.kid("dobj")
    places = [*verb.kids, *(whom.kids if whom is not None else [])]
    for prep in places:
        if prep.dep not in ("prep", "dative") or prep.lower not in cue.prepositions or prep.i < verb.i:
            continue
        if not prep.kids or all(k.i < prep.i for k in prep.kids):
            continue
        if cue.lemma == "admit" and prep.kid("pcomp") is None:  # "admitted to hospital"
            continue
        if cue.lemma in LIKENING and (verb.tag == "VBN" or not quoted(prep.subtree())):
            return []
        if cue.lemma == "call" and whom is not None:
            return []
        if cue.lemma == "call" and prep.lower == "on":
            return _called_on(verb, prep)
        tokens = prep.subtree()
        if cue.lemma in WITH_WHOM and whom is not None and whom.i > verb.i:
            tokens = _join(tokens, whom.subtree())
        elif cue.lemma not in WITH_PREPOSITION:
            tokens = [t for t in tokens if t is not prep]
        return trim(tokens)
    return []


def _called_on(verb: Token, prep: Token) -> list[Token]:
    """ "called on X to resign": who is called on, and to do what."""
    whom = prep.kid("pobj")
    kids = [*verb.kids, *whom.kids] if whom is not None else []
    for kid in kids:
        to_do = kid.dep in ("xcomp", "advcl", "ccomp", "acl", "relcl") and any(k.lower == "to" for k in kid.kids)
        if to_do and kid.i > prep.i and whom is not None:
            return trim(_join(whom.subtree(), kid.subtree()))
    return []


def noun_object(verb: Token, noun: Token, cue: Cue, head: Token | None) -> bool:
    """Whether an object holds what was said: an assessment, concerns, a charge; not a person or a mere thing."""
    if noun.ent.endswith("PERSON") or noun.lower in grammar.PRONOUNS:
        return False
    tokens = noun.subtree()
    if quoted(tokens):
        return True
    if "noun" not in cue.takes:
        measured = any(t.tag == "CD" for t in tokens) and any(t.dep in ("relcl", "acl") for t in tokens)
        return cue.lemma in FOUND and head is not None and head.lower in lexicon.words("documents") and measured
    if noun.lower in lexicon.words("speech_objects"):
        return any(k.dep in ("acl", "prep", "relcl", "ccomp") for k in noun.kids)
    return verb.lower == "citing" or (len(tokens) >= 3 and cue.lemma in NAMED)


def quoted(tokens: Iterable[Token]) -> bool:
    """Whether a quotation mark stands among some words."""
    return any(t.text in '"“”``' for t in tokens)


def _join(*runs: Iterable[Token]) -> list[Token]:
    return sorted({t for run in runs for t in run}, key=lambda t: t.i)
