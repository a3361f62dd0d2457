"""When an office may be disturbed with what is not urgent."""

from datetime import datetime

from offices.hours.calendar import working_time_of
from offices.models import Office
from offices.working_time import NeverOpenError


def next_open(office: Office, at: datetime) -> datetime:
    """`at`, where the office works then; else its next opening. One that never opens is told at any hour."""
    try:
        return working_time_of(office).next_open(at)
    except NeverOpenError:
        return at
