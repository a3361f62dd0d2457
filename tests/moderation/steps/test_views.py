"""The clock on a case's page, and what may be done with it."""

import re
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from moderation import steps
from moderation.models import Case
from moderation.procedure import Output
from offices.models import Event, Officer
from tests.console import inline_in, signed_in
from tests.moderation.steps.walks import (
    HOUR,
    MINUTE,
    MONDAY,
    a_case,
    another,
    consulted,
    fresh,
    local,
    officer,
    running,
)
from tests.rows import an_office, an_officer

pytestmark = pytest.mark.django_db


def english(who: Officer) -> Client:
    client = signed_in(who)
    client.cookies["django_language"] = "en"
    return client


def see(case: Case, at: datetime, who: Officer | None = None) -> str:
    """The card as words."""
    client = english(who or officer())
    with time_machine.travel(at, tick=False):
        page = client.get(reverse("case_clock", args=[case.pk])).content.decode()
    assert inline_in(page) == []
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def do(case: Case, name: str, at: datetime, who: Officer | None = None, **form: object) -> str:
    with time_machine.travel(at, tick=False):
        client = signed_in(who or officer())
        return client.post(reverse(name, args=[case.pk]), form, follow=True).content.decode()


def test_the_card_says_what_is_left_of_the_stage_and_of_the_whole_and_names_the_zone() -> None:
    case = consulted()
    said = see(case, MONDAY + HOUR)
    assert "Consult the division head or another section head" in said
    assert "6 hours 30 minutes left" in said  # of a working day of 7.5 hours
    assert "09.00 WIB" in said
    assert "The whole case: 36 hours 30 minutes left" in said
    assert "not yet begun" in said


def test_in_the_evening_the_clock_stands_still_and_says_when_it_runs_again() -> None:
    case = consulted()
    said = see(case, local("2026-11-23 20:00"))
    assert "1 hour 30 minutes left" in said
    assert "The office is closed: the clock runs again tomorrow 07.30 WIB" in said
    assert "The office is closed" not in see(case, MONDAY + HOUR)


def test_what_is_late_says_by_how_much_working_time() -> None:
    case = a_case()
    assert "1 hour 45 minutes late" in see(case, MONDAY + 2 * HOUR)
    assert "2 hours 45 minutes late" in see(case, local("2026-11-23 13:00"))  # the break is nobody's time
    ended = steps.reached(case, Output.SCREENSHOT, MONDAY + 2 * HOUR)
    assert ended[0].late_minutes == 105


def test_the_line_names_who_ended_a_stage_and_what_ended_together() -> None:
    case = consulted()
    steps.reached(case, Output.DRAFT, MONDAY + HOUR, officer())
    said = see(case, MONDAY + HOUR)
    assert said.count("together with stage 4") == 2
    assert "sari · draft of an answer" in said


def test_waiting_going_on_and_extending_by_the_page() -> None:
    case = consulted()
    do(case, "case_wait", MONDAY, why="  ")
    assert running(case).state == "running"
    do(case, "case_wait", MONDAY, why="tanggal kunjungan")
    said = see(case, MONDAY + HOUR)
    assert "Waits for the citizen tanggal kunjungan" in said
    assert "The whole case: 37 hours 30 minutes left" in said  # as when it began to wait
    do(case, "case_go_on", MONDAY + HOUR)
    assert running(case).due_at == MONDAY + 25 * HOUR
    head = an_officer(case.office, "kasi", role="kepala_seksi")
    form: dict[str, Any] = {"amount": 2, "unit": "hours", "why": "Rapat"}
    assert "Kepala seksi" in do(case, "case_extend", MONDAY + HOUR, **form)  # the manager may not: who may
    assert running(case).due_at == MONDAY + 25 * HOUR
    do(case, "case_extend", MONDAY + HOUR, head, amount=0, unit="hours", why="Rapat")
    do(case, "case_extend", MONDAY + HOUR, head, **form)
    assert running(case).due_at == local("2026-11-24 12:00")
    assert Event.objects.filter(verb="step.extended", actor=head).count() == 1
    do(case, "case_extend", MONDAY + HOUR, an_officer(an_office("lain"), "asing", role="kepala_seksi"), **form)
    assert running(case).due_at == local("2026-11-24 12:00")


def test_lists_show_first_what_is_due_first_and_what_is_late() -> None:
    late = a_case()
    today = another(late, MONDAY + 2 * HOUR)
    far = another(late, MONDAY)
    for output in (Output.SCREENSHOT, Output.CONSULTED):
        steps.reached(far, output, MONDAY)
    for number, case in enumerate((late, today, far), start=1):
        Case.objects.filter(id=case.id).update(number=f"2026-000{number}")
    client = english(officer())
    with time_machine.travel(MONDAY + 2 * HOUR + MINUTE, tick=False):
        pages = [client.get(reverse(name)).content.decode() for name in ("cases", "today")]
    for page in pages:
        rows = re.findall(r'class="number">([\d-]+)', page)
        assert rows == ["2026-0001", "2026-0002", "2026-0003"]
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        assert re.search(
            r"2026-0001.* Late .*2026-0002.* Due today 11.15 WIB .*2026-0003.* due tomorrow 09.00 WIB", words
        )


def test_a_case_without_a_procedure_has_no_clock() -> None:
    case = a_case()
    case.steps.all().delete()
    assert see(fresh(case), MONDAY).strip() == ""
