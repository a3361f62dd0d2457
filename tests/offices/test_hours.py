"""An office's hours and days off: as people write them, on their page, and what they move."""

import re
from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from offices.hours.calendar import ALWAYS, FIVE_DAYS, PRESETS, SIX_DAYS, week_of, working_time_of
from offices.hours.forms import spans_of, spans_text
from offices.hours.models import DayOff, WorkingSpan
from offices.models import Event, Office, Unit
from offices.working_time import DAY
from tests.console import signed_in
from tests.rows import an_office, an_officer

pytestmark = pytest.mark.django_db
NOW = "2026-11-23T03:00:00Z"


def page(client: Client, view: str = "hours", /, **form: object) -> str:
    with time_machine.travel(NOW, tick=False):
        address = reverse(view)
        got = client.post(address, form, follow=True) if form else client.get(address)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", got.content.decode()))


def open_for(office: Office, username: str = "sari") -> Client:
    client = signed_in(an_officer(office, username))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("07.30-12.00, 13.00-16.00", ((450, 720), (780, 960))),
        ("13:00 – 16:00; 7.30 s/d 12", ((450, 720), (780, 960))),
        ("8-14 dan 15 sampai 16.30", ((480, 840), (900, 990))),
        ("00.00-24.00", ((0, DAY),)),
        ("  ", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: object) -> None:
    assert spans_of(text) == spans


@pytest.mark.parametrize("text", ["pagi", "7.30", "16-8", "8-25", "8.61-9", "7-12, 11-13", "24.00-24.00", "8-24.30"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        spans_of(text)


@given(st.sets(st.integers(0, DAY), max_size=8).map(sorted))
def test_hours_are_written_as_they_are_read(edges: list[int]) -> None:
    spans = tuple(zip(edges[::2], edges[1::2], strict=False))
    assert spans_of(spans_text(spans)) == spans


def test_the_usual_weeks_have_the_hours_of_the_regulation() -> None:
    for week in (FIVE_DAYS, SIX_DAYS):
        assert sum(end - begin for spans in week for begin, end in spans) == 37.5 * 60
    assert week_of(an_office("a")) == SIX_DAYS
    assert week_of(an_office("b", kind="city")) == FIVE_DAYS


def test_the_page_shows_hours_days_off_of_two_years_and_their_source() -> None:
    said = page(open_for(an_office()))
    assert "Monday 07.30–14.30" in said
    assert "Sunday closed" in said
    assert "Thursday, 24 December Cuti Bersama Hari Raya Natal joint leave" in said
    assert "Days off in 2027" in said
    assert re.search(r"National holidays and joint leave: holidays \d", said)
    assert "is not known here yet" not in said


def test_a_year_without_published_joint_leave_says_so() -> None:
    with time_machine.travel("2030-02-01T03:00:00Z", tick=False):
        client = open_for(an_office())
        said = client.get(reverse("hours")).content.decode()
    assert "The joint leave of 2030 is not known here yet" in said
    assert "The joint leave of 2031 is not known here yet" in said


def test_a_preset_by_one_tap_and_hours_day_by_day() -> None:
    office = an_office()
    client = open_for(office)
    page(client, "hours_preset", preset="five")
    page(client, "hours_preset", preset="five")
    assert week_of(office) == FIVE_DAYS
    assert Event.objects.filter(verb="hours.changed").count() == 1
    said = page(client, "hours_week", day0="8-9", day1="pagi")
    assert "“pagi” is not a time" in said
    assert "At least one day needs hours" in page(client, "hours_week", day0=" ")
    assert week_of(office) == FIVE_DAYS
    page(client, "hours_week", day0="08.00-12.00", day4="")
    assert week_of(office) == (((480, 720),), (), (), (), (), (), ())
    page(client, "hours_preset", preset="usual")
    assert week_of(office) == SIX_DAYS
    assert not WorkingSpan.objects.exists()


def test_a_unit_has_hours_of_its_own_until_it_is_as_the_office_again() -> None:
    office = an_office()
    unit = Unit.objects.create(office=office, name="UGD")
    client = open_for(office)
    client.post(reverse("hours_preset_unit", args=[unit.pk]), {"preset": "always"})
    assert week_of(office, unit.pk) == ALWAYS
    assert week_of(office) == SIX_DAYS
    assert "UGD day and night" in page(client)
    client.post(reverse("hours_preset_unit", args=[unit.pk]), {"preset": "usual"})
    assert week_of(office, unit.pk) == SIX_DAYS
    assert PRESETS["always"] not in (week_of(office), week_of(office, unit.pk))


def test_days_are_added_worked_on_and_taken_out_again() -> None:
    office = an_office()
    client = open_for(office)
    page(client, "day_add", day="2026-11-27", name="Hari jadi kota")
    page(client, "day_add", day="2026-12-24", name="Cuti Bersama Hari Raya Natal", works="on")
    assert "in the list already" in page(client, "day_add", day="2026-11-27", name="lagi")
    hours = working_time_of(office)
    assert hours.spans(date(2026, 11, 27)) == []
    assert hours.spans(date(2026, 12, 24))
    said = page(client)
    assert "Hari jadi kota our own" in said
    assert "Cuti Bersama Hari Raya Natal we work" in said
    for row in DayOff.objects.all():
        client.post(reverse("day_remove", args=[row.pk]))
    assert working_time_of(office).spans(date(2026, 12, 24)) == []
    verbs = Event.objects.filter(verb__startswith="hours.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["hours.day_added", "hours.day_worked", "hours.day_taken_out", "hours.day_taken_out"]


def test_a_centre_sees_the_citys_days_but_cannot_take_them_out() -> None:
    city = an_office("kota", kind="city")
    centre = an_office("melati", parent=city)
    page(open_for(city, "wati"), "day_add", day="2026-11-27", name="Hari jadi kota")
    client = open_for(centre)
    assert "Hari jadi kota by the city office" in page(client)
    assert working_time_of(centre).spans(date(2026, 11, 27)) == []
    assert client.post(reverse("day_remove", args=[DayOff.objects.get().pk])).status_code == 404
    page(client, "day_add", day="2026-11-27", name="Kami buka", works="on")
    assert working_time_of(centre).spans(date(2026, 11, 27))
