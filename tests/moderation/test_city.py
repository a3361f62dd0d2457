"""One page over all centres, the worst first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from connectors.models import Account
from moderation.city import centres
from moderation.models import Case
from tests.console import signed_in
from tests.desk import Desk, make_case, make_delivery, make_desk, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Desk:
    return make_desk("Dinas Kesehatan", "wati", kind="city")


def centre(city: Desk, name: str) -> Desk:
    made = make_desk(f"Puskesmas {name}", name.lower())
    made.office.parent = city.office
    made.office.save()
    return made


def test_the_worst_stands_first(city: Desk) -> None:
    calm, red, late, urgent = (centre(city, name) for name in ("Anggrek", "Bakung", "Cempaka", "Dahlia"))
    now = timezone.now()
    make_message(calm, "Jam berapa buka?")
    Account.objects.filter(office=red.office).update(state="red")
    make_case(late, "Antre lama")
    Case.objects.filter(office=late.office).update(due_at=now - timedelta(hours=1))
    make_case(urgent, "Kejang!", urgent=True)
    make_delivery(urgent, "Imunisasi", now - timedelta(days=1), "sent")
    rows = centres(city.officer, now)
    assert [row.office.name.split()[-1] for row in rows] == ["Dahlia", "Cempaka", "Bakung", "Anggrek", "Kesehatan"]
    by_name = {row.office.name.split()[-1]: row for row in rows}
    assert (by_name["Cempaka"].late, by_name["Cempaka"].open, by_name["Anggrek"].waiting) == (1, 1, 1)
    assert by_name["Dahlia"].last_post == now - timedelta(days=1)
    assert not by_name["Anggrek"].needs_help


def test_what_was_handed_over_is_late_where_it_is_worked_on(city: Desk) -> None:
    here, there = centre(city, "Anggrek"), centre(city, "Bakung")
    case = make_case(here, "Antre lama")
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1), handler=there.office)
    rows = {row.office: (row.late, row.open) for row in centres(city.officer, timezone.now())}
    assert (rows[here.office], rows[there.office]) == ((0, 0), (1, 1))
    page = signed_in(city.officer).get(reverse("cases"), {"kantor": there.office.slug}).content.decode()
    assert f'id="case-{case.pk}"' in page, "pressing the number shows it"


def test_it_costs_the_same_with_two_centres_and_with_sixteen(city: Desk) -> None:
    client = signed_in(city.officer)
    make_case(centre(city, "Satu"), "Antre lama")
    client.get(reverse("city"))
    with CaptureQueriesContext(connection) as few:
        assert client.get(reverse("city")).status_code == 200
    for number in range(15):
        make_case(centre(city, f"Lain{number}"), "Antre lama")
    with CaptureQueriesContext(connection) as many:
        assert "Puskesmas Lain14" in client.get(reverse("city")).content.decode()
    assert len(many) == len(few)


def test_an_officer_of_one_office_has_the_page_of_today() -> None:
    assert signed_in(make_desk().officer).get(reverse("city")).status_code == 302
