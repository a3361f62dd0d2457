"""What came in and what went out in a month: messages, posts, thank-yous and answers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from moderation.figures.indicators import What
from moderation.figures.parts import Window, in_parts
from moderation.figures.tally import CHANNEL, TOPIC, Tallies
from moderation.models import Answer, Message
from offices.models import Event
from scheduler.models import Delivery

CAME_IN = ("message.received", "message.entered", "message.asked")


def count_writes(window: Window, into: Tallies) -> None:
    """The database adds up: a month may have a million of them."""
    came = Message.objects.filter(id__in=window.rows(*CAME_IN))
    for topic, platform, channel, n in summed(came, "topic", "account__platform", "channel"):
        into.add(What.RECEIVED, {TOPIC: topic, CHANNEL: (platform or channel.lower())[:60]}, n=n)
    sent = window.rows("outgoing.sent")
    for kind, platform, n in summed(Answer.objects.filter(outgoing__in=sent), "kind", "outgoing__account__platform"):
        # thank-yous of the desk apart from what people answered
        into.add(What.THANKS if kind == Answer.Kind.THANKS else What.ANSWERS, {CHANNEL: platform}, n=n)
    late = Delivery.objects.filter(outgoing__in=window.rows("outgoing.late"))
    for what, rows in ((What.POST_IN_TIME, never_late(sent)), (What.POST_LATE, late)):
        for platform, n in summed(rows, "account__platform"):
            into.add(what, {CHANNEL: platform}, n=n)
    count_by_hand(window, into)


def summed(rows: QuerySet[Any], *by: str) -> Iterator[tuple[Any, ...]]:
    """The values of `by`, and how many rows have them."""
    yield from rows.order_by().values_list(*by).annotate(n=Count("id")).iterator()


def never_late(sent: QuerySet[Event]) -> QuerySet[Delivery]:
    """Of posts that were sent: a late one was counted when it became so. Index: event_of_subject."""
    subject = Concat(Value("outgoing:"), Cast(OuterRef("outgoing_id"), CharField()))
    late = Event.objects.filter(subject=subject, verb="outgoing.late")
    return Delivery.objects.filter(~Exists(late), outgoing__in=sent)


def count_by_hand(window: Window, into: Tallies) -> None:
    """Answers that were said outside of the desk."""
    said = [data["answer"] for _, data in window.data("answer.written", "answer.by_hand") if "answer" in data]
    for part in in_parts(sorted(set(said))):
        rows = Answer.objects.filter(id__in=part, kind=Answer.Kind.ANSWER).exclude(by_hand_at=None)
        for platform, channel in rows.values_list("message__account__platform", "message__channel"):
            into.add(What.ANSWERS, {CHANNEL: (platform or channel.lower())[:60]})
