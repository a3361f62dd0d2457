"""The processes of one run: the platform, the desk's workers, and servers where the class wants them.

A worker that ends is started again, as the desk's supervisor and Compose's restart policies do; one that froze is
woken after its time. All are tied to this process, and ended by their own numbers.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from config.desk import tied_to
from tests import servers
from tests.chaos.plan import SPACING_S, Plan

ROOT = Path(__file__).resolve().parents[2]
LOOK_S = 0.05


class Child:
    """A process that is kept running."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.frozen_at = 0.0
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        with self.log.open("ab") as said:
            return subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=lambda: tied_to(parent),
            )

    def is_frozen(self) -> bool:
        with contextlib.suppress(OSError):
            return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        return False

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def end(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()


class Server:
    """A server that can be stopped and started again over the same folder and port."""

    def __init__(self, command: list[str], where: Path, ready: list[str], stop: signal.Signals) -> None:
        self.command, self.where, self.ready, self.stop_by = command, where, ready, stop
        self.stack = contextlib.ExitStack()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        def answers() -> bool:
            return subprocess.run(self.ready, capture_output=True, timeout=10, check=False).returncode == 0

        running = servers.running(self.command, self.where, answers, stop=self.stop_by)
        self.process = self.stack.enter_context(running)

    def stop(self) -> None:
        self.stack.close()

    def kill(self) -> None:
        """Without a farewell; `stop` only sweeps up."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.stack.close()


def postgres(where: Path, port: int) -> Server:
    """Over a copy of the one that was made for all runs (CHAOS_CLUSTER), else over a new one."""
    initdb, server, client = servers.program("initdb"), servers.program("postgres"), servers.program("pg_isready")
    new: list[str | Path] = [
        initdb,
        "-D",
        where / "data",
        "-U",
        "tanggap",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    made = os.environ.get("CHAOS_CLUSTER", "")
    servers.do(["cp", "-a", made, where / "data"] if made else new, where)
    here = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={where}", "max_connections=60"]
    command = [server, "-D", str(where / "data"), *(word for setting in here for word in ("-c", setting))]
    return Server(command, where, [client, "-q", "-h", "127.0.0.1", "-p", str(port)], signal.SIGINT)


def redis(where: Path, port: int) -> Server:
    command = [servers.program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    ping = [servers.program("redis-cli"), "-p", str(port), "ping"]
    return Server([*command, "--appendonly", "no", "--dir", str(where)], where, ping, signal.SIGTERM)


class Stage:
    """Everything that runs, by name. A context manager; `environment` is what a process of the desk gets."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.children: dict[str, Child] = {}
        self.servers: dict[str, Server] = {}
        self.stack = contextlib.ExitStack()
        self.stopping = threading.Event()
        self.log = folder / "log"
        self.console = ""
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TANGGAP_DATA": str(folder / "desk"),
            "TANGGAP_CONTENT": str(folder / "content"),
            "TANGGAP_POLL_SECONDS": "1",
            "TANGGAP_THANKS_PAUSE": "0.5",
            "TANGGAP_SETTLE": "0.3",
            "TANGGAP_SPACING": str(SPACING_S),
            "CHAOS_FOLDER": str(folder),
            "CHAOS_ACTS": json.dumps([asdict(act) for act in plan.acts]),
            "PYTHONUNBUFFERED": "1",
        }

    def __enter__(self) -> "Stage":
        with contextlib.ExitStack() as stack:
            stack.callback(self.close)
            if self.plan.on_servers:
                self.start_servers()
            self.start_platform()
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.stopping.set()
        for child in self.children.values():
            child.end()
        self.stack.close()

    def start_servers(self) -> None:
        ports = {"postgres": servers.free_port(), "redis": servers.free_port()}
        for name, make in (("postgres", postgres), ("redis", redis)):
            server = self.servers[name] = make(self.stack.enter_context(servers.folder()), ports[name])
            self.stack.callback(server.stop)
            server.start()
        self.environment |= servers.Postgres("127.0.0.1", ports["postgres"]).environment()
        self.environment["TANGGAP_REDIS"] = servers.Redis(ports["redis"]).url

    def start_platform(self) -> None:
        said = self.folder / "platform"
        child = Child("platform", [sys.executable, "-m", "tests.chaos.stand_in"], self.environment, said)
        self.children["platform"] = child
        deadline = time.monotonic() + 120
        while not said.exists() or b"\n" not in said.read_bytes():
            if child.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the stand-in did not start")
            time.sleep(LOOK_S)
        self.environment["TANGGAP_SANDBOX"] = said.read_text().split()[0]

    def start_workers(self) -> None:
        """One where one machine is played, two where several are; the timetable beside them where there is a broker."""
        own = [sys.executable, "-m", "tests.chaos.worker"]
        many = [sys.executable, "-m", "celery", "-A"]
        if not self.plan.on_servers:
            commands = {"worker": [*own, "alone"]}
            if self.plan.nemesis == "freeze":
                commands = {"worker": [*own, "many"], "worker 2": [*own, "many"]}
        else:
            work = [*many, "tests.chaos.worker", "worker", "--pool", "threads", "--concurrency", "4", "--hostname"]
            commands = {"worker": [*work, "one@chaos"], "worker 2": [*work, "two@chaos"]}
            commands["timetable"] = [*many, "config", "beat"]
        if self.plan.by_console:
            port = servers.free_port()
            self.console = f"http://127.0.0.1:{port}"
            commands["console"] = [*own, "web", str(port)]
        for name, command in commands.items():
            self.children[name] = Child(name, command, self.environment, self.log)
        threading.Thread(target=self.look_after, name="supervisor", daemon=True).start()

    def desk(self, *names: str) -> list[Child]:
        """The desk's own processes: those of these names, or all."""
        return [child for name, child in self.children.items() if (name in names if names else name != "platform")]

    def workers(self) -> Iterator[Child]:
        return (child for name, child in self.children.items() if name.startswith("worker"))

    def frozen_for(self) -> float:
        return max([act.for_s for act in self.plan.acts if act.do == "freeze"], default=0.0)

    def look_after(self) -> None:
        while not self.stopping.wait(LOOK_S):
            for child in self.desk():
                if child.process.poll() is not None:
                    child.process = child.start()
                if not child.is_frozen():
                    child.frozen_at = 0.0
                elif not child.frozen_at:
                    child.frozen_at = time.monotonic()
                elif time.monotonic() - child.frozen_at > self.frozen_for():
                    child.signal(signal.SIGCONT)

    def all_awake(self) -> bool:
        """Whether every process runs, and every worker has said since its start that it works."""
        ready = all((self.folder / f"ready-{child.process.pid}").exists() for child in self.workers())
        return ready and all(child.process.poll() is None and not child.is_frozen() for child in self.children.values())
