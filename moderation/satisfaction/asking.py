"""Asking "was this solved?", and taking down what comes back.

In the thread: one tap sends a canned question; the answer is a message there, which a person records. In private: a
link to a page with two buttons. A public link would let anyone vote, so that a link goes by direct message only; where
the desk cannot write, an officer copies it and sends it, to that person alone.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from connectors import outgoing
from connectors.base import Kind, MessageKind
from moderation import moderating, reply
from moderation.drafting.window import takes_private
from moderation.models import Answer, Case, Message
from moderation.satisfaction.link import address_of, reaches_citizens
from moderation.satisfaction.models import Satisfaction
from moderation.thanks import given_name
from offices.models import Event, Notice, Officer

GOOD_FOR = timedelta(days=14)
NAMELESS = "Bapak/Ibu"
IN_THREAD = (
    "Halo {name}, apakah hal yang Anda sampaikan (nomor {number}) sudah teratasi? "
    "Silakan balas SUDAH atau BELUM. Terima kasih. — {office}"
)
BY_LINK = (
    "Halo {name}, apakah hal yang Anda sampaikan (nomor {number}) sudah teratasi? "
    "Mohon jawab di sini, cukup satu ketukan: {link} — {office}"
)
Way = Satisfaction.Way


def ways(case: Case, message: Message, at: datetime) -> list[Way]:
    """How this citizen can be asked now: after the answer, once while a question is open."""
    if case.state == Case.State.OPEN or case.answered_at is None:
        return []
    asked_since = Satisfaction.objects.open(at).filter(case=case, asked_at__gte=case.answered_at)
    if asked_since.exists():
        return []
    if not moderating.can_answer(message):
        return [Way.LINK] if reaches_citizens() else []
    private = message.kind == MessageKind.DM or takes_private(message, at)
    return [Way.THREAD, Way.LINK] if private and reaches_citizens() else [Way.THREAD]


@transaction.atomic
def ask(case: Case, message: Message, way: Way, at: datetime, actor: Officer) -> Satisfaction | None:
    """Send the question, or make it for an officer to send (`Satisfaction.to_copy`). None where it was asked already,
    or cannot be asked that way."""
    Case.objects.filter(id=case.pk).update(state=case.state)  # holds the row: of two taps one comes second
    if way not in ways(case, message, at):
        return None
    key = uuid.uuid4()
    said = say_it(case, message, way, words(case, message, way, key), at, actor)
    asked = Satisfaction.objects.create(
        office_id=case.office_id,
        case=case,
        message=message,
        way=way,
        answer=said,
        asked_by=actor,
        asked_at=at,
        expires_at=at + GOOD_FOR,
        key=key,
    )
    Event.write(case.office_id, "satisfaction.asked", case, actor=actor, at=at, way=way, satisfaction=asked.pk)
    return asked


def say_it(case: Case, message: Message, way: Way, text: str, at: datetime, actor: Officer) -> Answer:
    """The question as it goes out; where the desk cannot write, an officer says it."""
    row = None
    if message.account is not None and moderating.can_answer(message):
        kind = reply.way_of(message) if way == Way.THREAD or message.kind == MessageKind.DM else Kind.PRIVATE_REPLY
        payload = reply.address_of(message, text)
        row = outgoing.queue(message.account, kind, payload, at, decider_id=case.handler_id)
    said = Answer.objects.create(
        office_id=message.office_id,
        message=message,
        case=case,
        kind=Answer.Kind.SOLVED,
        text=text,
        author=actor,
        outgoing=row,
        by_hand_at=None if row else at,
        key=uuid.uuid4(),
        created_at=at,
    )
    if row is None:
        reply.settle(said, at)
    return said


def words(case: Case, message: Message, way: Way, key: uuid.UUID) -> str:
    name, link = given_name(message.author_name) or NAMELESS, address_of(key) if way == Way.LINK else ""
    text = BY_LINK if way == Way.LINK else IN_THREAD
    return text.format(name=name, number=case.number, office=case.office.name, link=link)


@transaction.atomic
def say(
    asked: Satisfaction,
    solved: bool,
    sentence: str,
    at: datetime,
    *,
    actor: Officer | None = None,
    heard: Message | None = None,
) -> bool:
    """The citizen's yes or no, by their own tap (`actor` None) or read out of `heard` by an officer. May be said anew
    until the question expires: the last one counts. False where it is over, or says the same again."""
    again = Satisfaction.objects.open(at).filter(id=asked.pk).exclude(solved=solved, words=sentence)
    said = {"solved": solved, "words": sentence, "said_at": at, "recorded_by": actor, "reply": heard}
    if not again.update(**said):
        return False
    verb = "satisfaction.yes" if solved else "satisfaction.no"
    Event.write(asked.office_id, verb, asked.case, actor=actor, at=at, way=asked.way, satisfaction=asked.pk)
    if not solved:
        Notice.give(
            asked.case.working_office_id,
            "case_unsolved",
            once=f"case:{asked.case_id}:unsolved",
            address=f"/kasus/{asked.case_id}/",
            urgent=asked.case.urgent,
            number=asked.case.number,
        )
    return True


def replies_to(asked: Satisfaction) -> list[Message]:
    """What the same person wrote in that thread since, the newest first. Index: message_thread."""
    if asked.message.account_id is None:
        return []
    later = Message.objects.in_thread_of(asked.message).filter(
        author_id=asked.message.author_id, written_at__gte=asked.asked_at
    )
    return list(later.exclude(id=asked.message_id).order_by("-id")[:3])


def open_question_for(message: Message, at: datetime) -> Satisfaction | None:
    """The question that `message` may answer. Indexes: message_thread, satisfaction_of_message."""
    if message.account_id is None or not message.author_id:
        return None
    thread = Message.objects.in_thread_of(message).filter(author_id=message.author_id).exclude(id=message.pk)
    asked = Satisfaction.objects.open(at).filter(message__in=thread, asked_at__lte=message.written_at, reply=None)
    return asked.select_related("case", "message").order_by("-id").first()
