"""Attributions beside words in marks that are no clause of their own: "as NAME put it, “...”", "in her words, “...”"."""

from __future__ import annotations

import re

from app.analysis.marks import Region
from app.analysis.model import Found

# "as NAME put it, “...”", "in her words, “...”", "in the words of NAME, “...”"
ASIDE = tuple(
    re.compile(pattern + r"[,:] ?$")
    for pattern in (
        r"\b[Aa]s (?P<who>[^\s,;:“”\"][^,;:“”\"]{1,60}?) (?:\w+ )?(?P<cue>puts? it)(?: \w[^,;:.“”\"]{1,40})?",
        r"\b[Ii]n (?P<who>his|her|their) (?:own )?(?P<cue>words)",
        r"\b[Ii]n (?:the )?(?P<who>[^\s,;:“”\"][^,;:“”\"]{1,60}?)(?:[’']s|(?<=s)[’']) (?:own )?(?P<cue>words)",
        r"\b[Ii]n the (?P<cue>words) of (?P<who>[^,;:“”\"]{2,60})",
    )
)
# "“...” is how NAME put it"
HOW = re.compile(
    r",? (?:is|was) how (?P<who>[^,;:“”\"]{2,80}?) (?:has |had |once |later )?"
    r"(?P<cue>puts?|describe[sd]|explain(?:s|ed)|recall(?:s|ed)|summed|sums)\b[^,;:.“”\"]{0,40} (?:it|him|her|them|up)\b"
)


def find(text: str, region: Region) -> Found | None:
    """The attribution of "as NAME put it, “...”", "in her words, “...”" and "“...” is how NAME put it"."""
    line = max(text.rfind("\n", 0, region.start) + 1, region.start - 150)
    led = (pattern.search(text, line, region.start) for pattern in ASIDE)
    match = next(filter(None, led), None) or HOW.match(text, region.end)
    if match is None:
        return None
    why = [f"“{match['cue']}” {'before' if match.end() <= region.start else 'after'} it"]
    return Found([(region.start, region.end)], match.span("cue"), match.span("who"), "led", why, 0.9)
