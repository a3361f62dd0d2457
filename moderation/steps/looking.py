"""The tick: whose reminder, limit or escalation has come? Asked of an index, never of all cases.

Each step is claimed by a conditional UPDATE of how far it was looked at: two workers tell the same thing once. After
a stop of the desk all that was missed is told at once, but for reminders of limits that have passed.
"""

from datetime import datetime

from django.db import transaction

from moderation.models import Case
from moderation.steps.clock import Moment, Told, by_calendar, left, moments, unit_of
from moderation.steps.models import Step
from moderation.steps.telling import tell
from offices.hours.calendar import working_times_of
from offices.models import Event
from offices.working_time import WorkingTime

BATCH = 200
VERBS = {Told.REMINDER: "step.reminded", Told.OVERDUE: "step.overdue", Told.ESCALATED: "step.escalated"}


def look(at: datetime, limit: int = BATCH) -> int:
    """Look at what is due; how many steps were looked at. An office's hours are read once a call."""
    related = ("case__office", "case__handler", "case__officer", "procedure")
    rows = list(Step.objects.to_look_at(at).select_related(*related)[:limit])
    offices = {step.office_id: step.case.office for step in rows}
    times = {pk: working_times_of(office) for pk, office in offices.items()}
    for step in rows:
        of_office = times[step.office_id]
        look_at(step, of_office.get(unit_of(step.case), of_office[None]), at)
    return len(rows)


@transaction.atomic
def look_at(step: Step, hours: WorkingTime, at: datetime) -> bool:
    """False where another worker was quicker, or the step moved meanwhile."""
    to_come = moments(step.stage, step.begun_at, step.due_at, hours)[step.looked :]
    come = [one for one in to_come if one.at <= at]
    later = to_come[len(come) :]
    looks = {"looked": step.looked + len(come), "next_look_at": later[0].at if later else None}
    if any(one.told == Told.OVERDUE for one in come):
        looks["overdue_at"] = at
    ours = Step.objects.filter(id=step.id, state=Step.State.RUNNING, looked=step.looked, due_at=step.due_at)
    if not ours.update(**looks):
        return False
    for moment in come:
        if moment.told != Told.REMINDER or step.due_at is None or at < step.due_at:
            record(step.case, step, moment, hours, at)
    return True


def record(case: Case, step: Step, moment: Moment, hours: WorkingTime, at: datetime) -> None:
    """An Event with how late it is in working minutes, and a Notice to whom the procedure names."""
    assert step.due_at is not None
    rest = left(step.due_at, at, hours, by_calendar=by_calendar(step))
    late = max(0, int(rest.total_seconds() // -60))
    Event.write(case.office_id, VERBS[moment.told], case, at=at, stage=step.key, role=moment.role, late=late)
    tell(case, step, moment.told, moment.role, urgent=case.urgent and moment.told != Told.REMINDER)
