"""What somebody hopes, wants, thinks or fears: told from speech by its verb, and found by the same trees."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis import complements, grammar, lexicon, mood
from app.analysis.content import content
from app.analysis.grammar import spans_of, trim
from app.analysis.lexicon import Cue
from app.analysis.model import Found
from app.analysis.syntax import Sentence, Token

MINDS = {
    "confident",
    "convinced",
    "optimistic",
    "certain",
    "sure",
    "hopeful",
    "worried",
    "afraid",
    "glad",
    "determined",
}
NOBODY = {"it", "there", "this", "that", "which", "what", "i", "you", "one", "nobody", "nothing"}
WHY = {"clause": "and the clause it takes", "infinitive": "and what is to be done", "object": "and what it names"}


def find(text: str, sentences: Sequence[Sentence]) -> list[Found]:
    """All beliefs of the narrative; what speech in marks says of itself is speech."""
    out: list[Found] = []
    for sentence in sentences:
        if sentence.region is not None:
            continue
        for token in sentence.tokens:
            cue = lexicon.beliefs().get(token.lower) if token.verb else None
            if cue is not None:
                found = _verb(text, sentence, token, cue)
            elif token.lower in MINDS and token.tag == "JJ":
                found = _mind(sentence, token)
            else:
                continue
            if found is not None and found.spans and any(c.isalnum() for a, b in found.spans for c in text[a:b]):
                out.append(found)
    return sorted(out, key=lambda f: (f.start, -f.end))


def _verb(text: str, sentence: Sentence, verb: Token, cue: Cue) -> Found | None:
    if any(k.dep in ("auxpass", "nsubjpass") for k in verb.kids) or verb.dep in ("amod", "compound"):
        return None
    head = grammar.subject(verb)
    if head is None or head.lower in NOBODY or head.i >= verb.i:
        return None
    tokens, rule = _held(text, sentence, verb, cue, head)
    if not tokens:
        return None
    why = [f"“{verb.text}” {WHY.get(rule, 'and what it takes')}: a belief or wish, not speech"]
    mention = grammar.span_of(grammar.phrase(head))
    return Found(spans_of(tokens), (verb.start, verb.end), mention, rule, why, 0.8, mood=mood.of(verb, sentence))


def _held(text: str, sentence: Sentence, verb: Token, cue: Cue, head: Token) -> tuple[list[Token], str]:
    """What is believed or wanted, and by which rule it was found."""
    if cue.takes & {"object_infinitive"} and (kid := verb.kid("ccomp", "xcomp")) is not None and kid.i > verb.i:
        return trim(kid.subtree()), "infinitive"
    tokens, rule = content(text, sentence, verb, cue, head, used=False)
    if tokens and tokens[0].i > verb.i:
        return tokens, rule
    if cue.prepositions and (led := complements.preposition(verb, cue)):
        return led, "preposition"
    kid = verb.kid("dobj")
    if "noun" in cue.takes and kid is not None and kid.i > verb.i and len(kid.subtree()) > 1:
        return trim(kid.subtree()), "object"
    return [], ""


def _mind(sentence: Sentence, word: Token) -> Found | None:
    """ "is confident that ...", "was determined to ..."."""
    kid = word.kid("ccomp", "xcomp")
    head = grammar.subject(word.head)
    if kid is None or kid.i < word.i or head is None or head.lower in NOBODY or not word.head.verb:
        return None
    why = [f"“{word.text}” and what it takes: a belief or wish, not speech"]
    mention = grammar.span_of(grammar.phrase(head))
    how = mood.of(word.head, sentence)
    return Found(spans_of(trim(kid.subtree())), (word.start, word.end), mention, "clause", why, 0.75, mood=how)
