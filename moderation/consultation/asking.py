"""Asking an officer about a case: who can be asked, with which picture and words, and on which way."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from connectors import outgoing
from connectors.base import Kind
from connectors.models import Account, Outgoing
from connectors.phone import international
from moderation import steps
from moderation.consultation import patience
from moderation.consultation.models import Consultation, ConsultationQuerySet, ConsultationReply, Nudge
from moderation.consultation.picture import file_of, want
from moderation.consultation.taps import BUTTONS
from moderation.models import Case, Evidence, Message
from offices.models import Event, Notice, Office, Officer
from offices.roles import Permission

PLATFORM = "whatsapp"
QUOTED_MAX = 300
A_MOMENT = timedelta(minutes=10)
NO_PICTURE = "no_picture"
CALLED_OFF = "called_off"
LABELS = {
    Message.Label.COMPLAINT: "keluhan",
    Message.Label.SUGGESTION: "saran",
    Message.Label.QUESTION: "pertanyaan",
}


def officers_for(case: Case) -> QuerySet[Officer]:
    """Who may be asked: people of the case's office, of the one that works on it, and of those over them."""
    offices = {case.office_id, case.working_office_id}
    place = Q(office__in=offices) | Q(office__centres__in=offices)
    return Officer.objects.filter(place, is_active=True).distinct().order_by("first_name", "username")


def account_for(office: Office) -> Account | None:
    """The connected WhatsApp number: the office's own, else that of the office over it."""
    connected = Account.objects.filter(platform=PLATFORM, state=Account.State.GREEN)
    own = connected.filter(office=office).first()
    return own or (connected.filter(office=office.parent_id).first() if office.parent_id else None)


def just_asked(message: Message, officer: Officer, at: datetime, by: Officer) -> Consultation | None:
    """What somebody else asked this officer about this message a moment ago, and nobody has answered: two people have
    the case open."""
    asked = Consultation.objects.filter(message=message, officer=officer, asked_at__gt=at - A_MOMENT)
    waiting = asked.filter(answered_at=None, passed_at=None, failure="").exclude(asked_by=by)
    return waiting.select_related("asked_by").first()


def question_for(case: Case, message: Message) -> str:
    """Words to begin with; the moderator changes them."""
    what = LABELS.get(Message.Label(case.label), "pesan")
    quoted = " ".join(message.masked_text.split())
    quoted = quoted if len(quoted) <= QUOTED_MAX else quoted[: QUOTED_MAX - 1] + "…"
    return (
        f"Mohon arahan untuk menjawab {what} {case.number} di {message.channel} ({case.office.name}):\n“{quoted}”\n"
        "Balas pesan ini dengan isi jawabannya. Terima kasih."
    )


def share(
    case: Case, message: Message, officer: Officer, question: str, key: uuid.UUID, at: datetime, actor: Officer
) -> Consultation:
    """It went out from the moderator's own phone: the record of it. The same `key` again is the same record."""
    try:
        with transaction.atomic():
            if (already := Consultation.objects.filter(key=key).first()) is not None:
                return already
            row = record(case, message, officer, question, key, at, actor, way=Consultation.Way.SHARE, sent_at=at)
            Event.write(case.office_id, "consultation.shared", case, actor=actor, at=at, officer=officer.pk)
            steps.reached(case, steps.Output.CONSULTED, at, actor, consultation=row.id)
            patience.begin(row, at)
            return row
    except IntegrityError:
        return Consultation.objects.get(key=key)


def ask(
    case: Case,
    message: Message,
    officer: Officer,
    question: str,
    key: uuid.UUID,
    at: datetime,
    actor: Officer | None,
    account: Account,
) -> Consultation:
    """The desk sends it, as soon as the screenshot is there. Raises ValueError for an officer without a number."""
    number = international(officer.phone)
    if not number:
        raise ValueError("an officer without a WhatsApp number")
    try:
        with transaction.atomic():
            if (already := Consultation.objects.filter(key=key).first()) is not None:
                return already
            payload = {"text": question, "thread": number, "buttons": list(BUTTONS), "media": []}
            row = outgoing.queue(account, Kind.DM, payload, at, state=Outgoing.State.DRAFT)
            way = Consultation.Way.DESK
            asked = record(case, message, officer, question, key, at, actor, way=way, number=number, outgoing=row)
            Event.write(case.office_id, "consultation.asked", case, actor=actor, at=at, officer=officer.pk)
    except IntegrityError:
        return Consultation.objects.get(key=key)
    return asked


def record(
    case: Case,
    message: Message,
    officer: Officer,
    question: str,
    key: uuid.UUID,
    at: datetime,
    actor: Officer | None,
    **how: object,
) -> Consultation:
    picture = want(case, message, at, actor)
    return Consultation.objects.create(
        office_id=case.office_id,
        case=case,
        message=message,
        picture=picture,
        officer=officer,
        asked_by=actor,
        question=question,
        key=key,
        asked_at=at,
        **how,
    )


# --- the worker's side


def follow_up(at: datetime) -> None:
    """Queue what waited for its screenshot; note what has gone out, and what was refused."""
    for one in Consultation.objects.waiting_for_picture().select_related("picture", "outgoing", "case")[:50]:
        queue(one, at)
    for one in Consultation.objects.gone_out().select_related("outgoing", "case")[:50]:
        assert one.outgoing is not None
        assert one.outgoing.sent_at is not None
        note_sent(one, one.outgoing.sent_at)
    for one in Consultation.objects.refused().select_related("outgoing", "case", "asked_by")[:50]:
        fail(one, one.outgoing.reason if one.outgoing else "", at)


@transaction.atomic
def queue(one: Consultation, at: datetime) -> None:
    assert one.outgoing is not None
    if one.picture is None or one.picture.state == Evidence.State.IMPOSSIBLE:
        outgoing.withdraw(Outgoing.objects.filter(id=one.outgoing.id), at, why=NO_PICTURE)
        fail(one, NO_PICTURE, at)
    elif one.picture.state == Evidence.State.TAKEN:
        heard_at = last_heard(one)
        medium = {"path": copy_of(one.picture), "mime": "image/png", "alt_text": ""}
        payload = one.outgoing.payload | {"media": [medium], "heard_at": heard_at.isoformat() if heard_at else ""}
        waiting = Outgoing.objects.filter(id=one.outgoing.id, state=Outgoing.State.DRAFT)
        wanted = waiting.filter(consultation__in=Consultation.objects.wanted())
        if not outgoing.change_all(wanted, Outgoing.State.QUEUED, "outgoing.released", at, payload=payload, due_at=at):
            call_off(Consultation.objects.filter(id=one.id), at)


@transaction.atomic
def call_off(rows: ConsultationQuerySet, at: datetime, actor: Officer | None = None) -> None:
    """Nothing is to be asked any more: what has not left (a question, a reminder) stays here, and a question that
    nobody got says so. Whoever closes a case calls this: a number at rest may hold its questions for hours."""
    written = writes_of(rows)
    kept = outgoing.withdraw(Outgoing.objects.filter(id__in=written), at, actor, CALLED_OFF) if written else set()
    unmailed = rows.exclude(mail_due_at=None)
    unsent = rows.filter(Q(outgoing__in=kept) | Q(id__in=unmailed.values("id")), sent_at=None, failure="")
    for one in list(unsent.select_related("case")):
        Consultation.objects.filter(id=one.id).update(failure=CALLED_OFF)
        Event.write(one.office_id, "consultation.called_off", one.case, actor=actor, at=at, consultation=one.id)
    unmailed.update(mail_due_at=None)


def writes_of(rows: ConsultationQuerySet) -> set[int]:
    """What was written by WhatsApp for these questions: themselves, reminders, lists to choose from."""
    nudges = Nudge.objects.filter(consultation__in=rows).values_list("outgoing", flat=True)
    return {*rows.exclude(outgoing=None).values_list("outgoing", flat=True), *nudges}


def copy_of(picture: Evidence) -> str:
    """The screenshot among the files that may leave; its path below MEDIA_ROOT."""
    path = f"consultations/{picture.sha256}.png"
    target = Path(settings.MEDIA_ROOT) / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = target.with_suffix(f".{uuid.uuid4().hex}")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(file_of(picture).read_bytes())
        unfinished.replace(target)
    return path


def last_heard(one: Consultation) -> datetime | None:
    """When this number last wrote to ours: within a day of it WhatsApp lets us write freely."""
    theirs = ConsultationReply.objects.filter(
        consultation__number=one.number, consultation__outgoing__account__outgoing=one.outgoing
    )
    newest = theirs.exclude(remote_id="").order_by("-written_at").first()
    return newest.written_at if newest else None


@transaction.atomic
def note_sent(one: Consultation, at: datetime) -> None:
    """It has left, by WhatsApp or by mail: noted once."""
    if not Consultation.objects.filter(id=one.id, sent_at=None).update(sent_at=at, failure=""):
        return
    Event.write(one.office_id, "consultation.sent", one.case, at=at, consultation=one.id)
    steps.reached(one.case, steps.Output.CONSULTED, at, one.asked_by, consultation=one.id)
    patience.begin(one, at)


def fail(one: Consultation, reason: str, at: datetime) -> None:
    """It did not arrive: whoever asked is told, once."""
    if not Consultation.objects.filter(id=one.id, failure="").update(failure=reason):
        return
    Event.write(one.office_id, "consultation.failed", one.case, at=at, consultation=one.id, reason=reason)
    tell(one, "consultation_failed", "failed", reason=reason)


def tell(one: Consultation, kind: str, once: str, **data: Any) -> None:
    """To whoever asked, or, where their office has handed the case over since, to all of the one that works on it."""
    case, asker = one.case, one.asked_by
    still = asker is not None and case.may(asker, Permission.CONSULT)
    Notice.give(
        case.working_office_id,
        kind,
        once=f"consultation:{one.id}:{once}",
        officer=asker if still else None,
        address=page_of(case),
        number=case.number,
        **data,
    )


def page_of(case: Case) -> str:
    """Where notices of its questions and replies lead to."""
    return f"/kasus/{case.pk}/#konsultasi"
