"""Cases that were opened before there were procedures: they set out now, and go past what they have already."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from moderation.models import Case, Evidence
from moderation.procedure import Output
from moderation.steps.walking import begin, hold, reached
from offices.paging import one_by_one


def begin_all(at: datetime) -> int:
    """How many set out. What was begun stays begun after a stop."""
    rows = Case.objects.filter(procedure=None).exclude(state=Case.State.CLOSED).select_related("office", "officer")
    return sum(begin_late(case, at) for case in one_by_one(rows))


@transaction.atomic
def begin_late(case: Case, at: datetime) -> bool:
    """No stage is late for the time before it had a limit. False where it was begun meanwhile."""
    hold(case)
    if case.steps.exists():
        return False
    begin(case, at)
    for output in outputs_so_far(case):
        reached(case, output, at)
    return True


def outputs_so_far(case: Case) -> Iterator[Output]:
    if case.evidence.filter(state=Evidence.State.TAKEN).exists():
        yield Output.SCREENSHOT
    if case.consultations.filter(sent_at__isnull=False).exists():
        yield Output.CONSULTED
    if case.answered_at is not None:
        yield Output.ANSWERED
    if case.handled_at is not None:
        yield Output.HANDLED
