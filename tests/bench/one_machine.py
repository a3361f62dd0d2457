"""The demo on one machine over SQLite: how soon the first post is out, and what the desk's processes take of memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from tests import servers
from tests.bench.stage import ROOT, Stage, memory_mb, wait

AFTER_S = 20.0
"""Memory is taken so long after the first post, while citizens write."""


def one_machine(stage: Stage) -> Iterator[tuple[str, float]]:
    ports = servers.free_port(), servers.free_port()
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_", "BENCH_"))}
    words = ["--port", str(ports[0]), "--sandbox-port", str(ports[1]), "--data", str(stage.folder / "demo")]
    ledger = f"http://127.0.0.1:{ports[1]}/_sandbox/ledger"

    def post() -> bool:
        try:
            return any(one["kind"] == "post" for one in requests.get(ledger, timeout=5).json())
        except requests.ConnectionError:
            return False

    with (stage.folder / "demo.said").open("wb") as said:
        began = time.monotonic()
        desk = subprocess.Popen(
            [sys.executable, "-m", "config.demo", *words], cwd=ROOT, env=ours, stdout=said, stderr=said
        )
    try:
        wait(post, 120, 0.1)
        yield "start_to_first_post_s", time.monotonic() - began
        time.sleep(AFTER_S)
        yield "desk_memory_mb", sum(memory_mb(pid) for pid in [desk.pid, *parts(desk.pid)])
    finally:
        desk.terminate()
        desk.wait(30)


def parts(supervisor: int) -> list[int]:
    """The console's and the worker's process."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    ours = (" web", " worker")
    return [int(pid) for pid in children if any(name in words_of(pid) for name in ours)]


def words_of(pid: str) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
