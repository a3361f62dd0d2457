"""Deliveries: how many a second, how late, and what the many that wait cost."""

import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.stage import (
    COMPOSED,
    POOL,
    Stage,
    accounts,
    cpu_s,
    desk,
    empty,
    forget_notes,
    memory_mb,
    percentile,
    posts,
    sent,
    settle,
    wait,
)

REST_S = 10.0
"""What the database has left to do after a run, before an idle desk is looked at."""


def throughput(stage: Stage) -> Iterator[tuple[str, float]]:
    """Publishing, over the same statements in a bare loop through the same pool."""
    number, over = stage.size(2_000, 10_000), 100
    empty(stage)
    accounts(over)
    with desk(stage):
        warm(stage)
        posts(number, over, "now()")
        rate = number / drained(number, since="attempted_at")
    yield "deliveries_per_s", rate
    from tests.bench import app

    yield "statements_per_delivery", record(stage, number, over)
    with desk(stage, timetable=False):
        yield "publish_vs_writes", rate / bare(stage, number, app.statements)
    record(stage, number, over)
    with desk(stage, timetable=False):
        yield "publish_vs_sql", rate / bare(stage, number, app.sql)


def warm(stage: Stage) -> None:
    """A worker that has just begun connects, and makes each statement, in its first posts: they are not measured."""
    from connectors.models import Outgoing

    posts(100, 100, "now()")
    wait(lambda: sent() >= 100, 60)
    time.sleep(1)  # until the lanes are given back
    Outgoing.objects.all().delete()
    forget_notes(stage)


def drained(number: int, within_s: float = 300, since: str = "due_at") -> float:
    """Seconds from the first due time to the last one sent; `since` "attempted_at": without the wait for the tick."""
    from django.db.models import Max, Min

    from connectors.models import Outgoing

    wait(lambda: sent() >= number, within_s, 0.2)
    found = Outgoing.objects.filter(state="sent").aggregate(first=Min(since), last=Max("sent_at"))
    seconds: float = (found["last"] - found["first"]).total_seconds()
    return seconds


def record(stage: Stage, number: int, over: int) -> float:
    """One delivery's statements as the desk makes them, kept for the bare loop; how many they are."""
    from django.db import connection

    from connectors import sending
    from connectors.models import Account, Outgoing

    empty(stage)
    accounts(over)
    posts(number, over, "now()")
    seen: list[tuple[str, list[Any]]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    row = Outgoing.objects.filter(account=1).earliest("id")
    Outgoing.objects.exclude(id=row.id).update(state="draft")
    with connection.execute_wrapper(listen):
        sending.work_off(1)
    row.refresh_from_db()
    assert row.state == "sent"
    about_row = [(sql, params) for sql, params in seen if touches(sql)]
    lane = next(params for sql, params in seen if "lane_token" in sql and sql.startswith("UPDATE"))
    Outgoing.objects.update(
        state="queued", account=1, revision=0, sent_at=None, remote_id="", token=None, lease_until=None
    )
    Account.objects.filter(id=1).update(lane_token=lane[0], lane_until=datetime.now().astimezone())
    kept = [(sql, [plain(one, row.id, row.remote_id) for one in params]) for sql, params in about_row]
    (stage.folder / "statements").write_text(json.dumps(kept))
    return float(len(kept))


def touches(sql: str) -> bool:
    """A statement of the delivery itself, not of the lane's taking and giving back."""
    return sql.startswith(
        ('UPDATE "connectors_outgoing"', 'INSERT INTO "offices_event"', 'UPDATE "connectors_account" SET "next_post')
    )


def plain(parameter: Any, row_id: int, remote_id: str) -> Any:
    """A parameter for JSON, with the row's own names replaced."""
    value = getattr(parameter, "obj", parameter)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return "<row>" if value == row_id and row_id != 1 else value
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text.replace(f"outgoing:{row_id}", "outgoing:<row>").replace(remote_id, "id<row>")


def bare(stage: Stage, number: int, task: Any) -> float:
    """All rows shared out to the pool in equal parts: rows a second."""
    from connectors.models import Outgoing

    first = Outgoing.objects.earliest("id").id
    part = number // POOL
    began = time.time()
    starts = [first + part * one for one in range(POOL)]
    for start in starts:
        task.delay(start, start + part)
    done = [stage.folder / f"bare-{start}" for start in starts]
    try:
        wait(lambda: all(path.exists() and path.read_text() for path in done), 120)
    except TimeoutError:
        raise RuntimeError((stage.folder / "worker0.said").read_text()[-3000:]) from None
    assert sent() == part * POOL, "the bare loop did not do what a delivery does"
    return part * POOL / (max(float(path.read_text()) for path in done) - began)


def burst(stage: Stage) -> Iterator[tuple[str, float]]:
    """A thousand accounts with one post each: all due in one second, over due one after another as fast as they go."""
    number, rates = 1_000, []
    for due in ("now() + interval '2 seconds' + g * interval '1 millisecond'", "now() + interval '2 seconds'"):
        empty(stage)
        accounts(number)
        with desk(stage):
            warm(stage)
            posts(number, number, due)
            rates.append(number / drained(number))
    yield "burst_vs_throughput", rates[1] / rates[0]


def lateness(stage: Stage) -> Iterator[tuple[str, float]]:
    """Due one after another, with nothing waiting and with very many."""
    number, seconds, ahead = stage.size(500, 10_000), stage.size(10, 60), stage.size(5, 30)
    p99, memory = [], []
    for waiting in (0, stage.size(100_000, 1_000_000)):
        empty(stage)
        accounts(500)
        with desk(stage, workers=COMPOSED) as running:
            warm(stage)
            if waiting:
                posts(waiting, 500, f"now() + interval '1 day' + g * interval '30 days' / {waiting}")
                settle()
            posts(number, 500, f"now() + interval '{ahead} seconds' + g * interval '{seconds} seconds' / {number}")
            settle()  # posts are planned days ahead: the database knows them long before they are due
            wait(lambda: len(called(stage)) >= number, ahead + seconds + 300, 0.5)  # no question to the busy database
            wait(lambda: sent() >= number, 60, 0.5)
            p99.append(percentile(latenesses(stage), 0.99))
            memory.append(memory_mb(running[0].pid))
            if waiting:
                time.sleep(REST_S)
                yield "idle_cpu_percent", idle([one.pid for one in running])
    yield "lateness_p99_s", p99[1]
    yield "lateness_added_s", p99[1] - p99[0]
    yield "rss_growth", memory[1] / memory[0]


def latenesses(stage: Stage) -> list[float]:
    from connectors.models import Outgoing

    due = {str(nonce): at for nonce, at in Outgoing.objects.filter(state="sent").values_list("nonce", "due_at")}
    lines = called(stage)
    assert len(lines) == len(due), "a post was sent twice, or not at all"
    return [float(at) - due[nonce].timestamp() for nonce, at in lines]


def called(stage: Stage) -> list[list[str]]:
    """What the connector noted of its calls: the post's nonce, and when."""
    return [line.split() for path in stage.folder.glob("called-*") for line in path.read_text().splitlines()]


def idle(pids: list[int], seconds: float = 8.0) -> float:
    """Percent of a core that these and the database take while nothing is due."""
    before = {pid: cpu_s([pid]) for pid in (*pids, *database_pids())}
    time.sleep(seconds)
    after = {pid: cpu_s([pid]) for pid in (*pids, *database_pids())}  # connections come and go
    return sum(used - before.get(pid, 0.0) for pid, used in after.items()) / seconds * 100


def database_pids() -> list[int]:
    """Our own PostgreSQL's processes: the children of its first one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = int(cursor.fetchone()[0])
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    first = parents[mine]
    return [first, *(pid for pid, parent in parents.items() if parent == first and pid != os.getpid())]
