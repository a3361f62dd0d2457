"""Who is asked first, and who is next in line when nobody answers."""

from collections.abc import Sequence

from moderation.consultation.asking import officers_for
from moderation.consultation.models import Consultation
from moderation.consultation.reaching import can_reach
from moderation.judging.topics import owner_of
from moderation.models import Case
from moderation.steps.walking import open_step
from offices.models import Officer

Role = Officer.Role
ASKED = (Role.PROGRAMME, Role.SECTION_HEAD, Role.DIVISION_HEAD, Role.CENTRE_HEAD)
"""Roles that are asked about a case at all, in this order where the procedure names none."""


def first_to_ask(case: Case, officers: Sequence[Officer]) -> Officer | None:
    """The topic's programme owner (SOP-1 §7.2), else whoever the running stage, or the next one that is theirs, names
    (SOP-2 step 3: the section head), else by rank."""
    owner = owner_of(case.working_office_id, case.topic)
    if owner in officers:
        return owner
    officers = nearest(case, officers)
    for role in (*roles_ahead(case), Role.SECTION_HEAD, *ASKED):
        found = next((officer for officer in officers if officer.role == role), None)
        if found is not None:
            return found
    return None


def nearest(case: Case, officers: Sequence[Officer]) -> list[Officer]:
    """Those of the office that works on it before the others."""
    return sorted(officers, key=lambda officer: officer.office_id != case.working_office_id)


def roles_ahead(case: Case) -> list[str]:
    """Of the running stage and those after it."""
    step = open_step(case)
    if step is None:
        return []
    rules = step.procedure.rules
    stages = [step.stage, *(stage for _, stage in rules.after(step.place, case.label))]
    return [stage.role for stage in stages if stage.role in ASKED]


def next_in_line(one: Consultation) -> Officer | None:
    """By the running stage's order of escalation, else by rank: the first who was not asked yet and can be reached."""
    step = open_step(one.case)
    named = [escalation.role for escalation in step.stage.escalate] if step else []
    asked = set(Consultation.objects.filter(case=one.case_id).values_list("officer", flat=True))
    officers = nearest(one.case, [officer for officer in officers_for(one.case) if officer.id not in asked])
    for role in dict.fromkeys([*named, *roles_ahead(one.case), *ASKED]):
        for officer in officers:
            if officer.role == role and can_reach(one.case, officer):
                return officer
    return None
