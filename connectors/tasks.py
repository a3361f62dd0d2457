"""What the timetable wakes: ids only, a few lines each."""

import time
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from connectors import lane, media_address, sending, webhooks
from connectors.models import WAKING

TICK_S = 1.0
CLOSE_S = 0.05
"""Posts that are due closer together than this are looked for together."""


@shared_task
def send_due() -> None:
    """Each second: which accounts have work? One message each, and no other while it is on its way.

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
    sending.woken(account_ids, at)
    for account_id in account_ids:
        work_off_account.apply_async([account_id], expires=WAKING.total_seconds())


@shared_task
def work_off_account(account_id: int) -> None:
    sending.work_off(account_id)


@shared_task
def check_account(account_id: int) -> None:
    lane.check(account_id, timezone.now())


@shared_task
def look_at_media_address() -> None:
    media_address.look(timezone.now())


@shared_task
def drop_old_webhooks() -> None:
    webhooks.drop_old(timezone.now())
