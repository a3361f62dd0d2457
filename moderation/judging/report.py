"""How well the judgement did, from what people did with it: precision, coverage, confusion, drift."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth

from moderation.judging.models import Trial
from moderation.models import Answer, Message
from offices.models import Office

KINDS = [label.value for label in Message.Label]


def lines(offices: list[Office], since: datetime | None = None) -> Iterator[str]:
    """One figure a line: name, value. Shares are of what people have decided; the rest is not known."""
    judged = Message.objects.filter(office__in=offices).exclude(judged_label="")
    trials = Trial.objects.filter(office__in=offices)
    if since is not None:
        judged, trials = judged.filter(stored_at__gte=since), trials.filter(at__gte=since)
    yield f"messages {judged.count()}"
    right, wrong = trials.filter(right=True).count(), trials.filter(right=False).count()
    yield f"thanks_right {right}"
    yield f"thanks_wrong {wrong}"
    yield f"thanks_precision {share(right, right + wrong)}"
    praise = judged.filter(label=Message.Label.PRAISE)
    thanked = Answer.objects.filter(kind=Answer.Kind.THANKS, message__in=praise, message__action="thank")
    yield f"praise_coverage {share(thanked.values('message').distinct().count(), praise.count())}"
    pairs = judged.order_by().values_list("judged_label", "label").annotate(n=Count("id"))
    yield from confusion({(said, is_): n for said, is_, n in pairs})
    yield from drift(judged, "month", TruncMonth("stored_at"), lambda month: f"{month:%Y-%m}")
    yield from drift(judged, "language", F("language"), lambda language: language or "?")


def confusion(count: dict[tuple[str, str], int]) -> Iterator[str]:
    """What the machine said (row) and what a person left or made of it (column)."""
    yield "confusion said\\is " + " ".join(KINDS)
    for said in KINDS:
        yield f"confusion {said} " + " ".join(str(count.get((said, is_), 0)) for is_ in KINDS)


def drift(judged: QuerySet[Message], name: str, by: Combinable, written: Callable[[Any], str]) -> Iterator[str]:
    """The share of labels that people corrected, counted by the database."""
    groups = judged.order_by().annotate(group=by).values("group")
    changed = Count("id", filter=~Q(label=F("judged_label")))
    for group, total, corrected in (
        groups.annotate(n=Count("id"), c=changed).order_by("group").values_list("group", "n", "c")
    ):
        yield f"corrected_by_{name} {written(group)} {share(corrected, total)} of {total}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"
