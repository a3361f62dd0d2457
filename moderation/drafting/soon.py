"""What a person says with one tap before there is an answer: that it is received, or what is still to be told.

Neither ends the stage in which the answer is due: the citizen still waits for it.
"""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from moderation import moderating, reply
from moderation.drafting.canned import text_for
from moderation.drafting.models import CannedText
from moderation.drafting.window import NoPrivateReply, takes_private
from moderation.models import Answer, Case, Message
from offices.models import Officer

NAMESPACE = uuid.UUID("6b9d3a8e-7b1a-5d54-8d0e-2f7a54f0c1de")


def may_say_received(case: Case, message: Message) -> bool:
    """Once a case, before anything was answered, where the desk can write."""
    if case.state != Case.State.OPEN or not moderating.can_answer(message):
        return False
    return not case.answers.exclude(kind=Answer.Kind.THANKS).exists()


def say_received(case: Case, message: Message, at: datetime, actor: Officer) -> Answer | None:
    """ "Received, being handled", once a case; None where it was said, or something better."""
    text = text_for(CannedText.Purpose.RECEIVED, message, case)
    if not text or not may_say_received(case, message):
        return None
    key = uuid.uuid5(NAMESPACE, f"received {case.pk}")
    try:
        with transaction.atomic():
            return reply.answer(message, text, actor, key, at, case, kind=Answer.Kind.RECEIVED)
    except IntegrityError:  # received_once_a_case
        return None


def may_ask_privately(message: Message) -> bool:
    """For the page; `reply.answer` looks once more."""
    return takes_private(message, timezone.now())


def ask_privately(case: Case, message: Message, at: datetime, actor: Officer) -> Answer | None:
    """Ask for what must not stand in public; None where the comment has had its private reply."""
    text = text_for(CannedText.Purpose.PRIVATE, message, case)
    if not text or message.account is None:
        return None
    tries = Answer.objects.filter(message=message, kind=Answer.Kind.REQUEST).count()
    key = uuid.uuid5(NAMESPACE, f"request {message.pk} {tries}")
    try:
        return reply.answer(message, text, actor, key, at, case, private=True, kind=Answer.Kind.REQUEST)
    except NoPrivateReply:
        return None
