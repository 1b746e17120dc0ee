"""The article's text in the JSON that a page carries for its scripts, for pages that hold it nowhere else: as a string of
HTML, or as a list of blocks. Finds it by its shape; knows no site's names for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from app.extract.text import ends_sentence, squeeze

_STATE = re.compile(r"(?:[\w.$\[\]\"']{1,80}\s*=\s*)?(?=[{\[])")
_LONG_STRING = re.compile(r'"(?:[^"\\]|\\.){400,}+"')
_BLOCK = 3000
_DEEP = 12


def html_in_state(tree: HtmlElement) -> list[str]:
    """Strings of HTML inside the JSON that a page carries for its scripts, longest first."""
    found: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "<p" not in text and "\\u003cp" not in text.lower():
            continue
        for match in _LONG_STRING.finditer(text):
            value = match[0]
            for _ in range(2):
                try:
                    value = json.loads(value if value.startswith('"') else f'"{value}"', strict=False)
                except ValueError:
                    break
            if isinstance(value, str) and value.count("<p") >= 2:
                found.append(value)
    return sorted(found, key=len, reverse=True)


def sentences_in_state(tree: HtmlElement) -> list[str]:
    """The paragraphs of the longest list of blocks, in order."""
    best: list[str] = []
    for script in tree.iter("script"):
        text = (script.text or "").strip()
        if (found := _STATE.match(text)) and "ld+json" not in (script.get("type") or ""):
            try:
                value, _ = json.JSONDecoder(strict=False).raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            best = max(best, *_lists(value), key=lambda blocks: sum(map(len, blocks)))
    return best


def _lists(value: Any) -> Iterator[list[str]]:
    """The paragraphs of every list in `value`, one an entry."""
    waiting = [value]
    yield []
    while waiting:
        value = waiting.pop()
        entries = value if isinstance(value, list) else list(value.values())
        if isinstance(value, list):
            texts = (squeeze(_text(entry)) for entry in entries)
            yield [text for text in texts if 40 < len(text) < _BLOCK and ends_sentence(text) and "<" not in text]
        waiting += [entry for entry in entries if isinstance(entry, dict | list)]


def _text(value: Any, depth: int = 0) -> str:
    """The words of a block: a string, the longest of an object, the spans of a list together."""
    if isinstance(value, str) or depth > _DEEP:
        return value if isinstance(value, str) else ""
    if isinstance(value, list):
        return "".join(_text(entry, depth + 1) for entry in value)
    return (
        max((_text(entry, depth + 1) for entry in value.values()), key=len, default="")
        if isinstance(value, dict)
        else ""
    )
