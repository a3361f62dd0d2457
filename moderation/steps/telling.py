"""Who is told of a stage: its role in the office, narrowed to those who are in this case."""

from datetime import datetime

from moderation.consultation.models import Consultation
from moderation.models import Case
from moderation.steps.models import Step
from offices.models import Notice, Officer
from offices.roles import Permission, roles_with


def people(case: Case, role: str) -> list[Officer]:
    """Whoever has this role in the office that works on the case; where nobody has it there, in the one above it, then
    in the one that handed the case over. Of several, those whom the case belongs to or who were asked about it; nobody
    at all: who manages the office, so that somebody knows."""
    at_work = case.at_work
    active = Officer.objects.filter(is_active=True).order_by("id")
    places = (at_work.id, at_work.parent_id, case.office_id)
    had = list(active.filter(office__in=[place for place in places if place], role=role))
    found = next((here for place in places if (here := [one for one in had if one.office_id == place])), [])
    if len(found) > 1:
        asked = set(Consultation.objects.filter(case=case).values_list("officer", flat=True)) | {case.officer_id}
        found = [one for one in found if one.pk in asked] or found
    return found or list(active.filter(office=at_work, role__in=roles_with(Permission.OFFICE)))


def tell(case: Case, step: Step, kind: str, role: str, *, urgent: bool = False) -> None:
    """A Notice to each of them, once a step, kind and limit: what passes an extended limit is told of again."""
    name, due = step.stage.name, step.due_at.isoformat() if step.due_at else ""
    for officer in people(case, role):
        Notice.give(
            officer.office_id or case.office_id,
            f"step_{kind}",
            once=f"step:{step.pk}:{kind}:{due}:{officer.pk}",
            officer=officer,
            address=f"/kasus/{case.id}/",
            urgent=urgent,
            number=case.number,
            stage={"id": name.id, "en": name.en},
            due=due,
        )


def tell_of_beginning(case: Case, step: Step, at: datetime) -> None:
    for role in step.stage.tell:
        tell(case, step, "begun", role, urgent=step.stage.at_once)
