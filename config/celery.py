"""The Celery application and THE timetable.

Celery only wakes things up: each task looks in the database for what is to be done and claims it there, so a
message that is lost or doubled does no harm (docs/decisions/0001-architecture.md). Nothing is acknowledged late,
nothing has an eta, and a tick that was missed is not made up for: the next one does its work.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tanggap")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["connectors", "scheduler", "moderation"])


def every(seconds: float, task: str) -> dict[str, object]:
    """A line of the timetable; the message dies with its tick, so a queue that stood still is not flooded."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5)}}


app.conf.beat_schedule = {
    "send what is due": every(1, "connectors.tasks.send_due"),
    "read calendar files": every(min(2, settings.SETTLE_SECONDS), "scheduler.tasks.read_calendar_files"),
    "fetch messages": every(1, "moderation.tasks.fetch_due"),
    "judge messages": every(2, "moderation.tasks.judge_new"),
    "take evidence": every(1, "moderation.tasks.take_evidence"),
    "read what webhooks brought": every(1, "moderation.tasks.read_news"),
    "drop old webhooks": every(3600, "connectors.tasks.drop_old_webhooks"),
    "follow answers up": every(2, "moderation.tasks.follow_up"),
}
app.conf.beat_scheduler = "celery.beat:Scheduler"  # in memory: the timetable stands here, nothing is to be kept
