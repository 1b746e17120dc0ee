"""What a verb of speech takes as its content: a clause, an infinitive, a phrase, and where it begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis import complements, grammar, lexicon
from app.analysis.grammar import trim
from app.analysis.lexicon import Cue
from app.analysis.syntax import Sentence, Token

NEVER_CONTENT = {"reporters", "journalists", "us", "me", "him", "her", "them", "you"}
COLON = {"say", "explain", "tell", "write", "add", "warn", "announce", "argue", "report", "state"}
NEVER_BEFORE = {"as", "when", "if", "after", "while", "although", "before", "since"}
NEW_SUBJECT = {"PRP", "DT", "NNP", "NNPS", "NN", "NNS", "CD", "PRP$", "EX"}
AUX = {
    *("had", "has", "have", "was", "were", "is", "are", "did", "does", "do"),
    *("would", "could", "will", "should", "might", "can"),
}
NO_CLAUSE = {"something", "nothing", "anything", "much", "little", "when", "same", "opposite", "word", "words"}
OPENING, CLOSING = set('"“'), set('"”')
QUOTATION = OPENING | CLOSING | {"‘"}
REACHING = {"call", "plead", "accuse"}
PLAIN = {"say", "claim", "argue", "add", "find", "note", "clarify", "insist", "allege", "admit", "believe"}


def content(
    text: str, sentence: Sentence, verb: Token, cue: Cue, head: Token | None, used: bool
) -> tuple[list[Token], str]:
    """The words that a verb of speech gives as said, and the rule by which they were found."""
    takes = cue.takes
    if head is not None and "clause" in takes and (agreed := _as_said(sentence, verb, head)):
        return ([], "") if used else (agreed, "before")
    clause = _clause(verb, cue)
    if clause is None and not used and "clause" in takes:
        clause = _buried(verb)
    if clause is None and not used and takes & {"clause", "marked_clause"} and (far := _that(verb)):
        clause = far, "clause"
    if clause is not None:
        clause = _cut(verb, clause[0], clause[1])
    if clause is not None and not used:
        return clause
    if used and (clause is None or clause[1] == "before"):
        return [], ""
    if clause is not None:
        return clause
    infinitive = complements.infinitive(verb, takes)
    if infinitive:
        return infinitive, "infinitive"
    if "small_clause" in takes and (small := complements.small(verb)):
        return small, "small"
    if "as" in takes and (named := complements.named_as(verb, cue)):
        return named, "as"
    if cue.prepositions and (led := complements.preposition(verb, cue)):
        return (_trailing(verb, led) if cue.lemma in REACHING and "for" not in cue.prepositions else led), "preposition"
    if "gerund" in takes and (k := verb.kid("xcomp", "pcomp", "ccomp")) is not None and k.tag == "VBG" and k.i > verb.i:
        return trim(k.subtree()), "gerund"
    spoken = takes | {"clause"} if cue.lemma == "find" else takes
    if floating := _floating(sentence, verb, head, spoken):
        return floating, "before"
    if final := _final(sentence, verb, head, spoken):
        return final, "before"
    if (
        "clause" in takes
        and cue.lemma in PLAIN
        and head is not None
        and not used
        and (rest := _rest(verb, loose=cue.lemma in ("say", "argue")))
    ):
        return _cut(verb, rest, "clause")
    if not used and cue.lemma in COLON and head is not None and (after := _colon(sentence, verb)):
        return after, "colon"
    if (
        cue.lemma != "direct"
        and (k := verb.kid("dobj")) is not None
        and k.i > verb.i
        and complements.noun_object(verb, k, cue, head)
    ):
        return _trailing(verb, trim(k.subtree())), "object"
    return [], ""


def _clause(verb: Token, cue: Cue) -> tuple[list[Token], str] | None:
    best: tuple[list[Token], str] | None = None
    own = verb.kid(*grammar.SUBJECTS)
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
            behind = own is not None and verb.i < own.i < kid.i  # "said one senator, granted ..."
            if (kid.tag == "VBN" or behind) and kid.kid("aux", "auxpass", "mark", *grammar.SUBJECTS) is None:
                continue
            if kid.dep == "advcl" or (not (cue.takes & {"clause", "direct"}) and not marked and not _shown(verb, cue)):
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
            between = verb.sent.tokens[tokens[-1].i : own.i] if tokens and own is not None and own.i < verb.i else []
            if len(tokens) > 2 and not any(t.text == ";" for t in between):
                best = tokens, "before"
    return best


def _shown(verb: Token, cue: Cue) -> bool:
    """Whether a document shows or finds something: "court records show he was there"."""
    head = verb.kid(*grammar.SUBJECTS)
    known = lexicon.words("documents")
    return cue.lemma in ("show", "find") and head is not None and not known.isdisjoint((head.lower, head.lower[:-1]))


def _buried(verb: Token) -> tuple[list[Token], str] | None:
    """ "said in a June report that ...": the clause hangs on what stands between."""
    for kid in verb.kids:
        if kid.i > verb.i and kid.dep in ("prep", "npadvmod", "advmod", "dobj"):
            for token in kid.subtree():
                that = any(k.lower == "that" and k.dep == "mark" for k in token.kids)
                if (that and token.dep in ("acl", "relcl", "ccomp", "advcl")) or _told(verb, kid, token):
                    return _trailing(verb, trim(token.subtree())), "clause"
    return None


def _told(verb: Token, whom: Token, clause: Token) -> bool:
    """Whether a clause that the tree hangs on who is told is what is told: "told officers she had not spoken to him"."""
    if clause.dep != "relcl" or clause.head is not whom or whom.dep not in ("dobj", "dative") or verb.lower == "asked":
        return False
    tokens = clause.subtree()
    related = any(t.tag in ("WP", "WDT", "WRB") or t.lower == "that" for t in tokens[:2])
    whole = clause.kid("nsubj", "nsubjpass", "expl") is not None and whom.i < tokens[0].i
    return whole and not related and "addressee" in _takes(verb)


def _rest(verb: Token, *, loose: bool) -> list[Token]:
    """What follows a verb to the end of its sentence, where it holds a subject and its verb; `loose` takes a participle for
    the verb: "said more than 90 people registered"."""
    run = verb.sent.tokens[verb.i + 1 :]
    while run and run[0].tag == "RB":
        run = run[1:]
    if (
        not run
        or run[0].text in grammar.PUNCTUATION
        or (verb.lower.startswith("add") and run[0].tag in ("TO", "IN", "CD"))
    ):
        return []
    finite = (t.head for t in run if t.dep in ("nsubj", "nsubjpass") and t.head.i > t.i)
    if not any(v.verb and v.tag != "VBG" and v.dep not in ("relcl", "acl") and not _adverbial(v) for v in finite):
        mistaken = (
            loose and len(run) > 4 and verb.kid("dobj") is not None and NO_CLAUSE.isdisjoint(t.lower for t in run[:2])
        )
        if not (
            mistaken and any(t.tag in {*grammar.FINITE, "VBN"} and t.dep != "relcl" and t.i > run[1].i for t in run)
        ):
            return []
    return trim(run)


def _adverbial(verb: Token) -> bool:
    """Whether a clause says when, why or under what condition."""
    return verb.dep == "advcl" and any(k.dep == "mark" or k.tag == "WRB" for k in verb.kids)


def _and_that(run: Sequence[Token], at: int) -> int:
    """The place of "that" where a second clause is joined: "..., and that the road is open"; 0 where none is."""
    while at < len(run) and (run[at].text in QUOTATION or run[at].text == ","):
        at += 1
    if at + 2 < len(run) and run[at].lower in ("and", "but") and run[at + 1].lower == "that":
        that, following = run[at + 1], run[at + 2]
        clause = that.dep == "mark" or that.tag == "IN" or following.tag in ("NNP", "NNPS", "PRP", "DT", "EX")
        return at + 1 if clause else 0
    return 0


def _that(verb: Token) -> list[Token]:
    """A clause with "that" which the tree has hung elsewhere: "told cheering teachers that ..."."""
    run = verb.sent.tokens
    for token in run[verb.i + 1 : verb.i + 15]:
        if token.lower == "that" and token.tag == "IN":
            end = max((t.i for t in token.head.subtree()), default=token.i) if token.head.i > token.i else token.i
            return _trailing(verb, trim(run[token.i : end + 1]))
        if (token.verb and token.tag != "VBG") or token.text in ";:":
            break
    return []


def _colon(sentence: Sentence, verb: Token) -> list[Token]:
    """What follows a colon after the verb, where it is a sentence: "explained the changes: ..."."""
    for token in sentence.tokens[verb.i + 1 :]:
        if token.text == ":":
            if sentence.tokens[0].tag in ("WP", "WRB"):  # "What they're saying: ..."
                return []
            rest = sentence.tokens[token.i + 1 :]
            return trim(rest) if any(t.dep in grammar.SUBJECTS for t in rest) else []
        if token.verb and token.tag != "VBG":
            break
    return []


def _cut(verb: Token, tokens: list[Token], rule: str) -> tuple[list[Token], str]:
    """Put the edges of a clause right: another attribution that goes on ends it, an object that is its subject begins it."""
    if not tokens:
        return tokens, rule
    if rule == "clause":
        run = tokens[0].sent.tokens
        between = run[verb.i + 1 : tokens[0].i]
        if between and between[-1].text == ":":
            return trim(run[tokens[0].i :]), "colon"
        whom = verb.kid("dobj", "dative")
        that = next((t for t in between if t.lower == "that" and t.tag == "IN"), None)
        if that is not None and not any(t.verb for t in run[verb.i + 1 : that.i]):
            tokens = run[that.i : tokens[0].i] + tokens
            between = []
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
    run, first = tokens[-1].sent.tokens, tokens[0]
    if first.i == verb.i + 2 and run[first.i - 1].text in OPENING and first.text[0].isupper() and first.tag[:2] != "NN":
        closing = next((t.i for t in run[first.i :] if t.text in CLOSING), first.i)
        if closing > first.i:  # "chanted “We want justice” in a hallway"
            return run[first.i : closing]
    last = tokens[-1].i
    while last + 1 < len(run):
        token = run[last + 1]
        if joined := _and_that(run, last + 1):
            last = joined
            continue
        if token.text in QUOTATION:
            last += 1
            continue
        if (
            token.lower in ("and", "but")
            and last + 2 < len(run)
            and run[last + 2].lower in AUX
            and run[last + 2].head.lower not in lexicon.cues()
        ):
            last += 2
            continue
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


def _as_said(sentence: Sentence, verb: Token, head: Token) -> list[Token]:
    """What an attribution set off by commas agrees with: "The bridge was not safe, as the mayor had said in May"."""
    run = sentence.tokens
    first = min((t.i for t in grammar.phrase(head)), default=verb.i) - 1
    end = next((t.i for t in run[verb.i :] if t.text in ",.;" or t is run[-1]), verb.i)
    inside = run[verb.i + 1 : end]
    if first < 2 or verb.i - first > 12 or run[first].lower != "as" or run[first - 1].text != ",":
        return []
    if any(t.verb or t.dep in grammar.SUBJECTS or t.text in QUOTATION for t in inside) or verb.kid("dobj", "xcomp"):
        return []
    before = run[: first - 1]
    whole = any(t.tag in grammar.FINITE for t in before)
    told = any(t.dep in grammar.SUBJECTS for t in before) and not any(t.dep == "neg" for t in before[-1:])
    if head.lower in ("i", "we", "you") or not told:
        return []
    return trim(before if whole else before + run[end + 1 :])


def _floating(sentence: Sentence, verb: Token, head: Token | None, takes: frozenset[str]) -> list[Token]:
    """The words around an attribution set between commas: "The gate, the mayor said, is broken"."""
    if head is None or not takes & {"clause", "direct"} or verb.tag not in ("VBD", "VBZ", "VBP"):
        return []
    run = sentence.tokens
    inside = {head.i, *(t.i for t in grammar.phrase(head)), verb.i}
    first, last = min(inside), max(inside)
    while last + 1 < len(run) and (run[last + 1].tag == "RB" or run[last + 1].ent.endswith(("DATE", "TIME"))):
        last += 1
    if (
        last - first > 12
        or first < 2
        or last + 2 >= len(run)
        or run[first - 1].text != ","
        or run[last + 1].text != ","
    ):
        return []
    words = [t for t in run if t.i < first - 1 or t.i > last + 1]
    if first == 2 and run[0].tag in ("CC", "RB"):  # "But, she says, it is shut"
        return trim(run[last + 2 :])
    fronted = run[0].tag in ("IN", "RB", "TO") and run[0].lower not in ("as", "when", "after")
    if fronted and verb.dep == "parataxis" and verb.head.i > last + 1:  # "Under the new rules, he said, all must pay"
        return trim(words)
    after = run[last + 2]
    joined = after.tag in ("VBD", "VBZ", "VBP", "MD", "IN", "TO") and after.lower not in lexicon.cues()
    if not joined or run[0].lower in NEVER_BEFORE or not any(t.verb for t in words):
        return []
    return trim(words)


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
    if tokens[0].lower in NEVER_BEFORE:
        return []
    return tokens
