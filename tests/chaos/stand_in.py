"""`python -m tests.chaos.stand_in`: the sandbox as a process of its own, whose lists lag in this run's proportions."""

import signal
import sys
import threading

from sandbox.server import Sandbox
from tests.chaos.plan import LATE_LIST_S

if __name__ == "__main__":
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Sandbox(0) as sandbox:
        sandbox.late_s = LATE_LIST_S
        sys.stdout.write(f"{sandbox.base}\n")
        sys.stdout.flush()
        stop.wait()
