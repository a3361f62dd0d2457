"""Pauses, extensions and changed calendars move a limit by working time, and say who and why."""

from datetime import date

import pytest

from moderation import escalation, steps
from moderation.models import NEVER, Case, Message
from moderation.procedure import Output
from moderation.steps import moving
from moderation.steps.moving import calendar_changes
from moderation.steps.versions import put_in_force, shipped_text
from moderation.steps.walking import hold
from offices.hours.calendar import working_time_of
from offices.hours.models import DayOff, WorkingSpan
from offices.models import Event
from offices.working_time import Duration
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
from tests.rows import a_message, an_office

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_pause_moves_the_limit_by_its_working_time_and_the_whole_too() -> None:
    case = consulted()
    whole = fresh(case).whole_due_at
    assert running(case).due_at == local("2026-11-24 09:00")
    assert steps.pause(case, "Menunggu nomor antrean", MONDAY + HOUR, officer())
    assert not steps.pause(case, "lagi", MONDAY + HOUR, officer())
    assert fresh(case).due_at == NEVER
    assert steps.resume(case, MONDAY + 25 * HOUR, officer())  # Tuesday at ten: a day's 7.5 hours of work
    assert not steps.resume(case, MONDAY + 25 * HOUR, officer())
    assert running(case).due_at == fresh(case).due_at == local("2026-11-25 09:00")
    assert (whole, fresh(case).whole_due_at) == (local("2026-11-30 09:00"), local("2026-12-01 09:00"))
    told = {
        event.verb: (event.actor, event.data.get("why")) for event in Event.objects.filter(verb__startswith="step.")
    }
    assert told["step.paused"] == (officer(), "Menunggu nomor antrean")
    assert told["step.resumed"] == (officer(), None)


def test_the_clock_goes_on_when_that_person_writes_again_and_for_nobody_else() -> None:
    case = a_case()
    asked = Message.objects.get()
    assert asked.account is not None
    steps.pause(case, "Mana fotonya?", MONDAY, officer(), waits_for=asked)
    steps.heard(a_message(asked.account, thread=asked.thread), MONDAY + MINUTE)  # somebody else, under it
    steps.heard(a_message(asked.account, author_id=asked.author_id), MONDAY + MINUTE)  # they, but elsewhere
    steps.heard(asked, MONDAY + MINUTE)
    assert running(case).state == "paused"
    steps.heard(a_message(asked.account, author_id=asked.author_id, thread=asked.thread), MONDAY + HOUR)
    assert (running(case).state, running(case).due_at) == ("running", MONDAY + HOUR + 15 * MINUTE)


def test_a_message_taken_into_the_case_lets_it_go_on() -> None:
    case = a_case()
    asked = Message.objects.get()
    assert asked.account is not None
    steps.pause(case, "Di poli mana?", MONDAY, officer(), waits_for=asked)
    said = a_message(asked.account, "Di poli gigi", author_id=asked.author_id, label="complaint")
    assert escalation.open_case(said, MONDAY + MINUTE) == case
    assert running(case).state == "running"


def test_an_output_in_a_pause_ends_both_and_the_pause_is_not_late() -> None:
    case = a_case()
    steps.pause(case, "Foto?", MONDAY + 10 * MINUTE, officer())
    (ended,) = steps.reached(case, Output.SCREENSHOT, MONDAY + 5 * HOUR)
    assert (ended.state, ended.late_minutes) == ("ended", 0)


def test_closing_in_a_pause_and_opening_again_keeps_what_was_left() -> None:
    case = a_case(label="suggestion")  # a complaint closes only with what was done about it
    steps.pause(case, "Foto?", MONDAY + 10 * MINUTE, officer())
    escalation.close(case, MONDAY + HOUR, officer())
    escalation.reopen(case, MONDAY + 2 * HOUR, officer())
    assert (running(case).state, running(case).due_at) == ("running", MONDAY + 2 * HOUR + 5 * MINUTE)


def test_a_limit_is_extended_from_its_end_or_from_now_where_that_has_passed() -> None:
    case = a_case()
    whole = fresh(case).whole_due_at
    assert steps.extend(case, Duration(30, "minutes"), "Listrik padam", MONDAY, officer())
    assert running(case).due_at == fresh(case).due_at == MONDAY + 45 * MINUTE
    longer = fresh(case).whole_due_at
    assert whole is not None
    assert longer is not None
    assert working_time_of(case.office).worked(whole, longer) == 30 * MINUTE
    assert steps.extend(case, Duration(1, "working_days"), "Masih padam", MONDAY + HOUR, officer())
    assert running(case).due_at == local("2026-11-24 10:00")
    event = Event.objects.filter(verb="step.extended").last()
    assert event is not None
    assert (event.actor, event.data["why"]) == (officer(), "Masih padam")
    steps.pause(case, "Foto?", MONDAY, officer())
    assert not steps.extend(case, Duration(1, "hours"), "tidak sekarang", MONDAY, officer())


def test_a_new_day_off_gives_each_running_limit_what_was_left_of_it() -> None:
    case = consulted()
    whole = fresh(case).whole_due_at
    with calendar_changes(case.office, MONDAY + HOUR, officer()):
        DayOff.objects.create(office=case.office, day=date(2026, 11, 24), name="Pilkada", by=officer())
    assert running(case).due_at == fresh(case).due_at == local("2026-11-25 09:00")
    assert (whole, fresh(case).whole_due_at) == (local("2026-11-30 09:00"), local("2026-12-01 09:00"))
    event = Event.objects.get(verb="step.moved")
    assert (event.actor, event.data["stage"]) == (officer(), "konsultasi")
    with calendar_changes(case.office, MONDAY + 2 * HOUR, officer()):
        DayOff.objects.all().delete()
    assert running(case).due_at == local("2026-11-24 09:00")


def test_a_day_off_today_moves_the_next_look_too() -> None:
    case = a_case()
    with calendar_changes(case.office, MONDAY, officer()):
        DayOff.objects.create(office=case.office, day=MONDAY.date(), name="Banjir", by=officer())
    assert running(case).next_look_at == running(case).due_at == local("2026-11-24 07:45")


def test_a_limit_that_is_extended_while_the_calendar_changes_stays_extended(monkeypatch: pytest.MonkeyPatch) -> None:
    case = consulted()

    def quicker(held: Case) -> None:
        monkeypatch.setattr(moving, "hold", hold)
        steps.extend(held, Duration(1, "hours"), "Listrik padam", MONDAY, officer())

    monkeypatch.setattr(moving, "hold", quicker)
    with calendar_changes(case.office, MONDAY, officer()):
        DayOff.objects.create(office=case.office, day=date(2026, 11, 24), name="Banjir", by=officer())
    assert running(case).due_at == local("2026-11-25 08:30")


def test_a_calendar_that_changes_in_a_long_pause_keeps_what_was_left_when_it_began() -> None:
    case = consulted()
    steps.pause(case, "Foto?", MONDAY + HOUR, officer())  # 6.5 hours are left, until Tuesday at nine
    with calendar_changes(case.office, local("2026-11-25 11:00"), officer()):
        DayOff.objects.create(office=case.office, day=date(2026, 11, 24), name="Banjir", by=officer())
    assert fresh(case).due_at == NEVER
    steps.resume(case, local("2026-11-25 12:00"), officer())
    assert running(case).due_at == local("2026-11-26 11:00")


def test_a_limit_that_has_passed_is_not_taken_back_by_a_new_calendar() -> None:
    case = a_case()
    with calendar_changes(case.office, MONDAY + HOUR, officer()):
        DayOff.objects.create(office=case.office, day=MONDAY.date(), name="Terlambat", by=officer())
    assert running(case).due_at == MONDAY + 15 * MINUTE


def test_days_off_of_the_office_above_hold_for_its_centres() -> None:
    city = an_office("kota", kind="city")
    case = a_case("centre", parent=city)
    steps.reached(case, Output.SCREENSHOT, MONDAY)
    steps.reached(case, Output.CONSULTED, MONDAY)
    with calendar_changes(city, MONDAY, officer()):
        DayOff.objects.create(office=city, day=date(2026, 11, 24), name="Hari jadi kota", by=officer())
    assert running(case).due_at == local("2026-11-25 09:00")
    with calendar_changes(case.office, MONDAY, officer()):
        DayOff.objects.create(office=case.office, day=date(2026, 11, 24), name="Buka", works=True, by=officer())
    assert running(case).due_at == local("2026-11-24 09:00")


def test_the_hours_of_a_unit_count_for_whoever_takes_care_there() -> None:
    case = a_case("centre")
    nights = case.office.units.create(name="UGD")
    for weekday in range(7):
        WorkingSpan.objects.create(office=case.office, unit=nights, weekday=weekday, begins=0, ends=1440)
    late = local("2026-11-22 22:00")
    by_day = another(case, late)
    assert running(by_day).due_at == local("2026-11-23 07:45")
    someone = officer()
    someone.unit = nights
    someone.save()
    by_day.officer = someone
    by_day.save()
    steps.stop(by_day, late)
    steps.go_on(by_day, late + HOUR)
    assert running(by_day).due_at == local("2026-11-23 08:45")


def test_calendar_days_know_no_office() -> None:
    friday = local("2026-11-27 15:00")
    first = a_case()
    put_in_force(first.office, shipped_text("sop2").replace('day = "working"', 'day = "calendar"'), friday, officer())
    case = another(first, friday)
    for output in (Output.SCREENSHOT, Output.CONSULTED):
        steps.reached(case, output, friday)
    assert running(case).due_at == local("2026-11-28 15:00")
    steps.pause(case, "Foto?", friday, officer())
    steps.resume(case, friday + 24 * HOUR, officer())
    assert running(case).due_at == local("2026-11-29 15:00")
    with calendar_changes(case.office, friday + 25 * HOUR, officer()):
        DayOff.objects.create(office=case.office, day=date(2026, 11, 30), name="Banjir", by=officer())
    assert running(case).due_at == local("2026-11-29 15:00")
    (ended, *_) = steps.reached(case, Output.PASSED_ON, friday + 72 * HOUR)
    assert ended.late_minutes == 24 * 60
