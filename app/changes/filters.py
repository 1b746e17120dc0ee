"""Which changes a feed has, as its address says it and as a secret address keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

KINDS = {
    "": "All changes",
    "annotations": "New annotations and notes",
    "articles": "Changed articles",
    "silent": "Silent edits",
    "verdicts": "Verdicts",
}


@dataclass(frozen=True)
class Filters:
    """`kind` is one of KINDS, `person` the name of who made it; "" and None leave out nothing."""

    kind: str = ""
    article: int | None = None
    person: str = ""
    tag: str = ""

    @classmethod
    def of(cls, *, kind: str = "", article: int | None = None, person: str = "", tag: str = "") -> Filters:
        """What cannot be understood is left out, never an error."""
        person, tag = (" ".join(each.replace("\x00", "").split())[:64] for each in (person, tag.casefold()))
        return cls(kind if kind in KINDS else "", article, person, tag)

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    def address(self, path: str = "/changes", **more: Any) -> str:
        query = urlencode({name: value for name, value in {**self.given, **more}.items() if value})
        return f"{path}?{query}" if query else path

    def words(self, title: str | None = None) -> str:
        """What it is, for people; `title` is the article's."""
        said = KINDS[self.kind]
        said += f" of “{title or f'article {self.article}'}”" if self.article else ""
        said += f" by {self.person}" if self.person else ""
        return said + (f", with the tag “{self.tag}”" if self.tag else "")
