"""Handing a case to another office, and back: who works on it changes. Its register, number, history and account stay,
and its clock runs on in its own office's working time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from connectors.models import Outgoing
from moderation.models import Case
from moderation.notes.models import Note
from moderation.records import chain
from offices.models import Event, Notice, Office, Officer


def offices_for(case: Case) -> QuerySet[Office]:
    """To whom it may go: the offices of the same city, but the one that has it."""
    own = case.office
    above = own.parent_id or own.pk
    return Office.objects.filter(Q(id=above) | Q(parent=above)).exclude(id=case.working_office_id)


@transaction.atomic
def hand_over(case: Case, to: Office, why: str, at: datetime, actor: Officer) -> bool:
    """`to` works on it from now on; nobody there has taken it yet. False where it was closed or moved meanwhile."""
    handler = None if to.pk == case.office_id else to
    here = Case.objects.filter(id=case.id, handler=case.handler_id).exclude(state=Case.State.CLOSED)
    if case.working_office_id == to.pk or not here.update(handler=handler, officer=None):
        return False
    Outgoing.objects.filter(answer__case=case).update(decider=handler)
    note = Note.objects.create(office_id=case.office_id, case=case, text=why, by=actor, at=at)
    about = {"from": case.working_office_id, "to": to.pk, "office": to.name, "note": note.pk}
    verb = "case.handed_over" if handler else "case.given_back"
    moved = Event.of(case.office_id, verb, case, actor=actor, at=at, **about)
    moved.save()
    chain.append(case.pk, chain.Kind.MOVE, moved, at)
    case.handler, case.officer = handler, None
    Notice.give(
        to.pk,
        "case_handed" if handler else "case_back",
        address=f"/kasus/{case.pk}/",
        urgent=case.urgent,
        number=case.number,
        office=str(actor.office or ""),
    )
    return True
