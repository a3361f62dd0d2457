"""Indonesia's national holidays and joint leave (*cuti bersama*), from the `holidays` library: nothing is asked online.

Days of the moon's calendar are estimates until the ministers' joint decree of that year is known; the library marks
them. Joint leave stands in that decree alone: a year without one is not yet published, and the page says so.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

COUNTRY = "ID"
SOURCE = f"holidays {version('holidays')}"
"""Where the days come from, for the page that shows them."""


@lru_cache(maxsize=64)
def national_days(year: int) -> Mapping[date, str]:
    """Every public holiday and every day of joint leave, by its Indonesian name, in order."""
    return _days(year, ("public", "government"))


@lru_cache(maxsize=64)
def joint_leave(year: int) -> frozenset[date]:
    """Empty where the year's joint leave is not published (or this library is older than it)."""
    return frozenset(_days(year, ("government",)))


def _days(year: int, categories: tuple[str, ...]) -> Mapping[date, str]:
    found = holidays.country_holidays(COUNTRY, years=year, categories=categories, language="id", expand=False)
    return {day: found[day] for day in sorted(found)}
