"""The desk's own worker with a nemesis in it: short times, and named boundaries at which it dies or freezes.

`python -m tests.chaos.worker alone` is `manage.py worker`; `… many` is one of several over the same rows (it frees
nothing at its start). `celery -A tests.chaos.worker worker` is the one of docker-compose.yml. `… web PORT` is the
console. None of this is in the product: everything here is wrapped around it from outside.
"""

import json
import os
import signal
import sys
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any

import django

from tests.chaos.plan import LAG_S, LEASE_S

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import requests  # noqa: E402
from celery.signals import worker_ready  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.celery import app  # noqa: E402
from connectors import attempts, lane, models, outgoing, readback, sending  # noqa: E402
from connectors.base import Absent, Item, Remember, Sent  # noqa: E402
from connectors.instagram import Instagram, uploads  # noqa: E402
from connectors.sessions import Network  # noqa: E402
from moderation import evidence, poll, reply, triage  # noqa: E402
from scheduler import folder, stored_media  # noqa: E402
from tests.chaos.camera import Camera  # noqa: E402

FOLDER = Path(os.environ["CHAOS_FOLDER"])
ACTS: list[dict[str, Any]] = json.loads(os.environ.get("CHAOS_ACTS", "[]"))
BROKEN = os.environ.get("CHAOS_BREAK", "")
passed: Counter[str] = Counter()


def come_by(boundary: str) -> None:
    """A boundary is reached: does something happen here, now? Each act once, whoever of the workers it meets."""
    passed[boundary] += 1
    for number, act in enumerate(ACTS):
        if act["at"] == boundary and passed[boundary] >= act["nth"] and first_time(number):
            os.kill(os.getpid(), signal.SIGKILL if act["do"] == "kill" else signal.SIGSTOP)


def first_time(number: int) -> bool:
    try:
        (FOLDER / f"fired-{number}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def around(module: Any, name: str, before: str = "", after: str = "") -> None:
    """Put boundaries around a function of the product; `after` only where it did something."""
    inner = getattr(module, name)

    @wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        if before:
            come_by(before)
        result = inner(*args, **kwargs)
        if after and result is not False:
            come_by(after)
        return result

    setattr(module, name, outer)


def shorten() -> None:
    """The times of the desk in the proportions that they have, counted in seconds."""
    short = [timedelta(seconds=1)]
    for module in (models, lane, sending, readback):
        module.LEASE = timedelta(seconds=LEASE_S)  # type: ignore[attr-defined]
    readback.LOOK_AGAIN = timedelta(seconds=1)
    lane.REST_AFTER_FAILURE = lane.REST_AFTER_LIMIT = attempts.REST_AFTER_FAILURE = short
    Instagram.capability = replace(Instagram.capability, lag_s=LAG_S)  # type: ignore[arg-type]
    uploads.SETTLE_S = 0.02
    models.Network = partial(Network, connect_s=1.0, read_s=1.5)  # type: ignore[assignment,attr-defined]
    folder.AFTER_CRASH = timedelta(seconds=1)
    evidence.LEASE = timedelta(seconds=3)
    evidence.REST_AFTER_FAILURE = short * evidence.TRIES
    evidence.REST_UNWRITABLE = timedelta(seconds=1)
    evidence.take_wanted.__defaults__ = (Camera(),)


def put_boundaries() -> None:
    around(sending, "claim", "before claim", "after claim")
    around(sending, "record_sent", after="recorded")
    around(stored_media.MediaStore, "keep", after="queueing")
    around(poll, "store", "before storing", "stored")
    around(poll, "message_of", "storing")
    around(triage, "fields_of", after="judging")
    around(evidence, "store", after="picture on disk")
    around(reply, "answer", "before answering", "answered")
    around(reply, "record", after="answering")
    write, send = sending.write, requests.adapters.HTTPAdapter.send

    def watched_write(connector: Any, item: Item, remember: Remember) -> Sent:
        def watched(handle: Any) -> None:
            remember(handle)
            come_by("remembered")

        come_by("before the call")
        sent = write(connector, item, watched)
        come_by("accepted")
        return sent

    def watched_send(self: Any, request: Any, **options: Any) -> Any:
        answer = send(self, request, **options)
        if "rupload" in request.url:
            come_by("mid-upload")
        return answer

    sending.write = watched_write
    requests.adapters.HTTPAdapter.send = watched_send  # type: ignore[method-assign,assignment]


def bend_clock() -> None:
    """The desk's clock is off by what the file says."""
    told = FOLDER / "clock"

    def now() -> datetime:
        off = float(told.read_text() or 0) if told.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=off)

    timezone.now = now


def fill_disk() -> None:
    """While the file is there, nothing can be written to media or evidence."""
    for place, name in ((evidence, "store"), (stored_media.MediaStore, "keep")):
        inner: Callable[..., Any] = getattr(place, name)

        def full(*args: Any, inner: Callable[..., Any] = inner, **kwargs: Any) -> Any:
            if (FOLDER / "disk-full").exists():
                raise OSError(28, "No space left on device")
            return inner(*args, **kwargs)

        setattr(place, name, full)


def break_on_purpose() -> None:
    """What the checker must notice: a claim that holds nothing, a read-back that finds nothing."""
    if BROKEN == "claim":

        def claim(row: models.Outgoing, at: datetime) -> bool:
            row.state, row.token, row.attempts, row.attempted_at = "sending", uuid.uuid4(), row.attempts + 1, at
            return True

        sending.claim = claim
        sending.keep_handle = lambda *_: 1  # type: ignore[assignment]
        marked: Any = attempts.mark_sent
        became = marked.describe
        marked.describe = lambda row, **slots: (models.Outgoing.objects.filter(id=row), became(row=row, **slots)[1])
        models.AccountQuerySet.lane_is_free = lambda self, at: self  # type: ignore[method-assign]
        lane.Lane.held = lambda self: models.Account.objects.filter(id=self.account.id)  # type: ignore[method-assign]
        uploads.SETTLE_S = 1.0
    if BROKEN == "read-back":
        Instagram.find_own = lambda self, item, since: Absent()  # type: ignore[method-assign]


@worker_ready.connect  # type: ignore[untyped-decorator]
def say_ready(**_: Any) -> None:
    (FOLDER / f"ready-{os.getpid()}").touch()


shorten()
break_on_purpose()
put_boundaries()
bend_clock()
fill_disk()

if __name__ == "__main__":
    from config import worker

    os.environ["CELERY_SKIP_CHECKS"] = "1"
    if sys.argv[1] == "web":
        call_command("web", port=int(sys.argv[2]))
        sys.exit()
    if sys.argv[1] == "alone":
        outgoing.recover_after_crash(timezone.now())
    sys.exit(worker.run(app, threads=6))
