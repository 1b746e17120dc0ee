"""Indirect and mixed speech by rules over the dependency tree: a verb of speech, and the clause or phrase it takes."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis import complements, grammar, lexicon, mood
from app.analysis.content import content
from app.analysis.grammar import spans_of, trim
from app.analysis.lexicon import Cue
from app.analysis.model import Found, Span
from app.analysis.syntax import Sentence, Token

NOT_SOURCES = {
    "i",
    "we",
    "it",
    "this",
    "that",
    "you",
    "which",
    "what",
    "one",
    "there",
    "nothing",
    "nobody",
    "none",
    "anyone",
    "anybody",
    "someone",
    "everything",
}
EVIDENCE = {
    "show",
    "indicate",
    "reveal",
    "establish",
    "explain",
    "raise",
    "signal",
    "underline",
    "underscore",
    "highlight",
    "determine",
    "point",
    "suggest",
    "imply",
}

COURTS = {"court", "jury", "jurors", "inquest", "tribunal", "inquiry", "hearing"}
UNTOLD = {"allege", "claim", "announce", "reveal", "confirm", "estimate"}  # "it is alleged that ..."
ALLEGED = {"allegation", "allegations", "complaint", "complaints", "accusation", "accusations", "rumours", "rumors"}
SELF = {"i", "we", "you", "which", "what", "this", "that"}
LEADING = {"led", "leads", "prompted", "caused", "forced", "went", "goes", "continued", "moved", "took", "came", "used"}


def find(text: str, sentences: Sequence[Sentence], used: set[int]) -> list[Found]:
    """All finds of indirect speech; `used` are starts of cue words that already lead to words in marks."""
    out: list[Found] = []
    for sentence in sentences:
        for token in sentence.tokens:
            if token.lower == "according" or _per(token):
                found = _according(sentence, token, used)
            elif (cue := grammar.cue_of(token)) is not None:
                found = _verb(text, sentence, token, cue, token.start in used)
            elif token.lower.rstrip("s") in lexicon.words("nouns") and token.tag.startswith("NN"):
                found = _noun(token)
            else:
                continue
            if found is not None and found.spans:
                found.region = sentence.region
                out.append(found)
    return out


def _verb(text: str, sentence: Sentence, verb: Token, cue: Cue, used: bool) -> Found | None:
    how = mood.of(verb, sentence)
    head = grammar.subject(verb) if verb.lower != "citing" else _nearest(verb)
    if sentence.region is not None and (head is None or head.lower in NOT_SOURCES | grammar.PRONOUNS):
        return None
    if cue.lemma == "hear" and (head is None or head.lower not in COURTS):
        return None
    if cue.lemma == "find" and verb.kid("prt") is not None:
        return None
    if verb.i == 0 and text[verb.end : verb.end + 1] == ":":  # "Note: ...", "Related: ..."
        return None
    if (
        verb.i == 1
        and sentence.tokens[0].lower == "that"
        and len(sentence.tokens) > 2
        and sentence.tokens[2].text == ","
    ):
        return None
    if cue.lemma == "ask" and verb.tag == "VBN" and (head is None or _put_to(verb)):
        return None
    if cue.lemma in EVIDENCE and not _out(verb) and (verb.tag == "VBG" or not _speaks(head)):
        return None
    tokens, rule = content(text, sentence, verb, cue, head, used)
    if mood.bare(verb) and not how and not _told(verb, tokens):
        return None
    if (head is None or head.lower in SELF) and sentence.region is None and (how or verb.tag in ("VBG", "VB")):
        return None
    if not tokens or (how and rule not in ("clause", "before")):
        return None
    if verb.dep == "amod" or (verb.tag == "VBN" and verb.dep in ("acl", "amod") and rule != "clause"):
        return None
    passive = any(k.dep in ("auxpass", "nsubjpass") for k in verb.kids)
    mention: Span | None = None
    if passive:
        agent = verb.kid("agent")
        by = agent.kid("pobj") if agent is not None else None
        if by is not None:
            mention = grammar.span_of(grammar.phrase(by))
        elif not (cue.lemma in UNTOLD and head is not None and head.lower == "it" and rule == "clause") and (
            cue.lemma not in ("say", "quote", "report", "tell", "inform", "ask", "advise", "recommend", "accuse")
            or (cue.lemma == "accuse" and any(k.dep == "auxpass" and k.lower in ("is", "are") for k in verb.kids))
        ):
            return None
    elif head is not None:
        mention = grammar.span_of(grammar.phrase(head))
    if mention is None and rule in ("object", "gerund", "infinitive", "colon"):
        return None
    if rule == "object" and (sentence.region is not None or not _speaks(head)):
        return None
    if rule in ("infinitive", "object", "preposition", "gerund"):
        tokens = _before_saying(tokens)
    if rule == "clause":
        tokens = _tail(tokens)
    spans = spans_of(_untailed(tokens) if rule in ("object", "preposition", "small", "as") else tokens)
    why = [f"“{verb.text}” {WHY[rule]}"]
    score = SCORES[rule] * (1.0 if mention else 0.8) * (0.7 if how else 1.0)
    return Found(spans, (verb.start, verb.end), mention, _name(rule, cue, passive), why, score, mood=how or cue.mood)


WHY = {
    "clause": "before the words",
    "before": "after the words",
    "object": "and what it names",
    "gerund": "and what it names",
    "infinitive": "and what is to be done",
    "preposition": "and the phrase it takes",
    "small": "and the name given",
    "as": "and the name given",
    "colon": "and a colon",
}
SCORES = {
    "clause": 0.92,
    "before": 0.93,
    "object": 0.55,
    "gerund": 0.7,
    "infinitive": 0.75,
    "preposition": 0.75,
    "small": 0.65,
    "as": 0.65,
    "colon": 0.8,
}


def _name(rule: str, cue: Cue, passive: bool) -> str:
    """A rule's name for readers of finds, finer than the one it works by."""
    if rule == "preposition" and cue.lemma in ("accuse", "blame"):
        return "accuse"
    if rule == "clause" and passive:
        return "passive"
    return {"small": "call", "before": "parataxis"}.get(rule, rule)


def _put_to(verb: Token) -> bool:
    """ "Asked whether he would resign, the mayor ...": whose question it was is not told."""
    fronted = verb.dep in ("advcl", "csubj", "ccomp", "dep", "acl", "prep")
    return fronted and verb.kid("agent", *grammar.SUBJECTS) is None


def _nearest(verb: Token) -> Token | None:
    """The subject that stands next before a verb: "..., but the company left, citing costs"."""
    before = reversed(verb.sent.tokens[: verb.i])
    return next((grammar.relative(t) for t in before if t.dep == "nsubj"), None)


def _out(verb: Token) -> bool:
    """Whether this is "point out that ...", which says more than "point"."""
    return any(k.lower == "out" for k in verb.kids) and verb.kid("ccomp") is not None


def _told(verb: Token, tokens: list[Token]) -> bool:
    """Whether an infinitive tells of speech that took place: "led them to conclude", "took to the air to warn that ..."."""
    if not (verb.dep in ("xcomp", "advcl", "ccomp") and verb.head.verb):
        return False
    return complements.quoted(tokens) or (bool(tokens) and tokens[0].lower == "that") or _led(verb)


def _led(verb: Token) -> bool:
    """ "led them to conclude", "went on to say": an infinitive of what took place."""
    return verb.dep == "xcomp" and verb.head.lower in LEADING


def _before_saying(tokens: list[Token]) -> list[Token]:
    """A phrase without another verb of speech that goes on after a comma: "to impose tariffs, claiming that ..."."""
    for place in range(2, len(tokens)):
        if tokens[place].tag == "VBG" and tokens[place - 1].text == "," and tokens[place].lower in lexicon.cues():
            return trim(tokens[:place])
    return tokens


def _tail(tokens: list[Token]) -> list[Token]:
    """A clause without the relative clause at its end that the reporter adds after a comma: "..., who left in May"."""
    for place in range(len(tokens) - 1, 3, -1):
        token = tokens[place]
        if token.lower in ("which", "who") and tokens[place - 1].text == "," and token.tag in ("WDT", "WP"):
            rest = tokens[place:]
            verb = token.head
            ends = verb.dep == "relcl" and max(t.i for t in verb.subtree()) >= tokens[-1].i
            return trim(tokens[:place]) if ends and not complements.quoted(rest) else tokens
    return tokens


def _untailed(tokens: list[Token]) -> list[Token]:
    """A phrase without the relative clause that the reporter adds after a comma."""
    for place in range(3, len(tokens)):
        if tokens[place].lower in ("which", "who") and tokens[place - 1].text == ",":
            return trim(tokens[:place])
    return tokens


def _speaks(head: Token | None) -> bool:
    """Whether a subject can say something: a name, a person, a body or a document; not a thing or a fact."""
    if head is None:
        return False
    if head.ent or head.tag in ("NNP", "NNPS") or head.lower in ("he", "she", "they", "who", "we", "i"):
        return True
    lower = head.lower
    singular = lower[:-1] if lower.endswith("s") else lower
    known = lexicon.words("documents") | lexicon.words("group_nouns")
    known |= lexicon.words("nominal_people") | lexicon.words("nouns")
    if (
        lower in known
        or singular in known
        or lower in lexicon.words("role_nouns")
        or lower.endswith(("ies", "ists", "ors", "ers", "ials", "people"))
    ):
        return True
    return any(k.ent for k in head.kids if k.dep == "compound")


def _noun(noun: Token) -> Found | None:
    """ "his statement that ...", "concerns that ...", "her claim to have ..."."""
    run = noun.sent.tokens
    clause: list[Token] = []
    kid = noun.kid("acl", "ccomp", "relcl")
    if kid is not None and any(k.lower == "that" and k.dep == "mark" for k in kid.kids):
        clause = trim(kid.subtree())
    else:
        for token in run[noun.i + 1 : noun.i + 7]:
            if token.lower == "that" and token.dep == "mark" and token.head.i > token.i:
                clause = trim(run[token.i : max(t.i for t in token.head.subtree()) + 1])
            if token.verb or token.text in grammar.PUNCTUATION or clause:
                break
    owner = noun.kid("poss")
    if not clause and owner is not None:
        of = next((k for k in noun.kids if k.dep == "prep" and k.lower == "of"), None)
        gerund = of.kid("pcomp") if of is not None else None
        clause = trim(of.subtree()) if of is not None and gerund is not None and gerund.tag == "VBG" else []
    prep = next((k for k in noun.kids if k.dep == "prep" and k.lower in ("by", "from", "of")), None)
    of = prep.kid("pobj") if prep is not None else None
    who = owner or of
    if not clause or (who is None and noun.lower not in ALLEGED):
        return None
    return Found(
        spans_of(clause),
        (noun.start, noun.end),
        grammar.span_of(grammar.phrase(who)) if who is not None else None,
        "noun",
        [f"the noun “{noun.text}” with its clause"],
        0.7 if who is not None else 0.5,
    )


def _per(token: Token) -> bool:
    """ "..., per ESPN": a source, no rate."""
    of = token.kid("pobj") if token.lower == "per" else None
    opens = token.i == 0 or token.sent.tokens[token.i - 1].text == ","
    return opens and of is not None and (bool(of.ent) or any(k.lower == "the" for k in of.kids))


def _according(sentence: Sentence, token: Token, used: set[int]) -> Found | None:
    run = sentence.tokens
    to = token if token.lower == "per" else run[min(token.i + 1, len(run) - 1)]
    if to.i + 1 >= len(run) or to.lower not in ("to", "per"):
        return None
    source = to.kid("pobj") or next((t for t in run[token.i + 2 :] if t.tag.startswith(("NN", "PRP"))), None)
    if source is None:
        return None
    mention = grammar.phrase(source)
    whole = [t for t in source.subtree() if t.i >= token.i]
    end = max((t.i for t in whole), default=source.i)
    if token.i <= 2:
        beside = source.kid("appos")
        last = max(t.i for t in beside.subtree()) if beside is not None and beside.i > source.i else source.i
        if last + 3 >= len(run):
            last = source.i
        comma = next((t.i for t in run[token.i + 2 :] if t.text == "," and t.i > last), None)
        if comma is None:
            return None
        content = run[comma + 1 :]
    else:
        content = run[: token.i]
        if end + 1 < len(run) and run[end + 1].text == "," and len(run) - end > 4:
            if not any(t.dep in grammar.SUBJECTS for t in content):
                led = content if content[0].tag in ("IN", "TO") else []
                content = led + run[end + 2 :]
            elif token.head.i > end or run[end + 2].tag in ("VBD", "VBZ", "VBP", "MD"):
                content = content + run[end + 2 :]
    if token.i > 2 and any(t.start in used for t in content):
        return None
    return Found(
        spans_of(trim(content)),
        (token.start, to.end),
        grammar.span_of(mention),
        "according",
        [f"“{token.text}{' to' if to is not token else ''}” names the source"],
        0.9,
    )
