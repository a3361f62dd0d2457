"""Working time: adding durations and measuring them agree, whatever the week, the zone and the days off."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offices.hours.calendar import ALWAYS, FIVE_DAYS, SIX_DAYS
from offices.national_days import joint_leave, national_days
from offices.working_time import DAY, Duration, NeverOpenError, WorkingTime

WIB, WITA, WIT = (ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
CITY = WorkingTime(WIB, FIVE_DAYS, off={*national_days(2026), *national_days(2027)})


def local(text: str, zone: ZoneInfo = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@st.composite
def days_spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, DAY), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def offices(draw: st.DrawFn) -> WorkingTime:
    week = tuple(draw(days_spans()) for _ in range(7))
    week = week if any(week) else SIX_DAYS
    around = st.dates(date(2026, 1, 1), date(2026, 3, 1))
    off = frozenset(draw(st.sets(around, max_size=20)))
    extra = draw(st.dictionaries(around, days_spans(), max_size=3))
    return WorkingTime(draw(st.sampled_from([WIB, WITA, WIT])), week, off, extra)


often = settings(max_examples=50)
"""A machine that is busy with other tests draws slowly."""

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 2, 20), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.integers(0, 6000).map(lambda minutes: timedelta(minutes=minutes))


@often
@given(offices(), moments, lengths)
def test_what_was_added_is_measured(hours: WorkingTime, start: datetime, working: timedelta) -> None:
    due = hours.after(start, working)
    assert hours.worked(start, due) == working
    assert due >= start
    if working:
        assert hours.worked(due - timedelta(seconds=1), due) == timedelta(seconds=1)  # no later than it must be


@often
@given(offices(), moments, lengths, lengths)
def test_two_limits_after_each_other_are_their_sum(
    hours: WorkingTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert hours.after(hours.after(start, first), second) == hours.after(start, first + second)


@often
@given(offices(), moments, moments, moments)
def test_measuring_adds_up(hours: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    assert hours.worked(one, two) + hours.worked(two, three) == hours.worked(one, three)
    assert hours.worked(one, two) == -hours.worked(two, one)


@often
@given(offices(), moments, moments, st.integers(0, 5))
def test_days_end_on_that_working_day_and_keep_the_order(
    hours: WorkingTime, one: datetime, two: datetime, days: int
) -> None:
    limit = Duration(days, "working_days")
    begins, due = hours.next_open(one), hours.due(one, limit)
    first, last = (moment.astimezone(hours.zone).date() for moment in (begins, due - timedelta(microseconds=1)))
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if days and hours.spans(due.astimezone(hours.zone).date()):
        passed = [first + timedelta(days=n) for n in range(1, (due.astimezone(hours.zone).date() - first).days + 1)]
    assert sum(bool(hours.spans(day)) for day in passed) == days
    earlier, later = sorted([one, two])
    assert hours.due(earlier, limit) <= hours.due(later, limit)


@often
@given(offices(), moments)
def test_the_next_open_moment_is_open_and_nothing_was_worked_before_it(hours: WorkingTime, at: datetime) -> None:
    begins = hours.next_open(at)
    assert hours.is_open(begins)
    assert hours.worked(at, begins) == timedelta()
    assert hours.is_open(at) == (begins == at)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-23 14:00", Duration(1, "working_days"), "2026-11-24 14:00"),
        ("2026-11-23 20:00", Duration(1, "working_days"), "2026-11-25 07:30"),  # in the evening: begins next morning
        ("2026-11-21 09:00", Duration(1, "working_days"), "2026-11-24 07:30"),  # a Saturday
        ("2026-11-26 15:59", Duration(1, "working_days"), "2026-11-27 15:59"),
        ("2026-11-26 16:00", Duration(1, "working_days"), "2026-11-30 07:30"),  # closed just now: begins on Friday
        ("2026-11-26 11:45", Duration(1, "working_days"), "2026-11-27 11:30"),  # in Friday's longer break
        ("2026-11-26 12:00", Duration(1, "working_days"), "2026-11-27 13:00"),  # at noon: begins at 13.00
        ("2026-12-23 10:00", Duration(1, "working_days"), "2026-12-28 10:00"),  # joint leave, Christmas, week-end
        ("2026-12-31 15:00", Duration(2, "working_days"), "2027-01-06 15:00"),  # over the year: 1 and 5 January
        ("2026-11-23 11:50", Duration(15, "minutes"), "2026-11-23 13:05"),  # over the break
        ("2026-11-27 16:20", Duration(15, "minutes"), "2026-11-30 07:35"),  # over the week-end
        ("2026-12-23 15:30", Duration(1, "hours"), "2026-12-28 08:00"),
        ("2026-11-23 15:00", Duration(1, "hours"), "2026-11-23 16:00"),  # its last minute is the closing
        ("2026-12-23 22:00", Duration(1, "calendar_days"), "2026-12-24 22:00"),
    ],
)
def test_limits_as_a_city_office_knows_them(start: str, limit: Duration, due: str) -> None:
    assert CITY.due(local(start), limit) == local(due)


def test_an_office_beyond_midnight_and_in_the_east() -> None:
    night = WorkingTime(WIT, (((0, 360), (1320, DAY)),) * 7)
    assert night.due(local("2026-11-23 23:30", WIT), Duration(1, "hours")) == local("2026-11-24 00:30", WIT)
    assert night.worked(local("2026-11-23 12:00", WIB), local("2026-11-24 12:00", WIB)) == timedelta(hours=8)
    assert WorkingTime(WITA, ALWAYS).worked(local("2026-01-01 00:00"), local("2027-01-01 00:00")).days == 365


def test_an_office_is_closed_at_its_closing_minute() -> None:
    opening, closing = local("2026-11-23 07:30"), local("2026-11-23 16:00")
    assert (CITY.is_open(opening), CITY.is_open(closing)) == (True, False)


def test_a_day_of_work_on_a_day_off() -> None:
    saturday = date(2026, 11, 28)
    makes_up = WorkingTime(WIB, FIVE_DAYS, extra={saturday: ((450, 720),)})
    assert makes_up.due(local("2026-11-27 16:00"), Duration(1, "hours")) == local("2026-11-28 08:00")


def test_hours_without_a_minute_are_refused_not_waited_for() -> None:
    closed = WorkingTime(WIB, ((),) * 7)
    monday = local("2026-11-23 08:00")
    with pytest.raises(NeverOpenError):
        closed.next_open(monday)
    for limit in (Duration(1, "hours"), Duration(1, "working_days")):
        with pytest.raises(NeverOpenError):
            closed.due(monday, limit)


@pytest.mark.parametrize(
    "spans", [((600, 700), (650, 800)), ((600, 600),), ((700, 600),), ((1400, DAY + 1),), ((-1, 5),)]
)
def test_hours_that_cannot_be_are_refused(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        WorkingTime(WIB, (spans, *[()] * 6))
    with pytest.raises(ValueError, match="follow each other"):
        WorkingTime(WIB, FIVE_DAYS, extra={date(2026, 11, 28): spans})
    with pytest.raises(ValueError, match="seven days"):
        WorkingTime(WIB, FIVE_DAYS[:6])


def test_a_length_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Duration(-1, "hours")
    for unit in ("working_days", "calendar_days"):
        with pytest.raises(ValueError, match="as long as the office is open"):
            _ = Duration(1, unit).working


def test_nothing_passes_at_once_also_while_the_office_is_closed() -> None:
    sunday = local("2026-11-22 10:00")
    assert CITY.due(sunday, Duration(0, "hours")) == sunday
    assert CITY.due(sunday, Duration(0, "working_days")) == local("2026-11-23 07:30")  # a day begins when it opens


def test_limits_that_are_longer_than_a_year_end_all_the_same() -> None:
    start = local("2026-11-23 09:00")
    weekdays = WorkingTime(WIB, FIVE_DAYS)
    assert weekdays.due(start, Duration(300, "working_days")) == start + timedelta(weeks=60)
    mondays = WorkingTime(WIB, (((480, 540),), *[()] * 6))
    assert mondays.due(start - timedelta(hours=1), Duration(70, "hours")) == start + timedelta(weeks=69)


def test_an_office_that_is_open_once_in_a_while() -> None:
    days = [date(2026, 11, 23), date(2026, 12, 28), date(2027, 2, 1)]
    seldom = WorkingTime(WIB, ((),) * 7, extra=dict.fromkeys(days, ((480, 720),)))
    assert seldom.due(local("2026-11-23 09:00"), Duration(2, "working_days")) == local("2027-02-01 09:00")


def test_a_day_that_opens_later_than_the_limit_began_ends_it_as_it_opens() -> None:
    late = WorkingTime(WIB, (((360, 720),), ((480, 720),), *[()] * 5))
    assert late.due(local("2026-11-23 06:30"), Duration(1, "working_days")) == local("2026-11-24 08:00")


def test_the_national_days_are_known_offline_and_joint_leave_where_it_is_published() -> None:
    assert national_days(2026)[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert date(2026, 12, 24) in joint_leave(2026)
    assert joint_leave(2026) <= set(national_days(2026))
    assert not joint_leave(2050)
    assert date(2050, 8, 17) in national_days(2050)
