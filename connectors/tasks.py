"""What the timetable wakes: ids only, a few lines each."""

from celery import shared_task
from django.utils import timezone

from connectors import lane, sending, webhooks
from connectors.models import Account


@shared_task
def send_due() -> None:
    """Each second: which accounts have work? One message each; doubled ones find the lane taken."""
    at = timezone.now()
    for account_id in Account.objects.to_check(at).values_list("id", flat=True):
        check_account.apply_async([account_id], expires=5)
    for account_id in sending.accounts_with_work(at):
        work_off_account.apply_async([account_id], expires=5)


@shared_task
def work_off_account(account_id: int) -> None:
    sending.work_off(account_id)


@shared_task
def check_account(account_id: int) -> None:
    lane.check(account_id, timezone.now())


@shared_task
def drop_old_webhooks() -> None:
    webhooks.drop_old(timezone.now())
