"""What a day at YouTube costs: Google counts units a project and a day, and tells nobody how many are left.

So they are counted here, and kept for all accounts of a project together. How many there are is a setting, and an
account's page can say otherwise: Google gives a project more when it is asked.

Costs: developers.google.com/youtube/v3/determine_quota_cost, as of 2026-06-01.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.base import Allowance, Kind, Login

GOOGLE_TIME = ZoneInfo("America/Los_Angeles")
"""Google's days end at midnight there."""

UNITS_A_DAY = 10_000
UPLOADS_A_DAY = 100
"""Uploads have a bucket of their own: calls, not units."""
READING = 0.6
"""What reading may use of the day's units, spread evenly over it: the rest is for some 80 answers and decisions."""
AHEAD = 0.03
"""So far, of the day's units, reading may run ahead of the hour."""

Uses = Mapping[str, Mapping[str, int]]

READ = 1
WRITE = 50
UPLOADS = "youtube/v3/videos"


@dataclass(slots=True)
class Quota:
    """What the project had used of each day (Google's) before, what this use took, and how much there is."""

    before: Uses = field(default_factory=dict)
    taken: dict[str, dict[str, int]] = field(default_factory=dict)
    units_a_day: int = UNITS_A_DAY
    uploads_a_day: int = UPLOADS_A_DAY

    @classmethod
    def of(cls, login: Login) -> "Quota":
        units, uploads = (login.quotas.get(name) for name in ("units_a_day", "uploads_a_day"))
        return cls(login.shared, {}, units or UNITS_A_DAY, uploads or UPLOADS_A_DAY)

    def count(self, method: str, path: str, now: datetime) -> None:
        """A call that leaves at `now`. Refused ones count as well. A film's bytes cost nothing more."""
        if method == "PUT":
            return
        upload = method == "POST" and path.endswith(UPLOADS)
        name, cost = ("uploads", 1) if upload else ("units", READ if method == "GET" else WRITE)
        today = self.taken.setdefault(day_of(now), {})
        today[name] = today.get(name, 0) + cost

    def used(self, name: str, now: datetime) -> int:
        day = day_of(now)
        return sum(uses.get(day, {}).get(name, 0) for uses in (self.before, self.taken))

    def may_read(self, now: datetime) -> bool:
        """Whether reading keeps within its share of the day so far."""
        gone = 1 - (next_midnight(now) - now) / timedelta(days=1)
        return self.used("units", now) <= self.units_a_day * (AHEAD + READING * gone)

    def allowances(self, now: datetime) -> tuple[Allowance, Allowance]:
        """An answer or a decision must still fit: once it does not, there is nothing more to do before midnight."""
        end = next_midnight(now)
        units, uploads = self.used("units", now), self.used("uploads", now)
        return (
            Allowance("units", units, self.units_a_day, end, cost=WRITE, told=False),
            Allowance("uploads", uploads, self.uploads_a_day, end, frozenset({Kind.VIDEO}), told=False),
        )


def day_of(now: datetime) -> str:
    """Google's day."""
    return now.astimezone(GOOGLE_TIME).date().isoformat()


def next_midnight(now: datetime) -> datetime:
    """When Google's next day begins (UTC)."""
    tomorrow = now.astimezone(GOOGLE_TIME).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), GOOGLE_TIME).astimezone(UTC)
