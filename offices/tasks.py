"""What the timetable wakes: ids only, a few lines each."""

from celery import shared_task
from django.utils import timezone

from offices.outbox import sending


@shared_task
def tell() -> None:
    """Each five seconds: new notices to the addresses that want them, and what is due out."""
    sending.spread(timezone.now())
    sending.send_due(timezone.now())


@shared_task
def drop_old_tellings() -> None:
    sending.drop_old(timezone.now())
