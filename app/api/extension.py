"""Packs the browser extension: the same files give the same bytes, on any machine and day.
`python -m app.api.extension FILE` writes it, as `make extension` does."""

from __future__ import annotations

import io
import sys
import zipfile
from functools import cache
from pathlib import Path

from app.settings import ROOT

FOLDER = ROOT / "static/extension"


@cache
def packed() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(FOLDER.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(FOLDER).as_posix())  # of 1980, whenever it is packed
                entry.external_attr, entry.create_system = 0o644 << 16, 3
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed())
    print(f"{target}: {len(packed()):,} bytes")
