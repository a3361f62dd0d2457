"""What the timetable wakes: ids only, a few lines each."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from connectors import lane, sending, webhooks
from connectors.models import WAKING, Account


@shared_task
def send_due() -> None:
    """Four times a second: which accounts have something due? One message each, and no other while it is on its way."""
    at = timezone.now()
    wake(sending.accounts_due(at), at)


@shared_task
def look_after() -> None:
    """Each second what has time: posts past their window, claims left behind, read-backs, wanted sign-ins."""
    at = timezone.now()
    for account_id in Account.objects.to_check(at).values_list("id", flat=True):
        check_account.apply_async([account_id], expires=5)
    wake(sending.accounts_with_work(at), at)


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
def drop_old_webhooks() -> None:
    webhooks.drop_old(timezone.now())
