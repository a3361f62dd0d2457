"""A month or a year of an office, by its own calendar: "2026-11", "2026". Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

_PERIOD = re.compile(r"(20\d\d|21\d\d)(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    def after(self, months: int = 1) -> "Month":
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first moment to that of the next, in this zone."""
        following = self.after()
        return datetime(self.year, self.number, 1, tzinfo=zone), datetime(
            following.year, following.number, 1, tzinfo=zone
        )


def month_of(at: datetime, zone: ZoneInfo) -> Month:
    local = at.astimezone(zone)
    return Month(local.year, local.month)


@dataclass(frozen=True)
class Period:
    """A month, or (without `number`) a whole year."""

    year: int
    number: int | None = None

    @classmethod
    def read(cls, text: str, today: date) -> "Period":
        """What stands in the address; anything else is this month."""
        found = _PERIOD.fullmatch(text)
        if found is None:
            return cls(today.year, today.month)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    def __str__(self) -> str:
        return f"{self.year}" if self.number is None else f"{self.year}-{self.number:02}"

    @property
    def months(self) -> list[Month]:
        return [Month(self.year, number) for number in ([self.number] if self.number else range(1, 13))]

    @property
    def before(self) -> "Period":
        return self._moved(-1)

    @property
    def after(self) -> "Period":
        return self._moved(1)

    def _moved(self, step: int) -> "Period":
        if self.number is None:
            return Period(self.year + step)
        month = Month(self.year, self.number).after(step)
        return Period(month.year, month.number)
