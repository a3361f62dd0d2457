"""An office's rows become a WorkingTime: its week, the national days, and what it added or took away."""

from collections.abc import Iterable, Mapping
from datetime import date

from offices.hours.models import DayOff, WorkingSpan
from offices.models import Office
from offices.national_days import national_days
from offices.working_time import DAY, Span, WorkingTime

Week = tuple[tuple[Span, ...], ...]

MORNING, NOON, AFTERNOON = 7 * 60 + 30, 12 * 60, 13 * 60
FIVE_DAYS: Week = (
    *([((MORNING, NOON), (AFTERNOON, 16 * 60))] * 4),
    ((MORNING, 11 * 60 + 30), (AFTERNOON, 16 * 60 + 30)),
    (),
    (),
)
"""37.5 hours, the break not counted: Presidential Regulation 21 of 2023."""
SIX_DAYS: Week = (
    *([((MORNING, 14 * 60 + 30),)] * 4),
    ((MORNING, 11 * 60 + 30),),
    ((MORNING, 13 * 60),),
    (),
)
"""The same 37.5 hours over six days, as most health centres have them."""
ALWAYS: Week = (((0, DAY),),) * 7
"""An emergency room."""
PRESETS: Mapping[str, Week] = {"five": FIVE_DAYS, "six": SIX_DAYS, "always": ALWAYS}
BY_KIND: Mapping[str, Week] = {Office.Kind.CENTRE: SIX_DAYS, Office.Kind.CITY: FIVE_DAYS}
"""Until an office says otherwise."""


class DaysOff:
    """The national days but for those that the office works on, and its own; any year, without an end."""

    def __init__(self, added: Iterable[date], worked: Iterable[date]) -> None:
        self.added, self.worked = frozenset(added), frozenset(worked)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date) or day in self.worked:
            return False
        return day in self.added or day in national_days(day.year)


def weeks_of(office: Office) -> dict[int | None, Week]:
    """The office's own week (None), and that of each unit that has one. Index: working_span_of_office."""
    spans: dict[int | None, list[WorkingSpan]] = {}
    for row in WorkingSpan.objects.filter(office=office):
        spans.setdefault(row.unit_id, []).append(row)
    weeks = {unit: tuple(_day(rows, weekday) for weekday in range(7)) for unit, rows in spans.items()}
    return {None: BY_KIND[office.kind], **weeks}


def _day(rows: list[WorkingSpan], weekday: int) -> tuple[Span, ...]:
    return tuple((row.begins, row.ends) for row in rows if row.weekday == weekday)


def week_of(office: Office, unit_id: int | None = None) -> Week:
    """The unit's own week, where it has one; else the office's."""
    weeks = weeks_of(office)
    return weeks.get(unit_id, weeks[None])


def own_days(office: Office) -> dict[date, DayOff]:
    """What the office above says, and over it what the office says itself. Index: day_off_once."""
    rows = list(DayOff.objects.filter(office__in=[office.id, office.parent_id or office.id]))
    return {row.day: row for row in sorted(rows, key=lambda row: row.office_id == office.id)}


def working_times_of(office: Office) -> dict[int | None, WorkingTime]:
    """Of the office (None), and of each unit with a week of its own. Two queries. A day that is worked on though its
    weekday is closed has the hours of the week's first open day."""
    days = own_days(office)
    worked = {day for day, row in days.items() if row.works}
    off = DaysOff(set(days) - worked, worked)
    return {
        unit: WorkingTime(office.zone, week, off, {day: week[day.weekday()] or _usual(week) for day in worked})
        for unit, week in weeks_of(office).items()
    }


def _usual(week: Week) -> tuple[Span, ...]:
    return next(spans for spans in week if spans)


def working_time_of(office: Office, unit_id: int | None = None) -> WorkingTime:
    """The unit's own, where it has one; else the office's."""
    times = working_times_of(office)
    return times.get(unit_id, times[None])
