"""JSON-LD as pages carry it, sloppy JSON included -> the node that describes the article, with @id references followed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from app.extract.text import plain, squeeze

Node = dict[str, Any]
_ARTICLE = re.compile(r"article|posting|report(?!er)|review|liveblog|opinion|advertisercontent", re.I)
_PAGE = re.compile(r"webpage|itempage|faqpage|newsmedia", re.I)
_MAX_NODES = 2000


def read_nodes(scripts: list[str]) -> list[Node]:
    """Every object in the scripts, @graph and nesting opened."""
    found: list[Node] = []
    for script in scripts:
        for node in _objects(_loads(script)):
            found.append(node)
            if len(found) >= _MAX_NODES:
                return found
    return found


def article_node(nodes: list[Node], headline: str) -> Node:
    """The node about the article: an article type, and with the page's headline where several are; {} for none."""

    def score(node: Node) -> float:
        kind = " ".join(map(str, as_list(node.get("@type"))))
        points = 4.0 if _ARTICLE.search(kind) else 1.0 if _PAGE.search(kind) else -10.0
        name = plain(text_of(node.get("headline") or node.get("name")))
        points += 3.0 * bool(name and (name in plain(headline) or plain(headline) in name) and headline)
        return points + bool(node.get("author")) + bool(node.get("datePublished")) + 0.5 * bool(node.get("articleBody"))

    best = max(nodes, key=score, default={})
    return best if best and score(best) > 0 else {}


def resolve(value: Any, nodes: list[Node]) -> Any:
    """`value`, or the node that its bare @id points to."""
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and (key := value.get("@id")):
        return next((n for n in nodes if n.get("@id") == key and len(n) > len(value)), value)
    return value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(value: Any) -> str:
    """The words of a JSON-LD value: a string, a list's first, or an object's name."""
    if isinstance(value, list):
        return next((t for t in map(text_of, value) if t), "")
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value"))
    return squeeze(html.unescape(value)) if isinstance(value, str) else ""


def _objects(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, item in value.items():
            if key in {"@graph", "mainEntity", "mainEntityOfPage", "hasPart", "subjectOf"} or (
                "@id" in value and key != "author"
            ):
                yield from _objects(item, depth + 1)


def _loads(script: str) -> Any:
    text = (
        re.sub(
            r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*$",
            "",
            script,
        )
        .strip()
        .rstrip(";")
    )
    for attempt in (
        text,
        re.sub(r",\s*([}\]])", r"\1", text),
        html.unescape(text),
        re.sub(r"\\(?![\"\\/bfnrtu])", r"\\\\", text),
    ):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
