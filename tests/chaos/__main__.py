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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.desk import tied_to
from tests.chaos.plan import CLASSES, class_of

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 240


@contextmanager
def template() -> Iterator[dict[str, str]]:
    """An environment that names an empty, migrated SQLite file, made once for all runs."""
    with tempfile.TemporaryDirectory(prefix="tanggap-chaos-") as folder:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_"))}
        made = {**ours, "DJANGO_SETTINGS_MODULE": "config.settings", "TANGGAP_DATA": folder}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=made, check=True)
        yield {**ours, "CHAOS_TEMPLATE": str(Path(folder, "desk.sqlite3"))}


def run(seed: int, nemesis: str, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
    """One seed's result, and what was said where it failed."""
    command = [sys.executable, "-m", "tests.chaos.one", str(seed), nemesis]
    parent = os.getpid()
    failed = {"seed": seed, "class": nemesis, "did": [], "seconds": LONGEST_S}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_S * float(environment.get("CHAOS_SLOWNESS", "1")),
            check=False,
            preexec_fn=lambda: tied_to(parent),
        )
    except subprocess.TimeoutExpired:
        return {**failed, "wrong": [f"the run took longer than {LONGEST_S} s"]}, ""
    lines = done.stdout.strip().splitlines()
    if not lines:
        return {**failed, "wrong": ["the run itself broke"]}, done.stderr
    result: dict[str, Any] = json.loads(lines[-1])
    return result, done.stderr


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
    with template() as environment, ThreadPoolExecutor(asked.jobs) as pool:
        jobs = [pool.submit(run, seed, asked.nemesis or class_of(seed), environment) for seed in seeds]
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
