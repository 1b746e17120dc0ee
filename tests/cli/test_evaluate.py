"""`quotidian evaluate`: figures of the analysis against annotated articles, and what it says of lines it cannot read."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

TEXT = '"The weir held," said Tom Ashby. The weir is 90 years old.'
LINE: dict[str, Any] = {
    "id": "weir",
    "text": TEXT,
    "quotes": [{"start": 0, "end": 16, "kind": "direct", "speaker": "Tom Ashby"}],
    "sentences": [{"start": 0, "end": 33, "label": 0}, {"start": 34, "end": len(TEXT), "label": 1}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(LINE) + "\n\n")
    return path


def test_a_table_for_people(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 articles\n")
    assert "  IoU >= 0.8          100.0  100.0  100.0\n" in out
    assert "  direct              100.0  of 1\n  mixed                   -  of 0\n" in out
    assert "  names               100.0  of 1\n" in out


def test_json_for_machines(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(file), "--json", "--threshold", "1.1"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["quotes"]["exact"] == {"P": 1.0, "R": 1.0, "F1": 1.0, "tp": 1, "fp": 0, "fn": 0}
    assert figures["quotes"]["names"] == {"n": 1, "right": 1.0}
    claims = figures["claims"]
    assert (claims["n"], claims["positive"], claims["threshold"], claims["F1"]) == (2, 1, 1.1, 0.0)
    assert claims["AP"] > 0


def test_packed_and_from_standard_input(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(file.read_bytes())
    path = file.with_suffix(".gz")
    path.write_bytes(packed)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert [main(["evaluate", each]) for each in (str(file), str(path), "-")] == [0, 0, 0]
    whole = capsys.readouterr().out
    assert whole == whole[: len(whole) // 3] * 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{broken", "line 2: Expecting property name"),
        ("[]", "line 2: a line holds one JSON object"),
        (json.dumps({"id": 1, "text": "a"}), "line 2: 'quotes' is missing"),
        (json.dumps({**LINE, "text": None}), "line 2: the text is not a string"),
        (json.dumps({**LINE, "quotes": [{"start": 5, "end": 999, "kind": "direct"}]}), "line 2: [5, 999] is no start"),
        (json.dumps({**LINE, "quotes": [{"spans": [[3]], "kind": "direct"}]}), "line 2: [3] is no start and end"),
        (json.dumps({**LINE, "quotes": [{"start": 0, "end": 9, "kind": "loud"}]}), "not 'loud'"),
        (json.dumps({**LINE, "quotes": [7]}), "line 2: a quote is a JSON object"),
    ],
)
def test_a_bad_line_is_named(file: Path, capsys: pytest.CaptureFixture[str], line: str, says: str) -> None:
    file.write_text(json.dumps(LINE) + "\n" + line + "\n")
    assert main(["evaluate", str(file)]) == 1
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


def test_a_missing_or_broken_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "gold.jsonl.gz"
    broken.write_bytes(gzip.compress(b"{}" * 99)[:-9])
    assert [main(["evaluate", str(path)]) for path in (tmp_path / "none", broken)] == [1, 1]
    assert "not a whole gzip file" in capsys.readouterr().err
