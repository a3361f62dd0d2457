"""Tells who watches the demo where to look, when there is something to see."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Count

from connectors.models import Outgoing
from moderation.models import Case, Evidence
from offices.models import Office

PATIENCE_S = 180
LOOK_S = 1.0


class Command(BaseCommand):
    help = "Wait for the demo's first case with its screenshot, and print the link to it"

    def handle(self, *args: Any, **options: Any) -> None:
        office = Office.objects.get()
        case = self.first_case(office)
        sent = Outgoing.objects.filter(office=office, state=Outgoing.State.SENT).count()
        self.stdout.write("")
        self.stdout.write(f"  Kasus pertama / the first case:  {settings.PUBLIC_URL}/kasus/{case.id}/")
        self.stdout.write("  Masuk / sign in:                 demo   kata sandi / password: demo-tanggap")
        self.stdout.write(f"  Sudah terkirim / sent so far:    {sent}")
        self.stdout.write(f"  Instagram (tiruan / stand-in):   {settings.SANDBOX_URL}/")
        self.stdout.write("  Ctrl-C mengakhiri / ends it")
        self.stdout.write("")

    def first_case(self, office: Office) -> Case:
        """The first complaint with a picture that opens, answered under a post."""
        deadline = time.monotonic() + PATIENCE_S
        complete = (
            Case.objects.filter(office=office, label="complaint", evidence__state=Evidence.State.TAKEN)
            .annotate(pictures=Count("evidence"))
            .order_by("id")
        )
        while (case := complete.first()) is None:
            if time.monotonic() > deadline:
                raise SystemExit(f"No case after {PATIENCE_S} s. What the parts said stands above.")
            time.sleep(LOOK_S)
        return case
