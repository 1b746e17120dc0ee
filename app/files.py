"""Files below the data folder, named by the SHA-256 of what is in them: captures as they came, pictures.
A file is whole or not there, the same bytes are kept once, and nothing is handed out that has changed on the disk."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.errors import NotFound

_SHA = re.compile(r"[0-9a-f]{64}")
_PACKED = ".z"


class DamagedError(Exception):
    """A stored file is not what was stored; the message names it for the operator."""


def put(root: Path, data: bytes, *, compress: bool = False) -> str:
    """Stores `data` below the folder `root` and answers its SHA-256 in hex. It is on the disk when this returns, and
    stays the same however often it is put; `compress` only says how it is kept."""
    sha = hashlib.sha256(data).hexdigest()
    try:
        get(root, sha)
    except (NotFound, DamagedError):
        _write(_path(root, sha, packed=compress), [zlib.compress(data) if compress else data])
    return sha


def put_stream(root: Path, stream: BinaryIO) -> str:
    """As `put`, of what is too large to hold in memory; it is kept as it is. Read to its end from the beginning."""
    stream.seek(0)
    digest = hashlib.sha256()
    for part in _parts(stream):
        digest.update(part)
    path = _path(root, digest.hexdigest(), packed=False)
    if not path.exists():
        stream.seek(0)
        _write(path, _parts(stream))
    return digest.hexdigest()


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(1_000_000), b"")


def path_of(root: Path, sha: str) -> Path:
    """Where it is kept, for what is read in parts; only of what was put without compressing it. Raises NotFound."""
    path = _path(root, sha, packed=False)
    if not path.exists():
        raise NotFound("This file is not stored here.")
    return path


def get(root: Path, sha: str) -> bytes:
    """What was put under this name. Raises NotFound, or DamagedError where it is no longer the same."""
    damaged = False
    for packed in (False, True):
        try:
            data = _path(root, sha, packed=packed).read_bytes()
            data = zlib.decompress(data) if packed else data
        except FileNotFoundError:
            continue
        except zlib.error:
            damaged = True
            continue
        if hashlib.sha256(data).hexdigest() == sha:
            return data
        damaged = True
    if damaged:
        raise DamagedError(f"the stored file {sha} has changed on the disk")
    raise NotFound("This file is not stored here.")


def _path(root: Path, sha: str, *, packed: bool) -> Path:
    if not _SHA.fullmatch(sha):
        raise NotFound("This file is not stored here.")
    return root / sha[:2] / (sha + _PACKED if packed else sha)


def _write(path: Path, parts: Iterable[bytes]) -> None:
    """All or nothing, also where the power fails half-way: the file is synced before it gets its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
