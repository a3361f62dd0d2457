"""Changing an office's hours and days off: each with its Event. Running clocks are moved by `moderation/steps`."""

from datetime import date, datetime

from django.db import transaction

from offices.hours.calendar import Week, weeks_of
from offices.hours.models import DayOff, WorkingSpan
from offices.models import Event, Office, Officer, Unit


@transaction.atomic
def set_week(office: Office, unit: Unit | None, week: Week | None, at: datetime, actor: Officer) -> bool:
    """A week of its own for the office or one of its units; None: as usual for its kind, as the office for a unit.
    False where it is so already. The caller has seen that the week has an open minute."""
    rows = WorkingSpan.objects.filter(office=office, unit=unit)
    before = weeks_of(office).get(unit.pk if unit else None) if rows.exists() else None
    if before == week:
        return False
    rows.delete()
    spans = [(day, *span) for day, spans in enumerate(week or ()) for span in spans]
    WorkingSpan.objects.bulk_create(
        WorkingSpan(office=office, unit=unit, weekday=day, begins=begins, ends=ends) for day, begins, ends in spans
    )
    Event.write(office.id, "hours.changed", unit or office, actor=actor, at=at, week=[list(day) for day in week or ()])
    return True


def add_day(office: Office, day: date, name: str, at: datetime, actor: Officer) -> bool:
    """Closed on this day. False where the office has said something about it already."""
    return _say(office, day, name, at, actor, works=False)


def work_on(office: Office, day: date, name: str, at: datetime, actor: Officer) -> bool:
    """Open on this day, though it is a holiday or its weekday is closed."""
    return _say(office, day, name, at, actor, works=True)


@transaction.atomic
def take_out(row: DayOff, at: datetime, actor: Officer) -> bool:
    """As the calendar says again. False where it was taken out already."""
    deleted, _ = DayOff.objects.filter(id=row.id).delete()
    if deleted:
        Event.write(row.office_id, "hours.day_taken_out", row.office, actor=actor, at=at, day=row.day.isoformat())
    return bool(deleted)


@transaction.atomic
def _say(office: Office, day: date, name: str, at: datetime, actor: Officer, *, works: bool) -> bool:
    given = {"name": name, "works": works, "by": actor, "at": at}
    _, new = DayOff.objects.get_or_create(office=office, day=day, defaults=given)
    if new:
        verb = "hours.day_worked" if works else "hours.day_added"
        Event.write(office.id, verb, office, actor=actor, at=at, day=day.isoformat(), name=name)
    return new
