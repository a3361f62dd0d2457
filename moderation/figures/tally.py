"""What is added up while a month is counted. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.figures.indicators import What

TOTAL, TOPIC, CHANNEL, UNIT, STAGE = "", "topik", "kanal", "unit", "tahap"
Groups = Mapping[str, str]
"""{"topik": "obat", "kanal": "instagram", "unit": "12"}: what a thing belongs to."""


def rounded(minutes: int) -> int:
    """As fine as a figure is read: to the minute within two hours, to five within ten, then to the half hour."""
    grain = 1 if minutes < 120 else 5 if minutes < 600 else 30
    return round(minutes / grain) * grain


@dataclass
class Tallies:
    """(by, what, key, minutes) → how many; and the cases behind each figure."""

    counts: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    behind: dict[tuple[str, str, int], Groups] = field(default_factory=dict)

    def add(
        self, what: What, groups: Groups, *, case: int | None = None, stage: str = "", minutes: int = 0, n: int = 1
    ) -> None:
        """One more (or `n`), in the whole and in each of its groups."""
        minutes = rounded(minutes)
        self.counts[(TOTAL, what, "", minutes)] += n
        for by, key in groups.items():
            self.counts[(by, what, key, minutes)] += n
        if stage:
            self.counts[(STAGE, what, stage, minutes)] += n
        if case is not None:
            self.behind[(what, stage, case)] = groups
