"""What moves a limit: a pause while the citizen is asked, an extension, a changed calendar. Each with who and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from moderation.models import NEVER, Case, Message
from moderation.steps.clock import by_calendar, moments, next_look, unit_of, working_time_for
from moderation.steps.models import Step
from moderation.steps.walking import hold, later, let_go_on, note, open_step
from offices.hours.calendar import working_times_of
from offices.models import Office, Officer
from offices.paging import one_by_one
from offices.working_time import Duration, WorkingTime

Hours = dict[int | None, WorkingTime]


@transaction.atomic
def pause(case: Case, why: str, at: datetime, actor: Officer, waits_for: Message | None = None) -> bool:
    """The citizen was asked something: the clock stands still until somebody lets it go on, or the author of
    `waits_for` writes again. False where no clock runs."""
    hold(case)
    running = open_step(case)
    if running is None or running.state != Step.State.RUNNING:
        return False
    about = {"paused_at": at, "paused_by": actor, "paused_why": why, "waits_for": waits_for}
    Step.objects.filter(id=running.id).update(state=Step.State.PAUSED, **about)
    Case.objects.filter(id=case.id).update(due_at=NEVER)
    note(case, "step.paused", running, at, actor, why=why)
    return True


@transaction.atomic
def resume(case: Case, at: datetime, actor: Officer | None = None) -> bool:
    """The clock goes on; its limit is later by the working time of the pause. False where it was not paused."""
    hold(case)
    running = open_step(case)
    if running is None or running.state != Step.State.PAUSED:
        return False
    let_go_on(case, running, at, working_time_for(case), actor)
    return True


def heard(message: Message, at: datetime) -> None:
    """Somebody wrote: where a case waits for them, in this thread or where this message was put, its clock goes on.
    Index: step_paused."""
    if not message.author_id and not message.author_name:
        return
    same = (
        Q(waits_for__author_id=message.author_id)
        if message.author_id
        else Q(waits_for__author_name=message.author_name)
    )
    here = Q(case=message.case_id) | (Q(waits_for__thread=message.thread) & ~Q(waits_for__thread=""))
    waiting = Step.objects.filter(same & here, state=Step.State.PAUSED, waits_for__account=message.account_id)
    for step in waiting.exclude(waits_for=message.pk).select_related("case__office", "case__officer"):
        resume(step.case, at)


@transaction.atomic
def extend(case: Case, by: Duration, why: str, at: datetime, actor: Officer, *, seen: datetime | None = None) -> bool:
    """More time for the running stage, from its limit (or from now, where that has passed). Whoever would be told
    before the new limit is told by the new one. False where no stage with a limit runs, or its limit is not the `seen`
    one any more."""
    hold(case)
    running = open_step(case)
    if running is None or running.due_at is None or running.state != Step.State.RUNNING:
        return False
    if seen not in (None, running.due_at):
        return False
    hours = working_time_for(case)
    was, running.due_at = running.due_at, hours.due(max(running.due_at, at), by)
    to_come = moments(running.stage, running.begun_at, running.due_at, hours)
    running.looked = sum(one.at <= at for one in to_come)
    looks = {"looked": running.looked, "next_look_at": next_look(running, hours)}
    Step.objects.filter(id=running.id).update(due_at=running.due_at, **looks)
    later(case, running, was, running.due_at, hours)
    note(case, "step.extended", running, at, actor, why=why, was=was.isoformat())
    return True


@contextmanager
def calendar_changes(office: Office, at: datetime, actor: Officer) -> Iterator[None]:
    """Around a change of an office's hours or days off: what was left of each running limit, in the old working time,
    is left in the new one. Limits that have passed stay passed (of a paused stage: that had passed when it was paused).
    The centres below follow the office's days off."""
    with transaction.atomic():
        offices = [office, *office.centres.all()]
        before = {one.id: working_times_of(one) for one in offices}
        yield
        for one in offices:
            _move_all(one, before[one.id], working_times_of(one), at, actor)


def _move_all(office: Office, before: Hours, after: Hours, at: datetime, actor: Officer) -> None:
    """Index: step_of_office."""
    to_come = Q(due_at__gt=at) | Q(state=Step.State.PAUSED, due_at__gt=F("paused_at"))
    found = Step.objects.open().filter(to_come, office=office).select_related("case__officer", "procedure")
    for step in one_by_one(found):
        unit = unit_of(step.case)
        _move(step, before.get(unit, before[None]), after.get(unit, after[None]), at, actor)


def _move(step: Step, before: WorkingTime, after: WorkingTime, at: datetime, actor: Officer) -> None:
    since, was, whole = step.paused_at or at, step.due_at, step.case.whole_due_at
    if was is None or by_calendar(step):
        return
    step.due_at = after.after(since, before.worked(since, was))
    if whole is not None and whole > since and not step.procedure.rules.calendar_days:
        Case.objects.filter(id=step.case_id).update(whole_due_at=after.after(since, before.worked(since, whole)))
    if step.due_at == was:
        return
    hold(step.case)
    unchanged = Step.objects.open().filter(id=step.id, due_at=was)
    if not unchanged.update(due_at=step.due_at, next_look_at=next_look(step, after)):
        return
    if step.state == Step.State.RUNNING:
        Case.objects.filter(id=step.case_id).update(due_at=step.due_at)
    note(step.case, "step.moved", step, at, actor, was=was.isoformat())
