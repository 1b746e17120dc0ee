"""Zips that no honest program makes are refused whole, with the reason; honest ones are read entry by entry."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable

import pytest

from app.errors import Invalid
from app.imports import archive


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], packed: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as made:
        for name, data in entries:
            made.writestr(name, data)
    file.seek(0)
    return file


def link() -> io.BytesIO:
    info = zipfile.ZipInfo("passwords.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def locked() -> io.BytesIO:
    data = bytearray(zipped(("a.txt", b"words")).getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    return io.BytesIO(bytes(data))


def twice() -> io.BytesIO:
    data = zipped(("a.txt", b"words"), ("b.txt", b"words")).getvalue()
    return io.BytesIO(data.replace(b"b.txt", b"a.txt"))


def shared() -> io.BytesIO:
    """Many names for the same bytes: each entry of the directory points to the first file."""
    body = zipped(("a.txt", zlib.compress(bytes(range(256)) * 40)), packed=zipfile.ZIP_STORED).getvalue()
    at = body.index(b"PK\x01\x02")
    head, entry = body[:at], body[at : body.index(b"PK\x05\x06")]
    names = [entry.replace(b"a.txt", f"{n:05}".encode()) for n in range(50)]
    end = bytearray(body[body.index(b"PK\x05\x06") :])
    end[8:12] = (50).to_bytes(2, "little") * 2
    end[12:16] = sum(map(len, names)).to_bytes(4, "little")
    return io.BytesIO(head + b"".join(names) + bytes(end))


def absurd() -> io.BytesIO:
    """States more files than can be; the directory itself is short."""
    data = bytearray(zipped(("a.txt", b"words")).getvalue())
    at = data.index(b"PK\x05\x06")
    data[at + 8 : at + 12] = b"\xfe\xff\xfe\xff"
    return io.BytesIO(bytes(data))


def many() -> io.BytesIO:
    return zipped(*((f"{n}.txt", b"") for n in range(archive.MOST_ENTRIES + 1)), packed=zipfile.ZIP_STORED)


def cut() -> io.BytesIO:
    return io.BytesIO(zipped(("a.txt", b"words" * 99)).getvalue()[:-30])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: zipped(("../../etc/cron.d/x", b"")), "outside of itself"),
        (lambda: zipped(("/etc/passwd", b"")), "outside of itself"),
        (lambda: zipped(("a/..\\..\\b.txt", b"")), "outside of itself"),
        (lambda: zipped(("C:/windows/x.txt", b"")), "outside of itself"),
        (lambda: zipped(("inner.zip", b"PK")), "another archive"),
        (lambda: zipped(("deep/inner.tar.gz", b"")), "another archive"),
        (lambda: zipped(("bomb.html", bytes(30_000_000))), "too large when unpacked"),
        (lambda: zipped(("x" * 1001 + ".txt", b"")), "more than 1,000 characters"),
        (link, "a link or a device"),
        (locked, "password"),
        (twice, "two files named"),
        (shared, "too large"),
        (absurd, "more than 20,000 files"),
        (many, "more than 20,000 files"),
        (cut, "damaged"),
        (lambda: io.BytesIO(b""), "damaged"),
        (lambda: io.BytesIO(b"PK\x05\x06" + bytes(10)), "damaged"),
        (lambda: io.BytesIO(b"<html>no zip</html>"), "damaged"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_no_honest_archive_has_is_refused(make: Callable[[], io.BytesIO], said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        archive.open_zip(make())
    assert refused.value.field == "file"


def test_an_honest_archive_is_read_without_what_is_hidden() -> None:
    file = zipped(
        ("b/two.html", b"<p>2"), ("a.txt", b"one"), (".hidden.txt", b""), ("__MACOSX/._a.txt", b""), ("b/", b"")
    )
    with archive.open_zip(file) as opened:
        assert [info.filename for info in archive.entries(opened)] == ["b/two.html", "a.txt"]
        assert archive.read_entry(opened, "a.txt", most=3) == b"one"
        with pytest.raises(Invalid, match="more than"):
            archive.read_entry(opened, "a.txt", most=2)


def test_an_entry_that_is_damaged_harms_no_other() -> None:
    data = bytearray(zipped(("a.txt", b"words " * 50), ("b.txt", b"others")).getvalue())
    data[40:44] = b"\xff\xff\xff\xff"
    with archive.open_zip(io.BytesIO(bytes(data))) as opened:
        with pytest.raises(Invalid, match="damaged"):
            archive.read_entry(opened, "a.txt", most=1000)
        assert archive.read_entry(opened, "b.txt", most=1000) == b"others"
