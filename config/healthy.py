"""Is a service doing its work? What a container's health check asks: `python -m config.healthy publishing`.

A process that runs may still stand still, so nobody is asked whether they live: a worker leaves a sign whenever it has
taken a task out of a queue and done it (the timetable sends each queue at least one a second), the timetable whenever
the broker took a message. `web` is asked for a page that reads the database. Exit code: 0 it works, 1 it does not.

Only the standard library: this is asked twice a minute in every container, and loading Django takes a second each time.
"""

import argparse
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

WITHIN_S = 60.0
ANSWER_S = 5.0
NOTED_EVERY_S = 1.0

_noted: dict[str, float] = {}


def folder() -> Path:
    """Of one machine or container, never shared: the sign says that *this* one works. TANGGAP_ALIVE, else temporary."""
    return Path(os.environ.get("TANGGAP_ALIVE") or Path(tempfile.gettempdir(), f"tanggap-alive-{os.getuid()}"))


def note(name: str) -> None:
    """Leave the sign, at most once a second. Where it cannot be left, the work goes on without."""
    now = time.monotonic()
    if not name or now - _noted.get(name, -NOTED_EVERY_S) < NOTED_EVERY_S:
        return
    _noted[name] = now
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder() / name).touch()
    except OSError as error:
        sys.stderr.write(f"healthy: no sign of life can be left in {folder()}: {error.strerror}\n")


def age_s(name: str) -> float | None:
    """How old the sign is; None where there was none yet."""
    try:
        return time.time() - (folder() / name).stat().st_mtime
    except OSError:
        return None


def trouble(name: str, within_s: float, port: int) -> str:
    """What is wrong, in words; empty where nothing is."""
    if name == "web":
        return trouble_of_web(port)
    age = age_s(name)
    if age is None:
        return f"{name}: no task was done yet (or TANGGAP_ALIVE is another folder than the worker's)"
    return f"{name}: the last sign of life is {age:.0f} s old" if age > within_s else ""


def trouble_of_web(port: int) -> str:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{port}/sehat/", timeout=ANSWER_S
        ) as answer:
            return "" if answer.status == 200 else f"web: HTTP {answer.status}"
    except (urllib.error.URLError, OSError) as error:
        return f"web: {error}"


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.healthy", description=__doc__)
    parser.add_argument("name", choices=["publishing", "polling", "captures", "timetable", "web"])
    parser.add_argument("--within", type=float, default=WITHIN_S, help="seconds that a sign may be old")
    parser.add_argument("--port", type=int, default=8000, help="the console's")
    asked = parser.parse_args(given)
    wrong = trouble(asked.name, asked.within, asked.port)
    if wrong:
        sys.stderr.write(f"{wrong}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
