"""Puts right what the model misreads in names: a surname left out, a person taken for a body, a country for a person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.analysis import lexicon
from app.analysis.mentions import known_first, runs
from app.analysis.roles import described, is_role
from app.analysis.syntax import Sentence, Token

STATE = {
    "government",
    "ministry",
    "parliament",
    "army",
    "military",
    "troops",
    "border",
    "capital",
    "envoy",
    "ambassador",
}
BODIES = {"ORG", "GPE", "NORP", "FAC", "PRODUCT", "WORK_OF_ART", "LOC", "LAW", ""}


def mend(sentences: Sequence[Sentence]) -> None:
    """All corrections, those that hold for the whole article last."""
    for sentence in sentences:
        _verbs(sentence)
        _people(sentence)
    names: set[tuple[str, ...]] = set()
    for sentence in sentences:
        names |= _set_beside(sentence)
        names |= {tuple(t.text for t in run) for run in runs(sentence) if run[0].ent[2:] == "PERSON" and _plain(run)}
    _everywhere(sentences, names)
    _countries(sentences, {n[-1] for n in names})


def _verbs(sentence: Sentence) -> None:
    """A verb of speech that goes on after "and" is no participle: "is broken and added that ..."."""
    tokens = sentence.tokens
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.tag == "VBN" and before.lower == "and" and after.lower == "that" and token.lower in lexicon.cues():
            token.tag = "VBD"
    for before, token in pairwise(tokens):
        if token.lower == "allege" and token.tag.startswith("NN") and before.tag in ("NNS", "NNPS"):
            _rooted(token, before)


def _rooted(verb: Token, subject: Token) -> None:
    """The tree of a sentence whose verb of speech was taken for a noun: "Prosecutors allege NAME stole it"."""
    root = next((t for t in verb.sent.tokens if t.dep == "ROOT"), verb)
    verb.tag = "VBP"
    for token, head, dep in ((verb, verb, "ROOT"), (subject, verb, "nsubj"), (root, verb, "ccomp")):
        if token in token.head.kids:
            token.head.kids.remove(token)
        token.head, token.dep = head, dep
    verb.kids = sorted([*verb.kids, subject, *([root] if root is not verb else [])], key=lambda t: t.i)


def _plain(run: Sequence[Token]) -> bool:
    return len(run) in (2, 3) and all(t.tag in ("NNP", "NNPS") and t.text[:1].isupper() for t in run)


def _label(run: Sequence[Token], label: str) -> None:
    for place, token in enumerate(run):
        token.ent = ("I-" if place else "B-") + label


def _set_beside(sentence: Sentence) -> set[tuple[str, ...]]:
    """A name set beside a description of a person is a person's: "the envoy to the council, NAME,"."""
    out: set[tuple[str, ...]] = set()
    tokens = sentence.tokens
    for comma, token in enumerate(tokens):
        if token.text != "," or not comma:
            continue
        end = comma + 1
        while end < len(tokens) and tokens[end].tag in ("NNP", "NNPS") and tokens[end].text[:1].isupper():
            end += 1
        run = tokens[comma + 1 : end]
        closed = end == len(tokens) or tokens[end].text in ",.;)–—" or tokens[end].verb or tokens[end].tag == "WP"
        if not closed or not _plain(run) or not described(tokens, comma):
            continue
        if any(t.lower in lexicon.words("group_nouns") or t.ent[2:] not in {*BODIES, "PERSON"} for t in run):
            continue
        _label(run, "PERSON")
        out.add(tuple(t.text for t in run))
    return out


def _everywhere(sentences: Sequence[Sentence], names: set[tuple[str, ...]]) -> None:
    """A full name is a person's wherever it stands; so is its surname, where it stands alone."""
    firsts = {n[0] for n in names}
    surnames = {n[-1] for n in names} - {w for n in names for w in n[:-1]}
    for sentence in sentences:
        tokens = sentence.tokens
        for i, token in enumerate(tokens):
            if token.text in firsts:
                for size in (3, 2):
                    run = tokens[i : i + size]
                    if tuple(t.text for t in run) in names:
                        _label(run, "PERSON")
            alone = not (i and tokens[i - 1].tag == "NNP") and not (i + 1 < len(tokens) and tokens[i + 1].tag == "NNP")
            if token.text in surnames and alone and token.ent in ("", "B-GPE", "B-ORG", "B-NORP", "B-PRODUCT"):
                following = tokens[i + 1 : i + 2]
                if not (following and following[0].ent.startswith("I-")):
                    token.ent, token.tag = "B-PERSON", "NNP"


def _countries(sentences: Sequence[Sentence], surnames: set[str]) -> None:
    """What has a government, a ministry or an envoy is no person."""
    owners = set()
    for sentence in sentences:
        for token in sentence.tokens:
            poss = token.kid("poss") if token.lower in STATE else None
            if poss is not None and poss.ent == "B-PERSON" and poss.text not in surnames:
                owners.add(poss.text)
    for sentence in sentences if owners else ():
        for run in runs(sentence):
            if len(run) == 1 and run[0].ent == "B-PERSON" and run[0].text in owners:
                run[0].ent = "B-GPE"


def _people(sentence: Sentence) -> None:
    """Names of people that the model cut short or took for bodies."""
    for run in runs(sentence):
        label = run[0].ent[2:]
        if label not in ("PERSON", "ORG", "GPE", "NORP", "FAC", "PRODUCT", "WORK_OF_ART"):
            continue
        person = label == "PERSON" or known_first([t.text for t in run], label)
        titled = run[0].lower.rstrip(".") in lexicon.words("titles") and len(run) in (2, 3, 4)
        titled = (
            titled
            and all(t.tag == "NNP" for t in run)
            and run[0].lower not in ("prime", "first", "general", "chief", "justice")
        )
        head = run[-1].head
        beside = run[-1].dep == "appos" and is_role(head) and len(run) in (2, 3) and all(t.tag == "NNP" for t in run)
        if not (person or titled or beside):
            continue
        if person and label == "PERSON":
            following = sentence.tokens[run[-1].i + 1 : run[-1].i + 2]
            if following and following[0].tag == "NNP" and not following[0].ent and run[-1].tag == "NNP":
                following[0].ent = "I-PERSON"
        for place, token in enumerate(run):
            token.ent = ("I-" if place else "B-") + "PERSON"
