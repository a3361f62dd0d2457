"""The clock of a step: in whose working time it runs, and the moments at which somebody is told something."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.models import Case
from moderation.procedure import Stage
from moderation.steps.models import Step
from offices.hours.calendar import working_time_of
from offices.working_time import Duration, WorkingTime


class Told(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Moment:
    at: datetime
    told: Told
    role: str


def unit_of(case: Case) -> int | None:
    """Of whoever takes care of the case: its hours count, where it has hours of its own."""
    return case.officer.unit_id if case.officer and case.officer.office_id == case.office_id else None


def working_time_for(case: Case) -> WorkingTime:
    return working_time_of(case.office, unit_of(case))


def moments(stage: Stage, begun_at: datetime, due_at: datetime | None, hours: WorkingTime) -> list[Moment]:
    """In order: the reminder, the limit, each escalation. Empty without a limit: nothing can be late."""
    if due_at is None:
        return []
    reminder = [_reminder(stage.remind_after, stage, begun_at, due_at, hours)] if stage.remind_after else []
    escalations = [Moment(hours.due(due_at, one.after), Told.ESCALATED, one.role) for one in stage.escalate]
    limit = Moment(due_at, Told.OVERDUE, stage.role)
    return [*(Moment(min(at, due_at), Told.REMINDER, stage.role) for at in reminder), limit, *escalations]


def _reminder(after: Duration, stage: Stage, begun_at: datetime, due_at: datetime, hours: WorkingTime) -> datetime:
    """So long after the beginning; where the limit is later by now (a pause, an extension), later by as much."""
    assert stage.limit is not None
    first_due_at = hours.due(begun_at, stage.limit)
    return moved(hours.due(begun_at, after), first_due_at, due_at, hours, by_calendar=in_calendar_days(stage))


def next_look(step: Step, hours: WorkingTime) -> datetime | None:
    """When somebody is to be told next; None: nobody any more."""
    to_come = moments(step.stage, step.begun_at, step.due_at, hours)[step.looked :]
    return to_come[0].at if to_come else None


def late_minutes(step: Step, at: datetime, hours: WorkingTime) -> int | None:
    """Working minutes between its limit and `at`; 0 in time; None without a limit."""
    if step.due_at is None:
        return None
    return max(0, int(left(step.due_at, at, hours, by_calendar=by_calendar(step)).total_seconds() // -60))


def by_calendar(step: Step) -> bool:
    """Whether its limit is in calendar days: the office's hours do not count."""
    return in_calendar_days(step.stage)


def in_calendar_days(stage: Stage) -> bool:
    return stage.limit is not None and stage.limit.unit == "calendar_days"


def left(due_at: datetime, at: datetime, hours: WorkingTime, *, by_calendar: bool) -> timedelta:
    """The working time that is left until a limit; negative where it has passed."""
    return due_at - at if by_calendar else hours.worked(at, due_at)


def moved(due_at: datetime, since: datetime, until: datetime, hours: WorkingTime, *, by_calendar: bool) -> datetime:
    """A limit, later by the (working) time that passed between two moments in which nobody could work on it."""
    return due_at + (until - since) if by_calendar else hours.after(due_at, hours.worked(since, until))
