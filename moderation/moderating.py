"""What a moderator decides about a citizen's public comment: hide it, let it stand, call it spam; and what of it, and
of answers, a platform leaves to a person's own hands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from connectors import outgoing
from connectors.base import MODERATION_KINDS, Kind, MessageKind
from connectors.errors import Reason
from connectors.models import Account, Outgoing
from moderation.models import Answer, Message
from moderation.reply import settle, way_of
from offices.models import Event, Officer

State = Outgoing.State
BY_HAND = frozenset(
    {
        Reason.REPLY_BY_HAND,
        Reason.UNSUPPORTED,
        Reason.WINDOW_OVER,
        Reason.ANSWER_TOO_LATE,
        Reason.MESSAGES_CLOSED,
    }
)
"""Refusals after which a person can still say it in the platform's own app."""
OVER = (State.FAILED, State.WITHDRAWN)
OFFERED = (Kind.HIDE, Kind.APPROVE, Kind.SPAM)


@dataclass(frozen=True, slots=True)
class Decision:
    """One button, and what became of the last press on it."""

    kind: Kind
    row: Outgoing | None

    @property
    def may(self) -> bool:
        return self.row is None or self.row.state in OVER


def decisions(message: Message) -> list[Decision]:
    """What this comment's platform lets us decide, each with its last try. What is held needs no hiding."""
    account = message.account
    if account is None or account.state == Account.State.OFF or message.kind != MessageKind.COMMENT:
        return []
    offered = [kind for kind in OFFERED if kind in account.capability.kinds & MODERATION_KINDS]
    if message.held:
        offered = [kind for kind in offered if kind is not Kind.HIDE]
    if not offered:
        return []
    tried = Outgoing.objects.filter(account=account, kind__in=offered, payload__parent=message.remote_id)
    last = {row.kind: row for row in tried.order_by("id")}
    return [Decision(kind, last.get(kind)) for kind in offered]


@transaction.atomic
def decide(message: Message, kind: Kind, at: datetime, actor: Officer) -> bool:
    """Queue it, once. False where the platform has no such thing, or it is decided already."""
    Message.objects.filter(id=message.id).update(held=F("held"))  # holds the row: of two taps one comes second
    here = Message.objects.select_related("account").get(id=message.id)
    wanted = next((one for one in decisions(here) if one.kind == kind and one.may), None)
    if wanted is None or here.account is None:
        return False
    payload = {"text": "", "post": here.post_remote_id, "parent": here.remote_id}
    outgoing.queue(here.account, kind, payload, at)
    if kind is not Kind.HIDE:
        Message.objects.filter(id=here.id).update(held=False)
    Event.write(here.office_id, f"message.{kind.value}", here, actor=actor, at=at)
    return True


def can_answer(message: Message) -> bool:
    """Whether the desk can write where this message came from; else a person says it there."""
    account = message.account
    if account is None or account.state == Account.State.OFF:
        return False
    return way_of(message) in account.capability.kinds


def left_to_a_person(answer: Answer) -> bool:
    """The platform refused it from the desk, and would take it from a person."""
    row = answer.outgoing
    return row is not None and row.state == State.FAILED and row.reason in BY_HAND


@transaction.atomic
def said_by_hand(answer: Answer, at: datetime, actor: Officer) -> bool:
    """A person copied the words and said them there. False where it is out, or was decided meanwhile."""
    if answer.outgoing is None or not outgoing.withdraw(
        Outgoing.objects.filter(id=answer.outgoing.id, state=State.FAILED), at, actor, "said_by_hand"
    ):
        return False
    Answer.objects.filter(id=answer.id).update(by_hand_at=at, author=actor)
    Event.write(answer.office_id, "answer.by_hand", answer.case or answer.message, actor=actor, at=at, answer=answer.id)
    settle(answer, at)
    return True


def message_of(row: Outgoing) -> Message | None:
    """The comment that a decision is about."""
    return Message.objects.filter(account=row.account_id, remote_id=row.payload.get("parent", "")).first()
