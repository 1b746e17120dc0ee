"""`quotidian import`: addresses, files, folders, zips and exports, one answer an article. What is in the library already is
found again, so that a run that broke off is taken up by running it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from app import jobs
from app.access import Person
from app.addresses import with_scheme
from app.articles import batch as articles
from app.articles.intake import FILE_KINDS
from app.db import Database
from app.errors import AppError, Invalid
from app.imports import archive, exports, formats, uploads
from app.imports.exports import Bring, of_article
from app.imports.formats.common import decoded
from app.imports.hosts import in_turn
from app.imports.model import Problem
from app.models import Article

PATIENCE = 600.0  # seconds that one waits for a site: nobody else is kept


@dataclass(frozen=True)
class Import:
    """`say` takes what is to be known besides: what was left out, what found no place."""

    database: Database
    person: Person | None
    say: Callable[[str], None]

    def run(self, inputs: Sequence[str], lists: Sequence[Path] = ()) -> Iterator[dict[str, Any]]:
        """One answer an article: {"input", "article_id", "revision", "created", "error"}."""
        many = len(inputs) > 1
        for given in inputs:
            try:
                yield from self._one(given, many)
            except AppError as error:
                yield self._answer(given, error=error.message)
            except OSError as error:
                yield self._answer(given, error=error.strerror or str(error))
        for path in lists:
            yield from self._list(path)

    def _one(self, given: str, many: bool) -> Iterator[dict[str, Any]]:
        path = Path(given)
        if "://" in given:
            yield self._brought(given, partial(self._address, given), many)
        elif path.is_dir():
            yield from self._folder(path)
        else:
            yield from self._file(path, given, many)

    def _list(self, path: Path) -> Iterator[dict[str, Any]]:
        try:
            lines = uploads.lines(decoded(path.read_bytes()))
        except OSError as error:
            raise Invalid(f"{path}: {error.strerror}") from error
        for address in in_turn(dict.fromkeys(with_scheme(each) for _, each in lines)):
            yield self._brought(address, partial(self._address, address), True)

    def _folder(self, folder: Path) -> Iterator[dict[str, Any]]:
        """Whatever can be an article in it, however deep; what is hidden, and links, are passed over."""
        others: Counter[str] = Counter()
        found = False
        for path in _files(folder):
            if path.suffix.lower() in FILE_KINDS:
                found = True
                yield self._brought(str(path), partial(self._article_file, path), True)
            else:
                others[path.suffix.lower()] += 1
        self._left_out(str(folder), uploads.left_out(others))
        if not found:
            raise uploads.nothing_in("folder")

    def _file(self, path: Path, given: str, many: bool) -> Iterator[dict[str, Any]]:
        zipped = path.suffix.lower() == ".zip"
        if zipped:
            archive.open_zip(path).close()
        whole = path.stat().st_size <= uploads.ROOM * self.database.settings.max_upload
        if name := formats.detect(path.name, path.read_bytes()) if whole else None:
            yield from self._export(path, given, name)
        elif zipped:
            with archive.open_zip(path) as opened:
                yield from self._zip(opened, given)
        else:
            yield self._brought(given, partial(self._article_file, path), many)

    def _zip(self, opened: ZipFile, given: str) -> Iterator[dict[str, Any]]:
        found, problems = uploads.zip_entries(opened)
        for entry in found:
            name = str(entry.payload["entry"])
            yield self._brought(f"{given}/{name}", partial(self._zipped, opened, name), True)
        self._left_out(given, problems)
        if not found:
            raise uploads.nothing_in("archive")

    def _export(self, path: Path, given: str, name: str) -> Iterator[dict[str, Any]]:
        ready = partial(exports.prepared, self.database, person=self.person, patience=PATIENCE)
        for found in formats.read(name, path.read_bytes()):
            if isinstance(found, Problem):
                self.say(f"{given}, {found.where}: {found.message}")
            else:
                yield self._brought(found.url or f"{given}#{found.key}", partial(ready, found), True)

    # One article: read outside of any transaction, then stored in one.

    def _brought(self, given: str, make: Callable[[], Bring], many: bool) -> dict[str, Any]:
        try:
            bring = make()
            with self.database.write() as db:
                report = bring(db)
                if report.error or report.article_id is None:
                    raise Invalid(report.error or "Nothing came of this.")
                if many and report.created:
                    jobs.put_last(db, article_id=report.article_id)
                revision = db.get_one(Article, report.article_id).revision
        except AppError as error:
            return self._answer(given, error=error.message)
        except OSError as error:
            return self._answer(given, error=error.strerror or str(error))
        for lost in report.unplaced:
            self.say(f"{given}: “{lost['quote'][:100]}” found no place: {lost['reason']}")
        return self._answer(given, report.article_id, revision, report.created)

    def _address(self, address: str) -> Bring:
        return of_article(articles.saving_page(self.database, address, person=self.person, patience=PATIENCE))

    def _article_file(self, path: Path) -> Bring:
        with path.open("rb") as file:
            return self._article(path.name, file.read(self.database.settings.max_upload + 1))

    def _zipped(self, opened: ZipFile, name: str) -> Bring:
        data = archive.read_entry(opened, name, most=self.database.settings.max_upload)
        return self._article(PurePosixPath(name).name, data)

    def _article(self, name: str, data: bytes) -> Bring:
        return of_article(articles.saving_file(self.database, name, data, person=self.person))

    def _left_out(self, given: str, problems: list[dict[str, str]]) -> None:
        for problem in problems:
            self.say(f"{given}: {problem['where']}: {problem['message']}")

    @staticmethod
    def _answer(
        given: str,
        article_id: int | None = None,
        revision: int | None = None,
        created: bool = False,
        error: str | None = None,
    ) -> dict[str, Any]:
        return {"input": given, "article_id": article_id, "revision": revision, "created": created, "error": error}


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path
