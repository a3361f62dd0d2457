"""`make bench`: `python -m tests.bench [--full] [--rounds N] [--only NAME]…`. Prints the table, writes var/bench.json.

Small sizes once, or (`--full`) the full ones three times, of which the median counts. Ratios are taken side by side in
one run: they hold on any machine; seconds hold on the one that stands below the table.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import console, files, incoming, one_machine, publishing
from tests.bench.figures import BY_NAME, FIGURES
from tests.bench.stage import ROOT, Stage, stage

Measure = Callable[[Stage], Iterator[tuple[str, float]]]
MEASURES: dict[str, Measure] = {
    "throughput": publishing.throughput,
    "burst": publishing.burst,
    "lateness": publishing.lateness,
    "inbox": incoming.stored,
    "judge": incoming.judged,
    "import": files.imported,
    "screenshots": files.screenshots,
    "pages": console.console,
    "one-machine": one_machine.one_machine,
}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure(names: list[str], rounds: int, full: bool) -> dict[str, float]:
    """Round after round; what was found is kept after each part, so a run that is ended loses only its last."""
    found: dict[str, list[float]] = defaultdict(list)
    with stage(full) as built:
        for number in range(1, rounds + 1):
            for name in names:
                say(f"{time.strftime('%H:%M:%S')} {name} (round {number} of {rounds})")
                for figure, value in taken(name, built):
                    found[figure].append(value)
                keep(medians(found))
    return medians(found)


def taken(name: str, built: Stage) -> Iterator[tuple[str, float]]:
    """One part's figures, each told when it is there."""
    began = time.monotonic()
    try:
        for figure, value in MEASURES[name](built):
            say(f"  {figure:24} {shown(value)}")
            yield figure, value
    except Exception as error:  # one that cannot be taken stops no other; its name is missing in the table
        say(f"  {name} could not be measured: {error}")
    say(f"    {time.monotonic() - began:.0f} s")


def medians(found: dict[str, list[float]]) -> dict[str, float]:
    return {figure: statistics.median(values) for figure, values in found.items()}


def shown(value: float) -> str:
    return f"{value:10.2f}" if abs(value) < 100 else f"{value:10.0f}"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB; load {os.getloadavg()[0]:.1f} at the end"


def table(values: dict[str, float]) -> str:
    lines = [f"{'name':24} {'figure':>10}  {'aim':7} {'':5} what"]
    for figure in FIGURES:
        if figure.name in values:
            value = values[figure.name]
            verdict = "" if not figure.aim else "ok" if figure.meets(value) else "MISS"
            lines.append(f"{figure.name:24} {shown(value)}  {figure.aim:7} {verdict:5} {figure.what}")
    return "\n".join(lines)


def keep(values: dict[str, float]) -> None:
    """A run of some figures changes those alone."""
    path = ROOT / "var" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    before = json.loads(path.read_text()) if path.exists() else {}
    merged = {name: value for name, value in {**before, **values}.items() if name in BY_NAME}
    path.write_text(json.dumps({name: round(value, 4) for name, value in merged.items()}, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", action="append", choices=list(MEASURES), default=[])
    parser.add_argument("--rounds", type=int, help="3 with --full, else 1; the median counts")
    asked = parser.parse_args()
    rounds = asked.rounds or (3 if asked.full else 1)
    values = measure(asked.only or list(MEASURES), rounds, asked.full)
    say(f"\n{table(values)}\n\n{machine()}; {'full' if asked.full else 'small'} sizes, rounds: {rounds}")
    return 0


if __name__ == "__main__":
    assert Path.cwd() == ROOT, f"start it in {ROOT}"
    sys.exit(main())
