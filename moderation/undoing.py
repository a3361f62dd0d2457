"""Taking back a tap: what a person decided a moment ago stands again as it was.

Only by who did it, only within `WITHIN`, and only while nothing else happened to the thing: then the way back is known.
"""

from datetime import datetime, timedelta

from django.db import transaction

from moderation import reply, steps
from moderation.models import Answer, Case, Message
from offices.models import Event, Officer, subject_of

WITHIN = timedelta(minutes=10)
BY_THE_TAP = ("step.stopped", "thanks.declined", "thanks.prepared")
"""What a tap itself brings about beside its own Event."""


def last_tap(row: Message | Case, verb: str, at: datetime, actor: Officer) -> Event | None:
    """The officer's own newest move of this kind, where nobody has moved the thing since. Index: event_of_subject."""
    newest = Event.objects.filter(subject=subject_of(row)).exclude(verb__in=BY_THE_TAP)
    found = newest.order_by("-id").first()
    mine = found is not None and found.verb == verb and found.actor_id == actor.pk and found.at > at - WITHIN
    return found if mine else None


@transaction.atomic
def undo_dismiss(message: Message, at: datetime, actor: Officer) -> bool:
    """It waits in the inbox again, to be looked at: a thank-you that was proposed for it is gone."""
    if last_tap(message, "message.dismissed", at, actor) is None:
        return False
    done = Message.objects.filter(id=message.id, state=Message.State.DONE, case=None)
    if not done.update(state=Message.State.REVIEW):
        return False
    Event.write(message.office_id, "message.undone", message, actor=actor, at=at)
    return True


@transaction.atomic
def undo_label(message: Message, at: datetime, actor: Officer) -> bool:
    """It is what it was before, and waits to be looked at. What went into a case stays there."""
    tap = last_tap(message, "message.relabelled", at, actor)
    if tap is None or not Message.objects.filter(id=message.id, case=None).update(
        label=tap.data["was"], state=Message.State.REVIEW
    ):
        return False
    for proposed in Answer.objects.filter(message=message, kind=Answer.Kind.THANKS).select_related("message"):
        reply.take_back(proposed, at, actor, "declined")
    Event.write(message.office_id, "message.undone", message, actor=actor, at=at)
    return True


@transaction.atomic
def undo_close(case: Case, at: datetime, actor: Officer) -> bool:
    """As if it had not been closed: answered stays answered, a stage that ran goes on."""
    if last_tap(case, "case.closed", at, actor) is None:
        return False
    state = Case.State.ANSWERED if case.answered_at else Case.State.OPEN
    if not Case.objects.filter(id=case.id, state=Case.State.CLOSED).update(state=state, closed_at=None):
        return False
    Event.write(case.office_id, "case.close_undone", case, actor=actor, at=at)
    steps.unstop(case, at, actor)
    return True
