"""Programs that speak the Web Annotation Protocol: `program("alice")` has a token of hers that may write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts.actions import add_token
from app.api.web_annotation.protocol import MEDIA


@pytest.fixture
def program(client, database, people) -> Callable[..., Any]:
    def make(name: str = "alice", scope: str = "write") -> Any:
        with database.write() as db:
            token = add_token(db, user_id=people[name], name="program", scope=scope)
        made = client()
        made.headers["authorization"] = f"Bearer {token}"
        del made.headers["accept"]
        made.headers["content-type"] = MEDIA
        return made

    return make
