"""A fresh demo: empty tables, one invented office, its officers and accounts, and a calendar that begins now."""

import os
import shutil
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo import week
from config.demo.accounts import ACCOUNTS, OFFICER_NUMBER, PASSWORD
from connectors.models import Account
from offices.models import Office, Officer

OF_LAST_TIME = ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm", "content", "media", "evidence")


class Command(BaseCommand):
    help = "Make the demo's data anew (what the last demo left in its folder is removed)"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only for a demo (TANGGAP_DEMO=1): it empties the data folder first.")
        for name in OF_LAST_TIME:
            old = settings.DATA / name
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        office = Office.objects.create(name="Puskesmas Melati", slug="puskesmas-melati", thanks=Office.Thanks.ON)
        Officer.objects.create_user(
            "demo", password=PASSWORD, first_name="Dewi", last_name="Demo", office=office, role=Officer.Role.MANAGER
        )
        Officer.objects.create_user(
            "kasi",
            first_name="Rahayu",
            last_name="Demo",
            office=office,
            role=Officer.Role.SECTION_HEAD,
            phone=f"+{OFFICER_NUMBER}",
        )
        now = timezone.now()
        for one in ACCOUNTS:
            Account.objects.create(
                office=office,
                platform=one.platform,
                handle=one.handle,
                name=office.name,
                secrets={**one.secrets},
                check_wanted_at=now + one.after,
            )
        self.drop_calendar(office)
        self.stdout.write("Peragaan / demo: everything here is invented, and nothing leaves this machine.")
        self.stdout.write(f"Konsol / console: {settings.PUBLIC_URL}/   demo / {PASSWORD} (only in the demo)")

    def drop_calendar(self, office: Office) -> None:
        """As a person would, some seconds ago: the file rests already."""
        begin = timezone.now().astimezone(office.zone)
        path = week.write(settings.CONTENT_ROOT / office.slug, begin)
        rested = time.time() - 60
        os.utime(path, (rested, rested))
