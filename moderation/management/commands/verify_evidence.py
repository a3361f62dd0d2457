"""`python manage.py verify_evidence [--office SLUG] [--case NUMBER] [--against MANIFEST] [--begin]`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from moderation.models import Case
from moderation.records import chain, checking
from offices.models import Office
from offices.paging import one_by_one

EVERY = 500
"""Cases between two lines of progress."""


class Command(BaseCommand):
    help = (
        "Goes through the chain, the rows and the files of every case, and finds what was changed since. "
        "Exit code 1 where anything was. What a chain proves and what not: moderation/records/chain.py."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--office", help="only this office (its folder name)")
        parser.add_argument("--case", help="only the case of this number (with --office where several have it)")
        parser.add_argument("--against", help="manifest.json of an exported case: does the chain still hold its links?")
        parser.add_argument("--begin", action="store_true", help="first chain the cases that have no chain yet")

    def handle(self, *args: object, **options: Any) -> None:
        cases, handed_out = self.chosen(options)
        if options["begin"]:
            self.begin(cases)
        total, wrong, links = cases.count(), 0, 0
        for number, case in enumerate(one_by_one(cases), 1):
            result = checking.go_through(case, handed_out)
            links += result.links
            wrong += bool(result.findings)
            for one in result.findings:
                self.stdout.write(f"{case.office.slug} {case.number} {one.about}: {one.code}: {one.what} {one.todo}")
            if number % EVERY == 0:
                self.stderr.write(f"{number} of {total} cases, {wrong} with findings")
        self.stdout.write(f"{total} cases, {links} links: " + (f"{wrong} cases differ" if wrong else "all as recorded"))
        if wrong:
            raise CommandError(f"{wrong} of {total} cases are not as they were recorded.", returncode=1)

    def chosen(self, options: dict[str, Any]) -> tuple[QuerySet[Case], list[str]]:
        cases = Case.objects.select_related("office")
        handed_out: list[str] = []
        slug, number = options["office"], options["case"]
        if options["against"]:
            slug, number, handed_out = read_manifest(Path(options["against"]))
        if slug:
            if not Office.objects.filter(slug=slug).exists():
                raise CommandError(f"There is no office {slug!r}.")
            cases = cases.filter(office__slug=slug)
        if number:
            cases = cases.filter(number=number)
            if not cases.exists():
                raise CommandError(f"There is no case {number!r}" + (f" in {slug}." if slug else "."))
        return cases, handed_out

    def begin(self, cases: QuerySet[Case]) -> None:
        begun = sum(1 for case in one_by_one(cases.filter(links=None)) if chain.begin(case, timezone.now()))
        self.stdout.write(f"{begun} cases chained from now on; it says nothing about what was before.")


def read_manifest(path: Path) -> tuple[str, str, list[str]]:
    """Office, number and the sums of the links that were handed out."""
    try:
        manifest = json.loads(path.read_text("utf-8"))
        return manifest["office"], manifest["case"], [one["sum"] for one in manifest["links"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is no manifest of an exported case: {error!r}") from error
