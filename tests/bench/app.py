"""The desk's own Celery application with a platform that does nothing: `celery -A tests.bench.app worker …`.

Also the bare loops that publishing is compared with, run in the same pool.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from config.celery import app

if not apps.ready:  # celery imports this first of all
    django.setup()

from connectors import models, sending
from connectors.base import Item, Remember, Sent
from connectors.lane import Lane
from tests.connectors.scripted import Scripted

__all__ = ["app"]


class NoOp(Scripted):
    """Accepts at once, and notes when it was called."""

    def publish(self, item: Item, remember: Remember) -> Sent:
        CALLED.write(f"{item.nonce} {time.time()}\n".encode())
        remember({"token": str(item.nonce)})
        return Sent(item.nonce.hex, "https://example.invalid/p/1/")

    def session(self) -> Mapping[str, Any]:
        return self.login.session


FOLDER = Path(os.environ["BENCH_FOLDER"])
CALLED = (FOLDER / f"called-{os.getpid()}").open("ab", buffering=0)
models.PLATFORMS["instagram"] = ("Instagram", "tests.bench.app.NoOp")


@app.task(name="bench.statements", queue="publishing")  # type: ignore[untyped-decorator]
def statements(first: int, last: int) -> None:
    """A delivery's four statements for rows `first` to `last`, made by Django as the desk makes them; nothing else: no
    account's lane, no messages, no choosing of rows."""
    account = models.Account.objects.get(id=1)
    assert account.lane_token is not None
    taken = Lane(account, account.lane_token, timezone.now())
    for row in models.Outgoing.objects.filter(id__gte=first, id__lt=last):
        assert sending.claim(row, timezone.now())
        assert sending.send(taken, row)
    (FOLDER / f"bare-{first}").write_text(str(time.time()))


@app.task(name="bench.sql", queue="publishing")  # type: ignore[untyped-decorator]
def sql(first: int, last: int) -> None:
    """The same as text that was recorded once: what PostgreSQL and its driver cost alone, without Django's making."""
    recorded = json.loads((FOLDER / "statements").read_text())
    with connection.cursor() as cursor:
        for row in range(first, last):
            for statement, parameters in recorded[:2]:
                cursor.execute(statement, [of_row(one, row) for one in parameters])
            with transaction.atomic():
                for statement, parameters in recorded[2:]:
                    cursor.execute(statement, [of_row(one, row) for one in parameters])
    (FOLDER / f"bare-{first}").write_text(str(time.time()))


def of_row(parameter: Any, row: int) -> Any:
    """Where the recorded statement named its row, this one's number."""
    if parameter == "<row>":
        return row
    return parameter.replace("<row>", str(row)) if isinstance(parameter, str) else parameter
