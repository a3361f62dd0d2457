"""The calendar template: an XLSX with drop-downs, real date and time cells, one example, and a page of help."""

import io
from datetime import time, timedelta

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from connectors.base import POST_KINDS
from connectors.models import Account
from offices.models import Office
from scheduler.calendar_file.problems import Language
from scheduler.calendar_file.rows import ENGLISH, THEMES, Column, caption_column, channel_of

ROWS = 500
"""Rows that are formatted and have drop-downs."""
WIDTHS: dict[str, int] = {
    Column.ID: 10,
    Column.DATE: 14,
    Column.TIME: 9,
    Column.ACCOUNTS: 24,
    Column.THEME: 24,
    Column.CAPTION: 60,
}
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
            ("judul", "Boleh kosong. Judul di YouTube dan situs web; kosong: baris pertama caption."),
            ("caption", "Teks kiriman, persis seperti akan terbit. Baris baru: Alt+Enter."),
            ("caption_…", "Boleh kosong. Teks lain untuk satu kanal saja, misalnya yang pendek untuk X."),
            ("media", "Nama file di folder content/media. Satu gambar, 2-10 gambar dipisah koma, atau satu video."),
            ("", "Media boleh kosong kalau semua akun di baris itu menerima teks saja (Facebook, X, situs web)."),
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
            ("title", "May be empty. The title on YouTube and the website; empty: the caption's first line."),
            ("caption", "The post's text, exactly as it is to appear. New line: Alt+Enter."),
            ("caption_…", "May be empty. Other words for one channel alone, a short text for X for example."),
            ("media", "File names in the folder content/media: one picture, 2-10 with commas between, or one video."),
            ("", "Media may be empty where every account of the row takes text alone (Facebook, X, website)."),
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
    accounts = publishing(office)
    names = account_names(accounts)
    columns = columns_for(accounts)
    sheet.append([column if language == "id" else ENGLISH.get(column, column) for column in columns])
    cells = example(names, language)
    sheet.append([cells.get(column, "") for column in columns])
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


def publishing(office: Office | None) -> list[Account]:
    """The office's accounts that take posts."""
    accounts = Account.objects.filter(office=office).in_use()
    return [account for account in accounts if account.capability.kinds & POST_KINDS]


def columns_for(accounts: list[Account]) -> list[str]:
    """All columns; behind the caption one for each channel, where there are several; the title where one has any."""
    channels = sorted({caption_column(account.platform) for account in accounts})
    columns: list[str] = []
    for column in Column:
        if column != Column.TITLE or any(account.capability.title_max for account in accounts):
            columns.append(column)
        if column == Column.CAPTION and len(channels) > 1:
            columns += channels
    return columns


def account_names(accounts: list[Account]) -> list[str]:
    """The shortest name of each account that is not misunderstood: the channel's where there is one account of it."""
    channels = [channel_of(account.platform) for account in accounts]
    names = [
        channel if channels.count(channel) == 1 else f"{account.platform}:{account.handle}"
        for account, channel in zip(accounts, channels, strict=True)
    ]
    return names or ["instagram"]


def example(names: list[str], language: Language) -> dict[str, object]:
    """A row that is good as it stands, but for its picture; a draft, so that nobody publishes it by mistake."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    if language == "id":
        words = ("pengumuman", "Posyandu besok pukul 08.00 di balai RW 03.", "Ibu menimbang bayi di posyandu", "draf")
    else:
        words = ("announcement", "Posyandu tomorrow at 08.00, RW 03 hall.", "A mother weighs her baby", "draft")
    theme, caption, alt_text, status = words
    name = "instagram" if "instagram" in names else names[0]
    return {
        Column.ID: "CONTOH",
        Column.DATE: tomorrow,
        Column.TIME: time(8, 0),
        Column.ACCOUNTS: name,
        Column.THEME: theme,
        Column.CAPTION: caption,
        Column.MEDIA: "posyandu.jpg",
        Column.ALT: alt_text,
        Column.STATUS: status,
    }


def format_columns(sheet: Worksheet, columns: list[str]) -> None:
    sheet.freeze_panes = "A2"
    formats: dict[str, str] = {Column.DATE: "dd/mm/yyyy", Column.TIME: "hh:mm"}
    for place, column in enumerate(columns, start=1):
        title = sheet.cell(1, place)
        title.font = Font(bold=True, color="FFFFFF")
        title.fill = PatternFill("solid", fgColor="0F766E")
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, WIDTH)
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, place)
            # Text stays text: Excel would make a date of an id like 1-2.
            cell.number_format = formats.get(column, "@")
            if column in (Column.MEDIA, Column.ALT) or column.startswith(Column.CAPTION):
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
