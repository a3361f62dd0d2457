"""The register as an Excel file and as CSV, written line by line: memory does not grow with the rows."""

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from moderation.register.cells import harmless
from moderation.register.columns import Column, Value
from moderation.register.rows import Row

Progress = Callable[[int], None]
"""Told after every row; may raise, and then the file is not finished."""


def write_xlsx(path: Path, about: list[str], columns: list[Column], rows: Iterable[Row], progress: Progress) -> None:
    """`about`: the lines above the table."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"C{len(about) + 2}"
    for line in about:
        sheet.append([_cell(sheet, line)])
    head = [_cell(sheet, str(column.title)) for column in columns]
    for cell in head:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, column.value(row)) for column in columns])
        progress(row.number)
    book.save(path)


def _cell(sheet: Any, value: Value) -> Any:
    """Text is text, whatever it begins with; a time is a time of the current zone."""
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, timezone.localtime(value).replace(tzinfo=None, microsecond=0))
        cell.number_format = "dd/mm/yyyy hh:mm"
        return cell
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, harmless(value))
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(sheet, value)


def write_csv(path: Path, columns: list[Column], rows: Iterable[Row], progress: Progress) -> None:
    """UTF-8 with BOM and semicolons, as an Indonesian Excel opens it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([harmless(str(column.title)) for column in columns])
        for row in rows:
            writer.writerow([_text(column.value(row)) for column in columns])
            progress(row.number)


def _text(value: Value) -> str | int:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return harmless(value) if isinstance(value, str) else "" if value is None else value
