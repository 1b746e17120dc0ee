"""The dateline that a wire story opens with: "SEOUL, December 19 (AJP) - ". It is read, not cut: it is part of the text."""

from __future__ import annotations

import re

_PLACE = r"[A-ZÀ-ÞА-Я][\w'’.\-À-ÿ]*(?:[ /\-–][A-ZÀ-ÞА-Я(][\w'’.\-À-ÿ)]*){0,4}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*)?){0,2}"
_DAY = r"(?:,? (?:(?:[A-Z][a-zä]{2,9}\.? \d{1,2}(?:, \d{4})?|\d{1,2}\.? [A-Z][a-zä]{2,9}\.?(?: \d{4})?)))"
_DASH = r"\s?[-–—]{1,2}\s"
_AGENCY = re.compile(rf"^(?P<line>{_PLACE}{_DAY}? ?\((?P<agency>[\w .,/&'’-]{{2,30}})\))(?:{_DASH}|\s?[:.]\s|\s)")
_CAPITALS = re.compile(
    rf"^(?P<line>[A-ZÀ-Þ][A-ZÀ-Þ'’.\-/]{{2,}}(?: [A-ZÀ-Þ][A-ZÀ-Þ'’.\-/]+){{0,3}}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*)?)?{_DAY}?)\s?[-–—]{{1,2}}\s"
)
_BRACKETED = re.compile(
    r"^(?P<line>(?:\([^()]{2,30}(?:연합뉴스|Yonhap|뉴스1|뉴시스|AP|AFP|로이터)[^()]{0,20}\)|【[^】]{2,30}】|\[[^\]]{2,20}=[^\]]{2,20}\]))"
)


def find_dateline(paragraph: str) -> str | None:
    """The dateline at the head of a story's first paragraph, without its dash; None where there is none."""
    head = paragraph[:140]
    for pattern in (_AGENCY, _CAPITALS, _BRACKETED):
        if match := pattern.match(head):
            return match["line"].strip()
    return None
