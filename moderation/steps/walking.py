"""How a case walks: an output ends the stages that wait for it, and the next stage begins.

An output ends the running stage where the file says so, and with it each later one that the same output ends: these
ended *together*, and name the first. What comes before its turn (an answer while the screenshot is still being taken)
ends the later stage ahead: when its turn comes it is gone past. Whoever moves a case holds its row, so that two
outputs at the same moment come one after the other.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from moderation.models import NEVER, Case
from moderation.procedure import Output, Rules
from moderation.steps.clock import by_calendar, late_minutes, moved, next_look, working_time_for
from moderation.steps.models import Procedure, Step
from moderation.steps.telling import tell_of_beginning
from moderation.steps.versions import in_force
from offices.models import Event, Officer
from offices.working_time import WorkingTime


@transaction.atomic
def begin(case: Case, at: datetime, since: datetime | None = None) -> None:
    """A case that was just opened sets out, in the version that is in force now. Its first stage (receiving) has run
    since the citizen wrote, and has its output with the case itself."""
    procedure = in_force(case.office)
    Case.objects.filter(id=case.id).update(procedure=procedure)
    places = [place for place, _ in procedure.rules.of(case.label)]
    _set_out(case, procedure, 1, places, min(since or at, at), working_time_for(case))
    reached(case, Output.RECEIVED, at)


@transaction.atomic
def reached(case: Case, output: Output, at: datetime, actor: Officer | None = None, **what: Any) -> list[Step]:
    """This output is there: the stages that it ended, in order. None waits for it: nothing happens, the history has
    it already. `what` goes into the Event ("answer": 12): ids, nothing personal."""
    hold(case)
    running = open_step(case)
    if running is None:
        return []
    hours, at = working_time_for(case), max(at, running.begun_at)
    walked = set(Step.objects.filter(case=case, round=running.round).values_list("place", flat=True)) - {running.place}
    rules = running.procedure.rules
    waiting = [place for place, stage in _from(rules, running, case.label) if output in stage.ends_with]
    waiting = [place for place in waiting if place not in walked]
    if running.state == Step.State.PAUSED and running.place in waiting:
        running = let_go_on(case, running, at, hours, actor)
    ended: list[Step] = []
    for place in waiting:
        ended.append(_end(running, place, output, at, actor, hours, ended[0] if ended else None))
    if ended:
        _record(case, ended, output, at, actor, what)
    if running.place in waiting:
        following = [place for place, _ in rules.after(running.place, case.label) if place not in {*walked, *waiting}]
        _go_to(case, running, following, at, hours)
    return ended


@transaction.atomic
def of_another_kind(case: Case, at: datetime, actor: Officer | None = None) -> bool:
    """The case's kind was changed: a running stage that this kind does not have is left without an output, and the
    next one that it has begins. What was walked stays. Where all had ended, what this kind has after that begins: a
    question that was answered and is a complaint is still to be handled. False where nothing begins."""
    hold(case)
    running = open_step(case)
    if running is None:
        return _further(case, at)
    if case.label in running.stage.only:
        return False
    hours = working_time_for(case)
    if running.state == Step.State.PAUSED:
        running = let_go_on(case, running, at, hours, actor)
    left = {"state": Step.State.ENDED, "ended_at": at, "ended_by": actor, "next_look_at": None}
    Step.objects.filter(id=running.id).update(**left, late_minutes=late_minutes(running, at, hours))
    note(case, "step.left", running, at, actor)
    walked = set(Step.objects.filter(case=case, round=running.round).values_list("place", flat=True))
    following = [place for place, _ in running.procedure.rules.after(running.place, case.label) if place not in walked]
    _go_to(case, running, following, at, hours)
    return True


@transaction.atomic
def stop(case: Case, at: datetime, actor: Officer | None = None) -> bool:
    """The case is closed: what still ran stops with it. False where nothing did."""
    hold(case)
    running = open_step(case)
    if running is None:
        return False
    hours = working_time_for(case)
    if running.state == Step.State.PAUSED:
        running = let_go_on(case, running, at, hours, actor)
    late = late_minutes(running, at, hours)
    Case.objects.filter(id=case.id).update(due_at=NEVER)
    Step.objects.filter(id=running.id).update(state=Step.State.STOPPED, ended_at=at, ended_by=actor, late_minutes=late)
    Event.write(case.office_id, "step.stopped", case, actor=actor, at=at, stage=running.key)
    return True


@transaction.atomic
def go_on(case: Case, at: datetime, actor: Officer | None = None) -> None:
    """The case is open again: what was stopped goes on; where all had ended it walks once more, from the first stage
    after its evidence."""
    if unstop(case, at, actor) or open_step(case) is not None or (last := _last(case)) is None:
        return
    rules, hours = last.procedure.rules, working_time_for(case)
    places = [place for place, _ in rules.of(case.label) if place >= rules.anew(case.label)]
    _set_out(case, last.procedure, last.round + 1, places, at, hours)


@transaction.atomic
def unstop(case: Case, at: datetime, actor: Officer | None = None) -> bool:
    """What was stopped with the case goes on, its limit later by the time that it stood still. False: nothing was."""
    hold(case)
    # at most one: a case walks a new round only where none was stopped
    stopped = Step.objects.filter(case=case, state=Step.State.STOPPED).select_related("procedure").first()
    if stopped is None:
        return False
    assert stopped.ended_at is not None
    stand_still(case, stopped, stopped.ended_at, at, working_time_for(case))
    back = {"state": Step.State.RUNNING, "ended_at": None, "ended_by": None, "late_minutes": None}
    Step.objects.filter(id=stopped.id).update(**back)
    note(case, "step.goes_on", stopped, at, actor)
    return True


def hold(case: Case) -> None:
    """Until the transaction ends nobody else moves this case: an UPDATE holds its row on both databases."""
    Case.objects.filter(id=case.id).update(due_at=F("due_at"))


def open_step(case: Case) -> Step | None:
    """The one that runs or waits for the citizen. Index: one_open_step_a_case."""
    return Step.objects.open().filter(case=case).select_related("procedure").first()


def stand_still(case: Case, step: Step, since: datetime, until: datetime, hours: WorkingTime) -> None:
    """Nobody could work on it between two moments: its limit, and the whole's, are later by that time."""
    if step.due_at is not None:
        step.due_at = moved(step.due_at, since, until, hours, by_calendar=by_calendar(step))
        step.next_look_at = next_look(step, hours)
    Step.objects.filter(id=step.id).update(due_at=step.due_at, next_look_at=step.next_look_at)
    later(case, step, since, until, hours)


def later(case: Case, step: Step, since: datetime, until: datetime, hours: WorkingTime) -> None:
    """The whole ends later by the (working) time between two moments; the stage's own limit is the step's."""
    case.refresh_from_db(fields=["whole_due_at"])
    if case.whole_due_at is not None:
        calendar = step.procedure.rules.calendar_days
        case.whole_due_at = moved(case.whole_due_at, since, until, hours, by_calendar=calendar)
    Case.objects.filter(id=case.id).update(due_at=step.due_at or NEVER, whole_due_at=case.whole_due_at)


def let_go_on(case: Case, step: Step, at: datetime, hours: WorkingTime, actor: Officer | None) -> Step:
    """The pause is over: the clock runs again, its limit later by the pause."""
    assert step.paused_at is not None
    stand_still(case, step, step.paused_at, at, hours)
    Step.objects.filter(id=step.id).update(state=Step.State.RUNNING, paused_at=None, waits_for=None)
    step.refresh_from_db()
    note(case, "step.resumed", step, at, actor)
    return step


def _from(rules: Rules, running: Step, label: str) -> list[tuple[int, Any]]:
    """The running stage (whatever the case's kind is by now) and those after it."""
    return [(running.place, rules.stages[running.place]), *rules.after(running.place, label)]


def _last(case: Case) -> Step | None:
    """How far it came."""
    return Step.objects.filter(case=case).select_related("procedure").order_by("-round", "-place").first()


def _further(case: Case, at: datetime) -> bool:
    """Past the end of its former kind's stages."""
    last = _last(case)
    places = [place for place, _ in last.procedure.rules.after(last.place, case.label)] if last else []
    if last is None or not places:
        return False
    step = _set_out(case, last.procedure, last.round, places, at, working_time_for(case))
    tell_of_beginning(case, step, at)
    return True


def _set_out(case: Case, procedure: Procedure, turn: int, places: list[int], at: datetime, hours: WorkingTime) -> Step:
    """With the first of these stages; the whole ends if each takes its whole limit. Stages without one take no time."""
    due = at
    for place in places:
        limit = procedure.rules.stages[place].limit
        due = hours.due(due, limit) if limit else due
    Case.objects.filter(id=case.id).update(whole_due_at=due)
    return _start(case, procedure, turn, places[0], at, hours)


def _start(case: Case, procedure: Procedure, turn: int, place: int, at: datetime, hours: WorkingTime) -> Step:
    stage = procedure.rules.stages[place]
    due_at = hours.due(at, stage.limit) if stage.limit else None
    step = Step(
        office_id=case.office_id,
        case=case,
        procedure=procedure,
        round=turn,
        place=place,
        key=stage.key,
        begun_at=at,
        due_at=due_at,
    )
    step.next_look_at = next_look(step, hours)
    step.save()
    Case.objects.filter(id=case.id).update(due_at=due_at or NEVER)
    note(case, "step.begun", step, at)
    return step


def note(case: Case, verb: str, step: Step, at: datetime, actor: Officer | None = None, **what: Any) -> None:
    due = step.due_at.isoformat() if step.due_at else ""
    Event.write(case.office_id, verb, case, actor=actor, at=at, stage=step.key, due=due, **what)


def _end(
    running: Step,
    place: int,
    output: Output,
    at: datetime,
    actor: Officer | None,
    hours: WorkingTime,
    first: Step | None,
) -> Step:
    """The running one; or a later one, which begins and ends at this very moment."""
    ended = {"state": Step.State.ENDED, "ended_at": at, "ended_by": actor, "output": output, "next_look_at": None}
    if place == running.place:
        late = late_minutes(running, at, hours)
        Step.objects.filter(id=running.id).update(**ended, late_minutes=late)
        running.refresh_from_db()
        return running
    return Step.objects.create(
        office_id=running.office_id,
        case_id=running.case_id,
        procedure=running.procedure,
        round=running.round,
        place=place,
        key=running.procedure.rules.stages[place].key,
        begun_at=at,
        together=first,
        late_minutes=0 if running.procedure.rules.stages[place].limit else None,
        **ended,
    )


def _record(case: Case, ended: list[Step], output: Output, at: datetime, actor: Officer | None, what: Any) -> None:
    """One Event an output: which stages it ended, and how late the first was."""
    about = {"output": output, "stages": [step.key for step in ended], "late": ended[0].late_minutes or 0, **what}
    Event.write(case.office_id, "step.ended", case, actor=actor, at=at, **about)


def _go_to(case: Case, ended: Step, following: list[int], at: datetime, hours: WorkingTime) -> None:
    if not following:
        Case.objects.filter(id=case.id).update(due_at=NEVER)
        return
    step = _start(case, ended.procedure, ended.round, following[0], at, hours)
    tell_of_beginning(case, step, at)
