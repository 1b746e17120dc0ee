"""What a site of our own answers: feeds and stories, whatever a test needs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Site:
    """`pages` maps a path to what it answers: (status, headers, body). `asked` are the requests: path and headers."""

    port: int = 0
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host_port}{path}"

    def put(
        self, path: str, body: str | bytes, kind: str = "application/rss+xml", status: int = 200, **headers: str
    ) -> str:
        """The address of what stands at `path` from now on."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {"Content-Type": kind, **more}, data)
        return self.url(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


def rss(*items: str, title: str = "Harbour news", more: str = "") -> str:
    """An RSS feed of our own; an item is "guid|title|summary"."""
    listed = []
    for item in items:
        guid, name, summary = (*item.split("|"), "", "")[:3]
        listed.append(
            f'<item><guid isPermaLink="false">{guid}</guid><title>{name}</title><link>/stories/{guid}</link>'
            f"<description>{summary}</description></item>"
        )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>/</link>{more}{"".join(listed)}</channel></rss>'


def story(title: str, number: int = 1) -> str:
    """A page with an article of our own."""
    body = "".join(
        f"<p>Paragraph {n} of story {number}: the harbour council met again and spoke of the ferry pier at length.</p>"
        for n in range(6)
    )
    said = "<p>“We have never counted so many,” said Maren Oduya, head of the office, on Monday.</p>"
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{said}{body}</article></body></html>"
