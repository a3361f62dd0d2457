"""Dates and times as people in Indonesia write them → date and time. Pure. Day before month, always."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu ags agt aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}

ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
NUMBER_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d+)")
# "5 Desember 2026", "Sabtu, 5 Des. 2026", "5-Des-2026" (as Excel shows it)
WORD_DATE = re.compile(r"(?:[^\W\d]+['’]?[^\W\d]*,?\s+)?(\d{1,2})[\s-]+([^\W\d]+)\.?[\s-]+(\d+)")
# "December 5, 2026"
MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2}),\s*(\d+)")
CLOCK = re.compile(
    r"(?:pukul\s+|jam\s+|pkl\.?\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s*([ap])\.?m\.?)?(?:\s*(wib|wita|wit|utc|gmt)\b)?",
    re.IGNORECASE,
)


class ShortYear(ValueError):
    """The year has fewer than four digits: no guess at the century."""


class OtherZone(ValueError):
    """The time names a zone that is not the office's."""


def read_date(cell: object) -> date:
    """A real date cell, or one of the ways to write it. ValueError where it cannot be read."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise ValueError(cell)
    text = " ".join(cell.split())
    if match := ISO_DATE.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMBER_DATE.fullmatch(text):
        return date(_year(match[4]), int(match[3]), int(match[1]))
    if match := WORD_DATE.fullmatch(text):
        return date(_year(match[3]), _month(match[2]), int(match[1]))
    if match := MONTH_FIRST.fullmatch(text):
        return date(_year(match[3]), _month(match[1]), int(match[2]))
    raise ValueError(cell)


def _year(digits: str) -> int:
    if len(digits) < 4:
        raise ShortYear(digits)
    return int(digits[:5])


def _month(word: str) -> int:
    month = MONTHS.get(word.casefold())
    if month is None:
        raise ValueError(word)
    return month


def read_time(cell: object, zone: ZoneInfo) -> time:
    """A real time cell, a fraction of a day, or `08:00`, `08.00`, `8:00 WIB`. ValueError where it cannot be read."""
    if isinstance(cell, (datetime, time)):
        hours = timedelta(hours=cell.hour, minutes=cell.minute)
        return _to_second(hours + timedelta(seconds=cell.second, microseconds=cell.microsecond))
    if isinstance(cell, timedelta):
        return _to_second(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < 1:
        return _to_second(timedelta(days=cell))
    match = CLOCK.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
    if match is None:
        raise ValueError(cell)
    if match[5]:
        _check_zone(match[5].lower(), zone)
    return time(_hour(int(match[1]), (match[4] or "").lower()), int(match[2]), int(match[3] or 0))


def _to_second(since_midnight: timedelta) -> time:
    """Excel keeps times as fractions: 08:00 comes back as 07:59:59.999997."""
    seconds = round(since_midnight.total_seconds())
    if not 0 <= seconds < 86_400:
        raise ValueError(since_midnight)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _check_zone(name: str, zone: ZoneInfo) -> None:
    if _hours_ahead(ZoneInfo(ZONES.get(name, "UTC"))) != _hours_ahead(zone):
        raise OtherZone(name)


def _hours_ahead(zone: ZoneInfo) -> timedelta | None:
    return datetime(2026, 1, 1, tzinfo=zone).utcoffset()  # Indonesia keeps no summer time


def zone_name(zone: ZoneInfo) -> str:
    """WIB, WITA or WIT; the zone's own key elsewhere."""
    named = {_hours_ahead(ZoneInfo(key)): name.upper() for name, key in ZONES.items()}
    return named.get(_hours_ahead(zone), zone.key)


def moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant in UTC."""
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)
