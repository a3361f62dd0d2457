"""Noting what was done (tindak lanjut): the one place that makes the output "handled"."""

from datetime import datetime

from django.db import IntegrityError, transaction

from moderation import escalation, steps
from moderation.handling.models import Handling
from moderation.models import Case
from moderation.records import chain
from moderation.records.models import ChainLink
from moderation.thanks import given_name
from offices.models import Event, Officer

ELSEWHERE = (
    "Terima kasih sudah menyampaikan, {name}. Hal ini di luar kewenangan {office}. "
    "Untuk hal ini silakan menghubungi {where}."
)
"""What the answer may say of what is not our authority; in Indonesian, as citizens are answered."""
NAMELESS = "Bapak/Ibu"


def note(case: Case, handling: Handling, at: datetime, actor: Officer) -> Handling:
    """Store it; where it ends the matter, the case is handled, and closed if it was answered. The same key again (a
    double tap) is the same one."""
    handling.case, handling.office_id, handling.by, handling.noted_at = case, case.working_office_id, actor, at
    try:
        with transaction.atomic():
            handling.save(force_insert=True)
            chain.append(case.id, ChainLink.Kind.HANDLING, handling, at)
            about = {"handling": handling.pk, "outcome": handling.outcome, "unit": handling.unit}
            Event.write(case.office_id, "case.handling", case, actor=actor, at=at, **about, final=handling.final)
            if handling.final:
                handled(case, handling, at, actor)
    except IntegrityError:
        return Handling.objects.get(key=handling.key)
    return handling


def handled(case: Case, handling: Handling, at: datetime, actor: Officer) -> None:
    """The output "handled" is there."""
    if Case.objects.filter(id=case.id, handled_at=None).update(handled_at=at):
        case.handled_at = at
        steps.reached(case, steps.Output.HANDLED, at, actor, handling=handling.pk)
        Event.write(case.office_id, "case.handled", case, actor=actor, at=at, handling=handling.pk)
        escalation.close_if_done(case, at, actor)


def words_for_answer(handling: Handling, author_name: str) -> str:
    """Offered as the answer: where to go with what is not our authority."""
    name = given_name(author_name) or NAMELESS
    return ELSEWHERE.format(name=name, office=handling.office.name, where=handling.where.rstrip("."))
