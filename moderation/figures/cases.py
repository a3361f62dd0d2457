"""What becomes of cases in a month: answered in time or too late, stage by stage, handled, solved, lost."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from moderation.figures.answer_time import answer_due
from moderation.figures.indicators import LOST_AFTER_DAYS, What
from moderation.figures.parts import HANDLED, Window, in_parts, still_handled
from moderation.figures.tally import CHANNEL, TOPIC, Groups, Tallies
from moderation.models import Case, Message
from moderation.procedure import Output
from moderation.satisfaction.models import Satisfaction
from moderation.steps.models import Procedure, Step

LATE_LOOK_BACK = timedelta(days=180)
"""A case whose answer falls due in a month has a stage that was late in the half year before."""
OF_CASE = ("label", "opened_at", "answered_at", "closed_at")
OF_STEP = ("case_id", "procedure_id", "place", "begun_at", "due_at", "ended_at", "output")
"""What a deadline is reckoned from; a month holds tens of thousands of stages."""
State = Step.State


def count_cases(window: Window, into: Tallies) -> None:
    answered = window.first_events("case.answered")
    late = late_steps(window, window.since - LATE_LOOK_BACK).filter(undecided(window))
    late_ids = set(late.values_list("case_id", flat=True))
    for part in in_parts(sorted({*answered, *late_ids})):
        count_answers(window, part, answered, into)
    count_stages(window, into)
    count_handled(window, into)
    count_marked(window, "case.opened", What.OPENED, into)
    count_said(window, into)
    count_lost(window, into)


def late_steps(window: Window, since: datetime) -> QuerySet[Step]:
    """Stages that were not ended when their time ran out, between `since` and the window's end. Index:
    step_of_office."""
    overdue = Q(late_minutes__gt=0) | Q(late_minutes=None, state=State.RUNNING)
    states = [State.RUNNING, State.PAUSED, State.ENDED, State.STOPPED]
    rows = Step.objects.filter(overdue, office=window.office, state__in=states)
    return rows.filter(due_at__gte=since, due_at__lt=window.until)


def undecided(window: Window) -> Q:
    """Neither answered nor closed before the window: else its time ran out before it, too, or never. Of the half year
    that is looked back on, few are left."""
    since = window.since
    unanswered = Q(case__answered_at=None) | Q(case__answered_at__gte=since)
    return unanswered & (Q(case__closed_at=None) | Q(case__closed_at__gte=since))


def count_answers(window: Window, ids: list[int], answered: dict[int, datetime], into: Tallies) -> None:
    """Each case at most once: in time when it was answered, or too late when its time ran out."""
    walked: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(case__in=ids, round=1).only("id", *OF_STEP).order_by("place"):
        walked[step.case_id].append(step)
    procedures = Procedure.objects.in_bulk({steps[0].procedure_id for steps in walked.values()})
    belongs = window.belongs(ids)
    for case in Case.objects.filter(id__in=ids).only("id", *OF_CASE):
        groups, steps, at = belongs[case.id], walked[case.id], answered.get(case.id)
        if at is not None:
            count_time(window, case, groups, steps, at, into)
        if not steps:
            continue  # opened before there were procedures: nothing was promised
        rules = procedures[steps[0].procedure_id].rules
        due = answer_due(rules, case.label, steps, window.hours)
        ended = at or answer_of(steps) or case.answered_at
        in_time = due is None or (ended is not None and ended <= due)
        if in_time and at is not None:
            into.add(What.IN_TIME, groups, case=case.id)
        elif not in_time and due is not None and window.holds(due) and not closed_before(case, due):
            into.add(What.LATE, groups, case=case.id)


def count_time(window: Window, case: Case, groups: Groups, steps: list[Step], at: datetime, into: Tallies) -> None:
    """The working time from the citizen's message to the answer."""
    since = steps[0].begun_at if steps else case.opened_at
    minutes = max(0, int(window.hours.worked(since, at).total_seconds() // 60))
    into.add(What.ANSWERED, groups, case=case.id, minutes=minutes)


def answer_of(steps: list[Step]) -> datetime | None:
    """When the answer went out, as the stages have it: in another month, perhaps."""
    return next((step.ended_at for step in steps if step.output == Output.ANSWERED), None)


def closed_before(case: Case, due: datetime) -> bool:
    """Closed without an answer (put together with another, handed on): nothing was late then."""
    return case.closed_at is not None and case.closed_at <= due


def count_stages(window: Window, into: Tallies) -> None:
    """Ended in time, or late when the time ran out. Those that one output ended together count as the first of them
    alone. Index: step_ended."""
    ended = Step.objects.filter(office=window.office, state=State.ENDED, together=None, late_minutes=0)
    ended = ended.filter(ended_at__gte=window.since, ended_at__lt=window.until)
    late = late_steps(window, window.since).filter(together=None)
    for what, rows in ((What.STAGE_IN_TIME, ended), (What.STAGE_LATE, late)):
        pairs = list(rows.values_list("case_id", "key"))
        groups = window.belongs({case for case, _ in pairs})
        for case, key in pairs:
            into.add(what, groups[case], case=case, stage=key)


def count_said(window: Window, into: Tallies) -> None:
    """What citizens said of their cases: of one who changed their mind within the window, the last word. It counts
    for the case in which the message stands now, as in the register."""
    words = [(data["satisfaction"], verb) for verb, data in window.data("satisfaction.yes", "satisfaction.no")]
    now_in: dict[int, int] = {}
    for part in in_parts(sorted({asked for asked, _ in words})):
        now_in.update(Satisfaction.objects.filter(id__in=part).values_list("id", "case"))
    said = {now_in[asked]: verb for asked, verb in words}
    for case, groups in window.belongs(set(said)).items():
        into.add(What.SOLVED if said[case] == "satisfaction.yes" else What.UNSOLVED, groups, case=case)


def count_marked(window: Window, verb: str, what: What, into: Tallies) -> None:
    """Cases with an Event of this verb in the window."""
    ids = set(window.first_events(verb))
    for case, groups in window.belongs(ids).items():
        into.add(what, groups, case=case)


def count_handled(window: Window, into: Tallies) -> None:
    """Complaints whose follow-up was noted, and stands; and the stock of those that still wait for it at the window's
    end: open today, or closed after it. Index: case_list."""
    handled = still_handled(window, set(window.first_events(HANDLED)))
    complaints = Case.objects.filter(office=window.office, label=Message.Label.COMPLAINT)
    done = ids_among(complaints, handled)
    waiting = complaints.filter(state__in=[Case.State.OPEN, Case.State.ANSWERED], opened_at__lt=window.until)
    still = set(waiting.values_list("id", flat=True))
    still |= ids_among(complaints.filter(opened_at__lt=window.until), window.closed_since())
    still -= still_handled(window, still)
    for what, ids in ((What.HANDLED, done), (What.UNHANDLED, still)):
        for case, groups in window.belongs(ids).items():
            into.add(what, groups, case=case)


def ids_among(rows: QuerySet[Case], ids: set[int]) -> set[int]:
    return {pk for part in in_parts(sorted(ids)) for pk in rows.filter(id__in=part).values_list("id", flat=True)}


def count_lost(window: Window, into: Tallies) -> None:
    """So long after it came, nobody had answered or closed it: counted on the day on which it became lost."""
    wait = timedelta(days=LOST_AFTER_DAYS)
    opened = Case.objects.filter(office=window.office, is_group=False)
    opened = opened.filter(opened_at__gte=window.since - wait, opened_at__lt=window.until - wait)
    limit = F("opened_at") + wait
    lost = opened.filter(Q(answered_at=None) | Q(answered_at__gt=limit), Q(closed_at=None) | Q(closed_at__gt=limit))
    for case, groups in window.belongs(set(lost.values_list("id", flat=True))).items():
        into.add(What.LOST, groups, case=case)
    waiting = Message.objects.filter(office=window.office, state__in=[Message.State.NEW, *Message.INBOX], case=None)
    waiting = waiting.filter(stored_at__gte=window.since - wait, stored_at__lt=window.until - wait)
    for topic, platform, channel in waiting.values_list("topic", "account__platform", "channel"):
        into.add(What.LOST, {TOPIC: topic, CHANNEL: (platform or channel.lower())[:60]})
