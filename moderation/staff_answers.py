"""What a colleague said in the platform's own app (or in WordPress): noted under the message that it answers, so that
nobody answers twice.

Platforms hand over what our account wrote without saying who held the phone. The desk's own answers come back the same
way; they are told by their remote id, or, where the desk never learnt that, by their words. An answer counts for the
one comment that it stands under, never for others of the thread: a complaint must not count as answered because its
neighbour is. In a talk it counts for all that the person had said before.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from connectors.base import Incoming, MessageKind
from connectors.models import Account, Outgoing
from connectors.outgoing import withdraw
from moderation import reply
from moderation.models import Answer, Message
from offices.models import Event

NAMES = uuid.UUID("3b1f6f0e-2f0b-4f55-9f4e-6f2f3c0a9d11")
PUBLIC = (MessageKind.COMMENT, MessageKind.MENTION)


def note(account: Account, own: Sequence[Incoming], at: datetime) -> None:
    """Record what is new among what our side wrote. Call it once the citizens' messages of the batch are stored."""
    for one in not_ours_yet(account, own):
        answered = answered_by(account, one)
        if answered and not said_by_the_desk(answered, one.text):
            record(answered, one, key_of(account, one), at)


def key_of(account: Account, one: Incoming) -> uuid.UUID:
    """The same words of ours, met at each poll, are one answer."""
    return uuid.uuid5(NAMES, f"{account.id}:{one.kind}:{one.remote_id}")


def not_ours_yet(account: Account, own: Sequence[Incoming]) -> list[Incoming]:
    """Those that are neither noted nor written by the desk. Indexes: the answers' key, outgoing_remote."""
    if not own:
        return []
    keys = {key_of(account, one): one for one in own}
    noted = set(Answer.objects.filter(key__in=keys).values_list("key", flat=True))
    sent = Outgoing.objects.filter(account=account, remote_id__in=[one.remote_id for one in own if one.remote_id])
    by_desk = set(sent.values_list("remote_id", flat=True))
    return [one for key, one in keys.items() if key not in noted and one.remote_id not in by_desk]


def answered_by(account: Account, one: Incoming) -> list[Message]:
    """The messages that `one` answers, oldest first. Indexes: message_once, message_thread."""
    theirs = Message.objects.filter(account=account).select_related("case", "office")
    if one.kind == MessageKind.DM:
        said = theirs.filter(kind=MessageKind.DM, thread=one.thread, written_at__lte=one.written_at)
        return list(said.filter(answers=None).order_by("id"))
    above = one.parent or one.post
    return list(theirs.filter(kind__in=PUBLIC, remote_id=above)) if above else []


def said_by_the_desk(answered: Iterable[Message], text: str) -> bool:
    """The same words of the desk's own stand there already, or are on their way: their echo."""
    messages = [message.id for message in answered]
    said = Answer.objects.filter(message__in=messages).values_list("text", flat=True)
    return any(" ".join(one.split()) == " ".join(text.split()) for one in said)


@transaction.atomic
def record(answered: Sequence[Message], one: Incoming, key: uuid.UUID, at: datetime) -> None:
    """Note it under the newest message that it answers; what waited to be said to any of them is taken back."""
    message = answered[-1]
    said = Answer.objects.create(
        office_id=message.office_id,
        message=message,
        case=message.case,
        kind=Answer.Kind.THERE,
        text=one.text,
        by_hand_at=one.written_at,
        key=key,
        created_at=at,
    )
    thanks = Outgoing.objects.filter(answer__message__in=list(answered), answer__kind=Answer.Kind.THANKS)
    withdraw(thanks, at, why="answered_there")
    Event.write(message.office_id, "answer.there", message.case or message, at=at, answer=said.id)
    for each in answered[:-1]:
        Message.objects.filter(id=each.id, state__in=Message.INBOX).update(state=Message.State.DONE)
    close(said, at)


def close(said: Answer, at: datetime) -> None:
    """What it means for its message and case. A case of many people is not answered by one answer."""
    if said.case is None or not said.case.is_group:
        reply.settle(said, at)


def after_judging(message: Message, at: datetime) -> None:
    """A message that had its answer before it was judged: its case, too, is answered; praise is thanked already."""
    said = message.answers.filter(kind=Answer.Kind.THERE).first()
    if said is None:
        return
    thanks = Outgoing.objects.filter(answer__message=message, answer__kind=Answer.Kind.THANKS)
    withdraw(thanks, at, why="answered_there")
    Answer.objects.filter(id=said.id).update(case=message.case, followed_up=False)
    said.case = message.case
    close(said, at)
