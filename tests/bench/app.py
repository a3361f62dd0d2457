"""The desk's own Celery application with a platform that does nothing: `celery -A tests.bench.app worker …`.

Also the bare loop that publishing is compared with: statements that were recorded once, run again in the same pool.
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

from config.celery import app

if not apps.ready:  # celery imports this first of all
    django.setup()

from connectors import models
from connectors.base import Item, Remember, Sent
from tests.connectors.scripted import Scripted

__all__ = ["app"]
BATCH = 50


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


@app.task(name="bench.bare", queue="publishing")  # type: ignore[untyped-decorator]
def bare(first: int, last: int) -> None:
    """A delivery's recorded statements for rows `first` to `last`, and nothing else."""
    recorded = json.loads((FOLDER / "statements").read_text())
    with connection.cursor() as cursor:
        for row in range(first, last):
            for statement, parameters in recorded[:2]:
                cursor.execute(statement, [of_row(one, row) for one in parameters])
            with transaction.atomic():
                for statement, parameters in recorded[2:]:
                    cursor.execute(statement, [of_row(one, row) for one in parameters])
    Path(FOLDER / f"bare-{first}").write_text(str(time.time()))


def of_row(parameter: object, row: int) -> object:
    """Where the recorded statement named its row, this one's number."""
    if parameter == "<row>":
        return row
    return parameter.replace("<row>", str(row)) if isinstance(parameter, str) else parameter
