"""What a moderator makes of a reply: take it for the answer, say that it is none yet, or type in what was told."""

from datetime import datetime

from django.db import transaction

from moderation.consultation import asking
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.drafting import writing
from moderation.drafting.models import Draft
from offices.models import Event, Officer


@transaction.atomic
def adopt(reply: ConsultationReply, at: datetime, actor: Officer) -> Draft:
    """Its words become that officer's draft of the answer; taken once more, they are the same one."""
    one = reply.consultation
    if ConsultationReply.objects.filter(id=reply.id, adopted_at=None).update(adopted_at=at, set_aside=False):
        Consultation.objects.filter(id=one.id, answered_at=None).update(answered_at=reply.written_at)
        Event.write(one.office_id, "consultation.adopted", one.case, actor=actor, at=at, reply=reply.id)
    return writing.adopt(reply, at, actor)


@transaction.atomic
def set_aside(reply: ConsultationReply, at: datetime, actor: Officer) -> bool:
    """Not yet an answer: the question stands again, where nothing else answered it."""
    standing = ConsultationReply.objects.filter(id=reply.id, set_aside=False, adopted_at=None)
    if not standing.update(set_aside=True):
        return False
    one = reply.consultation
    answers = one.replies.filter(set_aside=False).order_by("written_at").values_list("written_at", flat=True)
    Consultation.objects.filter(id=one.id).update(answered_at=answers.first())
    Event.write(one.office_id, "consultation.set_aside", one.case, actor=actor, at=at, reply=reply.id)
    return True


@transaction.atomic
def enter(one: Consultation, text: str, at: datetime, actor: Officer) -> ConsultationReply:
    """It was said on another way (one's own phone, in the corridor); the same words again are the same reply."""
    already = one.replies.filter(remote_id="", text=text).first()
    if already is not None:
        return already
    reply = ConsultationReply.objects.create(
        office_id=one.office_id, consultation=one, text=text, written_at=at, stored_at=at, entered_by=actor
    )
    Consultation.objects.filter(id=one.id, answered_at=None).update(answered_at=at)
    Event.write(one.office_id, "consultation.entered", one.case, actor=actor, at=at, consultation=one.id)
    asking.call_off(Consultation.objects.filter(id=one.id), at, actor)
    return reply
