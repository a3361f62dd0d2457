"""A calendar's import, and the pictures of evidence."""

import csv
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench.stage import Stage, accounts, empty, percentile

SHOTS = 25


def imported(stage: Stage) -> Iterator[tuple[str, float]]:
    from django.utils import timezone
    from PIL import Image

    from offices.models import Office
    from scheduler import intake

    number = stage.size(2_000, 10_000)
    empty(stage)
    accounts(1)
    office, at = Office.objects.get(), timezone.now()
    media = stage.folder / "content" / office.slug / "media"
    media.mkdir(parents=True, exist_ok=True)
    for picture in range(20):
        Image.new("RGB", (320, 400), (picture * 12, 120, 90)).save(media / f"foto {picture}.jpg")
    for kind, write in (("csv", as_csv), ("xlsx", as_xlsx)):
        path = stage.folder / f"kalender.{kind}"
        write(path, calendar(office, number, kind))
        began = time.perf_counter()
        reading, *_ = intake.check_file(path, office, at)
        read = time.perf_counter() - began
        assert len(reading.rows) == number, reading.problems[:3]
        began = time.perf_counter()
        record = intake.import_file(path, office, "folder", at)
        yield "import_vs_read" if kind == "xlsx" else "import_vs_read_csv", read / (time.perf_counter() - began)
        assert record.created == number


def calendar(office: Any, number: int, key: str) -> list[list[str]]:
    from django.utils import timezone

    begin = timezone.now().astimezone(office.zone).replace(hour=8, minute=0) + timedelta(days=2, hours=len(key))
    rows = [["id", "tanggal", "jam", "akun", "tema", "caption", "media", "status"]]
    for row in range(number):
        due = begin + timedelta(minutes=30 * row)
        caption = f"Kabar {key} ke-{row} dari puskesmas: imunisasi, posyandu, dan senam tiap pekan. #Puskesmas"
        date = f"{due:%d/%m/%Y};{due:%H:%M}".split(";")
        rows.append([f"{key}-{row}", *date, "@pkm.melati", "pengumuman", caption, f"foto {row % 20}.jpg", "siap"])
    return rows


def as_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def as_xlsx(path: Path, rows: list[list[str]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kalender")
    for row in rows:
        sheet.append(row)
    book.save(path)


def screenshots(stage: Stage) -> Iterator[tuple[str, float]]:
    """Of the evidence sheet, as it is ordered: from the order to the picture, with the browser up."""
    from django.utils import timezone

    from moderation.capture.photographer import Photographer
    from moderation.capture.shots import Order, Picture
    from moderation.evidence import sheet
    from tests.desk import make_case, make_desk

    empty(stage)
    case = make_case(make_desk(), "Antre dari jam 6 pagi, jam 11 belum dipanggil. Petugasnya galak! 😡")
    html = sheet(case.incoming_messages.get(), case, timezone.now())
    times = []
    with Photographer() as photographer:
        for shot in range(SHOTS + 2):
            began = time.perf_counter()
            picture = photographer.take(Order(id=str(shot), html=html))
            assert isinstance(picture, Picture), picture
            times += [time.perf_counter() - began] if shot > 1 else []
    yield "screenshot_warm_p95_s", percentile(times, 0.95)
