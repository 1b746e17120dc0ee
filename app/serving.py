"""`quotidian serve`: the web server and one worker beside it. The worker is a process of its own, so that models are
never loaded into the web process; it is started again where it ends, and ends with the server."""

from __future__ import annotations

import subprocess
import sys
import threading

import uvicorn
from sqlalchemy import select

from app.accounts.actions import add_user, make_link
from app.db import Database
from app.models import User
from app.settings import Settings, child_environment

PATIENCE = 5  # seconds that requests have to end when the server is told to


def serve(settings: Settings, *, host: str, port: int, workers: int) -> int:
    database = Database(settings)
    if settings.embedded:
        database.migrate()
    shown = f"[{host}]" if ":" in host else host
    link = _first_link(database)
    database.close()
    if link:
        address = settings.public_url or f"http://{shown}:{port}"
        print(f"\n  Sign in for the first time, once, at:\n  {address}/welcome/{link}\n", flush=True)
    print(f"Quotidian serves on http://{shown}:{port}", flush=True)
    with Worker():
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers if workers > 1 else None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=PATIENCE,
        )
    return 0


def _first_link(database: Database) -> str | None:
    """A new link for the first admin while nobody can sign in yet: on an empty database it makes the account."""
    with database.write() as db:
        if db.scalar(select(User.id).where(User.password_hash.is_not(None)).limit(1)):
            return None
        admin = db.scalar(select(User.id).where(User.role == "admin", User.disabled_at.is_(None)).limit(1))
        return make_link(db, user_id=admin or add_user(db, name="admin", role="admin").id)


class Worker:
    """A `with` block during which one worker process runs. The worker ends by itself where this process dies: it reads
    a pipe from us, which then closes."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Worker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._process:
            self._process.terminate()
        self._thread.join(timeout=10)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            command = [sys.executable, "-m", "app.worker", "--with-parent"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=child_environment())
            if self._stopping.is_set():
                self._process.terminate()
            self._process.wait()
            self._stopping.wait(1)
