"""Keeps the capture process for whoever wants a picture: started at the first order, replaced when it hangs or dies.

Pure: no Django, no Celery, and no Playwright, which stays in the other process with all its memory.
"""

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from moderation.capture.shots import Answer, Failed, Failure, Order, Picture, Printed, Probe

IDLE_S = 120.0
GRACE_S = 30.0
"""Beyond an order's own time: starting Chromium on a slow machine, closing a page. Then the process is ended."""
CLOSE_S = 5.0

# Everything else, secrets above all, stays with the desk.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "HOME", "TANGGAP_BROWSER", "PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME")

ROOM = Path(__file__).resolve().parents[2]


class Photographer:
    """`take` may be called from any thread; orders wait for each other. `with` (or `stop`) leaves nothing running."""

    def __init__(self, idle_s: float = IDLE_S, grace_s: float = GRACE_S) -> None:
        self.idle_s = idle_s
        self.grace_s = grace_s
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def __enter__(self) -> "Photographer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def take(self, order: Order) -> Picture | Failure:
        """The picture, or why there is none; never later than the order's time plus the grace."""
        outcome = self._ask(order)
        assert isinstance(outcome, Picture | Failure)
        return outcome

    def print(self, order: Order) -> Printed | Failure:
        """The PDF of an order for `paper`, or why there is none."""
        outcome = self._ask(order)
        assert isinstance(outcome, Printed | Failure)
        return outcome

    def probe(self) -> Probe | Failure:
        """Start the browser and say what it is."""
        outcome = self._ask(Order(id="probe", probe=True))
        assert isinstance(outcome, Probe | Failure)
        return outcome

    def stop(self) -> None:
        with self._lock:
            self._end(kindly=True)

    def _ask(self, order: Order) -> Picture | Printed | Failure | Probe:
        with self._lock:
            was_idle = self._running is not None
            outcome, code = self._try(order)
            if was_idle and code == 0:  # it had just ended itself for want of work
                outcome, _code = self._try(order)
            return outcome

    def _try(self, order: Order) -> tuple[Picture | Printed | Failure | Probe, int | None]:
        """The outcome; and where there is no more process after it, the code with which that ended."""
        if self._running is not None and self._running.process.poll() is not None:
            self._end()
        if self._running is None:
            self._running = _Running(self.idle_s)
        try:
            return self._running.ask(order, order.timeout_s + self.grace_s), None
        except _GoneError as gone:
            return gone.failure, self._end()
        except BaseException:
            self._end()  # an interrupted order's answer must not be taken for the next one's
            raise

    def _end(self, kindly: bool = False) -> int | None:
        if self._running is None:
            return None
        ending, self._running = self._running, None
        return ending.end(kindly)


class _GoneError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class _Running:
    """One life of the capture process, with the folder in which it keeps everything."""

    def __init__(self, idle_s: float) -> None:
        # As root the folder must be one that an unprivileged browser can walk to, wherever TMPDIR points.
        self.folder = tempfile.mkdtemp(prefix="tanggap-capture-", dir="/tmp" if os.geteuid() == 0 else None)  # noqa: S108
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.process = subprocess.Popen(  # noqa: S603 (our own program, no text from outside)
            [sys.executable, "-m", "moderation.capture", "--idle", str(idle_s), "--folder", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOM,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # its own group, so that one signal ends all of it
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.orders: IO[str] = self.process.stdin
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def ask(self, order: Order, within_s: float) -> Picture | Printed | Failure | Probe:
        try:
            self.orders.write(order.to_line())
            self.orders.flush()
            line = self.lines.get(timeout=within_s)
        except OSError as error:
            raise _GoneError(Failure(Failed.CRASHED, f"the capture process is gone: {error}")) from error
        except queue.Empty as error:
            raise _GoneError(Failure(Failed.TIMEOUT, f"no answer within {within_s:.0f} s")) from error
        try:
            answer = Answer.from_line(line)
        except (ValueError, KeyError, TypeError) as error:
            detail = f"the capture process ended with {self.process.poll()}" if not line else "unreadable answer"
            raise _GoneError(Failure(Failed.CRASHED, detail)) from error
        if answer.id != order.id:
            raise _GoneError(Failure(Failed.CRASHED, "an answer to another order"))
        return answer.outcome

    def end(self, kindly: bool) -> int:
        """Kindly: end of input, and it closes its browser. Then, or at once, a signal that cannot be refused."""
        with contextlib.suppress(OSError):
            self.orders.close()
        if kindly:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(CLOSE_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        for _attempt in range(40):  # its browser dies a moment after it, still writing
            shutil.rmtree(self.folder, ignore_errors=True)
            if not Path(self.folder).exists():
                break
            time.sleep(0.05)
        return self.process.returncode

    def _read(self, answers: IO[str]) -> None:
        """Runs in a thread, because a pipe has no deadline; an empty line says that there will be no more."""
        with answers:
            for line in answers:
                self.lines.put(line)
        self.lines.put("")
        self.process.wait()
