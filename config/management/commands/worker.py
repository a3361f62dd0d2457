"""`manage.py worker`: the timetable and its tasks on one machine."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import worker
from config.celery import app
from connectors import outgoing
from moderation import evidence
from moderation.register import making


class Command(BaseCommand):
    help = "Walks the timetable and runs its tasks in threads, without a broker."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=worker.THREADS)

    def handle(self, *, threads: int, **_: Any) -> None:
        if not settings.CELERY_BROKER_URL.startswith("memory://"):
            raise CommandError(
                "TANGGAP_REDIS names a broker: run `celery -A config worker` and, once, `celery -A config beat`."
            )
        outgoing.recover_after_crash(timezone.now())  # the desk's lock says that no other worker runs
        evidence.recover_after_crash(timezone.now())
        making.recover_after_crash(timezone.now())
        os.environ["CELERY_SKIP_CHECKS"] = "1"  # the migration made them; they would load every page of the console
        sys.exit(worker.run(app, threads))
