"""How well the judgement did, from what people did with it: precision, coverage, confusion, drift."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

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
    yield from confusion(list(judged.values_list("judged_label", "label")))
    yield from drift(list(judged.values_list("stored_at", "language", "judged_label", "label")))


def confusion(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """What the machine said (row) and what a person left or made of it (column)."""
    count = Counter(pairs)
    yield "confusion said\\is " + " ".join(KINDS)
    for said in KINDS:
        yield f"confusion {said} " + " ".join(str(count[said, is_]) for is_ in KINDS)


def drift(rows: list[tuple[datetime, str, str, str]]) -> Iterator[str]:
    """The share of labels that people corrected, by month and by language."""
    for name, key in (("month", 0), ("language", 1)):
        total: Counter[str] = Counter()
        corrected: Counter[str] = Counter()
        for stored_at, language, said, is_ in rows:
            group = f"{stored_at:%Y-%m}" if key == 0 else language or "?"
            total[group] += 1
            corrected[group] += said != is_
        for group in sorted(total):
            yield f"corrected_by_{name} {group} {share(corrected[group], total[group])} of {total[group]}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"
