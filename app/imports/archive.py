"""Zip archives as people hand them in. Refuses whole what no honest archive has: names that lead elsewhere, links, other
archives, passwords, sizes and numbers beyond reason. Nothing is ever unpacked to the disk."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from app.errors import Invalid

MOST_ENTRIES = 20_000
MOST_UNPACKED = 2_000_000_000
MOST_RATIO = 150  # unpacked to packed, from SMALL bytes on; a page of a web site has about 8
SMALL = 1_000_000
LONGEST_NAME = 1_000
_DIRECTORY_ROOM = 400 * MOST_ENTRIES  # bytes of a directory with so many names
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_PACKED = re.compile(r"\.(zip|gz|tgz|bz2|tbz2?|xz|txz|zst|7z|rar|tar|jar|war|iso|cab|lzh|arj)$", re.IGNORECASE)


def open_zip(file: BinaryIO | Path) -> zipfile.ZipFile:
    """The archive, looked over. Raises Invalid, for the field "file"."""
    try:
        if isinstance(file, Path):
            with file.open("rb") as opened:
                _check_end(opened)
        else:
            _check_end(file)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise _refused("This is no zip archive, or a damaged one.") from error
    try:
        _check_all(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in it, without folders and what is hidden, in its order."""
    return [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]


def read_entry(archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    """A file of the archive. Raises Invalid where it has more than `most` bytes, whatever it states, or is damaged."""
    try:
        with archive.open(name) as entry:
            data = entry.read(most + 1)
    except (
        KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ) as error:  # fmt: skip
        raise _refused("This file of the archive is damaged, or packed in a way that cannot be unpacked.") from error
    if len(data) > most:
        raise _refused(f"This file of the archive has more than {most / 1e6:g} MB, the most that is taken in.")
    return data


def _check_end(file: BinaryIO) -> None:
    """Looks at the end record before zipfile reads the directory, which would take memory for every name in it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    count, directory = (
        int.from_bytes(tail[at + 10 : at + 12], "little"),
        int.from_bytes(tail[at + 12 : at + 16], "little"),
    )
    if count > MOST_ENTRIES or directory > _DIRECTORY_ROOM or tail[max(0, at - 20) : at].startswith(_END_64):
        raise _refused(f"This archive holds more than {MOST_ENTRIES:,} files. Please send it in parts.")


def _check_all(archive: zipfile.ZipFile) -> None:
    seen: set[str] = set()
    unpacked = packed = 0
    for info in archive.infolist():
        _check(info)
        if info.filename in seen:
            raise _refused(f"This archive holds two files named “{_shown(info)}”.")
        seen.add(info.filename)
        unpacked, packed = unpacked + info.file_size, packed + info.compress_size
    if len(seen) > MOST_ENTRIES:
        raise _refused(f"This archive holds more than {MOST_ENTRIES:,} files. Please send it in parts.")
    if unpacked > MOST_UNPACKED or packed > archive.start_dir:  # more than is there: entries that share their bytes
        raise _refused("Unpacked, this archive would be too large. Please send it in parts.")


def _check(info: zipfile.ZipInfo) -> None:
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    parts = name.replace("\\", "/").split("/")
    if "\x00" in name or "\\" in name or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise _refused(f"This archive names a file outside of itself (“{_shown(info)}”), as no honest one does.")
    if len(name) > LONGEST_NAME:
        raise _refused(f"This archive holds a file whose name has more than {LONGEST_NAME:,} characters.")
    if info.flag_bits & 0x1:
        raise _refused("This archive is locked with a password. Please unpack it, and send what is in it.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(f"This archive holds a link or a device (“{_shown(info)}”) where a file should be.")
    if _PACKED.search(name) and not _hidden(name):
        raise _refused(f"This archive holds another archive (“{_shown(info)}”). Please unpack that first.")
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size):
        raise _refused(f"A file in this archive (“{_shown(info)}”) would be too large when unpacked.")


def _hidden(name: str) -> bool:
    """Hidden files, and what a Mac adds of its own."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _shown(info: zipfile.ZipInfo) -> str:
    name = "".join(c if c.isprintable() else "?" for c in info.orig_filename)
    return name if len(name) <= 80 else f"{name[:79]}…"


def _refused(message: str) -> Invalid:
    return Invalid(message, field="file")
