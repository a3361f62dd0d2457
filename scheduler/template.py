"""The calendar template: an XLSX with drop-downs, real date and time cells, one example, and a page of help."""

import io
from datetime import time, timedelta
from typing import Literal

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from connectors.models import Account
from offices.models import Office
from scheduler.calendar_file.rows import ENGLISH, THEMES, Column

Language = Literal["id", "en"]

ROWS = 500
"""Rows that are formatted and have drop-downs."""
WIDTHS = {Column.ID: 10, Column.DATE: 14, Column.TIME: 9, Column.ACCOUNTS: 24, Column.THEME: 24, Column.CAPTION: 60}
WIDTH = 28
HELP: dict[Language, tuple[str, list[tuple[str, str]]]] = {
    "id": (
        "Petunjuk",
        [
            ("id", "Boleh kosong. Kode baris, misalnya DES-01. Dengan kode, tanggal dan jam boleh diubah belakangan."),
            ("tanggal", "Hari dulu: 05/12/2026 atau 5 Desember 2026."),
            ("jam", "08:00 atau 08.00, menurut zona waktu kantor."),
            ("akun", "Pilih dari daftar. Lebih dari satu: pisahkan dengan koma."),
            ("tema", "Pilih salah satu dari tujuh jenis materi."),
            ("caption", "Teks kiriman, persis seperti akan terbit. Baris baru: Alt+Enter."),
            ("media", "Nama file di folder content/media. Satu gambar, 2-10 gambar dipisah koma, atau satu video."),
            ("teks_alt", "Boleh kosong. Isi gambar dalam kata-kata; satu teks per gambar, dipisah tanda |."),
            ("status", "siap: terbit sesuai jadwal. draf: belum. Kosong berarti siap."),
            ("", "Baris contoh berstatus draf: ganti isinya atau hapus barisnya."),
        ],
    ),
    "en": (
        "Help",
        [
            ("id", "May be empty. The row's own code, DEC-01 for example. With it, date and time may change later."),
            ("date", "Day first: 05/12/2026 or 5 December 2026."),
            ("time", "08:00 or 08.00, in the office's time zone."),
            ("account", "Choose from the list. More than one: separate them with commas."),
            ("theme", "Choose one of the seven kinds of material."),
            ("caption", "The post's text, exactly as it is to appear. New line: Alt+Enter."),
            ("media", "File names in the folder content/media: one picture, 2-10 with commas between, or one video."),
            ("alt_text", "May be empty. What a picture shows, in words; one text a picture, separated by |."),
            ("status", "ready: goes out on time. draft: not yet. Empty means ready."),
            ("", "The example row is a draft: change it or delete it."),
        ],
    ),
}


def workbook(office: Office | None, language: Language = "id") -> bytes:
    """The template as a file, with the office's accounts in its drop-down."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Kalender" if language == "id" else "Calendar"
    columns = list(Column)
    sheet.append([column.value if language == "id" else ENGLISH[column] for column in columns])
    names = account_names(office)
    sheet.append(example(names, language))
    format_columns(sheet, columns)
    add_help(book.create_sheet(HELP[language][0]), language)
    lists = book.create_sheet("daftar")
    lists.sheet_state = "hidden"
    statuses = ["siap", "draf"] if language == "id" else ["ready", "draft"]
    themes = list(THEMES if language == "id" else THEMES.values())
    # Several accounts may stand in one cell, so that list advises and does not forbid.
    for place, (column, values, strict) in enumerate(
        [(Column.ACCOUNTS, names, False), (Column.THEME, themes, True), (Column.STATUS, statuses, True)], start=1
    ):
        add_choices(sheet, lists, columns.index(column) + 1, place, values, strict)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def account_names(office: Office | None) -> list[str]:
    """The shortest name of each account that is not misunderstood: the platform's where there is one account of it."""
    accounts = list(Account.objects.filter(office=office)) if office is not None else []
    platforms = [account.platform for account in accounts]
    names = [
        account.platform if platforms.count(account.platform) == 1 else f"{account.platform}:{account.handle}"
        for account in accounts
    ]
    return names or ["instagram"]


def example(names: list[str], language: Language) -> list[object]:
    """A row that is good as it stands, but for its picture; a draft, so that nobody publishes it by mistake."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    if language == "id":
        words = ("pengumuman", "Posyandu besok pukul 08.00 di balai RW 03.", "Ibu menimbang bayi di posyandu", "draf")
    else:
        words = ("announcement", "Posyandu tomorrow at 08.00, RW 03 hall.", "A mother weighs her baby", "draft")
    theme, caption, alt_text, status = words
    return ["CONTOH", tomorrow, time(8, 0), names[0], theme, caption, "posyandu.jpg", alt_text, status]


def format_columns(sheet: Worksheet, columns: list[Column]) -> None:
    sheet.freeze_panes = "A2"
    formats = {Column.DATE: "dd/mm/yyyy", Column.TIME: "hh:mm"}
    for place, column in enumerate(columns, start=1):
        title = sheet.cell(1, place)
        title.font = Font(bold=True, color="FFFFFF")
        title.fill = PatternFill("solid", fgColor="0F766E")
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, WIDTH)
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, place)
            # Text stays text: Excel would make a date of an id like 1-2.
            cell.number_format = formats.get(column, "@")
            if column in (Column.CAPTION, Column.MEDIA, Column.ALT):
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def add_choices(sheet: Worksheet, lists: Worksheet, column: int, place: int, values: list[str], strict: bool) -> None:
    """A drop-down over a list on the hidden sheet (a list inside the cell's rule may not exceed 255 characters)."""
    for number, value in enumerate(values, start=1):
        lists.cell(number, place, value)
    letter = get_column_letter(place)
    choices = DataValidation(type="list", formula1=f"daftar!${letter}$1:${letter}${len(values)}", allow_blank=True)
    choices.showErrorMessage = strict
    where = get_column_letter(column)
    choices.add(f"{where}2:{where}{ROWS + 1}")
    sheet.add_data_validation(choices)


def add_help(sheet: Worksheet, language: Language) -> None:
    sheet.column_dimensions["A"].width = 14
    sheet.column_dimensions["B"].width = 100
    for row in HELP[language][1]:
        sheet.append(row)
    for cell in sheet["A"]:
        cell.font = Font(bold=True)
