"""`make chaos SEEDS=100`, or `SEED=7` to replay one: `python -m tests.chaos --seeds 100 [--seed 7] [--class kill]`.

Each seed is a process of its own; a table of what was done and found is printed at the end, and each seed that failed
with the command that replays it alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from config.desk import tied_to
from tests import servers
from tests.chaos.plan import CLASSES, SERVERS, class_of
from tests.chaos.stage import postgres

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 240


@contextmanager
def template(*, with_servers: bool = False) -> Iterator[dict[str, str]]:
    """An environment that names an empty, migrated SQLite file, and with `with_servers` such a folder of
    PostgreSQL: made once for all runs."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="tanggap-chaos-") as folder, ExitStack() as stack:
        made = {**ours, "DJANGO_SETTINGS_MODULE": "config.settings", "TANGGAP_DATA": folder}
        migrate(made)
        found = {**ours, "CHAOS_TEMPLATE": str(Path(folder, "desk.sqlite3"))}
        if with_servers:
            found["CHAOS_CLUSTER"] = str(stack.enter_context(cluster(made)))
        yield found


@contextmanager
def cluster(environment: dict[str, str]) -> Iterator[Path]:
    """The data folder of a PostgreSQL that was migrated and stopped."""
    with servers.folder() as where:
        port = servers.free_port()
        database = postgres(where, port)
        database.start()
        migrate(environment | servers.Postgres("127.0.0.1", port).environment())
        database.stop()
        yield where / "data"


def migrate(environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


def run(seed: int, nemesis: str, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
    """One seed's result, and what was said where it failed."""
    command = [sys.executable, "-m", "tests.chaos.one", str(seed), nemesis]
    parent = os.getpid()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: tied_to(parent),
    )
    try:
        out, said = process.communicate(timeout=LONGEST_S * float(environment.get("CHAOS_SLOWNESS", "1")))
    except subprocess.TimeoutExpired:
        process.terminate()  # it says where it was, and sweeps up
        out, said = process.communicate()
    lines = out.strip().splitlines()
    if not lines:
        return {"seed": seed, "class": nemesis, "did": [], "seconds": 0.0, "wrong": ["the run itself broke"]}, said
    result: dict[str, Any] = json.loads(lines[-1])
    return result, said


def table(results: list[dict[str, Any]]) -> str:
    rows = ["class      seeds  wrong  posts  messages  answers  parked  slowest recovery"]
    for name in CLASSES:
        of_class = [one for one in results if one["class"] == name]
        if not of_class:
            continue
        sums = {key: sum(one.get(key, 0) for one in of_class) for key in ("posts", "messages", "answers", "parked")}
        wrong = sum(bool(one["wrong"]) for one in of_class)
        slowest = max([one.get("recovered_s") or 0.0 for one in of_class])
        numbers = f"{sums['posts']:6} {sums['messages']:9} {sums['answers']:8} {sums['parked']:7}"
        rows.append(f"{name:10} {len(of_class):5} {wrong:6} {numbers}  {slowest:.1f} s")
    return "\n".join(rows)


def nemeses(results: list[dict[str, Any]]) -> str:
    """How often each thing really happened."""
    did: dict[str, Counter[str]] = defaultdict(Counter)
    for one in results:
        did[one["class"]].update(" ".join(what.split()) for what in one["did"])
    return "\n".join(
        f"{name}: " + ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
        for name, counts in did.items()
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--class", dest="nemesis", choices=[*CLASSES, ""], default="", help="whatever the seed says")
    parser.add_argument("--jobs", type=int, default=max(2, (os.cpu_count() or 2) // 2), help="runs side by side")
    asked = parser.parse_args()
    seeds = [asked.seed] if asked.seed is not None else list(range(asked.first, asked.first + asked.seeds))
    results = []
    classes = [asked.nemesis or class_of(seed) for seed in seeds]
    with (
        template(with_servers=not set(SERVERS).isdisjoint(classes)) as environment,
        ThreadPoolExecutor(asked.jobs) as pool,
    ):
        jobs = [pool.submit(run, *one, environment) for one in zip(seeds, classes, strict=True)]
        for job in jobs:
            result, said = job.result()
            results.append(result)
            say(result, said)
    sys.stdout.write(f"\n{nemeses(results)}\n\n{table(results)}\n")
    return int(any(one["wrong"] for one in results))


def say(result: dict[str, Any], said: str) -> None:
    verdict = "WRONG" if result["wrong"] else "ok"
    did = ", ".join(result["did"]) or "nothing happened"
    sys.stdout.write(f"{result['seed']:4} {result['class']:9} {verdict:5} {result['seconds']:5.1f} s  {did}\n")
    if result["wrong"]:
        sys.stdout.write("\n".join(["", *(f"     {line}" for line in result["wrong"]), ""]))
        sys.stdout.write(f"\n     again: make chaos SEED={result['seed']}\n{said[-3000:]}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
