"""What is personal, covered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

COVER = "█"
PERSONAL = ("personal.", "illness.sensitive")
"""Rules of the judgement that name personal data (`flags.py`)."""


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with these stretches covered, as long as before; blanks stay, so that words still read as words."""
    letters = list(text)
    for start, end in spans:
        for place in range(max(0, start), min(end, len(letters))):
            if not letters[place].isspace():
                letters[place] = COVER
    return "".join(letters)


def personal_spans(reasons: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Where the reasons that a Message keeps point to something personal."""
    return [
        (int(reason["start"]), int(reason["end"]))
        for reason in reasons
        if str(reason.get("rule", "")).startswith(PERSONAL)
    ]
