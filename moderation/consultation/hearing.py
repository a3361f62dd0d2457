"""What comes back by WhatsApp: only from the registered number of the officer who was asked.

A reply belongs to the question that it quotes; without a quote, to that officer's newest one that is still open (else
the newest at all). Anybody else's message is no answer to anything: the office is told that somebody wrote.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from connectors.base import Heard, Incoming, Receipt
from connectors.models import Account
from connectors.phone import international
from connectors.whatsapp.hearing import came_along, chosen, tapped
from moderation.consultation import patience, waiting
from moderation.consultation.asking import fail, tell
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.consultation.taps import MEANING, Tap
from offices.models import Event, Notice

CLOCKS = timedelta(minutes=1)
"""By how much WhatsApp's clock may lag behind ours."""
LOOKED_THROUGH = 200
"""So many of a number's newest questions are looked at."""


def hear(account: Account, heard: Heard, at: datetime) -> None:
    for receipt in heard.receipts:
        note_receipt(account, receipt, at)
    for message in heard.messages:
        take_reply(account, message, at)


def note_receipt(account: Account, receipt: Receipt, at: datetime) -> None:
    """It arrived (and under which ids its reader is known), or it failed on its way after it was accepted."""
    asked = Consultation.objects.filter(outgoing__account=account, outgoing__remote_id=receipt.remote_id)
    for one in asked.exclude(outgoing__remote_id="").select_related("case", "asked_by"):
        if receipt.failure is not None:
            fail(one, receipt.failure, at)
        known = set(one.people) | receipt.people
        if known != set(one.people):
            Consultation.objects.filter(id=one.id).update(people=sorted(known))


@transaction.atomic
def take_reply(account: Account, message: Incoming, at: datetime) -> None:
    found = question_of(account, message)
    if found is None:
        tell_of_stranger(account, message)
        return
    one, quoted = found
    own_words = not tapped(message.raw)
    medium = came_along(message.raw)
    reply, new = ConsultationReply.objects.get_or_create(
        remote_id=message.remote_id,
        defaults={
            "office_id": one.office_id,
            "consultation": one,
            "text": message.text,
            "tapped": not own_words,
            "set_aside": not own_words,
            "quoted": quoted,
            "written_at": message.written_at,
            "stored_at": at,
            "raw": dict(message.raw),
            "media_id": medium,
            "media_due_at": at if medium else None,
        },
    )
    if new:
        note_reply(one, reply, at)
        obey(one, message, at)


def obey(one: Consultation, message: Incoming, at: datetime) -> None:
    """A tap on a button or on a line of the list; anything else is the officer's words."""
    if not tapped(message.raw):
        return
    officer = waiting.chosen_officer(one, chosen(message.raw))
    tap = MEANING.get(message.text)
    if officer is not None:
        waiting.pass_on(one, officer, at)
    elif tap is Tap.PASS_ON:
        waiting.ask_whom(one, at)
    elif tap is Tap.TIME:
        waiting.need_time(one, at)


def question_of(account: Account, message: Incoming) -> tuple[Consultation, bool] | None:
    """The question that this answers, and whether it quotes it; None where it is nobody's whom we asked."""
    related = ("officer", "case__office__parent", "asked_by", "message", "outgoing__account")
    sent = Consultation.objects.filter(outgoing__account=account).select_related(*related)
    if message.parent:
        ours = Q(outgoing__remote_id=message.parent) | Q(nudges__outgoing__remote_id=message.parent)
        quoted = sent.filter(ours).first()
        if quoted is not None and is_from(quoted, message.author_id):
            return quoted, True
    before = sent.filter(asked_at__lte=message.written_at + CLOCKS).order_by("-id")
    theirs = [one for one in before[:LOOKED_THROUGH] if is_from(one, message.author_id)]
    still_open = [one for one in theirs if not patience.over(one)]
    newest = next(iter(still_open or theirs), None)
    return (newest, False) if newest is not None else None


def is_from(one: Consultation, author: str) -> bool:
    """Whether this is the officer who was asked, by the number that is registered with them now."""
    officer = one.officer
    if officer is None or not officer.is_active or one.number != international(officer.phone):
        return False
    return author == one.number or author in one.people


@transaction.atomic
def take_by_link(one: Consultation, text: str, key: uuid.UUID, at: datetime) -> None:
    """The officer's own words, by the link of a mail; the same `key` again is the same reply."""
    reply, new = ConsultationReply.objects.get_or_create(
        remote_id=f"link:{key}",
        defaults={"office_id": one.office_id, "consultation": one, "text": text, "written_at": at, "stored_at": at},
    )
    if new:
        note_reply(one, reply, at)


def note_reply(one: Consultation, reply: ConsultationReply, at: datetime) -> None:
    if not reply.set_aside:
        Consultation.objects.filter(id=one.id, answered_at=None).update(answered_at=reply.written_at)
    Event.write(one.office_id, "consultation.replied", one.case, at=at, consultation=one.id, tapped=reply.tapped)
    kind = "consultation_tapped" if reply.tapped else "consultation_answered"
    tell(one, kind, f"reply:{reply.id}", officer_name=str(one.officer or ""), text=reply.text[:80])


def tell_of_stranger(account: Account, message: Incoming) -> None:
    """An officer with a new number would otherwise wait for ever. Four digits are enough to know one's own."""
    ending = message.author_id[-4:]
    Notice.give(
        account.office_id,
        "whatsapp_stranger",
        once=f"whatsapp:{account.id}:{ending}",
        account=str(account),
        ending=ending,
    )
