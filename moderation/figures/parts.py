"""What a month's counting reads from: its window, and an office's Events in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, StrIndex, Substr

from moderation.figures.tally import CHANNEL, TOPIC, UNIT, Groups
from moderation.models import Case, Message
from offices.models import Event, Office
from offices.working_time import WorkingTime

PART = 500
"""So many ids a query: bounded memory, and below each database's limit of parameters."""
HANDLED = "case.handled"
Item = TypeVar("Item")


def in_parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), PART):
        yield list(items[start : start + PART])


@dataclass(frozen=True)
class Window:
    """An office's month, not beyond the moment of counting."""

    office: Office
    since: datetime
    until: datetime
    hours: WorkingTime
    known: dict[int, Groups] = field(default_factory=dict, compare=False, repr=False)
    """What was asked already of `belongs`: a case stands behind half a dozen figures."""

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def events(self, *verbs: str) -> Iterator[tuple[str, str, datetime]]:
        """(verb, subject, at), the oldest first. Index: event_of_office."""
        return self._moves(verbs).order_by("at", "id").values_list("verb", "subject", "at").iterator(chunk_size=2000)

    def data(self, *verbs: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(verb, what the move was about), the oldest first. Index: event_of_office."""
        return self._moves(verbs).order_by("at", "id").values_list("verb", "data").iterator(chunk_size=2000)

    def rows(self, *verbs: str) -> QuerySet[Event, Any]:
        """The ids of what these moves were about, for the database alone. Index: event_of_office."""
        number = Substr("subject", StrIndex("subject", Value(":")) + 1)
        return self._moves(verbs).order_by().values(row=Cast(number, BigIntegerField()))

    def _moves(self, verbs: Sequence[str]) -> QuerySet[Event]:
        return Event.objects.filter(office=self.office, verb__in=verbs, at__gte=self.since, at__lt=self.until)

    def first_events(self, verb: str) -> dict[int, datetime]:
        """The row's id → when it first happened in this window."""
        found: dict[int, datetime] = {}
        for _, subject, at in self.events(verb):
            found.setdefault(id_in(subject), at)
        return found

    def belongs(self, ids: Collection[int]) -> dict[int, Groups]:
        """What these cases belong to: topic, channel, and the unit of whoever takes care."""
        first = Message.objects.filter(case=OuterRef("pk")).order_by("id")
        for part in in_parts(sorted(set(ids) - self.known.keys())):
            rows = Case.objects.filter(id__in=part).annotate(came_by=Subquery(first.values("channel")[:1]))
            for pk, *what in rows.values_list("id", "topic", "account__platform", "came_by", "officer__unit"):
                self.known[pk] = groups_of(*what)
        return {pk: self.known[pk] for pk in ids if pk in self.known}

    def closed_since(self) -> set[int]:
        """Cases that were still open at the window's end. Index: event_of_office."""
        rows = Event.objects.filter(office=self.office, verb="case.closed", at__gte=self.until)
        return {id_in(subject) for subject in rows.values_list("subject", flat=True)}


def groups_of(topic: str, platform: str | None, came_by: str | None, unit: int | None) -> Groups:
    return {TOPIC: topic, CHANNEL: (platform or (came_by or "").lower())[:60], UNIT: str(unit or "")}


def id_in(subject: str) -> int:
    """ "case:12" → 12."""
    return int(subject.partition(":")[2])


def still_handled(window: Window, ids: Collection[int]) -> set[int]:
    """Those of these cases whose follow-up stood at the window's end: noted, and not opened again since. Index:
    event_of_subject."""
    newest: dict[int, str] = {}
    for part in in_parts(sorted(ids)):
        rows = Event.objects.filter(subject__in=[f"case:{pk}" for pk in part], at__lt=window.until)
        moves = rows.filter(verb__in=[HANDLED, "case.reopened"]).order_by("at", "id")
        newest.update((id_in(subject), verb) for subject, verb in moves.values_list("subject", "verb"))
    return {pk for pk, verb in newest.items() if verb == HANDLED}
