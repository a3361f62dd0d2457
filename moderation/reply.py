"""Answers: a thank-you by the machine, or what a moderator wrote; both leave by `connectors/outgoing.py`."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from connectors import outgoing
from connectors.base import Kind, MessageKind
from connectors.models import Account, Outgoing
from moderation import escalation, steps
from moderation.drafting import canned, window
from moderation.drafting.turns import take_turn
from moderation.judging import trust
from moderation.judging.models import Trial
from moderation.models import Answer, Case, Message
from moderation.records import chain
from moderation.records.models import ChainLink
from moderation.thanks import thank_you
from offices.models import Event, Office, Officer

VERBS = {
    Answer.Kind.ANSWER: "answer.written",
    Answer.Kind.RECEIVED: "answer.received",
    Answer.Kind.REQUEST: "answer.request",
}
EARLY = (Answer.Kind.RECEIVED, Answer.Kind.REQUEST, Answer.Kind.SOLVED)
RECENT_TEXTS = 5
"""So many of the last thank-yous under a post are not said again."""


def thank(message: Message, at: datetime, *, propose: bool = False) -> Answer | None:
    """Thank for praise with another sentence (SOP-1 §7.1a): queued behind a pause, or proposed to a moderator.

    None where this person was thanked under this post today already, or the account was disconnected.
    """
    if message.account is None or message.account.state == Account.State.OFF:
        return None
    due_at = at + timedelta(seconds=settings.THANKS_PAUSE_SECONDS)
    own = canned.thanks_of(message.office, message.language)
    said = thank_you(message.language, message.author_name, str(message.id), recent_thanks(message), own)
    text = canned.fill(said, message, None)
    state = Outgoing.State.DRAFT if propose or message.office.thanks != Office.Thanks.ON else Outgoing.State.QUEUED
    try:
        with transaction.atomic():
            row = outgoing.queue(message.account, way_of(message), address_of(message, text), due_at, state=state)
            answer = Answer.objects.create(
                office_id=message.office_id,
                message=message,
                case=None,
                kind=Answer.Kind.THANKS,
                text=text,
                outgoing=row,
                thanks_key=thanks_key(message, at),
                created_at=at,
            )
            Event.write(message.office_id, "thanks.prepared", message, at=at, state=state)
    except IntegrityError:  # thanks_key: once a person, post and day
        return None
    return answer


def thanks_key(message: Message, at: datetime) -> str:
    day = at.astimezone(message.office.zone).date()
    where = message.post_remote_id or message.thread
    return f"{message.account_id}:{message.author_id}:{where}:{day}"


def recent_thanks(message: Message) -> list[str]:
    """The last thank-yous of this account under the same post, oldest first."""
    said = Answer.objects.filter(
        kind=Answer.Kind.THANKS, message__account=message.account_id, message__post_remote_id=message.post_remote_id
    )
    return list(said.order_by("-id").values_list("text", flat=True)[:RECENT_TEXTS])[::-1]


def way_of(message: Message) -> Kind:
    return Kind.DM if message.kind == MessageKind.DM else Kind.REPLY


def address_of(message: Message, text: str) -> dict[str, str]:
    """An Outgoing's payload that answers `message` where it was written."""
    if message.kind == MessageKind.DM:
        return {"text": text, "thread": message.thread}
    return {"text": text, "post": message.post_remote_id, "parent": message.remote_id}


@transaction.atomic
def send_proposed(answer: Answer, at: datetime, actor: Officer) -> bool:
    """One tap: the proposed thank-you goes out now. False where it is not (any more) a proposal."""
    proposed = Outgoing.objects.filter(answer=answer, state=Outgoing.State.DRAFT)
    moved = outgoing.change_all(proposed, Outgoing.State.QUEUED, "outgoing.released", at, actor=actor, due_at=at)
    if moved:
        Answer.objects.filter(id=answer.id).update(author=actor)
        trust.note(answer, True, Trial.Why.SENT, at)
    return bool(moved)


def stop(answer: Answer, at: datetime, actor: Officer) -> bool:
    """During its pause: it does not go out, and its message waits for a person. False: too late."""
    return take_back(answer, at, actor, "stopped")


def decline(answer: Answer, at: datetime, actor: Officer) -> bool:
    """The proposal was wrong: its message waits for a person's label."""
    return take_back(answer, at, actor, "declined")


@transaction.atomic
def take_back(answer: Answer, at: datetime, actor: Officer, why: str) -> bool:
    if not outgoing.withdraw(Outgoing.objects.filter(answer=answer), at, actor, why):
        return False
    Message.objects.filter(id=answer.message_id, state=Message.State.THANKS).update(state=Message.State.REVIEW)
    Event.write(answer.office_id, f"thanks.{why}", answer.message, actor=actor, at=at)
    trust.note(answer, False, why, at)
    return True


@transaction.atomic
def delete_sent(answer: Answer, at: datetime, actor: Officer) -> bool:
    """A thank-you that is out is taken back: deleted on the platform where it can be (else by hand, with the link), its
    message waits for a person, and automatic thanks of the office go back to proposing. False: not out, or done."""
    row, message = answer.outgoing, answer.message
    if row is None or row.state != Outgoing.State.SENT or message.account is None:
        return False
    if not Answer.objects.filter(id=answer.id, kind=Answer.Kind.THANKS, taken_back_at=None).update(taken_back_at=at):
        return False
    if message.account.capability.can_delete and row.remote_id:
        payload = {"text": "", "parent": row.remote_id, "post": message.post_remote_id, "thread": message.thread}
        outgoing.queue(message.account, Kind.DELETE, payload, at)
    Message.objects.filter(id=message.id).exclude(state=Message.State.CASE).update(state=Message.State.REVIEW)
    Event.write(answer.office_id, "thanks.taken_back", message, actor=actor, at=at, answer=answer.id)
    trust.note(answer, False, Trial.Why.TAKEN_BACK, at)
    trust.switch_back(answer.office, "taken_back", at, actor)
    return True


def answer(
    message: Message,
    text: str,
    author: Officer,
    key: uuid.UUID,
    at: datetime,
    case: Case | None = None,
    *,
    private: bool = False,
    kind: str = Answer.Kind.ANSWER,
    seen: int | None = None,
) -> Answer:
    """A moderator's answer, sent by the worker at once; `private`: a public comment is answered by a direct message.
    The same `key` again (a double tap) is the same answer. `seen`: what its writer knew of others' (`drafting.turns`).

    Raises ValueError where the message came in by hand (that is answered by hand, too), `turns.Overtaken`, and
    `window.NoPrivateReply` where the comment takes no private reply (any more).
    """
    if message.account is None:
        raise ValueError("a message without an account is answered by hand")
    row_of = message.account
    try:
        with transaction.atomic():
            if (already := Answer.objects.filter(key=key).first()) is not None:
                return already
            if private and not window.takes_private(message, at):
                raise window.NoPrivateReply
            way = Kind.PRIVATE_REPLY if private else way_of(message)
            decider_id = case.handler_id if case else None
            row = outgoing.queue(row_of, way, address_of(message, text), at, decider_id=decider_id)
            said = record(message, text, author, key, at, case, row, kind=kind, seen=seen)
            # The turn holds the message's row: whoever came in between is seen now, and of two the second goes back.
            if private and window.private_replies(message).exclude(id=said.id).exists():
                raise window.NoPrivateReply
            return said
    except IntegrityError:
        return Answer.objects.get(key=key)


def answer_by_hand(
    message: Message,
    text: str,
    author: Officer,
    key: uuid.UUID,
    at: datetime,
    case: Case | None = None,
    *,
    seen: int | None = None,
) -> Answer:
    """It was said outside (another app, a phone call): the record of it. Raises `turns.Overtaken`."""
    try:
        with transaction.atomic():
            if (already := Answer.objects.filter(key=key).first()) is not None:
                return already
            said = record(message, text, author, key, at, case, None, seen=seen)
            settle(said, at)
            return said
    except IntegrityError:
        return Answer.objects.get(key=key)


def record(
    message: Message,
    text: str,
    author: Officer,
    key: uuid.UUID,
    at: datetime,
    case: Case | None,
    row: Outgoing | None,
    *,
    kind: str = Answer.Kind.ANSWER,
    seen: int | None = None,
) -> Answer:
    take_turn(message, seen)
    written = Answer.objects.create(
        office_id=message.office_id,
        message=message,
        case=case,
        kind=kind,
        text=text,
        author=author,
        outgoing=row,
        by_hand_at=None if row else at,
        key=key,
        created_at=at,
    )
    if case is None and kind == Answer.Kind.ANSWER:
        Message.objects.filter(id=message.id, state__in=Message.INBOX).update(state=Message.State.DONE)
    Event.write(message.office_id, VERBS[Answer.Kind(kind)], case or message, actor=author, at=at, answer=written.id)
    return written


def follow_up(at: datetime) -> int:
    """Record what sent answers mean for their messages and cases. Index: answer_to_follow_up."""
    sent = Answer.objects.filter(followed_up=False, outgoing__state=Outgoing.State.SENT)
    rows = list(sent.select_related("message", "case", "outgoing")[:200])
    for one in rows:
        settle(one, at)
    return len(rows)


@transaction.atomic
def settle(said: Answer, at: datetime) -> None:
    """The answer is out: praise is done, a case is answered."""
    if not Answer.objects.filter(id=said.id, followed_up=False).update(followed_up=True):
        return
    if said.case_id is not None:
        chain.append(said.case_id, ChainLink.Kind.ANSWER, said, at)
    if said.kind in EARLY:
        return  # "received", or a question: no answer
    if said.case is None:
        Message.objects.filter(id=said.message_id, state__in=Message.INBOX).update(state=Message.State.DONE)
        return
    answered = Case.objects.open().filter(id=said.case.id)
    if answered.update(state=Case.State.ANSWERED, answered_at=at):
        Event.write(said.office_id, "case.answered", said.case, actor=said.author, at=at, answer=said.id)
    steps.reached(said.case, steps.Output.ANSWERED, at, said.author, answer=said.id)
    escalation.close_if_done(said.case, at, said.author)
