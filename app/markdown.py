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
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(  # noqa: S704
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )
