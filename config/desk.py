"""One command for one machine: the desk's processes over one data folder, kept running, ended together.

    python -m config.desk [--host 127.0.0.1] [--port 8000] [--first COMMAND]… [--with NAME=COMMAND]…
                          [--once NAME=COMMAND]…

In this order: nobody else may run over the same data (a lock), the port must be free, the `--with` parts start, the
database is migrated (which checks the settings too), the `--first` commands run, then `web` and `worker`, and at
last the `--once` parts, which may end. Whatever else ends is started again, later each time it fails. SIGTERM or
Ctrl-C ends all within ten seconds, a second one at once. Where this process is killed, the kernel ends the parts.

Exit code: 0 ended as asked; 1 could not start, or a part had to be killed. Only the standard library, because this
process stands beside the two it starts for as long as they run: neither Django nor Celery is imported.
"""

import argparse
import contextlib
import ctypes
import fcntl
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_S = 10.0
"""How long the parts may take to end when asked."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
"""A part that ended is started again after the first; doubled each time, up to the second."""
STEADY_S = 60.0
"""A part that ran this long is counted as healthy: its next wait is the first again."""
PR_SET_PDEATHSIG = 1

Say = Callable[[str, str], None]


class CannotStartError(Exception):
    """Why the desk does not start, in words for who typed the command."""


@dataclass
class Part:
    """One process of the desk. `keep`: it is started again when it ends."""

    name: str
    command: Sequence[str]
    keep: bool = True
    process: subprocess.Popen[bytes] | None = None
    rest: bytes = b""
    wait_s: float = FIRST_WAIT_S
    started_at: float = 0.0
    start_at: float | None = field(default_factory=time.monotonic)
    """When it is to be started (monotonic seconds); None while it runs, or when it is not to be started."""


def tied_to(parent: int) -> None:
    """In the child, before its program: let the kernel send it SIGTERM when `parent` dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


class Desk:
    """Starts, watches and ends the parts: one thread, asleep until a part speaks or ends."""

    def __init__(self, parts: list[Part], lock: int, say: Say) -> None:
        self.parts = parts
        self.lock = lock
        self.say = say
        self.asked = 0
        self.selector = selectors.DefaultSelector()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Signals wake the loop through a socket; their handlers only count."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        self.selector.register(ours, selectors.EVENT_READ)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, self.ask) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            self.selector.unregister(ours)
            ours.close()
            theirs.close()

    def ask(self, *_: object) -> None:
        self.asked += 1

    def run(self) -> int:
        """Until asked to end. The exit code."""
        while not self.asked:
            self.start_due()
            self.turn(self.until_next_start())
        return self.end()

    def until_done(self, part: Part) -> int:
        """Run one command to its end, passing on what all say. Its exit code; -1 where we were asked to end."""
        self.parts.append(part)
        self.start(part)
        process = part.process
        assert process is not None
        while part.process is not None and not self.asked:
            self.turn(None)
        return -1 if self.asked else process.returncode

    def start_due(self) -> None:
        for part in self.parts:
            if part.start_at is not None and part.start_at <= time.monotonic():
                self.start(part)

    def until_next_start(self) -> float | None:
        times = [part.start_at for part in self.parts if part.start_at is not None]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def start(self, part: Part) -> None:
        parent = os.getpid()
        part.start_at, part.started_at = None, time.monotonic()
        part.process = subprocess.Popen(  # noqa: S603  # the commands are the Makefile's, or this file's
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches this process alone, which then asks the parts one by one
            pass_fds=(self.lock,),  # the data stay locked while any of its processes lives
            preexec_fn=lambda: tied_to(parent),
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert part.process.stdout is not None
        os.set_blocking(part.process.stdout.fileno(), False)
        self.selector.register(part.process.stdout, selectors.EVENT_READ, part)

    def turn(self, timeout: float | None) -> None:
        """Sleep until something happens, then pass on what was said and look who ended."""
        for key, _ in self.selector.select(timeout):
            if isinstance(key.data, Part):
                self.pass_on(key.data)
            else:
                assert isinstance(key.fileobj, socket.socket)
                with contextlib.suppress(BlockingIOError):
                    key.fileobj.recv(4096)
        for part in self.parts:
            self.look_after(part)

    def pass_on(self, part: Part) -> bool:
        """Pass on the lines that a part said; False where it said nothing more."""
        assert part.process is not None
        assert part.process.stdout is not None
        try:
            said = os.read(part.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not said:
            self.selector.unregister(part.process.stdout)
            return False
        *lines, part.rest = (part.rest + said).split(b"\n")
        for line in lines:
            self.say(part.name, line.decode(errors="replace"))
        return True

    def look_after(self, part: Part) -> None:
        process = part.process
        if process is None:
            return
        # Seen, but not yet collected: the number stays taken, so the group that is killed is surely its own.
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        self.last_words(part)
        part.process = None
        if part.keep and not self.asked:
            self.start_later(part, code)
        elif code and not self.asked:
            self.say("desk", f"{part.name} {how_it_ended(code)}")

    def last_words(self, part: Part) -> None:
        assert part.process is not None
        pipe = part.process.stdout
        assert pipe is not None
        if pipe in self.selector.get_map():
            while self.pass_on(part):
                pass
        if pipe in self.selector.get_map():
            self.selector.unregister(pipe)  # someone it left behind still holds the other end
        pipe.close()
        if part.rest:
            self.say(part.name, part.rest.decode(errors="replace"))
            part.rest = b""

    def start_later(self, part: Part, code: int) -> None:
        now = time.monotonic()
        if now - part.started_at >= STEADY_S:
            part.wait_s = FIRST_WAIT_S
        self.say("desk", f"{part.name} {how_it_ended(code)}; starting it again in {part.wait_s:g} s")
        part.start_at = now + part.wait_s
        part.wait_s = min(part.wait_s * 2, LONGEST_WAIT_S)

    def end(self) -> int:
        """Ask all to end, and kill who has not after the grace, or when asked twice."""
        self.say("desk", "ending")
        asked = self.asked = max(self.asked, 1)  # also where nobody asked: what ends from here on is not started again
        deadline = time.monotonic() + GRACE_S
        for part in self.living():
            part.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]  # living() says so
        while self.living() and self.asked <= asked and time.monotonic() < deadline:
            self.turn(deadline - time.monotonic())
        killed = self.living()
        for part in killed:
            self.say("desk", f"{part.name} does not end by itself: killing it")
            os.killpg(part.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        while self.living():
            self.turn(1)
        return 1 if killed else 0

    def living(self) -> list[Part]:
        return [part for part in self.parts if part.process is not None]


def speak(name: str, line: str) -> None:
    """One line, at once. Where nobody listens any more (a closed pipe), the desk goes on without words."""
    try:
        sys.stdout.write(f"{name:<8}| {line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lock(data: Path) -> int:
    """The open, locked file that says who runs over `data`; the kernel lets go of it with its last process."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(data / "desk.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(descriptor, 20).decode().strip()
        raise CannotStartError(
            f"A desk already runs over {data} (started as process {who}). End that one first, "
            "or give this one a folder of its own: TANGGAP_DATA=var/another"
        ) from None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def must_be_free(port: int, variable: str) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStartError(
                f"Port {port} cannot be used ({error.strerror}). Choose another: {variable}={port + 10}"
            ) from None


def command(line: str) -> list[str]:
    """A command's words; `python` is the Python that runs this."""
    words = shlex.split(line)
    return [sys.executable, *words[1:]] if words[0] == "python" else words


def part(text: str, keep: bool) -> Part:
    name, _, line = text.partition("=")
    return Part(name, command(line), keep)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.desk", description="Runs the desk on one machine.")
    parser.add_argument("--host", default="127.0.0.1", help="the console's: this machine alone, or 0.0.0.0")
    parser.add_argument("--port", type=int, default=8000, help="the console's (8000)")
    parser.add_argument("--sandbox-port", type=int, help="must be free, too")
    parser.add_argument("--first", action="append", default=[], metavar="COMMAND", help="after the migration")
    parser.add_argument(
        "--with", action="append", default=[], metavar="NAME=COMMAND", dest="beside", help="kept running"
    )
    parser.add_argument("--once", action="append", default=[], metavar="NAME=COMMAND", help="may end")
    parser.add_argument("--web", default="", metavar="COMMAND", help="instead of manage.py web")
    parser.add_argument("--worker", default="python manage.py worker", metavar="COMMAND", help="instead of that")
    parser.add_argument("--migrate", default="python manage.py migrate --no-input -v 0", metavar="COMMAND")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    asked = arguments(given)
    data = Path(os.environ.get("TANGGAP_DATA", "var/desk")).resolve()
    os.environ.setdefault("TANGGAP_PUBLIC_URL", f"http://127.0.0.1:{asked.port}")
    try:
        held = lock(data)
        must_be_free(asked.port, "PORT")
        if asked.sandbox_port:
            must_be_free(asked.sandbox_port, "SANDBOX_PORT")
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    desk = Desk([], held, speak)
    with desk.listening():
        return work(desk, asked)


def work(desk: Desk, asked: argparse.Namespace) -> int:
    desk.parts += [part(text, keep=True) for text in asked.beside]
    desk.start_due()
    for line in (asked.migrate, *asked.first):
        preparing = Part("prepare", command(line), keep=False, start_at=None)
        if (code := desk.until_done(preparing)) and not desk.asked:
            desk.say("desk", f"`{line}` {how_it_ended(code)}: not starting. What it said stands above.")
            desk.end()
            return 1
        desk.parts.remove(preparing)
    web = asked.web or f"python manage.py web --host {asked.host} --port {asked.port}"
    desk.parts += [Part("web", command(web)), Part("worker", command(asked.worker))]
    desk.parts += [part(text, keep=False) for text in asked.once]
    return desk.run()


if __name__ == "__main__":
    sys.exit(main())
