"""`manage.py roles_page`: makes `docs/roles.md` anew from the table of roles."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from offices.roles_page import page

PLACE = Path("docs") / "roles.md"


class Command(BaseCommand):
    help = "Make docs/roles.md anew from the table of roles"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / PLACE)

    def handle(self, *args: Any, **options: Any) -> None:
        options["to"].write_text(page(), encoding="utf-8")
        self.stdout.write(str(options["to"]))
