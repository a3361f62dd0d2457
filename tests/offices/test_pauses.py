"""The switch that holds all posts: who may turn it, who sees it, and that its history is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from offices.models import Event, Officer, Pause
from tests import console
from tests.desk import Desk, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def city(desk: Desk) -> Desk:
    made = make_desk("Dinas Kesehatan", "wati", kind="city")
    desk.office.parent = made.office
    desk.office.save()
    return made


def in_force() -> list[Pause]:
    return list(Pause.objects.in_force(timezone.now()))


def test_a_manager_holds_all_posts_and_lifts_it_again(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    assert client.post(reverse("pause"), {"why": "Hari berkabung"}).status_code == 302
    [pause] = in_force()
    assert (pause.office, pause.by, pause.answers_too) == (desk.office, desk.officer, False)
    for page in ("today", "office"):
        assert "Hari berkabung" in client.get(reverse(page)).content.decode()
    client.post(reverse("pause_lifted", args=[pause.pk]))
    pause.refresh_from_db()
    assert pause.lifted_by == desk.officer
    assert in_force() == []
    assert "Hari berkabung" not in client.get(reverse("today")).content.decode()
    assert [event.verb for event in Event.objects.filter(subject=f"pause:{pause.pk}")] == [
        "pause.begun",
        "pause.lifted",
    ]


@pytest.mark.parametrize(
    "wrong", [{"why": ""}, {"why": "x", "until": "2020-01-01T08:00"}, {"why": "x", "until": "besok"}]
)
def test_without_a_reason_or_with_a_time_that_is_past_nothing_is_held(desk: Desk, wrong: dict[str, str]) -> None:
    assert console.signed_in(desk.officer).post(reverse("pause"), wrong).status_code == 200
    assert in_force() == []


def test_a_centre_sees_the_city_s_pause_and_cannot_lift_it(desk: Desk, city: Desk) -> None:
    console.signed_in(city.officer).post(reverse("pause"), {"why": "Gempa", "answers_too": "on"})
    [pause] = in_force()
    centre = console.signed_in(desk.officer)
    page = centre.get(reverse("today")).content.decode()
    assert "Gempa" in page
    assert reverse("pause_lifted", args=[pause.pk]) not in page
    assert centre.post(reverse("pause_lifted", args=[pause.pk])).status_code == 403
    assert in_force() == [pause]


def test_a_stranger_s_pause_is_not_there(desk: Desk) -> None:
    stranger = make_desk("Puskesmas Kendalsari", "budi")
    pause = Pause.objects.create(office=stranger.office, why="x")
    client = console.signed_in(desk.officer)
    assert client.post(reverse("pause_lifted", args=[pause.pk])).status_code == 404


def test_only_who_has_all_rights_holds_everybody_s(desk: Desk, city: Desk) -> None:
    client = console.signed_in(desk.officer)
    client.post(reverse("pause"), {"why": "a", "everybody": "on"})
    assert [pause.office for pause in in_force()] == [desk.office]
    root = city.officer
    root.is_superuser = True
    root.save()
    console.signed_in(root).post(reverse("pause"), {"why": "b", "everybody": "on"})
    everybody = in_force()[0]
    assert everybody.office is None
    assert client.post(reverse("pause_lifted", args=[everybody.pk])).status_code == 403
    assert Event.objects.filter(subject=f"pause:{everybody.pk}").count() == 2


def test_who_does_not_manage_holds_nothing(desk: Desk) -> None:
    desk.officer.role = Officer.Role.DUTY
    desk.officer.save()
    assert console.signed_in(desk.officer).post(reverse("pause"), {"why": "x"}).status_code == 403


def test_a_pause_ends_by_itself_at_its_time(desk: Desk) -> None:
    now = timezone.now()
    pause = Pause.objects.create(office=desk.office, why="x", since=now, until=now + timedelta(hours=1))
    assert list(Pause.objects.in_force(now)) == [pause]
    assert list(Pause.objects.in_force(now + timedelta(hours=1))) == []
