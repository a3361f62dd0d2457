"""What the page of figures shows, made ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from connectors.models import PLATFORM_CHOICES
from moderation.figures.indicators import BY_KEY, What
from moderation.figures.models import CountedMonth
from moderation.figures.period import Period
from moderation.figures.reading import Counts, Figure, by_month, counted, figures, targets_of, together
from moderation.figures.tally import CHANNEL, STAGE, TOPIC, TOTAL, UNIT
from moderation.judging.models import Topic
from moderation.judging.topics import NAMES
from moderation.steps.models import Procedure
from offices.models import Office, Unit

BESIDE = (What.RECEIVED, What.OPENED, What.ANSWERS, What.THANKS)
GROUPS = (TOPIC, CHANNEL, UNIT, STAGE)
COLUMNS = {What.OPENED, What.ANSWERED, What.IN_TIME, What.LATE, What.STAGE_IN_TIME, What.STAGE_LATE}
"""What these tables show: a topic with nothing but messages would be a row of noughts."""


@dataclass(frozen=True)
class Line:
    """One row of a table: a topic, a channel, a stage, a centre or a month."""

    name: str
    query: dict[str, str]
    """What the links of its figures add to the address of the cases."""
    counts: Counts
    in_time: What
    late: What
    """Of cases; where the row is a stage, of that."""
    share: float | None
    median: float | None
    reached: bool
    office: Office | None = None

    def number(self, what: str) -> int:
        return self.counts.numbers[what]


@dataclass(frozen=True)
class Report:
    offices: list[Office]
    period: Period
    menurut: str
    figures: list[Figure]
    beside: list[tuple[str, int]]
    groups: list[Line]
    centres: list[Line]
    months: list[Line]
    counted_at: datetime | None

    @property
    def period_in_words(self) -> str:
        return in_words(self.period)

    @property
    def before_in_words(self) -> str:
        return in_words(self.period.before, short=True)

    @property
    def after_in_words(self) -> str:
        return in_words(self.period.after, short=True)

    @property
    def has_after(self) -> bool:
        """The next period has begun: of one to come there is nothing to see."""
        return self.period.after.months[0].first <= timezone.localdate()

    @property
    def office(self) -> Office | None:
        return self.offices[0] if len(self.offices) == 1 else None


def in_words(period: Period, short: bool = False) -> str:
    if period.number is None:
        return str(period.year)
    return date_format(date(period.year, period.number, 1), "M Y" if short else "F Y")


def report(offices: list[Office], period: Period, menurut: str) -> Report:
    """A fixed number of queries, however many offices, months and cases."""
    menurut = menurut if menurut in GROUPS else TOPIC
    whole = counted(offices, period)
    targets = targets_of(first_of(offices), period.year)
    numbers = together(whole.values())
    return Report(
        offices=offices,
        period=period,
        menurut=menurut,
        figures=figures(numbers, targets),
        beside=[(what, numbers.numbers[what]) for what in BESIDE],
        groups=groups(offices, period, menurut, targets["in_time"][0]),
        centres=centres(offices, whole, targets["in_time"][0]) if len(offices) > 1 else [],
        months=months(offices, period, targets["in_time"][0]),
        counted_at=counted_at(offices, period),
    )


def first_of(offices: Sequence[Office]) -> Office:
    """Whose targets hold for the whole: the city's, where there is one."""
    return next((one for one in offices if one.kind == Office.Kind.CITY), offices[0])


def counted_at(offices: Sequence[Office], period: Period) -> datetime | None:
    """The oldest of the last countings: so fresh is the page at least."""
    rows = CountedMonth.objects.filter(office__in=offices, month__in=[month.first for month in period.months])
    newest: dict[int, datetime] = {}
    for office, at in rows.values_list("office", "at"):
        newest[office] = max(at, newest.get(office, at))
    return min(newest.values(), default=None)


def line(
    name: str,
    counts: Counts,
    target: float,
    query: dict[str, str],
    *,
    stage: bool = False,
    office: Office | None = None,
) -> Line:
    indicator = BY_KEY["stages" if stage else "in_time"]
    share = counts.realised(indicator)
    assert indicator.rest is not None
    return Line(
        name=name,
        query=query,
        counts=counts,
        in_time=indicator.part,
        late=indicator.rest,
        share=share,
        median=counts.realised(BY_KEY["median"]),
        reached=share is None or share >= target,
        office=office,
    )


def groups(offices: list[Office], period: Period, menurut: str, target: float) -> list[Line]:
    """By topic, channel, unit or stage; the latest first."""
    parts = counted(offices, period, menurut)
    by_key: dict[str, Counts] = {}
    for (_office, key), counts in parts.items():
        by_key[key] = together([by_key[key], counts]) if key in by_key else counts
    names = names_of(offices, menurut)
    made = [
        line(names.get(key) or key or _("(none)"), counts, target, {menurut: key}, stage=menurut == STAGE)
        for key, counts in by_key.items()
        if counts.numbers.keys() & COLUMNS
    ]
    return sorted(made, key=lambda one: (100 if one.share is None else one.share, -one.number(What.OPENED), one.name))


def names_of(offices: list[Office], menurut: str) -> dict[str, str]:
    """Of stages: as the newest version calls them, an office's own before the shipped ones."""
    if menurut == TOPIC:
        return NAMES | dict(Topic.objects.filter(office__in=offices).values_list("slug", "name"))
    if menurut == UNIT:
        return {str(pk): name for pk, name in Unit.objects.filter(office__in=offices).values_list("id", "name")}
    if menurut == CHANNEL:
        return dict(PLATFORM_CHOICES)
    language = get_language() or "id"
    versions = Procedure.objects.filter(Q(office=None) | Q(office__in=offices)).order_by(
        F("office").asc(nulls_first=True), "id"
    )
    return {one.key: one.name.in_language(language) for version in versions for one in version.rules.stages}


def centres(offices: list[Office], whole: dict[tuple[int, str], Counts], target: float) -> list[Line]:
    """Each centre, the worst first: lost ones, then the lowest share in time."""
    made = [
        line(one.name, whole.get((one.pk, TOTAL), Counts.none()), target, {"kantor": one.slug}, office=one)
        for one in offices
    ]
    return sorted(made, key=lambda one: (-one.number(What.LOST), 101 if one.share is None else one.share, one.name))


def months(offices: list[Office], period: Period, target: float) -> list[Line]:
    """The same numbers as the pictures, for the table under them."""
    found = by_month(offices, period.year)
    return [
        line(name, found.get(number, Counts.none()), target, {"periode": f"{period.year}-{number:02}"})
        for number, name in enumerate(months_in_words(), 1)
        if number in found
    ]


def months_in_words() -> list[str]:
    return [str(MONTHS_3[number]).title() for number in range(1, 13)]
