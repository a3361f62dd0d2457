"""What the figures are taken on: a PostgreSQL that keeps its data safe, a Redis, the desk's worker and timetable."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.desk import tied_to
from tests import servers

ROOT = Path(__file__).resolve().parents[2]
SAFE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB")
POOL = 8
"""Threads of the publishing worker, and of the bare loop."""
COMPOSED = 2
"""Publishing workers of docker-compose.yml, with eight senders and half of the threads each."""


class Stage:
    def __init__(self, folder: Path, full: bool) -> None:
        self.folder, self.full = folder, full

    def size(self, small: int, full: int) -> int:
        return full if self.full else small


@contextlib.contextmanager
def stage(full: bool) -> Iterator[Stage]:
    """Sets this process up as one of the desk's, over servers of its own."""
    words = [word for setting in SAFE for word in ("-c", setting)]
    with servers.postgres(*words) as postgres, servers.redis() as redis, servers.folder() as folder:
        for name in [name for name in os.environ if name.startswith("TANGGAP_")]:
            del os.environ[name]
        os.environ.update(postgres.environment())
        os.environ.update(
            {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "TANGGAP_REDIS": redis.url,
                "TANGGAP_DATA": str(folder / "data"),
                "TANGGAP_CONTENT": str(folder / "content"),
                "TANGGAP_ALIVE": str(folder / "alive"),
                "TANGGAP_SPACING": "86400",  # nothing here is so overdue that posts would be spaced
                "BENCH_FOLDER": str(folder),
                "CELERY_SKIP_CHECKS": "1",
            }
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        import tests.bench.app  # noqa: F401  here, too, the platform does nothing

        yield Stage(folder, full)


def empty(stage: Stage) -> None:
    """No rows, no messages on the way, no notes of the connector."""
    from django.apps import apps
    from django.conf import settings
    from django.db import connection
    from redis import Redis

    ours = ("offices", "connectors", "scheduler", "moderation")
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in ours]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    with Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.flushall()
    forget_notes(stage)


def forget_notes(stage: Stage) -> None:
    for path in [*stage.folder.glob("called-*"), *stage.folder.glob("bare-*")]:
        path.write_bytes(b"")


def settle() -> None:
    """As rows lie that were written days ago: cleaned up, known, and on the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def multiply(row: Any, times: int, **instead: str) -> None:
    """`times` copies of a saved row; `instead`: column → SQL over `g`, the copy's number."""
    from django.db import connection

    names = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    chosen = ", ".join(instead.get(name, f't."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    table = row._meta.db_table
    source = f'"{table}" t, generate_series(1, {times}) g WHERE t.id = {row.pk}'
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({quoted}) SELECT {chosen} FROM {source}')


def accounts(number: int) -> Any:
    """An office with so many connected accounts (ids 1…number); the office."""
    from connectors.models import Account
    from tests.rows import an_account, an_office

    office = an_office(late_after_minutes=100_000)
    far = datetime.now().astimezone() + timedelta(days=300)
    first = an_account(office, next_fetch_at=far)
    if number > 1:
        multiply(first, number - 1, handle="'akun' || g")
    assert Account.objects.count() == number
    return office


def posts(number: int, over: int, due: str) -> None:
    """So many queued posts, spread over `over` accounts; `due`: SQL over `g`."""
    from connectors.base import Kind
    from connectors.models import Outgoing

    payload = {"text": "Imunisasi tiap Senin, gratis. #PuskesmasMelati", "media": []}
    now = datetime.now().astimezone()
    first = Outgoing.objects.create(  # a draft: a desk that runs already leaves it alone
        office_id=1, account_id=1, kind=Kind.PHOTO, payload=payload, due_at=now, state="draft"
    )
    instead = {"account_id": f"1 + g % {over}", "due_at": due, "nonce": "gen_random_uuid()", "state": "'queued'"}
    multiply(first, number, **instead)
    first.delete()


@contextlib.contextmanager
def process(stage: Stage, name: str, *words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with (stage.folder / f"{name}.said").open("wb") as said:
        command, parent = [sys.executable, *words], os.getpid()
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=lambda: tied_to(parent),  # a bench that is ended leaves none behind
        )
    try:
        yield running
    finally:
        servers.end(running, signal.SIGTERM)


@contextlib.contextmanager
def desk(stage: Stage, timetable: bool = True, workers: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Publishing workers as docker-compose.yml starts them, `POOL` threads in all; and the timetable, as the last."""
    celery = ("-m", "celery", "-A", "tests.bench.app")
    working = ("worker", "-Q", "publishing", "--pool", "threads", "--concurrency", str(POOL // workers))
    alone = ("--without-gossip", "--without-mingle", "--hostname")
    running, names = [], [f"worker{number}" for number in range(workers)]
    with contextlib.ExitStack() as stack:
        for name in names:
            alive = stage.folder / "alive" / name
            (alive / "publishing").unlink(missing_ok=True)
            words = (*celery, *working, *alone, f"{name}@%h")
            running.append(stack.enter_context(process(stage, name, *words, TANGGAP_ALIVE=str(alive))))
        for name in names:
            works(stage, name)
        if timetable:
            running.append(stack.enter_context(process(stage, "timetable", *celery, "beat")))
        yield running


def works(stage: Stage, name: str) -> None:
    """Wait for its first task: of several workers any may have taken one, so each gets more until it has."""
    from connectors.tasks import drop_old_webhooks

    for _ in range(60):
        drop_old_webhooks.delay()
        with contextlib.suppress(TimeoutError):
            wait((stage.folder / "alive" / name / "publishing").exists, 1)
            return
    raise RuntimeError((stage.folder / f"{name}.said").read_text())


def wait(seen: Callable[[], Any], within_s: float, every_s: float = 0.05) -> Any:
    deadline = time.monotonic() + within_s
    while not (found := seen()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s:.0f} s")
        time.sleep(every_s)
    return found


def sent() -> int:
    from connectors.models import Outgoing

    return Outgoing.objects.filter(state="sent").count()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def memory_mb(pid: int) -> float:
    """Proportional set size: shared pages counted once among those who share them."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def cpu_s(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
