"""What a month's counting reads from: its window, and an office's Events in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

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

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def events(self, *verbs: str) -> Iterator[tuple[str, str, datetime]]:
        """(verb, subject, at), the oldest first. Index: event_of_office."""
        rows = Event.objects.filter(office=self.office, verb__in=verbs, at__gte=self.since, at__lt=self.until)
        return rows.order_by("at", "id").values_list("verb", "subject", "at").iterator(chunk_size=2000)

    def data(self, *verbs: str) -> Iterator[dict[str, Any]]:
        """What these moves were about. Index: event_of_office."""
        rows = Event.objects.filter(office=self.office, verb__in=verbs, at__gte=self.since, at__lt=self.until)
        return rows.values_list("data", flat=True).iterator(chunk_size=2000)

    def first_events(self, verb: str) -> dict[int, datetime]:
        """The row's id → when it first happened in this window."""
        found: dict[int, datetime] = {}
        for _, subject, at in self.events(verb):
            found.setdefault(id_in(subject), at)
        return found

    def closed_since(self) -> set[int]:
        """Cases that were still open at the window's end. Index: event_of_office."""
        rows = Event.objects.filter(office=self.office, verb="case.closed", at__gte=self.until)
        return {id_in(subject) for subject in rows.values_list("subject", flat=True)}


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
