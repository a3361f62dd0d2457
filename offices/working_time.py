"""Working time: when a limit ends, and how much of it has passed. Pure arithmetic; the rows are in `offices/hours.py`.

Minutes and hours are counted while the office is open. **One working day** ends at the same time of day on the next
working day: what begins on Monday at 14.00 has until Tuesday at 14.00, what begins on a Friday before a long weekend
has until the next working day. So a day is the same length whenever it begins, and the limits of a procedure add up;
"until the end of the next working day" would give the early ones nearly two days. Where the office is closed at that
time of day (a short Friday, the break at noon), the limit ends when it closed before. What begins outside of the
hours begins when the office opens next. **A calendar day** (for procedures that say so) knows no office at all.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["minutes", "hours", "working_days", "calendar_days"]
Span = tuple[int, int]
"""From and until, in minutes of the day: (450, 960) is 07.30 to 16.00; until 1440 is midnight."""
DAY = 24 * 60
LOOKED_AHEAD = 400
"""So many days without a single open minute, and the office never opens."""


@dataclass(frozen=True)
class Duration:
    """A limit: so many minutes, hours or days; `minutes` and `hours` are working time."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a duration is not negative")

    @property
    def is_days(self) -> bool:
        return self.unit in ("working_days", "calendar_days")

    @property
    def working(self) -> timedelta:
        """Of minutes and hours only: days have no length of their own."""
        if self.is_days:
            raise ValueError("a day is as long as the office is open")
        return timedelta(**{self.unit: self.amount})


class NeverOpenError(ValueError):
    """These hours hold no minute within a year."""


@dataclass(frozen=True)
class WorkingTime:
    """An office's hours. `week[0]` is Monday; spans of a day are in order and do not overlap. `off` are days on which
    it is closed whatever the weekday; `extra` are open days, with their hours, whatever else is said."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    off: Container[date] = frozenset()
    extra: dict[date, tuple[Span, ...]] = field(default_factory=dict)
    known: dict[date, list[tuple[datetime, datetime]]] = field(default_factory=dict, compare=False, repr=False)
    """What `spans` was asked already: a month's figures ask a hundred thousand times for thirty days."""

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for spans in (*self.week, *self.extra.values()):
            edges = [edge for span in spans for edge in span]
            if any(end <= begin for begin, end in spans) or edges != sorted(edges) or not {*edges} <= {*range(DAY + 1)}:
                raise ValueError(f"spans of a day follow each other: {spans}")

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the office is open on `day`, as moments."""
        if day not in self.known:
            minutes = self.extra.get(day)
            if minutes is None:
                minutes = () if day in self.off else self.week[day.weekday()]
            self.known[day] = [(self._moment(day, begin), self._moment(day, end)) for begin, end in minutes]
        return self.known[day]

    def is_open(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self.spans(self.day(at)))

    def next_open(self, at: datetime) -> datetime:
        """`at` where the office is open then, else when it opens next. Raises NeverOpenError."""
        begin, _ = next(self._from(at))
        return begin

    def due(self, start: datetime, duration: Duration) -> datetime:
        """When a limit that begins at `start` ends. Raises NeverOpenError."""
        if duration.unit == "calendar_days":
            return start + timedelta(days=duration.amount)
        if duration.unit == "working_days":
            return self._days_after(self.next_open(start), duration.amount)
        return self.after(start, duration.working)

    def after(self, start: datetime, working: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`; of nothing, `start` itself."""
        if working <= timedelta():
            return start
        for begin, end in self._from(start):
            if end - begin >= working:
                return begin + working
            working -= end - begin
        raise NeverOpenError

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How much working time lies between two moments; negative where `until` is the earlier one."""
        if until < since:
            return -self.worked(until, since)
        total = timedelta()
        day, last = self.day(since), self.day(until)
        while day <= last:
            for begin, end in self.spans(day):
                total += max(timedelta(), min(end, until) - max(begin, since))
            day += timedelta(days=1)
        return total

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans from `at` on, the first cut where it is running."""
        day, closed = self.day(at), 0
        while closed < LOOKED_AHEAD:
            closed += 1
            for begin, end in self.spans(day):
                if end > at:
                    closed = 0
                    yield max(begin, at), end
            day += timedelta(days=1)
        raise NeverOpenError("these hours hold no working minute")

    def _days_after(self, start: datetime, days: int) -> datetime:
        if not days:
            return start
        day, left = self.day(start), days
        for _ in range(LOOKED_AHEAD * days):
            day += timedelta(days=1)
            spans = self.spans(day)
            left -= bool(spans)
            if not left:
                return self._same_time(start, day, spans)
        raise NeverOpenError("these hours hold no working day")

    def _same_time(self, start: datetime, day: date, spans: list[tuple[datetime, datetime]]) -> datetime:
        """The time of day of `start` on `day`; the last open moment before it where the office is closed then."""
        wanted = datetime.combine(day, start.astimezone(self.zone).time(), self.zone).astimezone(UTC)
        before = [min(wanted, end) for begin, end in spans if begin <= wanted]
        return before[-1] if before else spans[0][0]

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _moment(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
        return midnight + timedelta(minutes=minute)
