"""Asking an officer by whatever reaches them: the office's WhatsApp number, else a mail."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from connectors.phone import international
from moderation.consultation import asking
from moderation.consultation.models import Consultation
from moderation.models import Case, Message
from offices.models import Event, Officer

NAMESPACE = uuid.UUID("a1c4f0de-58a9-5c07-9a3c-0a6f4ad0b7f3")


def can_mail(officer: Officer) -> bool:
    return settings.EMAIL_READY and bool(officer.email)


def can_reach(case: Case, officer: Officer) -> bool:
    by_phone = bool(international(officer.phone)) and asking.account_for(case.at_work) is not None
    return by_phone or can_mail(officer)


def mail(
    case: Case, message: Message, officer: Officer, question: str, key: uuid.UUID, at: datetime, actor: Officer | None
) -> Consultation:
    """As soon as the screenshot is there (`mailing.send_due`). The same `key` again is the same question."""
    try:
        with transaction.atomic():
            if (already := Consultation.objects.filter(key=key).first()) is not None:
                return already
            how = {"way": Consultation.Way.EMAIL, "mail_due_at": at}
            one = asking.record(case, message, officer, question, key, at, actor, **how)
            Event.write(case.office_id, "consultation.asked", case, actor=actor, at=at, officer=officer.pk)
            return one
    except IntegrityError:
        return Consultation.objects.get(key=key)


def hand_on(one: Consultation, officer: Officer, at: datetime) -> Consultation | None:
    """The same question to somebody else; None where neither WhatsApp nor mail reaches them. Once an officer."""
    key = uuid.uuid5(NAMESPACE, f"{one.id} {officer.id}")
    account = asking.account_for(one.case.at_work)
    given = (one.case, one.message, officer, one.question, key, at, one.asked_by)
    if account is not None and international(officer.phone):
        new = asking.ask(*given, account)
    elif can_mail(officer):
        new = mail(*given)
    else:
        return None
    Consultation.objects.filter(id=new.id, passed_from=None).update(passed_from=one)
    return new
