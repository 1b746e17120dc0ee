"""Exports as they are written: piece by piece, in a reading transaction of their own that lasts as long as that takes."""

from __future__ import annotations

from collections.abc import Iterator

from app.access import Person
from app.db import Database
from app.exports import formats, queries
from app.exports.formats import FORMATS, About


def written(database: Database, person: Person, ids: list[int], format: str, about: About) -> Iterator[str]:
    """`format` is one of FORMATS, or markdown."""
    with database.read() as db:
        wholes = queries.wholes(db, person, ids)
        if format == "markdown":
            for whole in wholes:
                yield from formats.markdown(whole, about)
        else:
            yield from FORMATS[format][0](wholes, about)
