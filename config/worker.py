"""The worker of one machine: one process that walks THE timetable and runs Celery's tasks in threads.

On the `memory://` broker a message can pass only between threads of one process, so Celery's beat walks here, in a
thread (`celery worker --beat` would start it as a process of its own, and it would speak into the void). With Redis
(TANGGAP_REDIS) this is not used: `celery -A config worker` and `celery -A config beat` are (docs/decisions/0003).
"""

import logging
import threading
import warnings
from typing import Any

from celery import Celery, bootsteps, signals
from celery.beat import Scheduler, Service
from celery.exceptions import WorkerShutdown
from celery.platforms import SecurityWarning
from celery.worker import state

logger = logging.getLogger(__name__)

THREADS = 8
LONGEST_SLEEP_S = 1.0
"""The timetable looks at least this often whether it is to stop."""


class Timetable(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
    """Walks the application's `beat_schedule` beside the pool, and ends the worker where it cannot go on.

    A worker whose timetable died would look healthy and do nothing; ended, it is started again by the desk.
    """

    requires = {"celery.worker.components:Pool"}

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.service: Service | None = None
        self.thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        self.service = Service(parent.app, max_interval=LONGEST_SLEEP_S, scheduler_cls=Scheduler, remote_control=False)
        self.thread = threading.Thread(target=self.walk, args=(parent.app,), name="timetable", daemon=True)
        self.thread.start()

    def walk(self, app: Celery) -> None:
        assert self.service is not None
        app.set_current()
        try:
            self.service.start()
        except Exception:
            logger.exception("The timetable broke; ending the worker, to be started again")
            state.should_stop = 1

    def stop(self, parent: Any) -> None:
        if self.service is not None and self.thread is not None:
            self.service.stop()
            self.thread.join(LONGEST_SLEEP_S * 3)


def run(app: Celery, threads: int = THREADS) -> int:
    """Work until SIGTERM or SIGINT; running tasks are finished first. The exit code."""
    signals.setup_logging.connect(leave_logging_alone)
    # Both warn of strangers' messages; here a message never leaves this process.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)
    app.conf.worker_enable_remote_control = False
    app.steps["worker"].add(Timetable)
    worker = app.Worker(
        pool="threads",
        concurrency=threads,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        redirect_stdouts=False,
        quiet=True,
    )
    try:
        worker.start()
    except WorkerShutdown as end:
        return int(end.code or 0)
    return int(worker.exitcode or 0)


def leave_logging_alone(**_: Any) -> None:
    """Django's LOGGING holds; a receiver of this signal is how Celery is told."""
