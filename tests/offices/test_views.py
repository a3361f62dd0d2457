"""Sign-in, first set-up, the office's page and its officers."""

import re
import zoneinfo
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from offices.models import Event, Notice, Office, Officer
from offices.setup import setup_address, setup_token
from tests import console
from tests.desk import PASSWORD, Desk, make_desk

pytestmark = pytest.mark.django_db

WIZARD = {
    "name": "Puskesmas Mulyorejo",
    "kind": "centre",
    "time_zone": "Asia/Makassar",
    "first_name": "Rini",
    "username": "rini",
    "password": "nasi-jagung-hangat",
}


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def test_sign_in_leads_to_where_one_wanted_to_go(desk: Desk) -> None:
    client = Client()
    data = {"username": "sari", "password": PASSWORD, "next": "/kasus/"}
    assert client.post(reverse("sign_in"), data).headers["Location"] == "/kasus/"
    data["next"] = "https://elsewhere.example/"
    client.logout()
    assert client.post(reverse("sign_in"), data).headers["Location"] == "/"


def test_a_wrong_password_says_so_and_shows_neither(desk: Desk) -> None:
    page = Client().post(reverse("sign_in"), {"username": "sari", "password": "salah-sekali"}).content.decode()
    assert 'role="alert"' in page
    assert "salah-sekali" not in page


@override_settings(AXES_ENABLED=True)
def test_guessing_locks_out_with_a_page_that_explains(desk: Desk) -> None:
    client = Client()
    for _try in range(settings.AXES_FAILURE_LIMIT):
        response = client.post(reverse("sign_in"), {"username": "sari", "password": "salah"})
    assert response.status_code == 429
    right = client.post(reverse("sign_in"), {"username": "sari", "password": PASSWORD})
    assert right.status_code == 429
    assert b"desk.css" in right.content


def test_signing_out_is_a_post_and_ends_the_session(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    assert client.get(reverse("sign_out")).status_code == 405
    client.post(reverse("sign_out"))
    assert client.get("/").status_code == 302


def test_a_fresh_desk_leads_to_its_set_up_and_the_token_opens_it() -> None:
    client = Client()
    assert client.get("/kasus/", follow=True).redirect_chain[-1][0] == reverse("setup_where")
    assert client.get(reverse("setup", args=["wrong"])).status_code == 404
    assert setup_address().endswith(f"/mulai/{setup_token()}/")
    assert client.get(reverse("setup", args=[setup_token()])).status_code == 200
    assert client.post(reverse("setup", args=[setup_token()]), WIZARD).headers["Location"] == reverse("accounts")
    officer = Officer.objects.get()
    assert officer.check_password(WIZARD["password"])
    assert officer.office is not None
    assert (officer.office.slug, officer.office.zone_name) == ("puskesmas-mulyorejo", "WITA")
    assert client.get("/").status_code == 200


def test_whoever_starts_the_desk_is_told_the_address_until_somebody_exists(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("setup_address")
    assert setup_address() in capsys.readouterr().out
    make_desk()
    call_command("setup_address")
    assert capsys.readouterr().out == ""


def test_the_set_up_is_gone_once_somebody_exists(desk: Desk) -> None:
    for address in [reverse("setup_where"), reverse("setup", args=[setup_token()])]:
        assert Client().get(address).headers["Location"] == reverse("sign_in")
    Client().post(reverse("setup", args=[setup_token()]), WIZARD)
    assert not Officer.objects.filter(username="rini").exists()


@pytest.mark.parametrize("password", ["pendek", "password123", "1234567890", ""])
def test_the_first_password_must_be_a_good_one(password: str) -> None:
    response = Client().post(reverse("setup", args=[setup_token()]), {**WIZARD, "password": password})
    assert response.status_code == 200
    assert not Officer.objects.exists()
    assert not Office.objects.exists()


def test_the_office_is_changed_by_its_managers_alone(desk: Desk) -> None:
    data = {"name": "Puskesmas Mawar Baru", "time_zone": "Asia/Jayapura", "thanks": "off", "questions": "case"}
    data["late_after_minutes"] = "30"
    client = console.signed_in(desk.officer)
    assert client.post(reverse("office"), data).status_code == 302
    desk.office.refresh_from_db()
    assert (desk.office.thanks, desk.office.zone_name) == ("off", "WIT")
    assert Event.objects.filter(verb="office.changed").exists()
    desk.officer.role = Officer.Role.SECTION_HEAD
    desk.officer.save()
    assert client.get(reverse("office")).status_code == 200
    assert client.post(reverse("office"), {**data, "name": "X"}).status_code == 403
    assert client.get(reverse("officer_add")).status_code == 403
    assert client.get(reverse("account_add")).status_code == 403


OFFICER = {"first_name": "Tono", "username": "tono", "role": "petugas_jaga", "is_active": "on"}


def test_an_officer_is_added_to_ones_own_office(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    client.post(reverse("officer_add"), {**OFFICER, "password": "teh-manis-sore"})
    tono = Officer.objects.get(username="tono")
    assert tono.office == desk.office
    assert tono.check_password("teh-manis-sore")
    assert not tono.is_staff


def test_an_officer_keeps_the_password_that_is_not_given_anew(desk: Desk) -> None:
    tono = Officer.objects.create_user("tono", password="teh-manis-sore", office=desk.office)
    client = console.signed_in(desk.officer)
    client.post(reverse("officer", args=[tono.pk]), {**OFFICER, "first_name": "Tono S."})
    tono.refresh_from_db()
    assert tono.first_name == "Tono S."
    assert tono.check_password("teh-manis-sore")
    client.post(reverse("officer", args=[tono.pk]), {**OFFICER, "password": "kopi-susu-malam"})
    tono.refresh_from_db()
    assert tono.check_password("kopi-susu-malam")


def test_nobody_locks_themselves_out_nor_rises_by_anothers_password(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    myself = {"first_name": "Sari", "username": "sari", "role": "pengelola"}
    client.post(reverse("officer", args=[desk.officer.pk]), myself)
    desk.officer.refresh_from_db()
    assert desk.officer.is_active
    root = Officer.objects.create_superuser("root", password=PASSWORD, office=desk.office)
    assert client.post(reverse("officer", args=[root.pk]), {**OFFICER, "password": "aku-mau-naik"}).status_code == 404


def test_a_unit_of_another_office_cannot_be_given(desk: Desk) -> None:
    other = make_desk("Puskesmas Lain", "lain")
    unit = other.office.units.create(name="Poli gigi")
    client = console.signed_in(desk.officer)
    client.post(reverse("officer_add"), {**OFFICER, "password": "teh-manis-sore", "unit": unit.pk})
    assert not Officer.objects.filter(username="tono").exists()


def test_notices_are_seen_one_by_one_or_all_that_were_shown(desk: Desk) -> None:
    for number in range(3):
        Notice.give(desk.office.id, "case_opened", number=f"2026-{number}", once=f"case:{number}")
    oldest, middle, newest = Notice.objects.order_by("id")
    client = console.signed_in(desk.officer)
    client.post(reverse("notice_seen", args=[oldest.pk]))
    client.post(reverse("notices_seen"), {"up_to": middle.pk})
    assert list(Notice.objects.filter(seen_at=None)) == [newest]
    assert client.post(reverse("notices_seen"), {"up_to": "x"}).status_code == 302


def test_every_kind_of_notice_has_words_and_an_unknown_one_is_shown_too(desk: Desk) -> None:
    Notice.give(desk.office.id, "account_red", account="Instagram @mawar", account_id=desk.account.id)
    Notice.give(desk.office.id, "never_heard_of")
    page = console.signed_in(desk.officer).get("/").content.decode()
    assert "Instagram @mawar" in page
    assert len(re.findall(r"/pemberitahuan/\d+/dilihat/", page)) == 2


@pytest.mark.parametrize(("zone", "shown"), [("Asia/Jakarta", "08.30 WIB"), ("Asia/Jayapura", "10.30 WIT")])
def test_times_are_shown_in_the_offices_zone_with_its_name(zone: str, shown: str) -> None:
    at = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        assert shown in Template("{% load desk %}{{ at|moment }}").render(Context({"at": at}))
