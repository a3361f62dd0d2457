"""What a day at YouTube costs: Google counts units a project and a day, and tells nobody how many are left.

So they are counted here, kept with the account's session, and shown from there. How many there are is a setting, and
an account's page can say otherwise: Google gives a project more when it is asked, and accounts that share one project
have to share its units (each counts its own).

Costs: developers.google.com/youtube/v3/determine_quota_cost, as of 2026-06-01.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Allowance, Kind

GOOGLE_TIME = ZoneInfo("America/Los_Angeles")
"""Google's days end at midnight there."""

UNITS_A_DAY = 10_000
UPLOADS_A_DAY = 100
"""Uploads have a bucket of their own: calls, not units."""
READING = 0.6
"""What reading may use of the day's units, spread evenly over it: the rest is for some 80 answers and decisions."""
AHEAD = 0.03
"""So far, of the day's units, reading may run ahead of the hour."""

READ = 1
WRITE = 50
UPLOADS = "youtube/v3/videos"


@dataclass(slots=True)
class Quota:
    """Units and uploads used on `day` (Google's), and how many there are."""

    day: str = ""
    units: int = 0
    uploads: int = 0
    units_a_day: int = UNITS_A_DAY
    uploads_a_day: int = UPLOADS_A_DAY

    @classmethod
    def kept(cls, data: Any, quotas: Mapping[str, int]) -> "Quota":
        """As it was left, with what the account may use."""
        known = data if isinstance(data, Mapping) else {}
        day, units, uploads = str(known.get("day") or ""), known.get("units") or 0, known.get("uploads") or 0
        units_a_day = quotas.get("units_a_day") or UNITS_A_DAY
        return cls(day, int(units), int(uploads), units_a_day, quotas.get("uploads_a_day") or UPLOADS_A_DAY)

    def json(self) -> dict[str, Any]:
        return {"day": self.day, "units": self.units, "uploads": self.uploads}

    def count(self, method: str, path: str, now: datetime) -> None:
        """A call that leaves at `now`. Refused ones count as well. A film's bytes cost nothing more."""
        if method == "PUT":
            return
        self._turn(now)
        if method == "POST" and path.endswith(UPLOADS):
            self.uploads += 1
        else:
            self.units += READ if method == "GET" else WRITE

    def may_read(self, now: datetime) -> bool:
        """Whether reading keeps within its share of the day so far."""
        self._turn(now)
        gone = 1 - (next_midnight(now) - now) / timedelta(days=1)
        return self.units <= self.units_a_day * (AHEAD + READING * gone)

    def allowances(self, now: datetime) -> tuple[Allowance, Allowance]:
        """An answer or a decision must still fit: once it does not, there is nothing more to do before midnight."""
        self._turn(now)
        end = next_midnight(now)
        return (
            Allowance("units", self.units, self.units_a_day, end, cost=WRITE, told=False),
            Allowance("uploads", self.uploads, self.uploads_a_day, end, frozenset({Kind.VIDEO}), told=False),
        )

    def _turn(self, now: datetime) -> None:
        today = now.astimezone(GOOGLE_TIME).date().isoformat()
        if today != self.day:
            self.day, self.units, self.uploads = today, 0, 0


def next_midnight(now: datetime) -> datetime:
    """When Google's next day begins (UTC)."""
    tomorrow = now.astimezone(GOOGLE_TIME).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), GOOGLE_TIME).astimezone(UTC)
