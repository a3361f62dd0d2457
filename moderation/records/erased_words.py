"""A citizen's names and words, to be found again in what others wrote, and covered there. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

COVER = "█████"
NAME_LETTERS = 3
"""Shorter parts of a name ("Bu", "M.") say nothing, and stand in other words."""
QUOTED = 4
"""So many of their words in the same order are a quotation; fewer are everybody's language. Of a shorter message it
is the whole, from `QUOTED_WHOLE` words on."""
QUOTED_WHOLE = 2
WORD = re.compile(r"\w+")


class Written(Protocol):
    author_name: str
    author_handle: str
    text: str


@dataclass(frozen=True)
class Said:
    """What is to be covered: parts of names, and runs of words, all in small letters."""

    names: frozenset[str]
    runs: frozenset[tuple[str, ...]]

    def covered_in(self, text: str) -> str:
        """`text` with a bar in the place of each name and each quotation."""
        found = list(WORD.finditer(text))
        words = [one[0].casefold() for one in found]
        theirs = {at for at, word in enumerate(words) if word in self.names}
        for length in {len(run) for run in self.runs}:
            for start in range(len(words) - length + 1):
                if tuple(words[start : start + length]) in self.runs:
                    theirs.update(range(start, start + length))
        for first, last in reversed(list(_stretches(theirs))):
            text = f"{text[: found[first].start()]}{COVER}{text[found[last].end() :]}"
        return text


def said_by(messages: Iterable[Written], earlier: Iterable[str] = ()) -> Said:
    """Of one person's messages, and of what stood in them before."""
    rows = list(messages)
    names = {part for row in rows for name in (row.author_name, row.author_handle) for part in WORD.findall(name)}
    runs = {run for text in (*(row.text for row in rows), *earlier) for run in _runs(text)}
    return Said(frozenset(part.casefold() for part in names if len(part) >= NAME_LETTERS), frozenset(runs))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(text)]
    length = min(len(words), QUOTED)
    if length >= QUOTED_WHOLE:
        yield from (tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def _stretches(places: set[int]) -> Iterator[tuple[int, int]]:
    """First and last of each unbroken row of numbers."""
    for place in sorted(places):
        if place - 1 not in places:
            last = place
            while last + 1 in places:
                last += 1
            yield place, last
