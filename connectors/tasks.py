"""What the timetable wakes: ids only, a few lines each."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from connectors import connecting, lane, media_address, sending, webhooks
from connectors.models import WAKING

log = logging.getLogger(__name__)

TICK_S = 1.0
CLOSE_S = 0.05
"""Posts that are due closer together than this are looked for together."""
TOGETHER = 20
"""So many accounts are named by one message: its way costs as much as sending a post."""

crew, room = ThreadPoolExecutor(settings.SENDERS, "sender"), BoundedSemaphore(settings.SENDERS)


@shared_task
def send_due() -> None:
    """Each second: which accounts have work? Each is named by one message, and by no other while it is on its way.

    What becomes due before the next tick is waited for here, and so it is noticed at its time: a quicker tick would
    cost an idle desk as much as a busy one.
    """
    at = timezone.now()
    for account_id in lane.to_check(at):
        check_account.apply_async([account_id], expires=5)
    wake(sending.accounts_with_work(at), at)
    ends_at = time.monotonic() + TICK_S
    while (left_s := ends_at - time.monotonic()) > 0:
        due_at = sending.next_due_at(at, timezone.now() + timedelta(seconds=left_s))  # since we looked last
        if due_at is None:
            return
        time.sleep(min(TICK_S, max(CLOSE_S, (due_at - timezone.now()).total_seconds())))
        at = timezone.now()
        wake(sending.accounts_due(at), at)


def wake(account_ids: list[int], at: datetime) -> None:
    named = sending.woken(account_ids, at)
    for first in range(0, len(named), TOGETHER):
        work_off.apply_async([named[first : first + TOGETHER]], expires=WAKING.total_seconds())


@shared_task
def work_off(account_ids: list[int]) -> None:
    """Each account in a thread of its own: none waits for another one's upload. Done when the last one has begun; those
    for whom no thread was free by then are told of anew, to whichever worker has one."""
    until = time.monotonic() + WAKING.total_seconds()
    for account_id in account_ids:
        if not room.acquire(timeout=max(0.0, until - time.monotonic())):
            return
        crew.submit(work_off_one, account_id)


def work_off_one(account_id: int) -> None:
    try:
        close_old_connections()  # as before each of Celery's tasks (config/celery.py)
        sending.work_off(account_id)
    except Exception:
        log.exception("account %s: could not be worked off; the next tick tries again", account_id)
    finally:
        room.release()


@shared_task
def check_account(account_id: int) -> None:
    lane.check(account_id, timezone.now())


@shared_task
def look_at_media_address() -> None:
    media_address.look(timezone.now())


@shared_task
def ask_for_disconnected() -> None:
    connecting.ask_for_disconnected(timezone.now())


@shared_task
def drop_old_webhooks() -> None:
    webhooks.drop_old(timezone.now())
