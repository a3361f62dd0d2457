"""Counting an office's month from its Events and Steps. The same month counted twice gives the same.

The current month is counted again while something happens in it; a month that is over is counted a last time some
days later (what was decided in its last hour has been followed up by then), and stands.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from moderation.figures.cases import count_cases
from moderation.figures.models import CountedCase, CountedMonth, Tally
from moderation.figures.parts import Window, in_parts
from moderation.figures.period import Month, month_of
from moderation.figures.tally import CHANNEL, TOPIC, UNIT, Tallies
from moderation.figures.writes import count_writes
from offices.hours.calendar import working_time_of
from offices.models import Event, Office

RECOUNT_AFTER = timedelta(minutes=5)
FINAL_AFTER = timedelta(days=3)
ROWS_AT_ONCE = 2000


def take_stock(at: datetime) -> int:
    """Count whatever month of whatever office wants it; how many were counted."""
    wanted = [(office, month) for office in Office.objects.order_by("id") for month in wanting(office, at)]
    for office, month in wanted:
        count_month(office, month, at)
    return len(wanted)


def wanting(office: Office, at: datetime) -> Iterator[Month]:
    """The months, from the office's first Event on, that are not final and were not counted just now. Three looks
    into indexes an office (event_of_office, counted_month_once)."""
    events = Event.objects.filter(office=office)
    first = events.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return
    newest = newest_event(office)
    known = {row.month: row for row in CountedMonth.objects.filter(office=office)}
    month, current = month_of(first, office.zone), month_of(at, office.zone)
    while month <= current:
        row = known.get(month.first)
        moved = row is None or (row.up_to != newest and at - row.at >= RECOUNT_AFTER)
        over = month.window(office.zone)[1] + FINAL_AFTER <= at
        if row is None or (not row.final and (moved or over or at - row.at >= timedelta(hours=1))):
            yield month
        month = month.after()


def newest_event(office: Office) -> int:
    rows = Event.objects.filter(office=office).order_by("-at", "-id")
    return rows.values_list("id", flat=True).first() or 0


def count_month(office: Office, month: Month, at: datetime) -> None:
    """Put what was counted in the place of what stood there, in one transaction."""
    since, end = month.window(office.zone)
    up_to = newest_event(office)
    into = Tallies()
    window = Window(office, since, min(end, at), working_time_of(office))
    count_cases(window, into)
    count_writes(window, into)
    with transaction.atomic():
        CountedMonth.objects.update_or_create(
            office=office,
            month=month.first,
            defaults={"up_to": up_to, "at": at, "final": end + FINAL_AFTER <= at},
        )
        store(office, month, into)


def store(office: Office, month: Month, into: Tallies) -> None:
    """Only what differs is written: the month is counted every few minutes, tens of thousands of its cases stand as
    they stood, and whoever else wants to write waits for this."""
    replace(
        Tally.objects.filter(office=office, month=month.first),
        ("by", "what", "key", "minutes", "n"),
        {(*key, n) for key, n in into.counts.items()},
        {"office": office, "month": month.first},
    )
    replace(
        CountedCase.objects.filter(office=office, month=month.first),
        ("what", "stage", "case_id", "topic", "channel", "unit"),
        {
            (*key, groups.get(TOPIC, ""), groups.get(CHANNEL, ""), groups.get(UNIT, ""))
            for key, groups in into.behind.items()
        },
        {"office": office, "month": month.first},
    )


def replace(
    rows: QuerySet[Any], columns: tuple[str, ...], wanted: set[tuple[Any, ...]], common: Mapping[str, Any]
) -> None:
    """Let `rows` be the `wanted` values of `columns`: what is not wanted any more goes first, as keys are unique."""
    stands = {tuple(values): pk for pk, *values in rows.order_by().values_list("pk", *columns).iterator(ROWS_AT_ONCE)}
    for part in in_parts([pk for values, pk in stands.items() if values not in wanted]):
        rows.filter(pk__in=part).delete()
    new = (rows.model(**common, **dict(zip(columns, values, strict=True))) for values in wanted - stands.keys())
    rows.model.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
