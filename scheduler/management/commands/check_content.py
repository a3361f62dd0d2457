"""`manage.py check_content FILE…`: what the desk would say of these calendars, without writing anything."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from offices.models import Office
from scheduler import calendar_file, intake
from scheduler.calendar_file import Reading
from scheduler.calendar_file.media_files import MediaFolders
from scheduler.calendar_file.problems import Language, Problem
from scheduler.calendar_file.rows import World


class Command(BaseCommand):
    help = "Periksa file kalender tanpa memasukkannya / Check calendar files without taking them in (exit 1: problems)"
    requires_system_checks = ()  # it must work on a machine that is not set up yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--office", metavar="SLUG", help="the office whose calendar it is (its folder's name)")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["id", "en"], default="id")

    def handle(self, *args: Any, **options: Any) -> None:
        readings = [read(path, office_of(path, options["office"])) for path in options["files"]]
        if options["format"] == "json":
            self.stdout.write(json.dumps([as_json(one) for one in readings], ensure_ascii=False, indent=1))
        else:
            for reading in readings:
                self.tell(reading, options["language"])
        if not all(reading.is_clean for reading in readings):
            sys.exit(1)

    def tell(self, reading: Reading, language: Language) -> None:
        for one in reading.problems:
            self.stdout.write(line(one, language))
        wrong = len({one.row for one in reading.problems if not one.is_warning})
        good = len(reading.rows)
        words = {"id": f"{good} baris benar, {wrong} tempat salah", "en": f"{good} good rows, {wrong} wrong places"}
        self.stdout.write(f"{reading.file}: {words[language]}")


def line(one: Problem, language: Language) -> str:
    """file, row 4, column "jam": what is wrong → what to do"""
    row, column = ("baris", "kolom") if language == "id" else ("row", "column")
    place = [one.file, f"{row} {one.row}" if one.row else "", f"{column} «{one.column}»" if one.column else ""]
    return f"{', '.join(part for part in place if part)}: {one.what(language)} → {one.todo(language)}"


def as_json(reading: Reading) -> dict[str, Any]:
    return {
        "file": reading.file,
        "ok": reading.is_clean,
        "rows": len(reading.rows) + len(reading.bad),
        "good": len(reading.rows),
        "problems": [one.as_json() for one in reading.problems],
    }


def office_of(path: Path, slug: str | None) -> Office | None:
    """The office named, else the one in whose folder the file stands, else the only one; None on a fresh machine."""
    try:
        offices = {office.slug: office for office in Office.objects.all()}
    except DatabaseError:
        offices = {}  # no tables yet
    if slug and slug not in offices:
        known = ", ".join(offices) or "–"
        raise CommandError(f"Kantor tidak dikenal / unknown office: {slug} ({known})")
    if slug:
        return offices[slug]
    only = next(iter(offices.values())) if len(offices) == 1 else None
    return offices.get(path.resolve().parent.name, only)


def read(path: Path, office: Office | None) -> Reading:
    """As the desk would read it; without an office, all that can be told without its accounts."""
    at, beside = timezone.now(), path.resolve().parent / settings.MEDIA_FOLDER
    if office is not None:
        return intake.check_file(path, office, at, media=[beside])[0]
    folders = MediaFolders([beside, Path(settings.CONTENT_ROOT) / settings.MEDIA_FOLDER])
    world = World(at, ZoneInfo(Office.Zone.WIB), accounts=None, media=folders)
    return calendar_file.read(path, world).reject_past(set(), at)
