"""What stands in a cell of a file that a spreadsheet opens: never the start of a formula, never what cannot be shown.

A spreadsheet runs a cell that begins with = + - @ (also in their full-width forms, and behind blanks, tabs and line
ends) as a formula, and a citizen's words become cells here. Such a cell gets an apostrophe before it, which
spreadsheets show as text.
"""

import re
import unicodedata

STARTS = frozenset("=+-@")
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control letters, invisible ones (a formula may hide behind them) and what XML cannot hold."""


def harmless(text: str) -> str:
    plain = HIDDEN.sub("", text)
    begins = plain.lstrip()[:1]
    dangerous = plain[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", begins)[:1] in STARTS
    return f"'{plain}" if dangerous else plain
