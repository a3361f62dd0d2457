"""Says where a fresh installation is set up; nothing once somebody can sign in."""

from typing import Any

from django.core.management.base import BaseCommand

from offices.setup import is_fresh, setup_address


class Command(BaseCommand):
    help = "Print the one-time address of the first set-up (nothing once an officer exists)."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_fresh():
            self.stdout.write(
                f"Belum ada petugas. Mulai di sini / Nobody is registered yet, start here: {setup_address()}"
            )
