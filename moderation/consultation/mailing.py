"""The question by mail: the masked screenshot, and a link by which exactly this officer answers exactly this question.

The link is signed and names two numbers, nothing personal. It works until the question is over: the case answered or
closed, the officer gone, the question passed on, or `LINK_AGE` later.

A mail whose fate is unknown (the server took it and broke off) is sent again: the same question twice harms nobody.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from moderation.consultation import patience
from moderation.consultation.asking import NO_PICTURE, call_off, fail, note_sent
from moderation.consultation.models import Consultation
from moderation.consultation.picture import file_of
from moderation.models import Case, Evidence

SALT = "moderation.consultation.link"
"""A signature for this purpose opens nothing else, and none made for something else opens this."""
LINK_AGE = timedelta(days=14)
LEASE = timedelta(minutes=5)
WAIT_FOR_PICTURE = timedelta(seconds=5)
TRIES = 4
NO_MAIL = "no_mail"
logger = logging.getLogger(__name__)


def link_of(one: Consultation) -> str:
    token = signing.dumps([one.id, one.officer_id], salt=SALT)
    return f"{settings.PUBLIC_URL}{reverse('consultation_link', args=[token])}"


def opened_by(token: str, at: datetime) -> Consultation | None:
    """The question that this link is for, while it may still be answered."""
    try:
        consultation, officer = signing.loads(token, salt=SALT, max_age=LINK_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    related = ("officer", "case__office__parent", "message__account", "picture", "asked_by", "outgoing__account")
    found = Consultation.objects.filter(id=consultation, officer=officer, officer__is_active=True)
    one = found.select_related(*related).first()
    if one is None or one.passed_at is not None or one.case.state != Case.State.OPEN:
        return None
    return one


# --- the worker's side


def send_due(at: datetime) -> None:
    """Index: consultation_to_mail."""
    rows = Consultation.objects.to_mail(at).select_related("case__office", "officer", "asked_by", "picture", "message")
    for one in rows[:20]:
        send(one, at)


def send(one: Consultation, at: datetime) -> None:
    mine = Consultation.objects.filter(id=one.id, mail_due_at=one.mail_due_at)
    if one.picture is None or one.picture.state == Evidence.State.IMPOSSIBLE:
        if mine.update(mail_due_at=None):
            fail(one, NO_PICTURE, at)
    elif one.picture.state == Evidence.State.WANTED:
        mine.update(mail_due_at=at + WAIT_FOR_PICTURE)
    elif one.officer is None or patience.over(one):
        call_off(mine, at)
    elif mine.update(mail_due_at=at + LEASE, mail_tries=one.mail_tries + 1):
        _try(one, at)


def _try(one: Consultation, at: datetime) -> None:
    try:
        gone = message_of(one).send() == 1
    except OSError as error:  # SMTPException is one
        logger.warning("The mail of consultation %s did not leave: %s", one.id, type(error).__name__)
        gone = False
    if gone:
        with transaction.atomic():
            Consultation.objects.filter(id=one.id).update(mail_due_at=None)
            note_sent(one, at)
    elif one.mail_tries + 1 >= TRIES:
        Consultation.objects.filter(id=one.id).update(mail_due_at=None)
        fail(one, NO_MAIL, at)
    else:
        Consultation.objects.filter(id=one.id).update(mail_due_at=at + LEASE * (one.mail_tries + 1))


def message_of(one: Consultation) -> EmailMessage:
    """Indonesian: it goes to an officer of an Indonesian office, and the question in it is Indonesian, too."""
    assert one.officer is not None
    assert one.picture is not None
    head = "Pengingat: " if one.sent_at else ""
    subject = f"{head}mohon arahan untuk kasus {one.case.number} ({one.case.office.name})"
    body = (
        f"{one.question}\n\n"
        f"Jawab, teruskan, atau minta waktu lewat tautan ini (tanpa masuk akun, hanya untuk Anda):\n{link_of(one)}\n\n"
        f"Tautan berlaku {LINK_AGE.days} hari, sampai kasusnya dijawab. Jangan diteruskan kepada orang lain."
    )
    mail = EmailMessage(subject[:1].upper() + subject[1:], body, to=[one.officer.email])
    mail.attach(f"{one.case.number}.png", file_of(one.picture).read_bytes(), "image/png")
    return mail
