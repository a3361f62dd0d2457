"""Is this workbook safe to unpack? Counted in a stream, before any XML parser sees it. Pure.

A workbook is a zip of XML files: a few kilobytes may unpack to gigabytes (a zip bomb), or to millions of tiny
elements that cost a hundred bytes of memory each. So every part is unpacked once in small pieces, thrown away and
counted: bytes, compression, and `<` signs, which no count of XML elements can exceed. What the directory declares
is checked first; Python's zipfile never hands out more than declared, and finds a false check sum.
"""

import io
import zipfile

ENTRIES_MAX = 300
TOTAL_BYTES_MAX = 40 * 1024**2
ELEMENTS_MAX = 700_000
"""`<` signs in one part: 10,000 rows of ten cells with their text inside come to some 620,000."""
RATIO_MAX = 150
"""Unpacked over packed, for parts above RATIO_FROM bytes; real sheets stay below 30, repetitive ones below 80."""
RATIO_FROM = 2 * 1024**2
PIECE = 64 * 1024


class Bomb(Exception):
    """It would unpack to more than any calendar needs."""


class Locked(Exception):
    """An entry is encrypted."""


def check(content: bytes) -> None:
    """Raises Bomb or Locked; a damaged zip raises zipfile's own errors."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > ENTRIES_MAX or len({entry.filename for entry in entries}) < len(entries):
            raise Bomb
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise Locked
        if sum(entry.file_size for entry in entries) > TOTAL_BYTES_MAX:
            raise Bomb
        for entry in entries:
            _check_part(archive, entry)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    # Every part, whatever its name: the workbook's own directory may call a picture a sheet.
    if entry.file_size > RATIO_FROM and entry.file_size > RATIO_MAX * max(entry.compress_size, 1):
        raise Bomb
    elements = 0
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            elements += piece.count(b"<")
            if elements > ELEMENTS_MAX:
                raise Bomb
