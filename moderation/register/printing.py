"""The register on paper: our own HTML, made a PDF by the browser of `moderation/capture`, which has no way out.

A browser lays a whole document out at once, so a long register is printed in parts of `PART_ROWS` lines, each a PDF of
its own with the letterhead, one after the other: memory holds one part. One part is one PDF; several come in a zip.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string

from moderation.capture.photographer import Photographer
from moderation.capture.shots import Failure, Order, Printed
from moderation.register.columns import late_in_words, stage_in_words
from moderation.register.files import Progress
from moderation.register.rows import Row
from offices.letterhead import models as letterheads
from offices.models import Office

PART_ROWS = 1000
ROWS_MAX = 20_000
"""More are no book any more: a shorter period, or the Excel file."""
SECONDS = 120.0
"""For one part on a slow machine."""


class NotPrintedError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.reason}: {failure.detail}")
        self.failure = failure


def plain(text: str) -> str:
    """Text for a CSS string, in which a page's foot stands."""
    return re.sub(r"[\"'\\<>&{}\r\n]", "", text)


@dataclass(frozen=True)
class Book:
    """What stands around the lines."""

    office: Office
    about: list[str]
    total: int
    at: datetime
    name: str
    """The softcopy's."""
    several_offices: bool
    whole: bool

    @property
    def foot(self) -> str:
        """The office in a CSS string."""
        return plain(self.office.name)

    @property
    def parts(self) -> int:
        return max(1, -(-self.total // PART_ROWS))


def print_html(html: str, photographer: Photographer, *, zone: str) -> Printed:
    printed = photographer.print(Order(id="paper", html=html, paper=True, timeout_s=SECONDS, timezone=zone))
    if isinstance(printed, Failure):
        raise NotPrintedError(printed)
    return printed


def parts(book: Book, rows: Iterable[Row], photographer: Photographer, progress: Progress) -> Iterator[bytes]:
    """One PDF after the other; an empty register is one page that says so."""
    letterhead = letterheads.of(book.office)
    lines = iter(rows)
    for number in range(1, book.parts + 1):
        some = list(islice(lines, PART_ROWS))
        html = render_to_string(
            "moderation/register/print.html",
            {
                "book": book,
                "letterhead": letterhead,
                "lines": [line_of(row) for row in some],
                "part": number,
                "is_last": number == book.parts,
            },
        )
        yield print_html(html, photographer, zone=book.office.time_zone).pdf
        progress(some[-1].number if some else 0)


def line_of(row: Row) -> dict[str, object]:
    stages = [stage_in_words(one) for one in row.stages]
    return {"row": row, "stages": stages, "late": late_in_words(row.late_minutes)}


def write_pdf(path: Path, book: Book, rows: Iterable[Row], photographer: Photographer, progress: Progress) -> None:
    """One part as it is, several in a zip."""
    made = parts(book, rows, photographer, progress)
    if book.parts == 1:
        path.write_bytes(next(made))
        return
    with ZipFile(path, "w", ZIP_DEFLATED) as bundle:
        for number, pdf in enumerate(made, 1):
            bundle.writestr(f"{book.name}-bagian-{number:02}-dari-{book.parts:02}.pdf", pdf)
