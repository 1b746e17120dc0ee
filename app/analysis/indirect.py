"""Indirect and mixed speech by rules over the dependency tree: a verb of speech, and the clause or phrase it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.analysis import grammar, lexicon
from app.analysis.lexicon import Cue
from app.analysis.model import Found, Span
from app.analysis.syntax import Sentence, Token

NEVER_CONTENT = {"reporters", "journalists"}
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
    "suggest",
    "imply",
}


def find(text: str, sentences: Sequence[Sentence], used: set[int]) -> list[Found]:
    """All finds of indirect speech; `used` are starts of cue words that already lead to words in marks."""
    out: list[Found] = []
    for sentence in sentences:
        for token in sentence.tokens:
            if token.lower == "according":
                found = _according(sentence, token)
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
    if _unreal(verb) or (grammar.negated(verb) and cue.lemma != "deny"):
        return None
    head = grammar.subject(verb)
    if sentence.region is not None and (head is None or head.lower in NOT_SOURCES | grammar.PRONOUNS):
        return None
    if cue.lemma in EVIDENCE and (verb.tag == "VBG" or not _speaks(head)):
        return None
    tokens, rule = _content(text, sentence, verb, cue, head, used)
    if not tokens:
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
        elif cue.lemma not in ("say", "quote", "report", "tell", "inform", "ask", "advise", "recommend", "accuse"):
            return None
        elif head is not None and head.lower == "it":
            mention = None
    elif head is not None:
        mention = grammar.span_of(grammar.phrase(head))
    if mention is None and rule in ("object", "gerund", "infinitive"):
        return None
    if rule == "object" and (sentence.region is not None or not _speaks(head)):
        return None
    spans = spans_of(_untailed(tokens) if rule in ("object", "preposition", "small") else tokens)
    why = [f"“{verb.text}” {WHY[rule]}"]
    return Found(spans, (verb.start, verb.end), mention, rule, why, SCORES[rule] if mention else SCORES[rule] * 0.8)


NEW_SUBJECT = {"PRP", "DT", "NNP", "NNPS", "NN", "NNS", "CD", "PRP$", "EX"}
PLAIN = {"say", "claim", "argue", "add", "find", "note", "clarify", "insist", "allege", "admit", "believe"}

WHY = {
    "clause": "with the clause it takes",
    "before": "after it",
    "object": "with what it names",
    "gerund": "with what it names",
    "infinitive": "and what is to be done",
    "preposition": "with the phrase it takes",
    "small": "with the name given",
    "colon": "with a colon",
}
SCORES = {
    "clause": 0.92,
    "before": 0.93,
    "object": 0.55,
    "gerund": 0.7,
    "infinitive": 0.75,
    "preposition": 0.75,
    "small": 0.65,
    "colon": 0.8,
}


def _unreal(verb: Token) -> bool:
    """ "to say", "would say", "if he says", "let's say": no speech that took place."""
    if verb.tag == "VB":
        helpers = {k.lower for k in verb.kids if k.dep in ("aux", "mark")}
        if helpers & {"did", "do", "does"}:
            return False
        return not (
            verb.dep == "xcomp"
            and verb.head.lower in ("went", "goes", "continued", "moved", "took", "came", "used", "refused", "declined")
        )
    return False


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
    if lower in known or singular in known or lower.endswith(("ies", "ists", "ors", "ers", "ials", "people")):
        return True
    return any(k.ent for k in head.kids if k.dep == "compound")


def _content(
    text: str, sentence: Sentence, verb: Token, cue: Cue, head: Token | None, used: bool
) -> tuple[list[Token], str]:
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


def _noun(noun: Token) -> Found | None:
    """ "his statement that ...", "concerns that ..."."""
    clause = noun.kid("acl", "ccomp", "relcl")
    if clause is None or not any(k.lower == "that" and k.dep == "mark" for k in clause.kids):
        return None
    owner = noun.kid("poss")
    prep = next((k for k in noun.kids if k.dep == "prep" and k.lower in ("by", "from", "of")), None)
    of = prep.kid("pobj") if prep is not None else None
    who = owner or of
    if who is None:
        return None
    return Found(
        spans_of(trim(clause.subtree())),
        (noun.start, noun.end),
        grammar.span_of(grammar.phrase(who)),
        "noun",
        [f"the noun “{noun.text}” with its clause"],
        0.7,
    )


def _according(sentence: Sentence, token: Token) -> Found | None:
    run = sentence.tokens
    if token.i + 2 >= len(run) or run[token.i + 1].lower != "to":
        return None
    to = run[token.i + 1]
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
                content = run[end + 2 :]
            elif token.head.i > end:
                content = content + run[end + 2 :]
    return Found(
        spans_of(trim(content)),
        (token.start, to.end),
        grammar.span_of(mention),
        "according",
        ["“according to” names the source"],
        0.9,
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
