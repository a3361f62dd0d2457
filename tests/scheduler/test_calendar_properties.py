"""Whatever is written comes back; whatever is no calendar is told; nothing ever raises."""

import csv
import io
import random
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from connectors.models import Account, Outgoing
from offices.models import Office
from scheduler import calendar_file, intake
from scheduler.calendar_file import Reading, sheet
from scheduler.calendar_file.rows import ENGLISH, Column, KnownAccount, World
from scheduler.models import CalendarFile, Delivery, Post
from tests.scheduler.conftest import NOW, picture

WORLD = World(NOW, ZoneInfo("Asia/Jakarta"), [KnownAccount(1, "instagram", "a")], media=None)
QUICK = settings(max_examples=40, suppress_health_check=list(HealthCheck))

western = st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"])
anything = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])


def texts(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text with line breaks inside, as captions have."""
    return st.text(letters | st.just("\n"), min_size=1, max_size=60).filter(lambda text: bool(text.strip()))


def row_sets(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[Column, str]]]:
    moment = st.datetimes(
        min_value=NOW.replace(tzinfo=None) + timedelta(days=2), max_value=NOW.replace(tzinfo=None) + timedelta(days=700)
    )
    one = st.tuples(moment, texts(letters), st.sampled_from(["siap", "draf", ""]))
    return st.lists(one, min_size=1, max_size=8).map(
        lambda rows: [
            {
                Column.ID: f"r{number}",
                Column.DATE: f"{at:%d/%m/%Y}",
                Column.TIME: f"{at:%H:%M}",
                Column.ACCOUNTS: "instagram",
                Column.TITLE: f"Judul {number}",
                Column.CAPTION: caption,
                Column.MEDIA: "foto.jpg",
                Column.STATUS: status,
            }
            for number, (at, caption, status) in enumerate(rows)
        ]
    )


def read(content: bytes, suffix: str = ".csv") -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        return calendar_file.read(path, WORLD)


def write(
    rows: list[dict[Column, str]], columns: list[Column], delimiter: str, quoting: int, end: str, english: bool
) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow([ENGLISH[column] if english else column.value for column in columns])
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue()


def check(reading: Reading, rows: list[dict[Column, str]]) -> None:
    assert reading.problems == ()
    assert [found.caption for found in reading.rows] == [
        unicodedata.normalize("NFC", row[Column.CAPTION]) for row in rows
    ]
    zone = ZoneInfo("Asia/Jakarta")
    assert [f"{found.at.astimezone(zone):%d/%m/%Y %H:%M}" for found in reading.rows] == [
        f"{row[Column.DATE]} {row[Column.TIME]}" for row in rows
    ]
    assert [found.title for found in reading.rows] == [row[Column.TITLE] for row in rows]
    assert [found.captions for found in reading.rows] == [{1: found.caption} for found in reading.rows]
    assert [found.status for found in reading.rows] == [row[Column.STATUS] or "siap" for row in rows]


def as_people_write(rows: list[dict[Column, str]]) -> list[dict[Column, str]]:
    """No accented letter has a sign of Windows' upper half right behind it: as bytes that is a letter of UTF-8."""

    def apart(text: str) -> str:
        return re.sub(rb"([\xc2-\xf4])(?=[\x80-\xbf])", rb"\1 ", text.encode("cp1252")).decode("cp1252")

    return [{column: apart(text) for column, text in row.items()} for row in rows]


dialects = {
    "columns": st.permutations([column for column in Column if column not in (Column.THEME, Column.ALT)]),
    "delimiter": st.sampled_from(",;\t"),
    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    "end": st.sampled_from(["\n", "\r\n"]),
    "english": st.booleans(),
}


@QUICK
@given(rows=row_sets(anything), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), **dialects)
def test_any_dialect_reads_back_the_same(
    rows: list[dict[Column, str]],
    encoding: str,
    columns: list[Column],
    delimiter: str,
    quoting: int,
    end: str,
    english: bool,
) -> None:
    check(read(write(rows, columns, delimiter, quoting, end, english).encode(encoding)), rows)


@QUICK
@given(rows=row_sets(western).map(as_people_write), **dialects)
def test_windows_letters_read_back_the_same(
    rows: list[dict[Column, str]], columns: list[Column], delimiter: str, quoting: int, end: str, english: bool
) -> None:
    check(read(write(rows, columns, delimiter, quoting, end, english).encode("cp1252")), rows)


@settings(QUICK, max_examples=15)
@given(
    rows=row_sets(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"])),
    columns=dialects["columns"],
)
def test_a_workbook_reads_back_the_same(rows: list[dict[Column, str]], columns: list[Column]) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for place, column in enumerate(columns, start=1):
        page.cell(1, place, column.value)
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            cell = page.cell(number, place)
            cell.value, cell.data_type = row[column], "s"  # text, also where it starts with "="
    out = io.BytesIO()
    book.save(out)
    check(read(out.getvalue(), ".xlsx"), rows)


@settings(QUICK, max_examples=150)
@given(content=st.binary(max_size=2_000), suffix=st.sampled_from([".csv", ".xlsx", ".tsv"]))
def test_random_bytes_are_told_and_never_raise(content: bytes, suffix: str) -> None:
    reading = read(content, suffix)
    assert reading.problems
    assert not reading.rows
    assert all(one.what("id") and one.todo("en") for one in reading.problems)


@settings(QUICK, max_examples=80)
@given(st.lists(st.lists(st.text(max_size=30), min_size=5, max_size=9), max_size=6), st.sampled_from(",;\t"))
def test_any_cells_under_a_good_header_are_told_or_good(cells: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["tanggal", "jam", "akun", "caption", "media", "id"], *cells])
    reading = read(out.getvalue().encode("utf-8", "surrogatepass"))
    told = {one.row for one in reading.problems}
    assert {one.number for one in reading.bad} <= told
    lines = sum(any(cell.strip() for cell in line) for line in cells)
    if "\x00" not in out.getvalue() and not any("\ud800" <= letter <= "\udfff" for letter in out.getvalue()):
        assert len(reading.rows) + len(reading.bad) == lines


def workbook_to_damage() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["tanggal", "jam", "akun", "caption", "media"])
    book.worksheets[0].append(["05/12/2026", "08:00", "instagram", "Halo", "foto.jpg"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_damaged_workbook_never_raises() -> None:
    whole = workbook_to_damage()
    chance = random.Random(5)
    for _ in range(80):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        reading = read(bytes(damaged), ".xlsx")
        assert reading.rows or reading.problems


class TwiceIsOnce(TestCase):
    """Any rows, imported twice, under any name: the second time nothing moves."""

    @settings(QUICK, max_examples=15)
    @given(rows=row_sets(anything), other=st.permutations(list(Column)), ids=st.booleans())
    def test_the_same_import_twice_changes_nothing(
        self, rows: list[dict[Column, str]], other: list[Column], ids: bool
    ) -> None:
        office = Office.objects.create(name="P", slug="p")
        Account.objects.create(office=office, platform="instagram", handle="a")
        columns = [column for column in Column if column in rows[0] and (ids or column != Column.ID)]
        shuffled = [column for column in other if column in columns]
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.MEDIA_ROOT", folder, raising=False)
            media = Path(folder) / "media"
            picture(media / "foto.jpg")
            first = self.import_rows(Path(folder) / "a.csv", rows, columns, office, media)
            before = [list(model.objects.order_by("id").values()) for model in (Outgoing, Post, Delivery)]
            second = self.import_rows(Path(folder) / "a (1).csv", rows, shuffled, office, media)
            after = [list(model.objects.order_by("id").values()) for model in (Outgoing, Post, Delivery)]
        assert before == after
        assert (second.created, second.updated, second.withdrawn) == (0, 0, 0)
        assert second.unchanged == first.created

    def import_rows(
        self, path: Path, rows: list[dict[Column, str]], columns: list[Column], office: Office, media: Path
    ) -> CalendarFile:
        path.write_text(
            write(rows, columns, ";", csv.QUOTE_MINIMAL, "\r\n", english=False), encoding="utf-8", newline=""
        )
        return intake.import_file(path, office, CalendarFile.Source.UPLOAD, NOW, media=[media])


def test_the_reader_knows_its_limits() -> None:
    assert sheet.ROWS_MAX == 10_000
