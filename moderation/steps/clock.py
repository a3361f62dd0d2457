"""The clock of a step: in whose working time it runs, and the moments at which somebody is told something."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.models import Case
from moderation.procedure import Stage
from moderation.steps.models import Step
from offices.hours.calendar import working_time_of
from offices.working_time import WorkingTime


class Told(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Moment:
    at: datetime
    told: Told
    role: str


def working_time_for(case: Case) -> WorkingTime:
    """That of the unit of whoever takes care of the case, where it has hours of its own; else the office's."""
    unit = case.officer.unit_id if case.officer and case.officer.office_id == case.office_id else None
    return working_time_of(case.office, unit)


def moments(stage: Stage, begun_at: datetime, due_at: datetime | None, hours: WorkingTime) -> list[Moment]:
    """In order: the reminder, the limit, each escalation. Empty without a limit: nothing can be late."""
    if due_at is None:
        return []
    reminder = [hours.due(begun_at, stage.remind_after)] if stage.remind_after else []
    escalations = [Moment(hours.due(due_at, one.after), Told.ESCALATED, one.role) for one in stage.escalate]
    limit = Moment(due_at, Told.OVERDUE, stage.role)
    return [*(Moment(min(at, due_at), Told.REMINDER, stage.role) for at in reminder), limit, *escalations]


def next_look(step: Step, hours: WorkingTime) -> datetime | None:
    """When somebody is to be told next; None: nobody any more."""
    left = moments(step.stage, step.begun_at, step.due_at, hours)[step.looked :]
    return left[0].at if left else None


def late_minutes(step: Step, at: datetime, hours: WorkingTime) -> int | None:
    """Working minutes between its limit and `at`; 0 in time; None without a limit."""
    if step.due_at is None:
        return None
    if step.stage.limit is not None and step.stage.limit.unit == "calendar_days":
        late = at - step.due_at
    else:
        late = hours.worked(step.due_at, at)
    return max(0, int(late.total_seconds() // 60))
