"""A case on its way, for the tests of its clocks: a city office's, on a Monday morning in Malang."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from moderation import escalation, steps
from moderation.models import Case
from moderation.procedure import Output
from moderation.steps.models import Step
from offices.models import Officer
from tests.rows import a_message, an_account, an_office, an_officer

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=WIB)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def a_case(kind: str = "city", label: str = "complaint", at: datetime = MONDAY, **office: Any) -> Case:
    """With one manager in its office ("sari"), written half an hour ago."""
    place = an_office(kind=kind, **office)
    an_officer(place)
    message = a_message(an_account(place), label=label, written_at=at - 30 * MINUTE)
    return escalation.open_case(message, at)


def another(case: Case, at: datetime = MONDAY) -> Case:
    assert case.account is not None
    return escalation.open_case(a_message(case.account, label="complaint", written_at=at), at)


def consulted(at: datetime = MONDAY) -> Case:
    """On stage 4, which has one working day."""
    case = a_case(at=at)
    for output in (Output.SCREENSHOT, Output.CONSULTED):
        steps.reached(case, output, at)
    return case


def officer(role: str = "pengelola") -> Officer:
    """The first one with this role."""
    return Officer.objects.filter(role=role).order_by("id")[0]


def line(case: Case) -> list[tuple[str, str]]:
    return list(Step.objects.filter(case=case).order_by("round", "place").values_list("key", "state"))


def running(case: Case) -> Step:
    return Step.objects.open().get(case=case)


def fresh(case: Case) -> Case:
    case.refresh_from_db()
    return case
