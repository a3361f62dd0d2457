"""What is asked of every page alike: who sees it, what the browser is allowed, how many queries it costs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from connectors.models import PLATFORMS, Account, connector_class
from moderation.models import Message
from offices.models import Notice, Officer
from tests import console
from tests.desk import Desk, fill, make_answer, make_case, make_delivery, make_desk, make_message, make_reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    made = make_desk()
    fill(made)
    return made


@pytest.fixture
def stranger() -> Desk:
    return make_desk("Puskesmas Kendalsari", "budi")


def test_every_page_opens_for_its_own_office(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    for address in [*console.lists(), *console.pages_of(desk)]:
        assert console.look(client, address)[0] == 200, address


def test_every_page_of_another_office_is_not_found(desk: Desk, stranger: Desk) -> None:
    client = console.signed_in(stranger.officer)
    for address in console.pages_of(desk):
        assert client.get(address).status_code == 404, address


def test_every_action_on_another_office_is_not_found_and_does_nothing(desk: Desk, stranger: Desk) -> None:
    client = console.signed_in(stranger.officer)
    before = list(Message.objects.values_list("id", "state", "label"))
    for address in console.actions_on(desk):
        assert client.post(address, {"text": "halo", "label": "praise"}).status_code == 404, address
    assert list(Message.objects.values_list("id", "state", "label")) == before


def test_lists_show_nothing_of_another_office(desk: Desk, stranger: Desk) -> None:
    client = console.signed_in(stranger.officer)
    for address in console.lists():
        page = console.look(client, address)[1]
        assert "Ratna" not in page, address
        assert desk.account.handle not in page, address


def test_a_city_office_sees_its_centres(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    desk.office.parent = city.office
    desk.office.save()
    client = console.signed_in(city.officer)
    assert "Ratna" in client.get(reverse("inbox")).content.decode()
    case = desk.office.cases.first()
    assert case is not None
    assert client.get(reverse("case", args=[case.pk])).status_code == 200


def test_anonymous_people_are_sent_to_sign_in(desk: Desk) -> None:
    client = Client()
    for address in [*console.lists(), *console.pages_of(desk)]:
        response = client.get(address)
        assert (response.status_code, response.headers.get("Location")) == (302, f"/masuk/?next={address}"), address
    for address in console.actions_on(desk):
        assert client.post(address).status_code == 302, address


def test_actions_are_never_done_by_a_link(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    for address in console.actions_on(desk):
        assert client.get(address).status_code == 405, address


def test_a_buttons_address_opened_again_says_so_and_leads_on(desk: Desk) -> None:
    """A phone that put the desk away opens the last address anew."""
    answer = console.signed_in(desk.officer).get(console.actions_on(desk)[0])
    assert answer.headers["Allow"] == "POST"
    assert f'href="{reverse("today")}"' in answer.content.decode()


SET_UP_AT = {guide.address for name in PLATFORMS if (guide := connector_class(name).guide)}
"""Platforms' own pages, to which the connecting pages lead."""


def test_no_page_needs_more_than_the_strict_policy(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    for address in [*console.lists(), *console.pages_of(desk), "/there/is/no/such/page/"]:
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        content = response.getvalue()
        if "html" in response.headers["Content-Type"]:
            page = content.decode()
            assert not console.inline_in(page), address
            assert not re.search(r'src="https?://', page), address
            outside = set(re.findall(r'href="(https?://[^"]+)"', page)) - SET_UP_AT
            assert all(link.startswith("https://www.instagram.com/") for link in outside), address
            assert len(content) < 100_000


def test_hostile_texts_stay_texts(desk: Desk) -> None:
    evil = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>{{ 7|add:7 }}"
    case = make_case(desk, evil)
    make_message(desk, evil, author_name=evil, author_handle=evil, post_text=evil, permalink="javascript:alert(3)")
    make_delivery(desk, evil)
    make_reading(desk, asks=True)
    Account.objects.filter(id=desk.account.id).update(name=evil)
    Notice.give(desk.office.id, "outgoing_late", text=evil)
    Notice.give(desk.office.id, "../../config/base", text=evil)
    client = console.signed_in(desk.officer)
    for address in [*console.lists(), *console.pages_of(desk), reverse("case", args=[case.pk])]:
        page = console.look(client, address)[1]
        assert not console.inline_in(page), address
        assert "<img src=x" not in page, address


def test_what_htmx_asks_for_is_only_a_part(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    for name in ["today", "queue", "inbox", "cases", "accounts"]:
        part = client.get(reverse(name), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part, name
        assert part.strip(), name


@pytest.mark.parametrize("name", ["today", "queue", "calendar_files", "inbox", "cases", "accounts", "officers"])
def test_a_page_costs_the_same_queries_with_one_row_and_with_twenty(name: str) -> None:
    desk = make_desk()
    client = console.signed_in(desk.officer)
    one_of_each(desk, 0)
    first = queries_of(client, reverse(name))
    for number in range(1, 20):
        one_of_each(desk, number)
    assert queries_of(client, reverse(name)) == first


def test_one_case_costs_the_same_queries_with_one_message_and_with_fifteen() -> None:
    desk = make_desk()
    client = console.signed_in(desk.officer)
    case = make_case(desk, "Air mati", is_group=True)
    first = queries_of(client, reverse("case", args=[case.pk]))
    for number in range(14):
        make_message(desk, f"Saya juga {number}", Message.State.CASE, case=case)
    assert queries_of(client, reverse("case", args=[case.pk])) == first


def one_of_each(desk: Desk, number: int) -> None:
    make_delivery(desk, f"Kiriman {number}")
    praise = make_message(desk, f"Terima kasih {number}", Message.State.THANKS, label="praise")
    make_answer(praise, "Sama-sama", "draft", "thanks")
    make_delivery(desk, f"Terlambat {number}", state="late")
    make_case(desk, f"Keluhan {number}")
    make_reading(desk)
    Notice.give(desk.office.id, "case_opened", number=f"2026-{number}")
    Officer.objects.create_user(f"petugas{number}", office=desk.office)
    Account.objects.create(
        office=desk.office, platform="instagram", handle=f"akun{number}", state="red", reason="challenge"
    )


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_lists_go_on_where_the_page_before_ended(desk: Desk) -> None:
    for number in range(40):
        make_message(desk, f"Pesan nomor {number:02}")
    client = console.signed_in(desk.officer)
    seen: list[str] = []
    address = reverse("inbox")
    while address:
        page = client.get(address).content.decode()
        make_message(desk, "Baru saja masuk")  # what comes in meanwhile shifts nothing
        seen += re.findall(r"Pesan nomor (\d\d)", page)
        onward = (
            re.search(r'href="(\?[^"]*)"[^>]*>[^<]*', page[page.index('rel="next"') - 300 :])
            if 'rel="next"' in page
            else None
        )
        address = reverse("inbox") + onward[1].replace("&amp;", "&") if onward else ""
    assert seen == [f"{number:02}" for number in range(39, -1, -1)]


@pytest.mark.parametrize("cursor", ["x", "1,2,3", "999999999999999999999999", "-1", "'", "%00"])
def test_an_unreadable_cursor_starts_anew(desk: Desk, cursor: str) -> None:
    client = console.signed_in(desk.officer)
    for name in ["queue", "inbox", "cases", "calendar_files"]:
        assert client.get(reverse(name), {"after": cursor}).status_code == 200


def test_errors_speak_in_the_desks_own_words(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    client.raise_request_exception = False
    assert b"desk.css" in client.get("/tidak/ada/").content
    with override_settings(ROOT_URLCONF="tests.config.broken_urls"):
        response = client.get("/rusak/")
    assert response.status_code == 500
    assert b"desk.css" in response.content


def test_the_language_can_be_changed_and_stays(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    home = client.get(reverse("today"), headers={"Accept-Language": "en"})
    assert '<html lang="id">' in home.content.decode()
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert '<html lang="en">' in client.get(reverse("today")).content.decode()
