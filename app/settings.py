"""The only reader of the environment. One frozen dataclass; every field is a `QUOTIDIAN_*` variable, and its help text is
what README's table of settings says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before NumPy is first imported: our matrices are too small to share

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "QUOTIDIAN_"


def setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path = setting(ROOT / "data", "folder of the database, the queue and the stored files")
    database_url: str = setting("", "SQLAlchemy address of the database; empty: SQLite in the data folder")
    queue_url: str = setting(
        "", "redis:// address that carries job numbers to workers; empty: SQLite in the data folder"
    )
    fetch_allow: frozenset[str] = setting(
        frozenset(), "private hosts that may be fetched from all the same: host:port, ... (an intranet)"
    )
    public_url: str = setting("", "address under which people reach this server, for links; empty: as they came")
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    log_format: str = setting("text", "text for people, json for machines")
    session_days: int = setting(30, "days until a sign-in ends")
    secure_cookies: bool = setting(False, "1 where the server is reached over TLS: cookies get Secure and __Host-")
    max_text: int = setting(1_000_000, "characters of the longest article taken in")
    max_upload: int = setting(10_000_000, "bytes of the largest file or form taken in")
    max_note: int = setting(100_000, "characters of the longest note")
    client_dir: Path = setting(ROOT / ".cache/client", "folder of the Hypothesis client that `make client` installs")
    check_days: int = setting(
        0, "days for which every new article is looked at again by itself; 0: only when a feed tells of it anew"
    )

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'quotidian.db'}"

    @property
    def embedded(self) -> bool:
        """Whether the database is our own SQLite file, brought up to date by `serve` itself."""
        return self.database.startswith("sqlite")

    @property
    def files(self) -> Path:
        return self.data_dir / "files"


def _read(kind: str, name: str, raw: str) -> Any:
    match kind:
        case "Path":
            return Path(raw).resolve()
        case "int":
            if not raw.strip().isdigit():
                raise SystemExit(f"{name} must be a whole number, not {raw!r}")
            return int(raw)
        case "bool":
            return raw.strip().lower() in ("1", "true", "yes", "on")
        case "frozenset[str]":
            return frozenset(part.strip() for part in raw.split(",") if part.strip())
    return raw


def read_settings() -> Settings:
    """The settings as the environment has them now. Exits with a message on a value that cannot be read."""
    values = {}
    for each in fields(Settings):
        name = PREFIX + each.name.upper()
        if name in os.environ:
            values[each.name] = _read(str(each.type), name, os.environ[name])
    return Settings(**values)


def child_environment(**extra: str) -> dict[str, str]:
    """The environment for a process that we start."""
    return {**os.environ, **extra}
