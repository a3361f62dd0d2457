"""`python -m tests.chaos.one SEED [CLASS]`: one run, its result as one line of JSON on standard output.

The run is the console and the people, too: it drops the calendar, lets citizens write, answers cases, edits and
withdraws posts, and helps accounts that turned red. It reaches the desk only by its rows and its content folder.
"""

import csv
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django

from tests.chaos.plan import Plan, plan
from tests.chaos.stage import Stage


class TooLong(BaseException):
    """Whoever started this run waits no longer."""


def take_too_long(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise TooLong


def main() -> None:
    chosen = plan(int(sys.argv[1]), *sys.argv[2:3])
    folder = Path(tempfile.mkdtemp(prefix="tanggap-chaos-"))
    began = time.monotonic()
    signal.signal(signal.SIGTERM, take_too_long)
    try:
        with Stage(chosen, folder) as stage:
            result = run(stage)
    except TooLong:
        result = {"wrong": [f"the run took too long; it was here:\n{traceback.format_exc()}"], "did": []}
    finally:
        log = (folder / "log").read_text(errors="replace") if (folder / "log").exists() else ""
        shutil.rmtree(folder, ignore_errors=True)
    result |= {"seed": chosen.seed, "class": chosen.nemesis, "seconds": round(time.monotonic() - began, 1)}
    sys.stdout.write(json.dumps(result) + "\n")
    if result["wrong"]:
        sys.stderr.write(log[-6000:])
    sys.stdout.flush()
    os._exit(1 if result["wrong"] else 0)  # threads that wait for servers which are gone are not waited for


def run(stage: Stage) -> dict[str, Any]:
    os.environ.clear()
    os.environ.update(stage.environment)
    django.setup()
    from django.core.management import call_command

    (stage.folder / "content").mkdir()
    template = os.environ.get("CHAOS_TEMPLATE", "")
    if template and not stage.plan.on_servers:
        shutil.copy(template, Path(os.environ["TANGGAP_DATA"]) / "desk.sqlite3")
    call_command("migrate", interactive=False, verbosity=0)
    from tests.chaos.people import PATIENCE_S, People

    people = People(stage)
    people.open_office()
    began = time.monotonic()
    stage.start_workers()
    people.wait("the accounts are connected", people.connected, PATIENCE_S)
    people.start_took_s = time.monotonic() - began
    drop_calendar(stage.plan, stage.folder / "content" / "uji")
    return people.live_through()


def drop_calendar(chosen: Plan, folder: Path) -> None:
    """As a person would; times count from some seconds on, so that a good part is due while things go wrong."""
    from PIL import Image

    (folder / "media").mkdir(parents=True, exist_ok=True)
    dice = random.Random(chosen.seed)
    begin = datetime.now(ZoneInfo("Asia/Jakarta")) + timedelta(seconds=2)
    with (folder / "kalender.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["id", "tanggal", "jam", "akun", "tema", "caption", "media", "teks_alt", "status"])
        for one in chosen.posts:
            name = f"{one.key}.jpg"
            colour = tuple(dice.randrange(256) for _ in range(3))
            Image.new("RGB", (320, 320), colour).save(folder / "media" / name)
            due = begin + timedelta(seconds=one.after_s)
            handle = f"@{chosen.accounts[one.account]}"
            row = [one.key, f"{due:%d/%m/%Y}", f"{due:%H:%M:%S}", handle, "pengumuman", one.caption, name, "", "siap"]
            table.writerow(row)


if __name__ == "__main__":
    main()
