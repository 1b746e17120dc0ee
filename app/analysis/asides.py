"""Attributions beside words in marks that are no clause of their own: "as NAME put it, “...”", "in her words, “...”"."""

from __future__ import annotations

import re

from app.analysis.marks import Region
from app.analysis.model import Found

LETTER = r"(?:(?! (?:as|in) )[^,;:“”\"\n])"
# "as NAME put it, “...”", "in her words, “...”", "in the words of NAME, “...”"
ASIDE = tuple(
    re.compile(pattern + r"[,:] ?$")
    for pattern in (
        rf"\b[Aa]s (?P<who>\w{LETTER}{{1,60}}?) (?:(?:once|later|has|had|then|would|also|\w+ly) )?(?P<cue>puts? it)(?: \w[^,;:.“”\"]{{1,40}})?",
        r"\b[Ii]n (?P<who>his|her|their) (?:own )?(?P<cue>words)",
        rf"\b[Ii]n (?:the )?(?P<who>\w{LETTER}{{1,60}}?)(?:[’']s|(?<=s)[’']) (?:own )?(?P<cue>words)",
        rf"\b[Ii]n the (?P<cue>words) of (?P<who>\w{LETTER}{{1,60}})",
    )
)
# "“...” is how NAME put it"
HOW = re.compile(
    rf",? (?:is|was) how (?P<who>\w{LETTER}{{1,80}}?) (?:has |had |once |later )?"
    r"(?P<cue>puts?|describe[sd]|explain(?:s|ed)|recall(?:s|ed)|summed|sums)\b[^,;:.“”\"\n]{0,40} (?:it|him|her|them|up)\b"
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
