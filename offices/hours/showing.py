"""The hours and days off of an office, as its page shows them."""

from dataclasses import dataclass
from datetime import date, datetime

from offices.hours.calendar import BY_KIND, PRESETS, Week, own_days, weeks_of
from offices.hours.forms import spans_text
from offices.hours.models import DayOff
from offices.models import Office, Unit
from offices.national_days import joint_leave, national_days


@dataclass(frozen=True)
class Day:
    """One day off, or a holiday on which the office works."""

    day: date
    name: str
    joint_leave: bool
    national: bool
    own: DayOff | None
    """What the office (or the one above it) said."""
    from_above: bool


@dataclass(frozen=True)
class Year:
    year: int
    joint_leave_known: bool
    days: list[Day]
    past: list[Day]


@dataclass(frozen=True)
class UnitWeek:
    unit: Unit
    own: bool
    preset: str
    days: list[str]


def years_of(office: Office, at: datetime) -> list[Year]:
    """This year and the next, on the office's calendar; what is over in this year apart."""
    today, own = at.astimezone(office.zone).date(), own_days(office)
    return [_year(office, year, own, today) for year in (today.year, today.year + 1)]


def _year(office: Office, year: int, own: dict[date, DayOff], today: date) -> Year:
    national, leave = national_days(year), joint_leave(year)
    days = sorted({*national, *(day for day in own if day.year == year)})
    rows = [
        Day(
            day=day,
            name=(own[day].name if day in own else "") or national.get(day, ""),
            joint_leave=day in leave,
            national=day in national,
            own=own.get(day),
            from_above=day in own and own[day].office_id != office.id,
        )
        for day in days
    ]
    return Year(year, bool(leave), [row for row in rows if row.day >= today], [row for row in rows if row.day < today])


def units_of(office: Office) -> list[UnitWeek]:
    """Each unit with the week that counts for it."""
    weeks = weeks_of(office)
    return [
        UnitWeek(unit, unit.pk in weeks, preset_of(week := weeks.get(unit.pk, weeks[None])), week_texts(week))
        for unit in office.units.all()
    ]


def week_texts(week: Week) -> list[str]:
    """From Monday; empty: closed."""
    return [spans_text(spans) for spans in week]


def preset_of(week: Week) -> str:
    """The name of the usual week that this is; empty: one of its own."""
    return next((name for name, usual in PRESETS.items() if usual == week), "")


def usual_preset(office: Office) -> str:
    return preset_of(BY_KIND[office.kind])
