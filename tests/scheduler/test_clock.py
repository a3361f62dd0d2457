"""Dates and times as people write them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendar_file import clock

WIB, WITA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
THE_FIFTH = date(2026, 12, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-05",
        "2026-12-05 00:00:00",
        "05/12/2026",
        "5/12/2026",
        "05-12-2026",
        "5.12.2026",
        "5 Desember 2026",
        "5 desember  2026",
        "5 Des 2026",
        "5 Des. 2026",
        "5-Des-2026",
        "Sabtu, 5 Desember 2026",
        "Jum'at 5 Dec 2026",
        "5 December 2026",
        "December 5, 2026",
        THE_FIFTH,
        datetime(2026, 12, 5, 7, 30),  # noqa: DTZ001 — a cell has no zone
    ],
)
def test_dates(written: object) -> None:
    assert clock.read_date(written) == THE_FIFTH


@pytest.mark.parametrize(
    "written",
    ["12/25/2026", "31/02/2026", "besok", "", "5 Foo 2026", "05/12-2026", "46361", 46361, None, True, "5/12/20266"],
)
def test_what_is_no_date(written: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — its words are the row reader's
        clock.read_date(written)


@pytest.mark.parametrize("written", ["5/12/26", "5 Des 26", "05-12-026", "December 5, 26"])
def test_no_guess_at_the_century(written: str) -> None:
    with pytest.raises(clock.ShortYear):
        clock.read_date(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("08:00", time(8)),
        ("8:00", time(8)),
        ("08.00", time(8)),
        ("8.05", time(8, 5)),
        ("16.30", time(16, 30)),
        ("00:00", time(0)),
        ("08:00:15", time(8, 0, 15)),
        ("08:00 WIB", time(8)),
        ("08.00wib", time(8)),
        ("pukul 08.00 WIB", time(8)),
        ("8:00 AM", time(8)),
        ("12:15 am", time(0, 15)),
        ("8:00 p.m.", time(20)),
        (time(8, 0), time(8)),
        (time(7, 59, 59, 999_999), time(8)),
        (datetime(1899, 12, 30, 8, 0), time(8)),  # noqa: DTZ001
        (timedelta(hours=8), time(8)),
        (8 / 24, time(8)),
        (0.0, time(0)),
    ],
)
def test_times(written: object, meant: time) -> None:
    assert clock.read_time(written, WIB) == meant


@pytest.mark.parametrize(
    "written", ["24:00", "08:60", "8", "pagi", "", "13:00 pm", "8:0", 8, 8.3, 1.0, -0.1, True, None, timedelta(days=1)]
)
def test_what_is_no_time(written: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        clock.read_time(written, WIB)


@pytest.mark.parametrize("name", ["WITA", "WIT", "UTC"])
def test_another_zone_is_not_converted_behind_anybodys_back(name: str) -> None:
    with pytest.raises(clock.OtherZone):
        clock.read_time(f"08:00 {name}", WIB)


def test_zones_have_their_names() -> None:
    assert [clock.zone_name(zone) for zone in (WIB, WITA, ZoneInfo("Asia/Pontianak"))] == ["WIB", "WITA", "WIB"]
    assert clock.moment(THE_FIFTH, time(8), WITA) == datetime(2026, 12, 5, 0, tzinfo=UTC)
