"""`python manage.py begin_clocks`: cases opened before there were procedures set out on theirs, from now on."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from moderation.steps.beginning import begin_all


class Command(BaseCommand):
    help = "Gives a clock to each case that is not closed and has none; harmless where all have one."

    def handle(self, *args: object, **options: Any) -> None:
        self.stdout.write(f"{begin_all(timezone.now())} kasus / cases")
