"""A row that goes while somebody is about to write to it is missing, not an error of the program."""

from __future__ import annotations

import pytest

from app.db import Database, lock
from app.errors import NotFound
from app.models import User


def test_a_row_that_has_gone_is_not_found(database: Database, people: dict[str, int]) -> None:
    with database.read() as db:
        user = db.get_one(User, people["bob"])
    with database.write() as db:
        db.query(User).filter(User.id == user.id).delete()
    with database.write() as db:
        db.add(user)
        with pytest.raises(NotFound):
            lock(db, user)
        db.expunge(user)
