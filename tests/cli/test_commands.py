"""The command line as a person runs it: a process of its own, standard output for answers, an exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import Settings, child_environment

TEXT = """Ferry fares will double, minister says

By Lena Holt
Published: 3 May 2026, 09:15

HARBY, May 3 (Coast Wire) - Ferry fares will double next year, Transport Minister Nora Quill said on Sunday.

"We have no choice," Quill told reporters in Harby. "The fleet is 40 years old and costs 12 million crowns a year to repair."
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def quotidian(settings: Settings) -> Run:
    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        environment = child_environment(
            QUOTIDIAN_DATA_DIR=str(settings.data_dir), QUOTIDIAN_DATABASE_URL=settings.database_url
        )
        command = [sys.executable, "-m", "app", *arguments]
        return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, check=False)

    return run


def test_extract_prints_what_was_understood(quotidian: Run, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    file.write_text(TEXT)
    done = quotidian("extract", str(file))
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["title"] == "Ferry fares will double, minister says"
    assert answer["authors"] == ["Lena Holt"]
    assert answer["published"] == "2026-05-03T09:15:00"
    assert answer["dateline"] == "HARBY, May 3 (Coast Wire)"
    assert len(answer["paragraphs"]) == 2


def test_jsonl_answers_in_order_and_goes_on_after_a_bad_line(quotidian: Run, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    file.write_text(TEXT)
    lines = [
        json.dumps({"id": "a", "path": str(file), "kind": "text"}),
        "{broken",
        json.dumps({"id": "c", "path": "none"}),
    ]
    done = quotidian("extract", "--jsonl", given="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == ["a", None, "c"]
    assert answers[0]["title"].startswith("Ferry fares")
    assert "error" in answers[1]
    assert "error" in answers[2]


def test_analyze_finds_the_statement_and_its_speaker(quotidian: Run) -> None:
    text = TEXT.partition("HARBY, ")[2]
    done = quotidian("analyze", "--jsonl", given=json.dumps({"id": 7, "text": text}))
    answer = json.loads(done.stdout)
    direct = [quote for quote in answer["quotes"] if quote["kind"] == "direct"]
    assert answer["id"] == 7
    assert {quote["speaker"] for quote in direct} == {"Nora Quill"}
    assert '"We have no choice,"' in [text[start:end] for quote in direct for start, end in quote["spans"]]
    assert any("12 million" in text[claim["start"] : claim["end"]] for claim in answer["claims"])


def test_analyze_tells_the_language_of_a_text_or_is_told(quotidian: Run) -> None:
    said = "«No habrá más obras en el centro», dijo la alcaldesa Lucía Ferrán. "
    more = "La ciudad lleva dos años con las calles abiertas y los vecinos de la plaza han perdido la paciencia. "
    lines = [{"id": 1, "text": said + more + more}, {"id": 2, "text": said, "language": "es-MX"}]
    done = quotidian("analyze", "--jsonl", given="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["language"] for answer in answers] == ["es", "es-MX"]
    assert [quote["speaker"] for answer in answers for quote in answer["quotes"]] == ["Lucía Ferrán"] * 2


def test_a_missing_file_is_said_on_standard_error(quotidian: Run, tmp_path: Path) -> None:
    done = quotidian("analyze", str(tmp_path / "none.txt"))
    assert done.returncode != 0
    assert done.stdout == ""
    assert "none.txt" in done.stderr


def test_accounts_and_tokens(quotidian: Run) -> None:
    added = quotidian("user", "add", "Dana", "--role", "editor", "--password-stdin", given="a long enough password\n")
    assert (added.returncode, added.stdout) == (0, "")
    again = quotidian("user", "add", "dana", "--password-stdin", given="a long enough password\n")
    assert again.returncode == 1
    assert "already" in again.stderr
    short = quotidian("user", "add", "eve", "--password-stdin", given="short\n")
    assert short.returncode == 1
    linked = quotidian("user", "add", "finn")
    assert "/welcome/" in linked.stdout
    token = quotidian("token", "add", "dana", "--scope", "write")
    assert token.returncode == 0
    assert len(token.stdout.split()) == 1
    assert quotidian("token", "add", "nobody").returncode == 1
