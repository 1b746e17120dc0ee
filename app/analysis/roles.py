"""What a person is said to be beside the name: "Minister of Health NAME", "NAME, the minister", "the minister at the time, NAME,"."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis import lexicon
from app.analysis.syntax import Token

ROLE_TAGS = {"NN", "NNS", "NNP", "NNPS", "JJ", "POS", "HYPH", "CD", "VBG", "VBN"}
ROLE_LINKS = {"of", "to", "for", "in", "on", "at"}
OWNERS = {"its", "their", "his", "her", "our", "my"}


def role_of(run: Sequence[Token]) -> str | None:
    """What stands before or after a name as its role: "Minister of Health NAME", "NAME, the minister of health,"."""
    return _role_before(run) or _role_after(run) or _role_set_before(run)


def described(tokens: Sequence[Token], comma: int) -> list[Token]:
    """The description that ends at a comma, where it is one of a person: "the minister at the time", "their envoy to X"."""
    left = comma
    while left and comma - left < 14:
        token = tokens[left - 1]
        if token.tag not in ROLE_TAGS and token.lower not in ROLE_LINKS | {"the", "a", "an", "and"} | OWNERS:
            break
        left -= 1
        if token.lower in OWNERS or (token.tag == "DT" and tokens[left - 1].lower not in ROLE_LINKS):
            break
    words = list(tokens[left:comma])
    while words and (words[0].lower in ROLE_LINKS | {"and"} or words[0].tag in ("POS", "VBG", "VBN")):
        words.pop(0)
    link = next((place for place, t in enumerate(words) if t.lower in ROLE_LINKS), len(words))
    return words if link and is_role(words[link - 1]) else []


def _role_set_before(run: Sequence[Token]) -> str | None:
    """The role where a description comes first: "the minister at the time, NAME,"."""
    tokens, start = run[0].sent.tokens, run[0].i
    if start < 2 or tokens[start - 1].text != ",":
        return None
    words = described(tokens, start - 1)
    while words and (words[0].tag == "DT" or words[0].lower in OWNERS):
        words.pop(0)
    return _join(words) if words else None


def is_role(token: Token) -> bool:
    lower = token.lower.rstrip(".")
    return (
        lower in lexicon.words("nominal_people")
        or lower in lexicon.words("role_nouns")
        or lower in lexicon.words("titles")
        or lower in lexicon.words("person_nouns_f") | lexicon.words("person_nouns_m")
        or lower.endswith(("ist", "secretary", "-general"))
        or (token.tag == "NNS" and not {lower[:-1], lower[:-2]}.isdisjoint(lexicon.words("nominal_people")))
    )


def _role_before(run: Sequence[Token]) -> str | None:
    tokens = run[0].sent.tokens
    start = run[0].i
    inside = [t for t in run if t.lower.rstrip(".") in lexicon.words("titles")]
    at = start - 1
    left = start
    while at >= 0 and start - at < 22:
        token = tokens[at]
        if token.tag in ROLE_TAGS and (token.tag not in ("VBN", "VBG") or tokens[at + 1].tag.startswith("NN")):
            left = at
        elif token.lower in ROLE_LINKS or token.lower in ("and", "the"):
            named = at > 0 and tokens[at - 1].ent.endswith("PERSON")  # "coach NAME on NAME"
            if named or not any(is_role(t) for t in tokens[max(0, at - 6) : at] if t.tag.startswith("NN")):
                break
        else:
            break
        at -= 1
    words = tokens[left:start]
    while words and not (words[0].tag.startswith(("NN", "JJ", "VBN"))):
        words = words[1:]
    roles = [t for t in words if is_role(t)]
    if not roles:
        return " ".join(t.text for t in inside if t.lower.rstrip(".") not in ("mr", "mrs", "ms", "miss", "dr")) or None
    if roles[-1].lower.rstrip(".") in ("mr", "mrs", "ms", "miss", "dr") and len(words) == 1:
        return None
    return _join(words)


def _role_after(run: Sequence[Token]) -> str | None:
    tokens = run[0].sent.tokens
    at = run[-1].i + 1
    if at >= len(tokens) or tokens[at].text not in (",", "(", "–", "—"):
        return None
    words: list[Token] = []
    for token in tokens[at + 1 : at + 22]:
        if (
            token.text in ',;:()–—."“'
            or token.tag in ("WP", "WDT", "WRB", "PRP", "VBD", "VBZ", "MD", "VBP", "VB")
            or (token.verb and not words)
        ):
            break
        words.append(token)
    while words and words[-1].tag == "IN":
        words.pop()
    if not words or not any(is_role(t) for t in words) or words[0].ent.endswith("PERSON"):
        return None
    if words[0].tag in ("DT",):
        words = words[1:]
    return (
        _join(words)
        if words and (words[0].tag.startswith(("NN", "JJ", "CD", "VB")) or words[0].lower == "one")
        else None
    )


def _join(words: Sequence[Token]) -> str:
    out, end = "", 0
    for token in words:
        out += (" " if out and token.start > end else "") + token.text
        end = token.end
    return out
