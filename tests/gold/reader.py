"""The gold set: articles written for it, in files that hold text and annotation together. Run, it prints JSON Lines.

The head of a file, up to "---", gives short names to speakers ("m = Maren Oduya"). Below, a line is a sentence ("+ "
before one that is worth checking) and a blank line ends a paragraph. {m/d/said|“We cut no corners.”} is what m said:
direct, mixed or indirect, cue as written or none, speaker "?" where it cannot be known. {+|...} is another piece of the
one begun last, {++|...} of the one before it. Words of interviews and transcripts are direct, marks or no marks.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KINDS = {"d": "direct", "m": "mixed", "i": "indirect"}
TOKEN = re.compile(r"\{([^{}|]*)\||\}|\x01([+-])")


def read(path: Path) -> dict[str, Any]:
    """An article as a line of gold."""
    head, _, body = path.read_text(encoding="utf-8").partition("---\n")
    names: dict[str, str | None] = dict(line.split(" = ", 1) for line in head.splitlines() if line)
    names["?"] = None
    text, quotes, sentences = "", list[dict[str, Any]](), list[dict[str, Any]]()
    open_pieces: list[tuple[dict[str, Any], int]] = []
    at = 0
    source = _sentences(body)
    for token in TOKEN.finditer(source):
        text += source[at : token.start()]
        at = token.end()
        if token[2]:
            _close(sentences, text)
            sentences.append({"start": len(text), "label": int(token[2] == "+")})
        elif token[1] is None:
            quote, start = open_pieces.pop()
            quote["spans"].append([start, len(text)])
        else:
            if set(token[1]) != {"+"}:
                name, kind, cue = token[1].split("/")
                quotes.append({"spans": [], "kind": KINDS[kind], "cue": cue or None, "speaker": names[name]})
            open_pieces.append((quotes[-max(1, token[1].count("+"))], len(text)))
    text += source[at:]
    _close(sentences, text)
    if open_pieces:
        raise ValueError(f"{path.name}: a brace is left open at {open_pieces[-1][1]}")
    for quote in quotes:
        quote["spans"].sort()
    return {"id": path.stem, "text": text, "quotes": quotes, "sentences": sentences}


def _sentences(body: str) -> str:
    """Paragraphs of sentences, each with a sign before it."""
    paragraphs = ([line for line in block.splitlines() if line] for block in body.strip().split("\n\n"))
    return "\n\n".join(
        " ".join(f"\x01+{s[2:]}" if s.startswith("+ ") else f"\x01-{s}" for s in lines) for lines in paragraphs
    )


def _close(sentences: list[dict[str, Any]], text: str) -> None:
    if sentences:
        sentences[-1]["end"] = len(text.rstrip())


def read_all() -> list[dict[str, Any]]:
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


if __name__ == "__main__":
    for article in read_all():
        print(json.dumps(article, ensure_ascii=False))
