"""`python manage.py judge_report [--office SLUG] [--days N]`: how well the judgement did, one figure a line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from moderation.judging import report
from offices.models import Office


class Command(BaseCommand):
    help = "Prints precision, coverage, confusion and drift by month and language, from what people corrected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--office", help="only this office (its folder name); else all of them")
        parser.add_argument("--days", type=int, help="only the last so many days")

    def handle(self, *args: object, **options: Any) -> None:
        offices = Office.objects.all()
        if options["office"]:
            offices = offices.filter(slug=options["office"])
            if not offices.exists():
                raise CommandError(f"There is no office {options['office']!r}.")
        since = timezone.now() - timedelta(days=options["days"]) if options["days"] else None
        for line in report.lines(list(offices), since):
            self.stdout.write(line)
