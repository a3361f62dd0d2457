"""PostgreSQL and Redis for the tests: instances of our own, on free ports of this machine.

Each runs in a temporary folder, as somebody without rights where we are root, tied to this process (the kernel ends
it where we are killed), and is ended by its own process number. WordPress: `tests/wordpress.py`.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.desk import tied_to

UNPRIVILEGED = "nobody"
START_S = 120.0
"""All patience of the tests is long: what is waited for comes sooner, and only a failure takes so long."""
PORTS = range(10_240, 32_768)
"""Below those that the system gives out by itself: nobody else gets one between its being found free and its use."""


class MissingProgramError(Exception):
    """A server's program is not installed here; the text names it."""


@dataclass(frozen=True)
class Postgres:
    host: str
    port: int
    user: str = "tanggap"

    def environment(self) -> dict[str, str]:
        """What makes `config.settings` use this instance."""
        return {
            "TANGGAP_POSTGRES_HOST": self.host,
            "TANGGAP_POSTGRES_PORT": str(self.port),
            "TANGGAP_POSTGRES_DB": "postgres",
            "TANGGAP_POSTGRES_USER": self.user,
        }


@dataclass(frozen=True)
class Redis:
    port: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


def program(name: str) -> str:
    """The path of a server's program, newest version first, also where a plain user's PATH does not look."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = [str(path) for path in versions] + [os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise MissingProgramError(name)
    return found


def dropped() -> dict[str, Any]:
    """How Popen gives root away; nothing where there is none to give."""
    return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder of the servers' user. Not pytest's: that one is closed to others, and its path is long."""
    path = Path(tempfile.mkdtemp(prefix="tanggap-"))
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED, "nogroup")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    """For a server that cannot be told to choose one itself."""
    while True:
        port = random.SystemRandom().choice(PORTS)  # the common dice are loaded alike in several test processes
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


def do(command: Sequence[str | Path], where: Path) -> str:
    """Run a command to its end as the servers' user. What it said on standard output."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, cwd=where, capture_output=True, text=True, timeout=600, check=False, **dropped()
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with exit code {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    where: Path,
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
    **environment: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server from its first answer (`ready`) to its end; its words stand in `where`, under its name."""
    log = where / f"{Path(command[0]).name}.log"
    parent = os.getpid()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=where,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: tied_to(parent),
            env={**os.environ, **environment},
            **dropped(),
        )
    try:
        wait_until_ready(process, log, ready)
        yield process
    finally:
        end(process, stop)


def wait_until_ready(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Ask, wait, and then end whatever is left of its own process group (PHP's workers outlive their master)."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, stop)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(60)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(port: int, ask: bytes = b"", expected: bytes = b"") -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(ask)
            return connection.recv(len(expected)) == expected if expected else True
    except OSError:
        return False


@contextlib.contextmanager
def postgres(*more: str) -> Iterator[Postgres]:
    """An empty PostgreSQL on loopback and on a unix socket, which keeps nothing safe: it is thrown away. `more`: words
    for its command."""
    initdb, server, is_ready = program("initdb"), program("postgres"), program("pg_isready")
    with folder() as where:
        data, port = where / "data", free_port()
        do([initdb, "-D", data, "-U", Postgres.user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], where)
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40"]
        here = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={where}"]
        command = [server, "-D", str(data), *(word for setting in fast + here for word in ("-c", setting)), *more]

        def ready() -> bool:
            asked = subprocess.run([is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)], timeout=60, check=False)
            return asked.returncode == 0

        # SIGINT is its fast shutdown; SIGTERM waits until every client has gone.
        with running(command, where, ready, stop=signal.SIGINT):
            yield Postgres("127.0.0.1", port)


@contextlib.contextmanager
def redis(*more: str) -> Iterator[Redis]:
    """A Redis on loopback that writes nothing to disk. `more`: words for its command."""
    server = program("redis-server")
    with folder() as where:
        port = free_port()
        command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", *more]
        with running([*command, "--dir", str(where)], where, lambda: answers(port, b"PING\r\n", b"+PONG")):
            yield Redis(port)
