"""Messages into a case and out of it, and cases that are about the same; each can be undone."""

from datetime import datetime

from django.db import transaction

from connectors.models import Outgoing
from moderation import escalation
from moderation.consultation.models import Consultation
from moderation.drafting.models import Draft
from moderation.models import Answer, Case, Evidence, Message
from moderation.records import chain
from moderation.records.models import ChainLink
from moderation.satisfaction.models import Satisfaction
from offices.models import Event, Officer

Kind = ChainLink.Kind


@transaction.atomic
def bring(message: Message, case: Case, at: datetime, actor: Officer) -> bool:
    """A message of the same office, from whatever channel, belongs to this case: it goes there with its evidence and
    its answers. False where it is there, the case is closed, or the message is the last one of its own case."""
    here = Case.objects.filter(id=case.id, office=message.office_id).exclude(state=Case.State.CLOSED)
    if message.case_id == case.id or not here.exists():
        return False
    if message.case_id is None:
        escalation.join(message, case, at, actor)
        return True
    return _move(message, case, at, actor)


@transaction.atomic
def split(message: Message, at: datetime, actor: Officer) -> Case | None:
    """It is about something else: a case of its own. None where it is the only message of its case."""
    if message.case_id is None or not _others(message):
        return None
    new = escalation.new_case(message, at, actor, handler=message.case.handler if message.case else None)
    return new if _move(message, new, at, actor) else None


@transaction.atomic
def merge(case: Case, first: Case, at: datetime, actor: Officer) -> bool:
    """`case` is about the same as `first`: closed with it, pointing to it; its own messages stay and may be answered
    as the first one was. False where that is itself a duplicate, another office's, or one of the two was moved."""
    if case.pk == first.pk or first.duplicate_of_id is not None or case.duplicates.exists():
        return False
    free = Case.objects.filter(id=case.pk, office=first.office_id, duplicate_of=None).exclude(state=Case.State.CLOSED)
    if not free.update(duplicate_of=first):
        return False
    about = {"first": first.pk, "number": first.number}
    Event.write(case.office_id, "case.duplicate", case, actor=actor, at=at, **about)
    Event.write(case.office_id, "case.has_duplicate", first, actor=actor, at=at, case=case.pk, number=case.number)
    escalation.close(case, at, actor)
    return True


@transaction.atomic
def part(case: Case, at: datetime, actor: Officer) -> bool:
    """Not the same after all: open again, on its own. False where it was no duplicate."""
    first = case.duplicate_of
    if first is None or not escalation.reopen(case, at, actor):
        return False
    Event.write(case.office_id, "case.parted", case, actor=actor, at=at, number=first.number)
    Event.write(case.office_id, "case.parted", first, actor=actor, at=at, number=case.number)
    return True


def _others(message: Message) -> bool:
    return Message.objects.filter(case=message.case_id).exclude(id=message.pk).exists()


def _move(message: Message, case: Case, at: datetime, actor: Officer) -> bool:
    """From its case into another, with what hangs on it. What the old chain holds stays in it; the new one gets it,
    too."""
    left = message.case_id
    if left is None or not _others(message):
        return False
    if not Message.objects.filter(id=message.pk, case=left).update(case=case):
        return False
    message.case = case
    for table in (Evidence, Answer, Consultation, Draft, Satisfaction):
        table._default_manager.filter(message=message, case=left).update(case=case)
    Outgoing.objects.filter(answer__message=message).update(decider=case.handler)
    _chain(message, case, at)
    Event.write(message.office_id, "case.message_out", Case(pk=left), actor=actor, at=at, to=case.number)
    Event.write(message.office_id, "case.message", case, actor=actor, at=at, message=message.pk)
    if "urgent" in message.flags:
        Case.objects.filter(id=case.pk).update(urgent=True)
    escalation.weigh(case, message, at, actor)
    return True


def _chain(message: Message, case: Case, at: datetime) -> None:
    chain.append(case.pk, Kind.MESSAGE, message, at, version=message.changes.count())
    for picture in Evidence.objects.filter(message=message, case=case, state=Evidence.State.TAKEN).order_by("id"):
        chain.append(case.pk, Kind.EVIDENCE, picture, at)
    for answer in Answer.objects.filter(message=message, case=case, followed_up=True).order_by("id"):
        chain.append(case.pk, Kind.ANSWER, answer, at)
