"""The worker on `memory://`: one process that walks a timetable and runs its tasks in threads."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

PROGRAM = """
import logging, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from celery import Celery
from config import worker

crew = ThreadPoolExecutor(2)
logging.basicConfig()
app = Celery("small", broker="memory://", broker_transport_options={"polling_interval": 0.01}, task_ignore_result=True)

@app.task(name="tick")
def tick():
    print("tick in", threading.current_thread().name, flush=True)
    child.delay()

@app.task(name="child")
def child():
    print("child", flush=True)

@app.task(name="slow")
def slow():
    print("slow begins", flush=True)
    time.sleep(1)
    print("slow ends", flush=True)

@app.task(name="handed over")
def handed_over():
    crew.submit(slow)

@app.task(name="broken")
def broken():
    raise ValueError("one bad task")


app.conf.beat_schedule = {name: {"task": name, "schedule": 0.2} for name in sys.argv[1:]}
if "stuck" in sys.argv:
    worker.Scheduler.tick = lambda self: 1 / 0
sys.exit(worker.run(app, threads=3))
"""


class Working:
    def __init__(self, folder: Path, *tasks: str) -> None:
        self.words = folder / "words"
        alone = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        with self.words.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *tasks],
                cwd=REPOSITORY,
                env=alone,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + 120
        while self.words.read_text().count(text) < times:
            assert self.process.poll() is None, f"it ended:\n{self.words.read_text()}"
            assert time.monotonic() < deadline, f"waited for {text!r} in vain:\n{self.words.read_text()}"
            time.sleep(0.02)


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Callable[..., Working]]:
    started: list[Working] = []

    def start(*tasks: str) -> Working:
        started.append(Working(tmp_path, *tasks))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(120)


def test_the_timetable_runs_tasks_and_they_call_others(working: Callable[..., Working]) -> None:
    worker = working("tick", "broken")
    worker.wait_for("tick in ThreadPoolExecutor", times=3)
    worker.wait_for("child", times=3)
    worker.wait_for("one bad task")
    worker.process.terminate()
    assert worker.process.wait(120) == 0
    assert "superuser" not in worker.words.read_text()


@pytest.mark.parametrize("task", ["slow", "handed over"])
def test_what_runs_is_finished_before_the_end(working: Callable[..., Working], task: str) -> None:
    """Also what a task gave to a thread of its own, as `connectors.tasks.work_off` does."""
    worker = working(task)
    worker.wait_for("slow begins")
    worker.process.terminate()
    assert worker.process.wait(120) == 0
    said = worker.words.read_text()
    assert said.count("slow begins") == said.count("slow ends")


def test_a_broken_timetable_ends_the_worker(working: Callable[..., Working]) -> None:
    worker = working("stuck")
    assert worker.process.wait(120) == 1
    assert "The timetable broke" in worker.words.read_text()


def test_a_broker_elsewhere_is_not_this_worker_s() -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "worker"],
        cwd=REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "TANGGAP_REDIS": "redis://127.0.0.1:9/0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1
    assert "celery -A config worker" in run.stderr


def test_web_serves_the_console_and_ends_when_asked(tmp_path: Path) -> None:
    import requests

    from tests.servers import free_port

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "web", "--port", str(port)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "TANGGAP_DATA": str(tmp_path)},
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"The desk is open at http://127.0.0.1:{port}/\n"
        answer = requests.get(f"http://127.0.0.1:{port}/no-such-page", timeout=60, allow_redirects=False)
        assert answer.status_code in {302, 404}
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
