"""The cases behind a figure: the list of cases, narrowed by what stands in the figure's address."""

from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone

from moderation.figures.indicators import What
from moderation.figures.models import CountedCase, CountedMonth
from moderation.figures.period import Period
from moderation.figures.reading import STOCKS
from moderation.models import CaseQuerySet
from offices.models import Officer

FILTERS = {"tahap": "stage", "topik": "topic", "kanal": "channel", "unit": "unit"}


def asked(address: QueryDict) -> What | None:
    """Which figure's cases are wanted; None: the list as it is."""
    try:
        return What(address.get("angka", ""))
    except ValueError:
        return None


def behind(rows: CaseQuerySet, address: QueryDict, officer: Officer) -> CaseQuerySet:
    """Those of `rows` that were counted there. Index: counted_case_of_figure."""
    what = asked(address)
    if what is None:
        return rows
    months = Period.read(address.get("periode", ""), timezone.localdate()).months
    counted = CountedCase.objects.visible_to(officer).filter(what=what)
    if what in STOCKS:  # the same case waits in each month: only the newest counts
        seen = CountedMonth.objects.visible_to(officer).filter(month__in=[month.first for month in months])
        newest = seen.aggregate(Max("month"))["month__max"]
        months = [month for month in months if month.first == newest]
    counted = counted.filter(month__in=[month.first for month in months])
    for key, field in FILTERS.items():
        if key in address:
            counted = counted.filter(**{field: address[key]})
    return rows.filter(id__in=counted.values("case"))
