"""`….masalah.csv`: the problems of a calendar file, beside it, as Indonesian Excel opens a CSV. Pure."""

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scheduler.calendar_file.problems import Problem

SUFFIX = ".masalah.csv"
TITLES = ("file", "baris", "kolom", "masalah", "yang harus dilakukan", "row is wrong because", "what to do")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def report_path(calendar: Path) -> Path:
    """2026-12.csv → 2026-12.masalah.csv; 2026-12.xlsx → 2026-12.xlsx.masalah.csv (both may be there)."""
    name = calendar.stem if calendar.suffix.lower() == ".csv" else calendar.name
    return calendar.with_name(name + SUFFIX)


def write(calendar: Path, problems: Sequence[Problem]) -> None:
    """Write the report, or take the last one away where only warnings are left. OSError where the folder refuses."""
    target = report_path(calendar)
    if all(one.is_warning for one in problems):
        target.unlink(missing_ok=True)
        return
    # In one move, so that nobody opens half a report; hidden, so that no scan takes it for a calendar.
    handle, name = tempfile.mkstemp(dir=calendar.parent, prefix=".masalah-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(render(problems))
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def render(problems: Sequence[Problem]) -> bytes:
    """UTF-8 with BOM and semicolons; no cell can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(TITLES)
    for one in problems:
        row = str(one.row) if one.row else ""
        words = (one.what("id"), one.todo("id"), one.what("en"), one.todo("en"))
        writer.writerow([_harmless(cell) for cell in (one.file, row, one.column, *words)])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
