"""An office's rows become a WorkingTime: its week, the national days, and what it added or took away."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

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


def week_of(office: Office, unit_id: int | None = None) -> Week:
    """The unit's own week where it has one, else the office's, else that of its kind. Index: working_span_of_office."""
    rows = list(WorkingSpan.objects.filter(Q(unit=None) | Q(unit=unit_id), office=office))
    chosen = [row for row in rows if row.unit_id is not None] or rows
    if not chosen:
        return BY_KIND[office.kind]
    return tuple(tuple((row.begins, row.ends) for row in chosen if row.weekday == day) for day in range(7))


def own_days(office: Office) -> dict[date, DayOff]:
    """What the office above says, and over it what the office says itself. Index: day_off_once."""
    rows = list(DayOff.objects.filter(office__in=[office.id, office.parent_id or office.id]))
    return {row.day: row for row in sorted(rows, key=lambda row: row.office_id == office.id)}


def working_time_of(office: Office, unit_id: int | None = None) -> WorkingTime:
    """Two queries. A day that is worked on though the weekday is closed has the hours of the week's first open day."""
    week = week_of(office, unit_id)
    days = own_days(office)
    worked = {day for day, row in days.items() if row.works}
    usual = next(spans for spans in week if spans)
    return WorkingTime(
        zone=office.zone,
        week=week,
        off=DaysOff(set(days) - worked, worked),
        extra={day: week[day.weekday()] or usual for day in worked},
    )
