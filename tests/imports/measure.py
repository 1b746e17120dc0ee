"""How much memory an import takes: `python tests/imports/measure.py 1000 10000` brings in a zip of so many articles with a
worker of its own each, and prints its resident memory after 200 articles and at the end."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[2]))

from app import jobs
from app.access import Person
from app.accounts.actions import add_user
from app.db import Database
from app.handlers import HANDLERS
from app.imports import actions, uploads
from app.logs import set_up_logs
from app.models import Article, ImportItem, Job
from app.settings import Settings
from app.worker import Worker

TEXT = "\n\n".join(
    f"Inspector {k} looked at the ferry pier of Tessen for the {{n}}th time, and found its pillars wanting in {{m}} places."
    for k in range(8)
)


def resident() -> float:
    """MB of this process, from /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


def measure(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Settings(data_dir=Path(folder), log_level="ERROR"))
        set_up_logs(database.settings)
        database.migrate()
        path = Path(folder) / "articles.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for n in range(number):
                made.writestr(f"{n}.txt", f"Report {n} on the pier\n\n" + TEXT.format(n=n, m=n * 7))
        with database.write() as db:
            user = add_user(db, name="alice", role="analyst")
        with path.open("rb") as file:
            upload = uploads.of_files([("articles.zip", file)], "articles", database.settings)
        with database.write() as db:
            batch = actions.add_batch(db, person=Person(user.id, user.name, user.role), upload=upload)
            actions.change_state(db, batch=batch, state="running")
        del upload
        worker = Worker(database, {kind: HANDLERS[kind] for kind in ("import", "read")})
        begun, early = time.monotonic(), 0.0
        while True:
            jobs.queue_of(database.settings).flush_queue()  # imports alone: analyses are measured elsewhere
            with database.write() as db:
                job = db.scalar(select(Job).where(Job.kind == "import", Job.state == "queued"))
                if job is None:
                    break
                jobs.retry(db, job)
            worker.step()
            with database.read() as db:
                done = db.scalar(select(func.count()).select_from(ImportItem).where(ImportItem.state == "done")) or 0
            early = early or (resident() if done >= 200 else 0.0)
        seconds = time.monotonic() - begun
        with database.read() as db:
            articles = db.scalar(select(func.count()).select_from(Article))
        end = resident()
        print(
            f"{articles:>6} articles: {early:.0f} MB after 200, {end:.0f} MB at the end, {number / seconds:.0f} a second"
        )
        database.close()


if __name__ == "__main__":
    for given in sys.argv[1:] or ("1000",):
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(int(given),))
        process.start()
        process.join()
