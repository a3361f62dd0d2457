"""The Celery application and THE timetable.

Celery only wakes things up: each task looks in the database for what is to be done and claims it there, so a
message that is lost or doubled does no harm (docs/decisions/0001-architecture.md). Nothing is acknowledged late,
nothing has an eta, and a tick that was missed is not made up for: the next one does its work.

Three queues, so that no long work holds up a short one: `publishing` (what goes out at a time), `polling` (what comes
in: messages, calendar files, and all the rest), `captures` (screenshots, which want a browser). On many machines each
has workers of its own; on one machine the one worker serves them all.
"""

import os
import sys
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.db import close_old_connections

from config import healthy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("publishing", "polling", "captures")

app = Celery("tanggap")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["offices", "connectors", "scheduler", "moderation"])
app.conf.task_queues = {name: {"exchange": "tanggap", "routing_key": name} for name in QUEUES}
app.conf.task_default_queue = "polling"
app.conf.task_default_exchange = "tanggap"
app.conf.task_default_routing_key = "polling"
app.conf.task_routes = {
    "connectors.tasks.look_at_media_address": {"queue": "polling"},  # it may wait for an answer
    "connectors.tasks.*": {"queue": "publishing"},
    "moderation.tasks.take_evidence": {"queue": "captures"},
    "moderation.tasks.make_files": {"queue": "captures"},
}

app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize  # or Celery closes the database before and after each task


@signals.task_prerun.connect  # type: ignore[untyped-decorator]
def keep_connection(**_: Any) -> None:
    """A thread keeps its connection, as under Django itself: until it is too old (CONN_MAX_AGE) or was found broken.
    A new one for each task cost more than most tasks do, on PostgreSQL a process."""
    close_old_connections()


def every(seconds: float, task: str) -> dict[str, object]:
    """A line of the timetable; the message dies with its tick, so a queue that stood still is not flooded."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5)}}


app.conf.beat_schedule = {
    "send what is due": every(1, "connectors.tasks.send_due"),
    "read calendar files": every(min(2, settings.SETTLE_SECONDS), "scheduler.tasks.read_calendar_files"),
    "fetch messages": every(1, "moderation.tasks.fetch_due"),
    "judge messages": every(2, "moderation.tasks.judge_new"),
    "take evidence": every(2, "moderation.tasks.take_evidence"),
    "read what webhooks brought": every(1, "moderation.tasks.read_news"),
    "look at the media address": every(300, "connectors.tasks.look_at_media_address"),
    "ask for disconnected accounts": every(60, "connectors.tasks.ask_for_disconnected"),
    "drop old webhooks": every(3600, "connectors.tasks.drop_old_webhooks"),
    "forget old uploads": every(3600, "scheduler.tasks.prune_uploads"),
    "tell officers": every(5, "offices.tasks.tell"),
    "drop old tellings": every(3600, "offices.tasks.drop_old_tellings"),
    "count the figures": every(60, "moderation.tasks.take_stock"),
    "look at reply windows": every(60, "moderation.tasks.look_at_windows"),
    "mail questions": every(5, "moderation.tasks.mail_questions"),
    "fetch what officers sent along": every(5, "moderation.tasks.fetch_attachments"),
    "follow answers up": every(2, "moderation.tasks.follow_up"),
    "look at the clocks of stages": every(20, "moderation.tasks.look_at_steps"),
    "make files": every(2, "moderation.tasks.make_files"),
    "drop old files": every(3600, "moderation.tasks.drop_old_files"),
    "go through records": every(5, "moderation.tasks.go_through_records"),
}
app.conf.beat_scheduler = "celery.beat:Scheduler"  # in memory: the timetable stands here, nothing is to be kept


@signals.task_postrun.connect  # type: ignore[untyped-decorator]
def sign_of_life(task: Any, **_: Any) -> None:
    """A task came out of this queue and was done: what a container's health check asks for."""
    healthy.note(task.request.delivery_info.get("routing_key", ""))


@signals.beat_init.connect  # type: ignore[untyped-decorator]
def timetable_lives(**_: Any) -> None:
    """The timetable's sign of life is a message that the broker took."""
    signals.after_task_publish.connect(lambda **_: healthy.note("timetable"), weak=False)
