"""How long an officer may take: the running stage's own reminder and limit, in the office's working time."""

from datetime import datetime

from moderation.consultation.models import Consultation
from moderation.models import Case
from moderation.steps.clock import working_time_for
from moderation.steps.walking import open_step
from offices.working_time import Duration

REMIND_AFTER = Duration(4, "hours")
LIMIT = Duration(1, "working_days")
"""Where the stage names none (SOP-2 steps 4 and 5: one day)."""


def reminder_at(case: Case, since: datetime) -> datetime:
    """When an officer who has said nothing is reminded."""
    step = open_step(case)
    return working_time_for(case).due(since, (step.stage.remind_after if step else None) or REMIND_AFTER)


def limit_at(case: Case, since: datetime) -> datetime:
    """When the next in line is asked; and by how much "I need time" puts off everything, once."""
    step = open_step(case)
    return working_time_for(case).due(since, (step.stage.limit if step else None) or LIMIT)


def begin(one: Consultation, at: datetime) -> None:
    """The question is out: from now on we wait."""
    Consultation.objects.filter(id=one.id, looked=0).update(next_look_at=reminder_at(one.case, at))


def over(one: Consultation) -> bool:
    """Nothing is expected any more."""
    return bool(one.answered_at or one.passed_at or one.failure) or one.case.state != Case.State.OPEN
