"""What the timetable wakes."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from scheduler import intake, uploads


@shared_task
def read_calendar_files() -> None:
    intake.scan(settings.CONTENT_ROOT, timezone.now())


@shared_task
def prune_uploads() -> None:
    uploads.prune(timezone.now())
