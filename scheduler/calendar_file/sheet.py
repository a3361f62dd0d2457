"""A spreadsheet file → numbered lines of cells, or one Problem that says why not. Pure, and safe with any bytes.

CSV as Indonesian and English Excel write it, and XLSX through openpyxl in its read-only mode, after `bombs` has
counted what the workbook would unpack to. Row numbers are those that the spreadsheet shows.
"""

import codecs
import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NoReturn

import openpyxl

from scheduler.calendar_file import bombs
from scheduler.calendar_file.problems import Code, Problem, problem

FILE_BYTES_MAX = 5 * 1024 * 1024
ROWS_MAX = 10_000
"""Rows that hold something; a year of six posts a day is 2,190."""
COLUMNS_MAX = 50
LINES_MAX = 1_048_576
"""Excel's own last row: a workbook may number its rows as it likes, we stop there."""

TEXT_SUFFIXES = frozenset({".csv", ".tsv"})
WORKBOOK_SUFFIXES = frozenset({".xlsx"})
OTHER_SUFFIXES = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".doc", ".docx", ".pdf", ".txt"})
"""What people also take for a calendar: told how to save it instead of being passed over."""

DELIMITERS = ",;\t"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
END = "\x00end"
UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A letter beyond ASCII as UTF-8 writes it; in Windows' letters: an accented one with signs behind it, as nobody
writes."""
SEP_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""Excel's own first line: it names the delimiter and is not shown as a row."""
HEADER_LINES = 10
"""The titles stand in one of the first lines that hold something: people put a heading above them."""
SHEETS_MAX = 60
CALENDAR_TITLES = 5
"""A sheet with so many known titles and rows below them is a calendar: a list of ideas has some of them, too."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula: its value is not fixed, so it is refused where it would matter."""

    text: str


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows #REF! or the like."""

    text: str


Cell = object
"""str, int, float, bool, datetime, date, time, timedelta, None, Formula or CellError."""
Line = tuple[int, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines that hold something, with their numbers. `open_quote` is the line (0: none) that the end of a CSV file
    caught inside a quotation: it is not among `lines`. In a `delimited` file a cell too many means that a text was cut
    in two; beside a workbook's table it is somebody's note. `title` is the workbook's sheet that was read,
    `others` those that hold a calendar, too, and were not."""

    lines: tuple[Line, ...]
    open_quote: int = 0
    delimited: bool = False
    title: str = ""
    others: tuple[str, ...] = ()


class Unreadable(Exception):
    """The file as a whole cannot be read; `problem` says why."""

    def __init__(self, why: Problem) -> None:
        super().__init__(why.code)
        self.problem = why


Score = Callable[[tuple[Cell, ...]], int]
"""How many known column titles a line holds: tells the delimiter of a CSV and the sheet of a workbook."""


def read(path: Path, score: Score) -> Sheet:
    """The file's lines. Raises Unreadable, and nothing else."""
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
            size = path.stat().st_size
    except OSError as error:
        _refuse(Code.UNREADABLE_FILE, reason=error.strerror or type(error).__name__)
    return read_bytes(content, path.suffix.lower(), score, size)


def read_bytes(content: bytes, suffix: str, score: Score, size: int = 0) -> Sheet:
    """As `read`; `size` is the file's real size where `content` was cut off at the limit."""
    if len(content) > FILE_BYTES_MAX:
        limit = FILE_BYTES_MAX // 1024**2
        _refuse(Code.TOO_BIG, size=f"{max(size, len(content)) / 1024**2:.1f}", limit=limit)
    if suffix not in TEXT_SUFFIXES | WORKBOOK_SUFFIXES:
        _refuse(Code.UNSUPPORTED_TYPE, value=suffix)
    if not content.strip():
        _refuse(Code.EMPTY_FILE)
    if content.startswith(OLE):
        # Excel wraps an encrypted workbook in the container of its old format.
        locked = ENCRYPTED_NAME in content
        _refuse(Code.ENCRYPTED_WORKBOOK) if locked else _refuse(Code.UNSUPPORTED_TYPE, value=".xls")
    zipped = content.startswith(b"PK\x03\x04")
    if suffix in TEXT_SUFFIXES:
        if zipped:
            _refuse(Code.WRONG_EXTENSION, value=suffix, found="Excel (.xlsx)", expected=".xlsx")
        return _read_text(content, score)
    if not zipped and _looks_like_text(content):
        _refuse(Code.WRONG_EXTENSION, value=suffix, found="CSV", expected=".csv")
    return _read_workbook(content, score)


def _refuse(code: Code, *, value: str = "", **more: str | int) -> NoReturn:
    raise Unreadable(Problem(code, value=value, more=more))


def _looks_like_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and any(mark in text for mark in DELIMITERS)


# --- CSV ------------------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM (Excel's "Unicode text"), else Windows' western letters.

    What has letters of UTF-8 in it and is none was cut off in the middle of one, or joined from two files: taken for
    Windows' letters, each accent and emoji of it would go out garbled.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    _refuse(Code.NOT_TEXT)


def _encodings(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    return ["utf-8-sig"] if content.startswith(codecs.BOM_UTF8) or UTF8_LETTER.search(content) else ["utf-8", "cp1252"]


def _read_text(content: bytes, score: Score) -> Sheet:
    text = _decode(content)
    if named := SEP_LINE.match(text):
        return _collect(_csv_lines(text[named.end() :], named[1]))
    return _collect(_csv_lines(text, max(DELIMITERS, key=lambda mark: _fit(text, mark, score))))


def _fit(text: str, delimiter: str, score: Score) -> tuple[int, int]:
    """How well a delimiter fits: known titles found in the first lines, then how many cells it makes."""
    best = (0, 0)
    with suppress(Unreadable):
        for number, cells in _csv_lines(text[:20_000], delimiter):
            best = max(best, (score(cells), len(cells)))
            if number >= HEADER_LINES:
                break
    return best


def _csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    # A last line of our own tells whether a quotation was still open where the file ended.
    stream = io.StringIO(text if text.endswith(("\n", "\r")) else text + "\n", newline="")
    reader = csv.reader(_and_end(stream), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, tuple(cells)
    except csv.Error:
        raise Unreadable(problem(Code.BROKEN_CSV, row=number + 1)) from None


def _and_end(stream: io.StringIO) -> Iterator[str]:
    yield from stream
    yield END


def _collect(lines: Iterator[Line]) -> Sheet:
    """Lines that hold something; the last one is END, unless an open quotation swallowed it."""
    kept: list[Line] = []
    last: Line = (0, ())
    for last in lines:
        if any(str(cell).strip() for cell in last[1]):
            kept.append(last)
        if len(kept) > ROWS_MAX + HEADER_LINES:
            _refuse(Code.TOO_MANY_ROWS, limit=ROWS_MAX)
    whole = last[1] == (END,)
    return Sheet(tuple(kept[:-1]), open_quote=0 if whole else last[0], delimited=True)


# --- XLSX -----------------------------------------------------------------------------------------------------------


def _read_workbook(content: bytes, score: Score) -> Sheet:
    try:
        bombs.check(content)
        with warnings.catch_warnings():
            # openpyxl warns of drop-downs and colours that it does not keep: nothing that a reader needs.
            warnings.simplefilter("ignore")
            return _best_sheet(io.BytesIO(content), score)
    except bombs.Bomb:
        _refuse(Code.WORKBOOK_BOMB)
    except bombs.Locked:
        _refuse(Code.ENCRYPTED_WORKBOOK)
    except Unreadable:
        raise
    except Exception:
        # openpyxl promises no exception tree: on a damaged workbook anything from KeyError to struct.error comes.
        _refuse(Code.BROKEN_WORKBOOK)


def _best_sheet(stream: IO[bytes], score: Score) -> Sheet:
    """The first sheet with the most known titles in its first lines (a help sheet has none); hidden ones are nobody's
    calendar."""
    workbook = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
    best = Sheet(())
    best_score = -1
    calendars: list[str] = []
    for worksheet in [one for one in workbook.worksheets if one.sheet_state == "visible"][:SHEETS_MAX]:
        worksheet.reset_dimensions()  # the declared size may be a lie
        rows = worksheet.iter_rows(max_row=LINES_MAX, max_col=COLUMNS_MAX)
        lines = _kept(rows)
        found = max((score(cells) for _, cells in lines[:HEADER_LINES]), default=0)
        if found >= CALENDAR_TITLES and len(lines) > 1:
            calendars.append(worksheet.title)
        if found > best_score:
            best, best_score = Sheet(lines, title=worksheet.title), found
    return replace(best, others=tuple(title for title in calendars if title != best.title))


def _kept(rows: Iterator[tuple[object, ...]]) -> tuple[Line, ...]:
    kept: list[Line] = []
    filler: object = None  # openpyxl hands out one and the same tuple for every row that is not there
    for number, row in enumerate(rows, start=1):
        if row is filler:
            continue
        if all(getattr(cell, "value", None) in (None, "") for cell in row):
            filler = row
            continue
        cells = tuple(_cell(cell) for cell in row)
        kept.append((number, cells))
        if len(kept) > ROWS_MAX + HEADER_LINES:
            _refuse(Code.TOO_MANY_ROWS, limit=ROWS_MAX)
    return tuple(kept)


def _cell(cell: object) -> Cell:
    value: object = getattr(cell, "value", None)
    kind = getattr(cell, "data_type", "n")
    if kind == "f":
        return Formula(str(getattr(value, "text", value)))
    if kind == "e":
        return CellError(str(value))
    # Excel writes a carriage return inside a cell as this escape.
    return value.replace("_x000D_", "") if isinstance(value, str) else value
