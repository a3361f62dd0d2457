"""The supervisor, over parts that are small commands: real processes, real signals."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import free_port

REPOSITORY = Path(__file__).parents[2]

STEADY = "python -u -c 'import os, time; print(\"my number is\", os.getpid()); time.sleep(600)'"
STUBBORN = (
    "python -u -c 'import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    'print("my number is", os.getpid()); time.sleep(600)\''
)


class Running:
    """A supervisor in the background, and what it has said so far."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.words = folder / f"words-{time.monotonic_ns()}"
        self.data = folder / "data"
        defaults = {"--port": str(free_port()), "--web": STEADY, "--worker": STEADY, "--migrate": "true"}
        given = dict(zip(options[::2], options[1::2], strict=True))
        words = [word for pair in (defaults | given).items() for word in pair]
        with self.words.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.desk", *words],
                cwd=REPOSITORY,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TANGGAP_DATA": str(self.data)},
            )

    def said(self) -> str:
        return self.words.read_text()

    def wait_for(self, what: Callable[[], object], limit_s: float = 120) -> None:
        deadline = time.monotonic() + limit_s
        while not what():
            assert time.monotonic() < deadline, f"waited {limit_s} s in vain; it said:\n{self.said()}"
            time.sleep(0.02)

    def numbers(self, part: str) -> list[int]:
        """The process numbers that a part had, in order."""
        return [int(number) for number in re.findall(rf"^{part} *\| my number is (\d+)", self.said(), re.MULTILINE)]

    def both_started(self) -> tuple[int, int]:
        self.wait_for(lambda: self.numbers("web") and self.numbers("worker"))
        return self.numbers("web")[-1], self.numbers("worker")[-1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*options: str) -> Running:
        started.append(Running(tmp_path, *options))
        return started[-1]

    yield start
    for one in started:
        numbers = [int(number) for number in re.findall(r"my number is (\d+)", one.said())]
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(120)
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def lives(number: int) -> bool:
    """Running: a zombie that nobody has collected yet is dead."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_killed_part_is_started_again_and_said_so(desk: Callable[..., Running]) -> None:
    running = desk()
    web, worker = running.both_started()
    os.kill(worker, signal.SIGKILL)
    running.wait_for(lambda: len(running.numbers("worker")) == 2)
    assert "worker was ended by SIGKILL; starting it again in 0.5 s" in running.said()
    assert lives(web)
    assert running.numbers("web") == [web]


def test_a_part_that_goes_on_failing_is_started_ever_later(desk: Callable[..., Running]) -> None:
    running = desk("--worker", "python -c 'raise SystemExit(3)'")
    running.wait_for(lambda: "again in 2 s" in running.said())
    waits = re.findall(r"worker ended with exit code 3; starting it again in ([\d.]+) s", running.said())
    assert waits[:3] == ["0.5", "1", "2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_all_end(desk: Callable[..., Running], number: signal.Signals) -> None:
    running = desk()
    parts = running.both_started()
    running.process.send_signal(number)
    assert running.process.wait(120) == 0
    assert not any(map(lives, parts))


def test_who_does_not_end_is_killed_when_asked_twice(desk: Callable[..., Running]) -> None:
    running = desk("--worker", STUBBORN)
    parts = running.both_started()
    running.process.terminate()
    running.wait_for(lambda: "ending" in running.said())
    assert running.process.poll() is None
    running.process.terminate()
    assert running.process.wait(120) == 1
    assert not any(map(lives, parts))


def test_a_killed_supervisor_takes_its_parts_with_it(desk: Callable[..., Running]) -> None:
    running = desk()
    parts = running.both_started()
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: not any(map(lives, parts)))


def test_a_second_start_over_the_same_data_is_refused(desk: Callable[..., Running]) -> None:
    first = desk()
    first.both_started()
    second = desk()
    assert second.process.wait(120) == 1
    assert f"A desk already runs over {first.data} (started as process {first.process.pid})" in second.said()


def test_the_data_stay_locked_while_a_part_outlives_its_supervisor(desk: Callable[..., Running]) -> None:
    first = desk("--worker", STUBBORN)
    _, worker = first.both_started()
    first.process.kill()
    first.process.wait()
    second = desk()
    assert second.process.wait(120) == 1
    os.kill(worker, signal.SIGKILL)
    first.wait_for(lambda: not lives(worker))
    desk().both_started()


def test_a_port_in_use_is_refused_before_anything_starts(desk: Callable[..., Running]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = desk("--port", str(port))
        assert running.process.wait(120) == 1
    assert f"Port {port} cannot be used" in running.said()
    assert not running.numbers("web")


def test_nothing_starts_where_the_migration_fails(desk: Callable[..., Running]) -> None:
    running = desk("--migrate", "python -c 'raise SystemExit(\"no such column\")'")
    assert running.process.wait(120) == 1
    assert "no such column" in running.said()
    assert "not starting" in running.said()
    assert not running.numbers("web")


def test_a_one_shot_part_may_end_and_one_beside_is_kept(desk: Callable[..., Running]) -> None:
    running = desk("--once", "citizens=python -c 'print(\"halo\")'", "--with", f"sandbox={STEADY}")
    running.both_started()
    running.wait_for(lambda: "citizens| halo" in running.said() and running.numbers("sandbox"))
    os.kill(running.numbers("sandbox")[0], signal.SIGKILL)
    running.wait_for(lambda: len(running.numbers("sandbox")) == 2)
    assert running.said().count("halo") == 1
    assert "citizens ended" not in running.said()


def test_it_stays_small_and_sleeps(desk: Callable[..., Running]) -> None:
    running = desk()
    running.both_started()
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    assert int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) < 20_000

    def ticks() -> int:
        return sum(map(int, Path(f"/proc/{running.process.pid}/stat").read_text().split()[13:15]))

    def has_slept() -> bool:
        before = ticks()
        time.sleep(0.5)
        return ticks() - before <= 1

    running.wait_for(has_slept)  # not at once: a slow machine is still busy with its start
