"""Figures of a period, out of what was counted: for one office or for several, a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.db.models import Max, Sum

from moderation.figures.indicators import INDICATORS, Indicator, Measure, What
from moderation.figures.models import CountedMonth, Tally, Target
from moderation.figures.period import Period
from moderation.figures.tally import TOTAL
from offices.models import Office

STOCKS = {What.UNHANDLED}
"""Of several months the last one counts, not their sum."""
Minutes = Counter[int]


@dataclass
class Counts:
    """What was counted of one thing (an office, a topic, a month)."""

    numbers: Counter[str]
    minutes: Minutes
    """Working minutes → so many cases were answered within just that."""

    @classmethod
    def none(cls) -> "Counts":
        return cls(Counter(), Counter())

    def realised(self, one: Indicator) -> float | None:
        """None: nothing of the kind happened, which is neither good nor bad."""
        if one.measure is Measure.NUMBER:
            return float(self.numbers[one.part])
        if one.measure is Measure.MINUTES:
            return percentile(self.minutes, one.percentile)
        among = self.numbers[one.part] + self.numbers[one.rest or ""]
        return 100 * self.numbers[one.part] / among if among else None


def percentile(minutes: Minutes, share: int) -> float | None:
    """The smallest time within which `share` per cent were answered."""
    wanted = ceil(sum(minutes.values()) * share / 100)
    reached = 0
    for value in sorted(minutes):
        reached += minutes[value]
        if reached >= wanted:
            return float(value)
    return None


@dataclass(frozen=True)
class Figure:
    """One line of the report: indicator, target, realisation, percentage achieved (SOP-2)."""

    indicator: Indicator
    target: float
    proposed: bool
    """Our target: the office has set none."""
    realised: float | None
    part: int
    among: int

    @property
    def achieved(self) -> float | None:
        return None if self.realised is None else self.indicator.achieved(self.realised, self.target)

    @property
    def opens(self) -> bool:
        """There are cases behind it: posts are none."""
        return self.indicator.part is not What.POST_IN_TIME

    @property
    def reached(self) -> bool:
        return self.achieved is None or self.achieved >= 100


def counted(offices: Sequence[Office], period: Period, by: str = TOTAL) -> dict[tuple[int, str], Counts]:
    """(office, key) → what was counted in the period. Three queries; index: tally_once."""
    months = period.months
    rows = Tally.objects.filter(office__in=offices, by=by).within(months[0].first, months[-1].first)
    found: dict[tuple[int, str], Counts] = defaultdict(Counts.none)
    flows = rows.exclude(what__in=STOCKS).values_list("office", "key", "what", "minutes").annotate(Sum("n"))
    for office, key, what, minutes, n in flows.order_by():
        counts = found[(office, key)]
        counts.numbers[what] += n
        if what == What.ANSWERED:
            counts.minutes[minutes] += n
    last = last_months(offices, period)
    stocks = rows.filter(what__in=STOCKS, month__in=set(last.values()))
    for office, key, what, month, n in stocks.values_list("office", "key", "what", "month", "n"):
        if last[office] == month:
            found[(office, key)].numbers[what] = n
    return found


def last_months(offices: Iterable[Office], period: Period) -> dict[int, date]:
    """Each office's last month that was counted in the period. Index: counted_month_once."""
    months = [month.first for month in period.months]
    rows = CountedMonth.objects.filter(office__in=list(offices), month__in=months)
    return dict(rows.values_list("office").annotate(Max("month")))


def together(counts: Iterable[Counts]) -> Counts:
    whole = Counts.none()
    for one in counts:
        whole.numbers.update(one.numbers)
        whole.minutes.update(one.minutes)
    return whole


def by_month(offices: Sequence[Office], year: int) -> dict[int, Counts]:
    """The months of a year, all these offices together. One query."""
    rows = Tally.objects.filter(office__in=offices, by=TOTAL).within(*_ends(year))
    found: dict[int, Counts] = defaultdict(Counts.none)
    for month, what, minutes, n in rows.values_list("month", "what", "minutes").annotate(Sum("n")).order_by():
        found[month.month].numbers[what] += n
        if what == What.ANSWERED:
            found[month.month].minutes[minutes] += n
    return found


def _ends(year: int) -> tuple[date, date]:
    months = Period(year).months
    return months[0].first, months[-1].first


def targets_of(office: Office, year: int) -> dict[str, tuple[float, bool]]:
    """Indicator → (target, is it only our proposal): the office's own, else that of the one above."""
    rows = Target.objects.filter(office__in=[office.id, office.parent_id or office.id], year=year)
    said = {row.indicator: float(row.value) for row in sorted(rows, key=lambda row: row.office_id == office.id)}
    return {one.key: (said.get(one.key, float(one.target)), one.key not in said) for one in INDICATORS}


def targets_above(office: Office, year: int) -> dict[str, float]:
    """What holds where the office itself says nothing: the target of the one above, else our proposal."""
    above = Target.objects.filter(office=office.parent_id, year=year) if office.parent_id else Target.objects.none()
    said = dict(above.values_list("indicator", "value"))
    return {one.key: float(said.get(one.key, one.target)) for one in INDICATORS}


def figures(counts: Counts, targets: dict[str, tuple[float, bool]]) -> list[Figure]:
    return [
        Figure(
            one,
            *targets[one.key],
            realised=counts.realised(one),
            part=counts.numbers[one.part],
            among=counts.numbers[one.part] + (counts.numbers[one.rest] if one.rest else 0),
        )
        for one in INDICATORS
    ]
