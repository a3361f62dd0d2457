"""When a case's answer was due, over all stages up to the one that answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from moderation.procedure import Output, Rules
from moderation.steps.models import Step
from offices.working_time import WorkingTime


def answer_due(rules: Rules, label: str, steps: Sequence[Step], hours: WorkingTime) -> datetime | None:
    """The limits one after the other from the first stage's beginning, each moved as its step was (a pause, an
    extension). None where no stage answers, or none of them has a limit."""
    stages = rules.of(label)
    answering = [place for place, stage in stages if Output.ANSWERED in stage.ends_with]
    if not answering or not steps:
        return None
    walked: Mapping[int, Step] = {step.place: step for step in steps}
    due, limited = steps[0].begun_at, False
    for place, stage in stages:
        if place > answering[-1] or stage.limit is None:
            continue
        limited = True
        due = hours.due(due, stage.limit)
        step = walked.get(place)
        if step is not None and step.due_at is not None:
            natural = hours.due(step.begun_at, stage.limit)
            if step.due_at > natural:
                due = hours.after(due, hours.worked(natural, step.due_at))
    return due if limited else None
