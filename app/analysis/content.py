"""What a verb of speech takes as its content: a clause, an infinitive, a phrase, and where it begins and ends."""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis import grammar, lexicon
from app.analysis.lexicon import Cue
from app.analysis.model import Span
from app.analysis.syntax import Sentence, Token

NEVER_CONTENT = {"reporters", "journalists"}
NEW_SUBJECT = {"PRP", "DT", "NNP", "NNPS", "NN", "NNS", "CD", "PRP$", "EX"}
PLAIN = {"say", "claim", "argue", "add", "find", "note", "clarify", "insist", "allege", "admit", "believe"}


def content(
    text: str, sentence: Sentence, verb: Token, cue: Cue, head: Token | None, used: bool
) -> tuple[list[Token], str]:
    """The words that a verb of speech gives as said, and the rule by which they were found."""
    takes = cue.takes
    clause = _clause(verb, cue)
    if clause is None and not used and "clause" in takes:
        clause = _buried(verb)
    if clause is not None:
        clause = _cut(verb, clause[0], clause[1])
    if clause is not None and not used:
        return clause
    if used and (clause is None or clause[1] == "before"):
        return [], ""
    if clause is not None:
        return clause
    infinitive = _infinitive(verb, takes)
    if infinitive:
        return infinitive, "infinitive"
    if "small_clause" in takes and (small := _small(verb)):
        return small, "small"
    if cue.prepositions and (led := _preposition(verb, cue)):
        return led, "preposition"
    if "as" in takes and (named := _as(verb)):
        return named, "small"
    if "gerund" in takes and (k := verb.kid("xcomp", "pcomp", "ccomp")) is not None and k.tag == "VBG" and k.i > verb.i:
        return trim(k.subtree()), "gerund"
    if final := _final(sentence, verb, head, takes):
        return final, "before"
    if "clause" in takes and cue.lemma in PLAIN and head is not None and not used and (rest := _rest(verb)):
        return _cut(verb, rest, "clause")
    if "noun" in takes and (k := verb.kid("dobj")) is not None and k.i > verb.i and _weighty(text, verb, k, cue):
        return _trailing(verb, trim(k.subtree())), "object"
    return [], ""


def _clause(verb: Token, cue: Cue) -> tuple[list[Token], str] | None:
    best: tuple[list[Token], str] | None = None
    for kid in verb.kids:
        if kid.dep not in ("ccomp", "parataxis") and not (
            kid.dep == "advcl" and kid.i < verb.i and kid.kid("mark") is None
        ):
            continue
        marked = any(
            k.lower in ("that", "whether", "if", "how", "why", "what", "who", "when", "where")
            for k in kid.subtree()[:2]
        )
        if kid.i > verb.i:
            if kid.dep == "advcl" or (not (cue.takes & {"clause", "direct"}) and not marked):
                continue
            if kid.kid("nsubj", "nsubjpass", "expl", "csubj") is None and kid.tag == "VBG":
                continue
            if (
                kid.tag == "VB"
                and any(k.lower == "to" and k.dep == "aux" for k in kid.kids)
                and kid.kid("nsubj") is not None
                and cue.takes & {"object_infinitive"}
            ):
                return trim(kid.subtree()), "infinitive"
            tokens = trim(kid.subtree())
            if tokens and tokens[0].i < verb.i:
                tokens = [t for t in tokens if t.i < verb.i or t.i > verb.i]
                return _without(tokens, verb), "before"
            return _trailing(verb, tokens), "clause"
        if cue.takes & {"clause", "direct"} and kid.i < verb.i:
            tokens = trim(_without(kid.subtree(), verb))
            if len(tokens) > 2:
                best = tokens, "before"
    return best


def _buried(verb: Token) -> tuple[list[Token], str] | None:
    """ "said in a June report that ...": the clause hangs on what stands between."""
    for kid in verb.kids:
        if kid.i > verb.i and kid.dep in ("prep", "npadvmod", "advmod", "dobj"):
            for token in kid.subtree():
                if token.dep in ("acl", "relcl", "ccomp", "advcl") and any(
                    k.lower == "that" and k.dep == "mark" for k in token.kids
                ):
                    return _trailing(verb, trim(token.subtree())), "clause"
    return None


def _rest(verb: Token) -> list[Token]:
    """What follows a verb to the end of its sentence, where it holds a subject and its verb."""
    run = verb.sent.tokens[verb.i + 1 :]
    while run and run[0].tag == "RB":
        run = run[1:]
    if not run or run[0].text in grammar.PUNCTUATION:
        return []
    if not any(t.dep in ("nsubj", "nsubjpass") and t.head.verb and t.head.i > t.i and t.head.tag != "VBG" for t in run):
        return []
    return trim(run)


def _cut(verb: Token, tokens: list[Token], rule: str) -> tuple[list[Token], str]:
    """Put the edges of a clause right: another attribution that goes on ends it, an object that is its subject begins it."""
    if not tokens:
        return tokens, rule
    if rule == "clause":
        run = tokens[0].sent.tokens
        between = run[verb.i + 1 : tokens[0].i]
        whom = verb.kid("dobj", "dative")
        if (
            between
            and whom in between
            and "addressee" not in _takes(verb)
            and set(between) <= set(whom.subtree())
            and not any(k.lower == "that" for k in tokens[:1])
        ):
            tokens = between + tokens
        for place in range(3, len(tokens)):
            token = tokens[place]
            before = tokens[place - 1]
            if token.lower not in lexicon.cues() or not token.verb:
                if before.text == "," and token.lower in ("although", "though", "while", "but") and place > 4:
                    return trim(tokens[:place]), rule
                continue
            joined = (
                before.lower == "and"
                and token.tag in ("VBD", "VBZ", "VBG")
                and token.tag == (verb.tag if token.tag != "VBG" else "VBG")
            )
            joined = joined and (token.tag != "VBG" or verb.tag == "VBG")
            if joined or (before.text == "," and token.tag == "VBG"):
                return trim(tokens[: place - 1]), rule
    elif tokens[-1].i < verb.i:
        run = tokens[0].sent.tokens
        lead = run[: tokens[0].i]
        if lead and len(run) - verb.i < 12 and not any(t.lower in lexicon.cues() and t.verb for t in lead):
            tokens = trim(lead + tokens)
    return tokens, rule


def _takes(verb: Token) -> frozenset[str]:
    cue = lexicon.cues().get(verb.lower)
    return cue.takes if cue else frozenset()


def _without(tokens: list[Token], verb: Token) -> list[Token]:
    """Content around a parenthetic attribution: neither the verb nor what hangs on it alone."""
    drop = {id(verb)}
    for kid in verb.kids:
        if kid.dep not in ("ccomp", "parataxis"):
            drop.update(id(t) for t in kid.subtree())
    return [t for t in tokens if id(t) not in drop]


def _trailing(verb: Token, tokens: list[Token]) -> list[Token]:
    """Add what follows the clause up to a comma, where the parser hung it on the verb of speech instead."""
    if not tokens:
        return tokens
    run = tokens[-1].sent.tokens
    last = tokens[-1].i
    while last + 1 < len(run):
        token = run[last + 1]
        if token.text in grammar.PUNCTUATION - {"-"} or token.lower in ("but", "while", "although", "though"):
            break
        if token.dep == "cc":
            following = run[token.i + 1] if token.i + 1 < len(run) else token
            if token.lower != "and" or run[token.i - 1].text == "," or following.tag not in NEW_SUBJECT:
                break
        if token.dep == "conj" and token.verb and run[token.i - 1].dep == "cc":
            break
        last += 1
    return tokens + run[tokens[-1].i + 1 : last + 1]


def _infinitive(verb: Token, takes: frozenset[str]) -> list[Token]:
    for kid in verb.kids:
        if kid.dep not in ("xcomp", "ccomp", "advcl") or kid.i < verb.i or not any(k.lower == "to" for k in kid.kids):
            continue
        if kid.dep != "advcl" and "infinitive" in takes:
            return trim(kid.subtree())
        if "object_infinitive" in takes:
            whom = verb.kid("dobj") or kid.kid("nsubj")
            tokens = kid.subtree()
            if whom is not None and whom.i > verb.i:
                return trim(sorted({*whom.subtree(), *tokens}, key=lambda t: t.i))
    return []


def _small(verb: Token) -> list[Token]:
    kid = verb.kid("oprd", "ccomp", "xcomp")
    named = verb.kid("dobj")
    if kid is None and named is not None and (second := named.kid("appos")) is not None:
        kid = second if second.i > named.i and second.sent.tokens[named.i + 1].text != "," else None
    if (verb.tag == "VBN" and verb.kid("aux") is None) or kid is None or kid.i < verb.i or kid.tag in ("VB", "VBG"):
        return []
    whom = verb.kid("dobj")
    tokens = {*kid.subtree(), *(whom.subtree() if whom is not None and whom.i > verb.i else [])}
    return trim(sorted(tokens, key=lambda t: t.i))


def _as(verb: Token) -> list[Token]:
    prep = next((k for k in verb.kids if k.dep == "prep" and k.lower == "as"), None)
    whom = verb.kid("dobj")
    if prep is None or whom is None or whom.i > prep.i:
        return []
    return trim(sorted({*whom.subtree(), *prep.subtree()}, key=lambda t: t.i))


def _preposition(verb: Token, cue: Cue) -> list[Token]:
    whom = verb.kid("dobj")
    places = [*verb.kids, *(whom.kids if whom is not None else [])]
    for prep in places:
        if prep.dep not in ("prep", "dative") or prep.lower not in cue.prepositions or prep.i < verb.i:
            continue
        tokens = set(prep.subtree())
        if cue.lemma in ("accuse", "blame") and whom is not None and whom.i > verb.i:
            tokens |= set(whom.subtree())
        elif cue.lemma not in ("warn", "caution"):
            tokens.discard(prep)
        ordered = trim(sorted(tokens, key=lambda t: t.i))
        return _trailing(verb, ordered) if cue.lemma in ("call", "plead", "accuse") and prep.lower != "for" else ordered
    return []


def _final(sentence: Sentence, verb: Token, head: Token | None, takes: frozenset[str]) -> list[Token]:
    """A sentence that ends in ", SPEAKER said ...", however it was parsed."""
    if not takes & {"clause", "direct"} or head is None or verb.tag not in ("VBD", "VBZ", "VBP", "VBN"):
        return []
    left = min((t.i for t in grammar.phrase(head)), default=verb.i)
    left = min(left, verb.i)
    if left < 4 or sentence.tokens[left - 1].text != "," or verb.lower in ("responded", "responds"):
        return []
    if (
        verb.i + 1 < len(sentence.tokens)
        and sentence.tokens[verb.i + 1].lower == "to"
        and "addressee" not in takes
        and verb.lower.startswith("add")
    ):
        return []
    if any(t.text == "," for t in sentence.tokens[verb.i : verb.i + 8]) and len(sentence.tokens) - verb.i > 14:
        return []
    tokens = trim(sentence.tokens[: left - 1])
    if not any(t.verb for t in tokens) or any(
        k.dep in ("dobj", "ccomp", "xcomp") and k.i > verb.i and k.lower not in NEVER_CONTENT
        for k in verb.kids
        if not k.ent
    ):
        return []
    if tokens[0].lower in ("as", "when", "if", "after", "while", "although", "before", "since"):
        return []
    return tokens


def _weighty(text: str, verb: Token, noun: Token, cue: Cue) -> bool:
    """Whether an object holds what was said: an assessment, concerns, a charge; not a person or a mere thing."""
    if noun.ent.endswith("PERSON") or noun.lower in grammar.PRONOUNS:
        return False
    tokens = noun.subtree()
    quoted = any(t.text in '"“' for t in tokens)
    if quoted:
        return True
    if noun.lower in lexicon.words("speech_objects"):
        return any(k.dep in ("acl", "prep", "relcl", "ccomp") for k in noun.kids)
    return len(tokens) >= 3 and cue.lemma in (
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
    )


def trim(tokens: list[Token]) -> list[Token]:
    """Without punctuation and conjunctions at the edges (marks of quotation are added later)."""
    start, end = 0, len(tokens)
    while start < end and (
        tokens[start].text in grammar.PUNCTUATION
        or (tokens[start].lower in ("but", "and", "however") and tokens[start].dep in ("cc", "advmod"))
    ):
        start += 1
    while end > start and (tokens[end - 1].text in grammar.PUNCTUATION and tokens[end - 1].text != ")"):
        end -= 1
    return tokens[start:end]


def spans_of(tokens: Iterable[Token]) -> list[Span]:
    """Runs of neighbouring tokens as spans; a gap of mere punctuation does not split."""
    out: list[list[Token]] = []
    for token in tokens:
        if out and all(t.text in grammar.PUNCTUATION for t in token.sent.tokens[out[-1][-1].i + 1 : token.i]):
            out[-1].append(token)
        else:
            out.append([token])
    runs = [trim(run) for run in out]
    return [grammar.span_of(run) for run in runs if run]
