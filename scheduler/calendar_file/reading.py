"""A calendar file → rows to publish, and problems in words. Pure: what it must know of the world is handed in.

Every row that holds something comes back: as a Row, or as a BadRow with its problems; a row with one wrong cell is
wrong as a whole, so that nothing half is ever queued. The format for people: content/README.md.
"""

import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.calendar_file import sheet
from scheduler.calendar_file.problems import Code, Problem, problem
from scheduler.calendar_file.row_reader import RowReader
from scheduler.calendar_file.rows import CHANNELS, ENGLISH, REQUIRED, TITLES, BadRow, Column, Row, World, caption_column

PAST_GRACE = timedelta(minutes=1)
"""A calendar counts in minutes: 08:00 has not passed while it is 08:00."""
NAME_KEPT = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file holds. `titles`: our column → as the file writes it."""

    file: str
    rows: tuple[Row, ...] = ()
    bad: tuple[BadRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return all(one.is_warning for one in self.problems)

    def reject(self, found: Mapping[int, Sequence[Problem]]) -> "Reading":
        """The same reading with these rows (by number) turned bad."""
        bad = [BadRow(row.number, row.key, row.accounts) for row in self.rows if row.number in found]
        named = [replace(one, file=self.file) for number in found for one in found[number]]
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.number not in found),
            bad=tuple(sorted((*self.bad, *bad), key=lambda row: row.number)),
            problems=tuple(sorted((*self.problems, *named), key=lambda one: one.row)),
        )

    def reject_past(self, known: set[tuple[str, int | str]], now: datetime) -> "Reading":
        """Rows whose time has passed turn bad, unless they are `known` (key, account) to an account they name: an
        old calendar stays valid."""
        passed: dict[int, list[Problem]] = {}
        for row in self.rows:
            if row.at < now - PAST_GRACE and any((row.key, one.key) not in known for one in row.accounts):
                title = self.titles.get(Column.DATE, Column.DATE.value)
                shown = row.at.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
                passed[row.number] = [problem(Code.PAST, row=row.number, column=title, value=shown)]
        return self.reject(passed) if passed else self


def called(path: Path) -> str:
    """A file's name as a row can keep it: what is no UTF-8 (an old archive's letters) is replaced, of a long one the
    end stays."""
    return os.fsencode(path.name).decode(errors="replace")[-NAME_KEPT:]


def read(path: Path, world: World, name: str = "") -> Reading:
    """Read a file (`name`: what its people call it). Never raises: what is wrong is among the problems."""
    name = name or called(path)
    try:
        found = sheet.read(path, _known_titles)
    except sheet.Unreadable as error:
        return Reading(name, problems=(replace(error.problem, file=name),))
    return read_sheet(found, world, name)


def read_sheet(found: sheet.Sheet, world: World, name: str) -> Reading:
    """Lines of cells → rows and problems."""
    problems: list[Problem] = []
    if found.open_quote:
        problems.append(problem(Code.OPEN_QUOTE, row=found.open_quote))
    if found.others:
        problems.append(problem(Code.OTHER_SHEETS, value=", ".join(found.others), sheet=found.title))
    if not found.lines:
        whole = problems or [problem(Code.EMPTY_FILE)]
        return Reading(name, bad=_swallowed(found), problems=_named(whole, name))
    header = max(found.lines[: sheet.HEADER_LINES], key=lambda line: _known_titles(line[1]))
    columns, titles, wrong = _columns(header, world)
    problems += wrong
    if any(not one.is_warning for one in wrong):
        return Reading(name, bad=_swallowed(found), problems=_named(problems, name))
    lines = [line for line in found.lines if line[0] > header[0]]
    if len(lines) > sheet.ROWS_MAX:
        return Reading(name, problems=_named([problem(Code.TOO_MANY_ROWS, limit=sheet.ROWS_MAX)], name))
    if not lines and not problems:
        problems.append(problem(Code.EMPTY_FILE))
    rows: list[Row] = []
    bad: list[BadRow] = [*_swallowed(found)]
    width = _width(header[1]) if found.delimited else sheet.COLUMNS_MAX
    for number, cells in lines:
        reader = RowReader(number, cells, columns, titles, width, world)
        row = reader.read()
        problems += reader.problems
        bad.append(row) if isinstance(row, BadRow) else rows.append(row)
    reading = Reading(name, tuple(rows), tuple(bad), _named(problems, name), titles)
    twins = _twins(rows, bad, titles)
    return reading.reject(twins) if twins else reading


def _swallowed(found: sheet.Sheet) -> tuple[BadRow, ...]:
    return (BadRow(found.open_quote, "", ()),) if found.open_quote else ()


def _named(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    return tuple(replace(one, file=name) for one in problems)


# --- titles


def _folded(title: object) -> str:
    """Upper and lower case, spaces, underscores and hyphens make no difference."""
    return re.sub(r"[\s_\-*:.\ufeff]+", "", title.casefold()) if isinstance(title, str) else ""


_COLUMN_OF: dict[str, str] = {_folded(title): column for column, titles in TITLES.items() for title in titles}


def _captions(world: World) -> dict[str, str]:
    """Titles of the columns that hold the words for one channel alone: `caption_x`."""
    platforms = {*CHANNELS, *(one.platform for one in world.accounts or ())}
    return {
        _folded(f"{title}_{platform}"): caption_column(platform)
        for title in TITLES[Column.CAPTION]
        for platform in platforms
    }


def _known_titles(cells: Sequence[object]) -> int:
    return len({_COLUMN_OF[_folded(cell)] for cell in cells if _folded(cell) in _COLUMN_OF})


def _width(cells: Sequence[object]) -> int:
    """Cells up to the last title: Excel pads a header with empty ones."""
    return max((place for place, cell in enumerate(cells, start=1) if _folded(cell)), default=0)


def _columns(header: sheet.Line, world: World) -> tuple[dict[str, int], dict[str, str], list[Problem]]:
    """Where each column stands, its title as written, and what is wrong with the titles."""
    number, cells = header
    known = _captions(world) | _COLUMN_OF
    places: dict[str, int] = {}
    titles: dict[str, str] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(cells):
        written = str(cell).strip() if cell is not None else ""
        column = known.get(_folded(cell))
        if column is None:
            if written:
                problems.append(problem(Code.UNKNOWN_COLUMN, row=number, column=written[:80], value=written))
        elif column in places:
            problems.append(problem(Code.DOUBLE_COLUMN, row=number, column=written, value=written))
        else:
            places[column], titles[column] = place, written
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        found = ", ".join(str(cell).strip()[:20] for cell in cells[:12] if cell not in (None, "")) or "–"
        lacking = problem(
            Code.WRONG_HEADER,
            row=number,
            missing=", ".join(missing),
            missing_en=", ".join(ENGLISH[column] for column in missing),
            found="".join(c if c.isprintable() else "?" for c in found)[:160],
        )
        problems = [one for one in problems if not one.is_warning] + [lacking]
    return places, titles, problems


def _twins(rows: Sequence[Row], bad: Sequence[BadRow], titles: Mapping[str, str]) -> dict[int, list[Problem]]:
    """Rows that share key and account: each names the others, and none is taken, for none is surely the right one."""
    places: dict[tuple[str, int | str], list[int]] = defaultdict(list)
    everything: list[Row | BadRow] = [*rows, *bad]
    for row in everything:
        for account in row.accounts if row.key else ():
            places[row.key, account.key].append(row.number)
    found: dict[int, list[Problem]] = {}
    for (key, _), numbers in places.items():
        for number in numbers if len(numbers) > 1 else ():
            others = ", ".join(str(other) for other in sorted(numbers) if other != number)
            by_id = key.startswith("id:") and Column.ID in titles
            title = titles.get(Column.ID if by_id else Column.DATE, "")
            twin = problem(Code.DUPLICATE_ROW, row=number, column=title, value=key.partition(":")[2], other=others)
            found.setdefault(number, [twin])
    return found
