"""When an office may be disturbed with what is not urgent."""

from datetime import datetime, time, timedelta

from offices.models import Office

OPENS, CLOSES = time(7, 0), time(16, 0)
SUNDAY = 6


def next_open(office: Office, at: datetime) -> datetime:
    """`at`, where the office works then; else its next opening."""
    local = at.astimezone(office.zone)
    for days in range(8):
        day = local.date() + timedelta(days=days)
        opens = datetime.combine(day, OPENS, office.zone)
        closes = datetime.combine(day, CLOSES, office.zone)
        if day.weekday() != SUNDAY and at < closes:
            return max(at, opens)
    return at
