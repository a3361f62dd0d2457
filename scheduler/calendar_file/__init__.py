"""A calendar file read: bytes in; rows, and problems with their row and column, out. Pure.

The way of a file: `sheet` (CSV or workbook → cells, `bombs` refused first) → `reading` (which column is which) →
`row_reader` (a row's cells → a Row, with `clock` for its time and `media_files` for its pictures) → `rows`. What is
wrong with any of it is a Problem (`problems`), in words of both languages; `report_file` writes them beside the file.
"""

from scheduler.calendar_file.reading import PAST_GRACE, Reading, called, read

__all__ = ["PAST_GRACE", "Reading", "called", "read"]
