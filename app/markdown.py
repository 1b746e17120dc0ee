"""A note's Markdown -> safe HTML, pure. Raw HTML in a note is shown as text; what comes out has been through an allow-list."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_HEADINGS = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6", "h6": "h6"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(
    ["table", "strikethrough"]
)


def render_markdown(body: str) -> Markup:
    """Pictures are not shown (a page asks no other host for anything): their alternative text is."""
    tokens = _markdown.parse(body)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        for child in token.children or []:
            if child.type == "image":
                child.type, child.tag, child.nesting, child.children = "text", "", 0, None
    for cell, words, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if cell.type == "th_open" and words.content:
            cell.attrSet("scope", "col")
        elif cell.type == "th_open":  # the corner of a table: a heading that says nothing is in the way of who listens
            cell.tag = end.tag = "td"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(  # noqa: S704
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}, "ol": {"start"}, "th": {"scope"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )
