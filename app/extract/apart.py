"""Runs a reader of files in a process of its own, under a deadline and limits of memory: a file that would hang or fill
the program ends its reader only. `python -m app.extract.apart KIND` reads bytes and answers JSON."""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from typing import Any, Literal

from app.extract.document import NotAnArticle

SECONDS = 4  # of work; on a busy machine more may pass
PATIENCE = 30.0
MEMORY = 900_000_000
NAMES = {"pdf": "PDF", "docx": "Word document", "eml": "e-mail"}
_READERS = {"pdf": "pdf_pages", "docx": "docx_blocks", "eml": "eml_parts"}


def read_apart(kind: Literal["pdf", "docx", "eml"], data: bytes) -> Any:
    """What the reader of this kind made of `data`. Raises NotAnArticle, also where it takes too long or too much."""
    command = [sys.executable, "-m", "app.extract.apart", kind]
    try:
        done = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAnArticle(too_long(kind)) from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise NotAnArticle(too_long(kind))
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise NotAnArticle(f"This {NAMES[kind]} needs more memory to read than an article may take.") from None
    if "refused" in answer:
        raise NotAnArticle(answer["refused"])
    return answer["read"]


def too_long(kind: str) -> str:
    return f"This {NAMES[kind]} takes too long to read: it is too large or made badly."


def _answer(kind: str, data: bytes) -> dict[str, Any]:
    name = NAMES[kind]
    try:
        return {"read": importlib.import_module(f"app.extract.{_READERS[kind]}").read(data)}
    except NotAnArticle as error:
        return {"refused": error.message}
    except MemoryError:
        return {"refused": f"This {name} needs more memory to read than an article may take."}
    except RecursionError:
        return {"refused": f"This {name} cannot be read: its parts are nested too deep in one another."}
    except Exception:  # the libraries raise whatever they stumble over
        return {"refused": f"This {name} is damaged and cannot be read."}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    answer = _answer(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.flush()
    os._exit(0)  # nothing to tidy up, and much to free


if __name__ == "__main__":
    main()
