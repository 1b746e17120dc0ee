"""What the address of the library asks for. What cannot be understood is left out, never an error: addresses are typed,
shortened and kept as bookmarks."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

SORT_LABELS = (
    ("newest", "Newest first"),
    ("oldest", "Oldest first"),
    ("title", "By title"),
    ("added", "Last added first"),
)
LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """`since` and `until` are moments, [since, until); `after` is the cursor of a page."""

    unread: bool = False
    open: bool = False
    deleted: bool = False
    site: str = ""
    tag: str = ""
    speaker: str = ""
    first: date | None = None
    last: date | None = None
    sort: str = "newest"
    after: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> Filters:
        states = query.getlist("state")
        given = {name: query.get(name, "").strip()[:LONGEST].replace("\x00", "") for name in ("site", "tag", "speaker")}
        return cls(
            unread="unread" in states,
            open="open" in states,
            deleted="deleted" in states,
            **given,
            first=_day(query.get("from", "")),
            last=_day(query.get("to", "")),
            sort=query.get("sort", "") if query.get("sort", "") in dict(SORT_LABELS) else "newest",
            after=query.get("after", "")[:1000],
        )

    @property
    def since(self) -> datetime | None:
        return datetime(*self.first.timetuple()[:3], tzinfo=UTC) if self.first else None

    @property
    def until(self) -> datetime | None:
        return datetime(*self.last.timetuple()[:3], tzinfo=UTC) + timedelta(days=1) if self.last else None

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return replace(self, sort="newest", after="") != Filters()

    def address(self, **changes: Any) -> str:
        """The library with these filters, from its first page, and `changes` made to them."""
        new = replace(self, **{"after": "", **changes})
        states = [("state", name) for name in ("unread", "open", "deleted") if getattr(new, name)]
        texts = [(name, getattr(new, name)) for name in ("site", "tag", "speaker") if getattr(new, name)]
        dates = [(name, day.isoformat()) for name, day in (("from", new.first), ("to", new.last)) if day]
        sort = [("sort", new.sort)] if new.sort != "newest" else []
        after = [("after", new.after)] if new.after else []
        return f"/?{urlencode(states + texts + dates + sort + after)}".rstrip("?")

    def cursor(self, key: Any, article_id: int) -> str:
        """For the page that begins after this article."""
        value = key.isoformat() if isinstance(key, datetime) else key
        return base64.urlsafe_b64encode(json.dumps([self.sort, value, article_id]).encode()).decode()

    def position(self) -> tuple[Any, int] | None:
        """What `cursor` was made of; None for the first page, and where it belongs to another order."""
        try:
            sort, value, article_id = json.loads(base64.urlsafe_b64decode(self.after.encode("ascii")))
            key = str(value) if sort == "title" else datetime.fromisoformat(value).astimezone(UTC)
            return (key, int(article_id)) if sort == self.sort and 0 <= int(article_id) < 2**31 else None
        except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
            return None


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None
