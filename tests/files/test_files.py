"""What is stored comes back the same, or not at all."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import files
from app.errors import NotFound


def stored(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=3000), compress=st.booleans())
def test_what_is_put_is_got(tmp_path: Path, data: bytes, compress: bool):
    sha = files.put(tmp_path, data, compress=compress)
    assert sha == hashlib.sha256(data).hexdigest()
    assert files.get(tmp_path, sha) == data


def test_the_same_bytes_are_kept_once(tmp_path: Path):
    first = files.put(tmp_path, b"minutes" * 1000, compress=True)
    kept = stored(tmp_path)
    assert kept[0].stat().st_size < 200
    assert files.put(tmp_path, b"minutes" * 1000) == first
    assert stored(tmp_path) == kept == [tmp_path / first[:2] / f"{first}.z"]


def test_many_at_once(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda n: files.put(tmp_path, bytes([n % 3]) * 100_000), range(60)))
    assert len(names) == len(stored(tmp_path)) == 3


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("damage", [b"", b"something else", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_changed_file_is_noticed_and_mended_by_putting_it_again(tmp_path: Path, compress: bool, damage: bytes):
    sha = files.put(tmp_path, b"minutes", compress=compress)
    stored(tmp_path)[0].write_bytes(damage)
    with pytest.raises(files.DamagedError, match=sha):
        files.get(tmp_path, sha)
    assert files.put(tmp_path, b"minutes", compress=not compress) == sha
    assert files.get(tmp_path, sha) == b"minutes"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.put(tmp_path, b"minutes")
    assert stored(tmp_path) == []


@pytest.mark.parametrize("name", ["", "0" * 64, "../" * 20 + "etc/passwd", "F" * 64, "a" * 63 + "\n", "a" * 65])
def test_what_was_never_stored_is_not_found(tmp_path: Path, name: str):
    with pytest.raises(NotFound):
        files.get(tmp_path, name)
