"""What came in and what went out in a month: messages, posts, thank-yous and answers."""

from moderation.figures.indicators import What
from moderation.figures.parts import Window, id_in, in_parts
from moderation.figures.tally import CHANNEL, TOPIC, Tallies
from moderation.models import Answer, Message
from offices.models import Event
from scheduler.models import Delivery

CAME_IN = ("message.received", "message.entered", "message.asked")


def count_writes(window: Window, into: Tallies) -> None:
    came = sorted({id_in(subject) for _, subject, _ in window.events(*CAME_IN)})
    for part in in_parts(came):
        rows = Message.objects.filter(id__in=part).values_list("topic", "account__platform", "channel")
        for topic, platform, channel in rows:
            into.add(What.RECEIVED, {TOPIC: topic, CHANNEL: (platform or channel.lower())[:60]})
    sent = sorted({id_in(subject) for _, subject, _ in window.events("outgoing.sent")})
    for part in in_parts(sent):
        count_answers(part, into)
        count_posts(part, into)
    for part in in_parts(sorted({id_in(subject) for _, subject, _ in window.events("outgoing.late")})):
        for platform in Delivery.objects.filter(outgoing__in=part).values_list("account__platform", flat=True):
            into.add(What.POST_LATE, {CHANNEL: platform})
    count_by_hand(window, into)


def count_answers(sent: list[int], into: Tallies) -> None:
    """Thank-yous of the desk apart from what people answered."""
    for kind, platform in Answer.objects.filter(outgoing__in=sent).values_list("kind", "outgoing__account__platform"):
        into.add(What.THANKS if kind == Answer.Kind.THANKS else What.ANSWERS, {CHANNEL: platform})


def count_posts(sent: list[int], into: Tallies) -> None:
    """On time: sent without ever having been late. A late one was counted when it became so."""
    subjects = [f"outgoing:{pk}" for pk in sent]
    late = Event.objects.filter(subject__in=subjects, verb="outgoing.late").values_list("subject", flat=True)
    in_time = set(sent) - {id_in(subject) for subject in late}
    for platform in Delivery.objects.filter(outgoing__in=in_time).values_list("account__platform", flat=True):
        into.add(What.POST_IN_TIME, {CHANNEL: platform})


def count_by_hand(window: Window, into: Tallies) -> None:
    """Answers that were said outside of the desk."""
    said = [data["answer"] for _, data in window.data("answer.written", "answer.by_hand") if "answer" in data]
    for part in in_parts(sorted(set(said))):
        rows = Answer.objects.filter(id__in=part, kind=Answer.Kind.ANSWER).exclude(by_hand_at=None)
        for platform, channel in rows.values_list("message__account__platform", "message__channel"):
            into.add(What.ANSWERS, {CHANNEL: (platform or channel.lower())[:60]})
