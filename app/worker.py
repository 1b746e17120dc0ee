"""The process that does the jobs, one after the other: `quotidian worker`, or beside the server with --with-parent.
It may be killed at any moment: what it had not finished is done again, what it had finished is not."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import jobs
from app.db import Database
from app.errors import AppError
from app.handlers import HANDLERS, Handler, Work, enqueue_due, warm_up
from app.logs import log, set_up_logs
from app.models import Job
from app.settings import Settings, read_settings

IDLE = 0.1  # seconds between two looks into an empty queue
SWEEP = 5.0
HEARTBEAT = 5.0
GRACE = 8.0  # seconds that a job in hand gets to end when the worker is told to stop


@dataclass
class Worker:
    database: Database
    handlers: Mapping[str, Handler]
    name: str = field(default_factory=jobs.this_worker)
    stopping: threading.Event = field(default_factory=threading.Event)
    _swept: float = -SWEEP

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Works until told to stop, or until there is nothing to do and `until` says so."""
        while not self.stopping.is_set():
            try:
                if not self.step():
                    if until():
                        return
                    self.stopping.wait(IDLE)
            except Exception as error:  # the database or the queue is away: they come back
                log.error("the worker could not go on", reason=str(error), exc_info=error)
                self.stopping.wait(1)

    def step(self) -> bool:
        """Sweeps where it is time, and does one job. False where there was none."""
        if time.monotonic() - self._swept >= SWEEP:
            with self.database.write() as db:
                jobs.sweep(db, worker=self.name)
                if "poll-feed" in self.handlers:
                    enqueue_due(db)
            self._swept = time.monotonic()
        job_id = jobs.take(self.database.settings)
        if job_id is None:
            return False
        with self.database.write() as db:
            job = jobs.claim(db, job_id, worker=self.name)
        if job:
            self._do(job)
        return True

    def _do(self, job: Job) -> None:
        begun = time.monotonic()
        try:
            with self._held(job):
                handler = self.handlers[job.kind]
                store = handler(self._work(job))
                with self.database.write() as db:
                    if jobs.finish(db, job.id, worker=self.name):
                        store(db)
        except jobs.Dropped:
            log.info("a job was taken away", job=job.id, kind=job.kind)
        except AppError as error:
            self._fail(job, error.message)
        except (OSError, OperationalError, MemoryError) as error:
            log.warning("a job broke off", job=job.id, kind=job.kind, attempt=job.attempts, reason=str(error))
            if job.attempts < jobs.MAX_ATTEMPTS:
                self._give_back(job, attempts=job.attempts)
            else:
                self._fail(job, "The machine is short of something: space, memory or time. Please try again later.")
        except Exception as error:
            log.error("a job failed", job=job.id, kind=job.kind, exc_info=error)
            name = type(error).__name__
            self._fail(job, f"The program made a mistake ({name}). Its log says more, under job {job.id}.")
        else:
            log.info("a job is done", job=job.id, kind=job.kind, seconds=round(time.monotonic() - begun, 2))

    def _fail(self, job: Job, error: str) -> None:
        with self.database.write() as db:
            jobs.fail(db, job.id, worker=self.name, error=error)

    def _give_back(self, job: Job, *, attempts: int) -> None:
        with self.database.write() as db:
            jobs.give_back(db, job.id, worker=self.name, attempts=attempts)

    def _work(self, job: Job) -> Work:
        def tell(fraction: float, message: str) -> None:
            with self.database.write() as db:
                if not jobs.progress(db, job.id, worker=self.name, fraction=fraction, message=message):
                    raise jobs.Dropped

        def step(db: Session, fraction: float, message: str) -> None:
            if not jobs.step_done(db, job.id, worker=self.name, fraction=fraction, message=message):
                raise jobs.Dropped

        return Work(job.payload, self.database, tell, step, job.attempts)

    @contextlib.contextmanager
    def _held(self, job: Job) -> Iterator[None]:
        """Renews the lease meanwhile. Where the worker is to stop and the job does not end soon, gives it back and
        leaves: what a handler stored until then is whole, and the rest is done again."""
        done = threading.Event()

        def beat() -> None:
            last_beat, told = time.monotonic(), None
            while not done.wait(0.2):
                told = told or (time.monotonic() if self.stopping.is_set() else None)
                if told and time.monotonic() - told > GRACE:
                    self._give_back(job, attempts=job.attempts - 1)
                    os._exit(0)
                if time.monotonic() - last_beat > HEARTBEAT:
                    last_beat = time.monotonic()
                    with contextlib.suppress(OperationalError), self.database.write() as db:
                        jobs.keep(db, job.id, worker=self.name)

        thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def main(
    *,
    with_parent: bool = False,
    settings: Settings | None = None,
    handlers: Mapping[str, Handler] = HANDLERS,
    prepare: Callable[[], None] = warm_up,
) -> int:
    settings = settings or read_settings()
    set_up_logs(settings)
    worker = Worker(Database(settings), handlers)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: worker.stopping.set())
    if with_parent:
        threading.Thread(target=_follow_parent, args=(worker.stopping,), daemon=True, name="parent").start()
    log.info("the worker is ready", worker=worker.name)
    try:
        prepare()
    except Exception as error:  # without a model, an analysis fails and says so; pictures are fetched all the same
        log.error("the language model cannot be loaded", exc_info=error)
    worker.run()
    worker.database.close()
    return 0


def _follow_parent(stopping: threading.Event) -> None:
    """The parent holds the other end of our standard input, which closes when it ends, however it ends."""
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    stopping.set()


if __name__ == "__main__":
    sys.exit(main(with_parent="--with-parent" in sys.argv))
