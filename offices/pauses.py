""" "Hold all posts": one switch for an office (and the centres below it) or for everybody, with who and why."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from offices import roles
from offices.models import Event, Office, Officer, Pause
from offices.roles import Permission


@transaction.atomic
def hold(pause: Pause, officer: Officer, at: datetime) -> None:
    """From now on. What is being sent in this very moment still goes out."""
    pause.by, pause.since = officer, at
    pause.save()
    until = pause.until.isoformat() if pause.until else ""
    _record("pause.begun", pause, officer, at, why=pause.why, until=until, answers_too=pause.answers_too)


@transaction.atomic
def lift(pause: Pause, officer: Officer, at: datetime) -> bool:
    """What waits goes out, in order and spaced; what became late asks. False where it was lifted already."""
    if not Pause.objects.filter(id=pause.id, lifted_at=None).update(lifted_at=at, lifted_by=officer):
        return False
    _record("pause.lifted", pause, officer, at)
    return True


def over_office(office: Office | None, at: datetime) -> QuerySet[Pause]:
    """Pauses that hold back an office's posts now; of somebody without an office, those of everybody."""
    in_force = Pause.objects.in_force(at).select_related("office", "by")
    return in_force.filter(office=None) if office is None else in_force.over(office.id)


def may_lift(pause: Pause, officer: Officer) -> bool:
    """Whoever manages the office that it was set for; everybody's only who has all rights."""
    if pause.office is None:
        return officer.is_superuser
    return roles.may_in(officer, Permission.PAUSE, pause.office)


def _record(verb: str, pause: Pause, officer: Officer, at: datetime, **data: object) -> None:
    """An Event in the history of each office that the pause was set for."""
    offices = [pause.office_id] if pause.office_id else list(Office.objects.values_list("id", flat=True))
    Event.objects.bulk_create(Event.of(office, verb, pause, actor=officer, at=at, **data) for office in offices)
