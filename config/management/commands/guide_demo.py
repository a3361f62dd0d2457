"""Tells who watches the demo where to look, when there is something to see."""

import contextlib
import json
import time
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Count

from connectors.letterbox import Letterbox
from connectors.models import Account, Outgoing
from moderation.models import Case, Evidence
from offices.models import Office

PATIENCE_S = 180
LOOK_S = 1.0


class Command(BaseCommand):
    help = "Wait for the demo's first case with its screenshot, and print the link to it"

    def handle(self, *args: Any, **options: Any) -> None:
        office = Office.objects.get()
        for account in Account.objects.filter(platform="whatsapp"):
            self.subscribe(account)
        case = self.first_case(office)
        sent = Outgoing.objects.filter(office=office, state=Outgoing.State.SENT).count()
        self.stdout.write("")
        self.stdout.write(f"  Kasus pertama / the first case:  {settings.PUBLIC_URL}/kasus/{case.id}/")
        self.stdout.write("  Masuk / sign in:                 demo   kata sandi / password: demo-tanggap")
        self.stdout.write(f"  Sudah terkirim / sent so far:    {sent}")
        self.stdout.write(f"  Kelima kanal / the channels:     {settings.SANDBOX_URL}/  (tiruan / a stand-in)")
        self.stdout.write("  Ctrl-C mengakhiri / ends it")
        self.stdout.write("")

    def subscribe(self, account: Account) -> None:
        """As an office does at the platform: news of this number goes to the desk's letterbox."""
        box = Letterbox.of(account)
        about = {"platform": account.platform, "account": account.handle, "url": box.address}
        about |= {"secret": account.secrets["app_secret"], "verify_token": box.verify_token}
        request = Request(f"{settings.SANDBOX_URL}/_sandbox/webhooks", json.dumps(about).encode())  # noqa: S310
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urlopen(request, timeout=10):  # noqa: S310  an address of our own
                return
            time.sleep(LOOK_S)  # the console is not there yet

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
