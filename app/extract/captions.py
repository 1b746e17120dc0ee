"""Captions and their credits, told from running text. A caption that stands twice in two variants is one caption."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from app.extract.text import ends_sentence, plain, squeeze, words

_AGENCIES = (
    r"AP|AFP|EPA|EFE|ANSA|dpa|DPA|PA|NTB|TT|Reuters|REUTERS|Yonhap|Getty(?: Images)?|Bloomberg|Xinhua|Kyodo|Jiji|TASS|UPI|"
    r"Shutterstock|IMAGO|Imago|Alamy(?: Stock Photo)?|Anadolu(?: Agency)?|ZUMA(?: Press)?|Newsis|News1|EPA-EFE|Scanpix|picture alliance|"
    r"iStock|Unsplash|Pixabay|Wikimedia Commons|Handout|handout|연합뉴스|뉴스1|뉴시스|공동취재|共同|ロイター|時事"
)
_LABEL = (
    r"(?:photo(?:graph)?s?(?: credit)?(?: by| courtesy of)?|image(?:s)?(?: credit)?|credits?|picture|pic|foto(?:s|grafie)?|bild(?:er)?|quelle|source|"
    r"crédit(?: photo)?s?|fot\.|фото|foto di|fotoğraf|사진(?: ?제공)?|写真|撮影|isithombe|図|提供|圖|图|照片|illustration)"
)
_BY_LABEL = re.compile(
    rf"^(?P<text>.*?)[\s(\[|.,;/–—-]*\b(?P<credit>{_LABEL}\s?[:：=]\s?[^.:]{{2,70}}?)[\])]?\.?$", re.I | re.S
)
_BY_AGENCY = re.compile(
    rf"^(?P<text>.*[.!?…\w)\"”'’])\s+[(\[|/–—-]?\s?(?P<credit>(?:[\w.’'&-]+(?: [\w.’'&-]+){{0,4}}\s?(?:[/,|–-]|via)\s?)*?(?:{_AGENCIES})"
    rf"(?:\s?(?:[/,|–-]|via)\s?[\w.’'&-]+(?: [\w.’'&-]+){{0,4}})*)[\])]?\.?$",
    re.S,
)
_BRACKETED = re.compile(
    rf"^(?P<text>.*)\s[(\[](?P<credit>(?:[^()\[\]]{{2,40}}?(?:[/,|–-]|via)\s?)?(?:{_AGENCIES})(?: [Pp]hotos?)?(?:\s?(?:[/,|–-]|via)\s?[^()\[\]]{{2,40}})?)[)\]]\.?$",
    re.S,
)
_AGENCY_ALONE = re.compile(
    rf"^[(\[]?(?:[\w .’'&©-]{{2,40}}\s?[/,|–-]\s?)?(?:{_AGENCIES})(?:\s?[/,|–-]\s?[\w .’'&-]{{2,40}})?[)\]]?\.?$"
)
_AFTER_SIGN = re.compile(r"^(?P<text>.{4,}?)[\s(\[|/–—-]*(?P<credit>(?:©|\(c\))\s?[^©]{2,80})$", re.I | re.S)
_AFTER_SENTENCE = re.compile(
    r"^(?P<text>.{25,}[.!?…][\"”’)]?)\s+(?P<credit>[^.!?]{2,60}/[^.!?]{2,60}|[A-ZÀ-Þ][^.!?,]{1,40}\([^)]{2,40}\))$",
    re.S,
)
_IN_BRACKETS = re.compile(r"^(?P<text>.{25,180}[.!?…][\"”’)]?)\s+(?P<credit>\((?:[A-ZÀ-Þ][\w.'’/-]*\s?){1,4}\))$", re.S)
_SIGNED = re.compile(r"^(?P<text>.{25,}[.!?…][\"”’)]?)\s+(?P<credit>[^\s.!?][^.!?]{1,40})$", re.S)
LONGEST = 1000  # no caption is longer, and the patterns above cost the square of a text's length
_CREDIT_LABEL = re.compile(rf"^[(\[]?{_LABEL}\s?[:：=]\s?", re.I)


def split_credit(text: str) -> tuple[str, str | None]:
    """A caption and the credit at its end: "... on Dec. 18. AP-Yonhap" -> ("... on Dec. 18.", "AP-Yonhap")."""
    text = squeeze(text)
    if len(text) > LONGEST:
        return text, None
    if _AGENCY_ALONE.match(text) or (_CREDIT_LABEL.match(text) and len(text) < 80):
        return "", tidy_credit(text)
    for pattern in (_BRACKETED, _AFTER_SIGN, _BY_LABEL, _BY_AGENCY, _AFTER_SENTENCE, _IN_BRACKETS):
        if (match := pattern.match(text)) and len(match["text"].strip()) > 8:
            return match["text"].rstrip(" |/–—-([") if pattern is _BY_LABEL else match["text"], tidy_credit(
                match["credit"]
            )
    return text, None


def tidy_credit(text: str) -> str | None:
    """A credit without its label and brackets."""
    return squeeze(_CREDIT_LABEL.sub("", squeeze(text))).strip(" ()[]|/–—:©.") or None


def is_credit(text: str) -> bool:
    """Whether a line holds a credit and nothing else."""
    return len(text) < 90 and split_credit(text)[0] == ""


def split_doubled(first: str, second: str) -> tuple[str, str | None]:
    """Caption and credit of a caption that stands twice. What follows the sentence of the better variant and ends both
    is the credit, whoever it names."""
    text, credit = split_credit(better_caption(first, second))
    match = _SIGNED.match(text) if credit is None else None
    if match and all(plain(t).endswith(plain(match["credit"])) for t in (first, second)):
        return match["text"], tidy_credit(match["credit"])
    return text, credit


def same_caption(first: str, second: str) -> bool:
    """Whether two lines are variants of one caption: nearly the same words in nearly the same order."""
    a, b = _words(first), _words(second)
    if len(a) > 2 * len(b) or len(b) > 2 * len(a):
        return False
    if min(len(a), len(b)) < 4:
        return plain(first) == plain(second)
    if sorted(filter(str.isdecimal, a)) != sorted(filter(str.isdecimal, b)):
        return False  # lines of a table or a list, each with figures of its own
    shared = sum((Counter(a) & Counter(b)).values())
    return 2 * shared >= 0.85 * (len(a) + len(b))


@lru_cache(maxsize=512)
def _words(caption: str) -> tuple[str, ...]:
    return tuple(words(split_credit(caption)[0]))


def better_caption(first: str, second: str) -> str:
    """The variant written for readers: punctuated, and the longer one of two that are."""
    return max(first, second, key=lambda t: (ends_sentence(split_credit(t)[0]), len(re.findall(r"[^\w\s]", t)), len(t)))
