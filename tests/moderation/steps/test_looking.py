"""The tick: reminders, limits and escalations come once each, to whom the procedure names."""

import pytest

from moderation import steps
from moderation.models import Case
from moderation.procedure.shape import Stage, Words
from moderation.steps.clock import moments
from moderation.steps.looking import look, look_at
from moderation.steps.models import Step
from moderation.steps.telling import people
from offices.hours.calendar import working_time_of
from offices.models import Event, Notice
from offices.working_time import Duration, WorkingTime
from tests.moderation.steps.walks import HOUR, MINUTE, MONDAY, WIB, a_case, another, consulted, local, officer, running
from tests.rows import an_office, an_officer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="step_").exclude(kind="step_begun").order_by("id")
    return [(row.kind.removeprefix("step_"), row.officer.role if row.officer else "") for row in rows]


def test_a_stage_is_reminded_of_overdue_and_taken_to_the_next_roles_in_working_time() -> None:
    case = consulted()
    for role in ("kepala_seksi", "kepala_bidang", "kepala_dinas"):
        an_officer(case.office, role, role=role)
    expected: list[tuple[str, str]] = []
    for when, kind, role in [
        ("2026-11-23 14:00", "reminder", "kepala_seksi"),  # four hours, with the break
        ("2026-11-24 09:00", "overdue", "kepala_seksi"),
        ("2026-11-24 09:00", "escalated", "kepala_bidang"),
        ("2026-11-25 09:00", "escalated", "kepala_dinas"),
    ]:
        look(local(when) - MINUTE)
        if told() != expected:
            assert kind == "escalated"  # at the same moment as the limit
        look(local(when))
        expected.append((kind, role))
        assert told()[: len(expected)] == expected
    look(local("2027-11-25 09:00"))
    assert told() == expected
    late = list(Event.objects.filter(verb__in=["step.overdue", "step.escalated"]).values_list("data__late", flat=True))
    assert late == [0, 0, 450]
    step = running(case)
    assert (step.overdue_at, step.next_look_at) == (local("2026-11-24 09:00"), None)


def test_after_a_stop_of_the_desk_all_is_told_at_once_but_for_the_reminder() -> None:
    case = consulted()
    an_officer(case.office, "kasi", role="kepala_seksi")
    look(local("2026-11-24 10:30"))
    assert told() == [("overdue", "kepala_seksi"), ("escalated", "pengelola")]  # nobody has the role: who manages
    event = Event.objects.get(verb="step.overdue")
    assert event.data == {"stage": "konsultasi", "role": "kepala_seksi", "late": 90}


def test_two_ticks_at_once_tell_it_once() -> None:
    case = a_case()
    hours = working_time_of(case.office)
    one, two = Step.objects.open().get(), Step.objects.open().get()
    at = MONDAY + HOUR
    assert look_at(one, hours, at)
    assert not look_at(two, hours, at)
    assert Event.objects.filter(verb="step.overdue").count() == 1


def test_a_step_that_ended_or_was_moved_meanwhile_is_not_told_of() -> None:
    case = a_case()
    hours = working_time_of(case.office)
    seen = running(case)
    steps.extend(case, Duration(2, "hours"), "Listrik padam", MONDAY, officer())
    assert not look_at(seen, hours, MONDAY + HOUR)
    seen = running(case)
    steps.pause(case, "Foto?", MONDAY + HOUR, officer())
    assert not look_at(seen, hours, MONDAY + 3 * HOUR)
    steps.resume(case, MONDAY + HOUR, officer())
    steps.reached(case, steps.Output.SCREENSHOT, MONDAY + HOUR)
    assert not look_at(seen, hours, MONDAY + 3 * HOUR)
    assert told() == []


def test_a_pause_is_silent_and_what_was_told_is_not_told_again() -> None:
    case = a_case()
    steps.pause(case, "Foto?", MONDAY, officer())
    look(MONDAY + 5 * HOUR)
    assert told() == []
    steps.resume(case, MONDAY + HOUR, officer())
    assert running(case).next_look_at == MONDAY + HOUR + 15 * MINUTE
    look(MONDAY + HOUR + 14 * MINUTE)
    assert told() == []
    look(MONDAY + HOUR + 15 * MINUTE)
    assert [kind for kind, _ in told()] == ["overdue", "escalated"]
    steps.pause(case, "Foto?", MONDAY + 2 * HOUR, officer())
    steps.resume(case, MONDAY + 3 * HOUR, officer())
    assert running(case).next_look_at is None
    look(MONDAY + 6 * HOUR)
    assert len(told()) == 2


def test_after_a_pause_the_reminder_is_later_by_the_pause() -> None:
    case = consulted()
    an_officer(case.office, "kasi", role="kepala_seksi")
    steps.pause(case, "Di poli mana?", MONDAY, officer())
    steps.resume(case, local("2026-11-24 09:00"), officer())  # a day's 7.5 hours of work
    step = running(case)
    assert (step.next_look_at, step.due_at) == (local("2026-11-24 14:00"), local("2026-11-25 09:00"))
    look(local("2026-11-24 13:59"))
    assert told() == []
    look(local("2026-11-24 14:00"))
    assert told() == [("reminder", "kepala_seksi")]


def test_what_is_late_again_after_more_time_was_given_is_told_again() -> None:
    case = a_case()
    look(MONDAY + HOUR)
    steps.extend(case, Duration(1, "hours"), "Listrik padam", MONDAY + HOUR, officer())
    look(MONDAY + 2 * HOUR - MINUTE)
    assert [kind for kind, _ in told()] == ["overdue", "escalated"]
    look(MONDAY + 2 * HOUR)
    assert [kind for kind, _ in told()] == ["overdue", "escalated"] * 2


def test_the_tick_asks_the_same_few_questions_however_many_cases_are_quiet(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    case = a_case()
    for _ in range(5):
        another(case)
    with django_assert_num_queries(1):
        assert look(MONDAY + MINUTE) == 0
    assert look(MONDAY + HOUR, limit=4) == 4
    assert look(MONDAY + HOUR, limit=4) == 2


def test_of_several_with_the_role_those_in_the_case_are_told_and_else_the_office_above() -> None:
    city = an_office("kota", kind="city")
    case = a_case("centre", parent=city)
    head = an_officer(city, "kadin", role="kepala_dinas")
    one = an_officer(case.office, "tim1", role="tim_keluhan")
    two = an_officer(case.office, "tim2", role="tim_keluhan")
    an_officer(case.office, "lama", role="tim_keluhan", is_active=False)
    assert people(case, "kepala_dinas") == [head]
    assert people(case, "tim_keluhan") == [one, two]
    case.officer = two
    assert people(case, "tim_keluhan") == [two]
    assert people(case, "kepala_bidang") == [officer()]


def test_a_case_that_was_handed_over_is_looked_after_where_it_is_worked_on() -> None:
    case = a_case()
    other = an_office("mawar", parent=case.office)
    there, section = an_officer(other, "budi"), an_officer(case.office, "kasi", role="kepala_seksi")
    Case.objects.filter(id=case.id).update(handler=other)
    case = Case.objects.get(id=case.id)
    assert people(case, "pengelola") == [there]
    assert people(case, "kepala_seksi") == [section]
    look(MONDAY + HOUR)
    notice = Notice.objects.filter(kind="step_overdue").get()
    assert (notice.officer, notice.office) == (there, other)
    assert notice in Notice.objects.open_for(there)


def test_no_reminder_comes_after_its_limit_however_short_the_days_are() -> None:
    mornings = WorkingTime(WIB, (((8 * 60, 10 * 60),),) * 7)
    stage = Stage("x", Words("x", "x"), "pengelola", (), Duration(1, "working_days"), remind_after=Duration(4, "hours"))
    due_at = mornings.due(MONDAY, Duration(1, "working_days"))
    assert [one.at for one in moments(stage, MONDAY, due_at, mornings)] == [due_at, due_at]
