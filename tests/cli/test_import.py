"""`quotidian import`: a JSON line an item, nothing twice, and one bad item stops no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.models import Article

STORY = """Harbour council votes to close the old ferry pier

By Ines Calloway
Posted : March 4, 2024, 09:30

The harbour council voted on Monday to close the old ferry pier after an inspection found rust in its pillars.

"We cannot ask people to stand on a pier that may not stand itself," said Oskar Lind, the head of the council.
"""


@pytest.fixture
def quotidian(settings, database, monkeypatch, capsys) -> Any:
    monkeypatch.setenv("QUOTIDIAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("QUOTIDIAN_DATABASE_URL", settings.database_url)

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        status = main(list(arguments))
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


def test_files_are_taken_in_once(quotidian, database, people, tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text(STORY)
    status, (first, again), _ = quotidian("import", str(file), str(file), "--as", "Alice")
    assert status == 0
    assert first == {
        "input": str(file),
        "article_id": first["article_id"],
        "revision": 1,
        "created": True,
        "error": None,
    }
    assert again == {**first, "created": False}
    with database.read() as db:
        article = db.query(Article).one()
    assert (article.title, article.created_by) == ("Harbour council votes to close the old ferry pier", people["alice"])


def test_what_fails_says_why_and_stops_no_other(quotidian, tmp_path: Path) -> None:
    file, binary = tmp_path / "pier.txt", tmp_path / "pier.html"
    file.write_text(STORY)
    binary.write_bytes(bytes(range(256)) * 9)
    status, answers, _ = quotidian("import", "none.txt", "http://127.0.0.1:9/", str(binary), str(file))
    assert status == 1
    assert [bool(answer["error"]) for answer in answers] == [True, True, True, False]
    assert "private network" in answers[1]["error"]


def test_an_account_that_is_not_there(quotidian, tmp_path: Path) -> None:
    status, answers, message = quotidian("import", "x.txt", "--as", "nobody")
    assert (status, answers) == (1, [])
    assert "no account named nobody" in message
