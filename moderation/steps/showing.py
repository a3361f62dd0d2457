"""What pages show of a case's clock: this stage's rest, the whole's, and the stages as a line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moderation.models import NEVER, Case, Message
from moderation.procedure import Rules, Stage
from moderation.procedure.shape import LABELS
from moderation.steps.clock import by_calendar, left, working_time_for
from moderation.steps.models import Step
from moderation.steps.words import limit_words, output_words, role_words, time_words
from offices.models import Officer
from offices.roles import Permission
from offices.working_time import WorkingTime

FINE, TODAY, LATE = "fine", "today", "late"


@dataclass(frozen=True)
class Line:
    """A stage as the case's line shows it; `step` is None before its turn."""

    number: int
    name: str
    role: str
    limit: str
    proposed: bool
    step: Step | None
    together_with: str
    """The number of the stage with which it ended."""
    output: str
    late: str

    @property
    def state(self) -> str:
        return self.step.state if self.step else "waiting"


@dataclass(frozen=True)
class Rest:
    """How much working time is left until a limit, or how late it is."""

    due_at: datetime
    left: timedelta
    urgency: str
    calendar: bool

    @property
    def words(self) -> str:
        return time_words(self.left)


@dataclass(frozen=True)
class Clock:
    """The card of a case."""

    step: Step | None
    """Running or waiting for the citizen; None: nothing runs."""
    stage: Rest | None
    whole: Rest | None
    counts_down: int
    """Seconds that it will run from now without a break: while the office is open. 0: it stands still."""
    opens_at: datetime | None
    """When it runs again, where the office is closed now."""
    lines: list[Line]
    round: int
    may_care: bool
    may_extend: bool


def clock_of(case: Case, officer: Officer, at: datetime | None = None) -> Clock | None:
    """None: the case was opened before there were procedures."""
    at = at or timezone.now()
    related = ("procedure", "ended_by", "paused_by", "together")
    steps = list(case.steps.select_related(*related).order_by("round", "place"))
    if not steps:
        return None
    turn = steps[-1].round
    step = next((one for one in steps if one.state in Step.OPEN), None)
    hours, rules = working_time_for(case), steps[-1].procedure.rules
    running = step is not None and step.state == Step.State.RUNNING
    counted = step.paused_at or at if step else at  # a clock that waits shows what was left when it began to
    whole_due = case.whole_due_at if step else None
    until = next((end for begin, end in hours.spans(hours.day(at)) if begin <= at < end), None)
    return Clock(
        step=step,
        stage=rest(step.due_at, counted, hours, calendar=by_calendar(step)) if step and step.due_at else None,
        whole=rest(whole_due, counted, hours, calendar=rules.calendar_days) if whole_due else None,
        counts_down=int((until - at).total_seconds()) if until and running else 0,
        opens_at=hours.next_open(at) if running and until is None else None,
        lines=lines_of([one for one in steps if one.round == turn], rules, case.label),
        round=turn,
        may_care=case.may(officer, Permission.CARE),
        may_extend=may_extend(case, rules, officer),
    )


def rest(due_at: datetime, at: datetime, hours: WorkingTime, *, calendar: bool) -> Rest:
    return Rest(due_at, left(due_at, at, hours, by_calendar=calendar), urgency(due_at, at), calendar)


def urgency(due_at: datetime, at: datetime) -> str:
    """Late, due today (on the reader's calendar), or neither."""
    if due_at <= at:
        return LATE
    same_day = due_at < NEVER and timezone.localtime(due_at).date() == timezone.localtime(at).date()
    return TODAY if same_day else FINE


def may_extend(case: Case, rules: Rules, officer: Officer) -> bool:
    """The roles that the procedure names, where they work; and whoever has all rights."""
    names_role = officer.is_superuser or officer.role in rules.extended_by
    return names_role and officer.office_id in (case.office_id, case.office.parent_id, case.handler_id)


def lines_of(steps: list[Step], rules: Rules, label: str) -> list[Line]:
    """Every stage of a case of this kind, and those that it had walked before its kind was changed."""
    walked = {step.place: step for step in steps}
    shown = [(place, stage) for place, stage in enumerate(rules.stages) if label in stage.only or place in walked]
    numbers = {place: number for number, (place, _) in enumerate(shown, start=1)}
    return [line_of(numbers[place], stage, walked.get(place), numbers) for place, stage in shown]


def line_of(number: int, stage: Stage, step: Step | None, numbers: dict[int, int]) -> Line:
    return Line(
        number=number,
        name=stage.name.in_language(get_language() or "id"),
        role=role_words(stage.role),
        limit=limit_words(stage.limit),
        proposed=stage.proposed,
        step=step,
        together_with=str(numbers.get(step.together.place, "")) if step and step.together else "",
        output=output_words(step.output) if step and step.output else "",
        late=time_words(timedelta(minutes=step.late_minutes)) if step and step.late_minutes else "",
    )


@dataclass(frozen=True)
class Drawn:
    """A stage as the procedure's page draws it."""

    number: int
    name: str
    role: str
    limit: str
    proposed: bool
    outputs: str
    only: str
    told: list[str]


def drawing_of(rules: Rules) -> list[Drawn]:
    """The stages of a procedure, before any case."""
    language = get_language() or "id"
    return [
        Drawn(
            number=number,
            name=stage.name.in_language(language),
            role=role_words(stage.role),
            limit=limit_words(stage.limit),
            proposed=stage.proposed,
            outputs=", ".join(output_words(output) for output in stage.ends_with),
            only=", ".join(str(Message.Label(label).label) for label in stage.only) if stage.only != LABELS else "",
            told=told_words(stage),
        )
        for number, stage in enumerate(rules.stages, start=1)
    ]


def told_words(stage: Stage) -> list[str]:
    """Who is told when it begins, reminded, and told when it is late."""
    said = []
    if stage.tell:
        said.append(_("told when it begins: %(who)s") % {"who": ", ".join(map(role_words, stage.tell))})
    if stage.remind_after:
        said.append(_("reminded after %(time)s") % {"time": limit_words(stage.remind_after)})
    for one in stage.escalate:
        about = {"who": role_words(one.role), "time": limit_words(one.after)}
        said.append(_("%(time)s late: %(who)s") % about if one.after.amount else _("when late: %(who)s") % about)
    return said
