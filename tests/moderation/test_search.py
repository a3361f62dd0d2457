"""One box over everything that an officer may see; and lists of one centre by the address."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Message
from tests.console import signed_in
from tests.desk import Desk, make_case, make_desk, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> tuple[Desk, Desk, Client]:
    """A city's officer over two centres."""
    over = make_desk("Dinas Kesehatan", "wati", kind="city")
    melati, mawar = make_desk("Puskesmas Melati", "budi"), make_desk("Puskesmas Mawar", "sari")
    for one in (melati, mawar):
        one.office.parent = over.office
        one.office.save()
    return melati, mawar, signed_in(over.officer)


def hits(client: Client, **asked: str) -> tuple[int, int]:
    """How many cases and messages stand on the page."""
    page = client.get(reverse("search"), asked).content.decode()
    return page.count('id="case-'), len(re.findall(r'class="row" href="[^"]*(?:kotak-masuk|kasus)/\d+/"', page))


def test_it_finds_by_name_text_and_number(city: tuple[Desk, Desk, Client]) -> None:
    melati, mawar, client = city
    case = make_case(melati, "Obat paracetamol habis terus")
    make_message(mawar, "Jadwal posyandu?", author_name="Slamet Riyadi")
    assert hits(client, q="PARACETAMOL") == (1, 1)
    assert hits(client, q="slamet") == (0, 1)
    assert hits(client, q=case.number) == (1, 0)
    assert hits(client, q="tidak ada begini") == (0, 0)
    assert hits(client, q="s") == (0, 0)


def test_it_finds_nothing_of_others(city: tuple[Desk, Desk, Client]) -> None:
    melati, mawar, _ = city
    make_case(melati, "Obat paracetamol habis terus")
    stranger = signed_in(mawar.officer)
    assert hits(stranger, q="paracetamol") == (0, 0)
    assert hits(stranger, q="paracetamol", kantor=melati.office.slug) == (0, 0)


def test_a_group_alone_goes_page_by_page(city: tuple[Desk, Desk, Client]) -> None:
    melati, _, client = city
    for number in range(35):
        make_message(melati, f"antre nomor {number:02}")
    page = client.get(reverse("search"), {"q": "antre nomor"}).content.decode()
    assert "hanya=pesan" in page
    seen, address = [], reverse("search") + "?q=antre+nomor&hanya=pesan"
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"antre nomor (\d\d)", page)
        onward = re.search(r'href="(\?[^"]*after[^"]*)"', page)
        address = reverse("search") + onward[1].replace("&amp;", "&") if onward else ""
    assert seen == [f"{number:02}" for number in range(34, -1, -1)]


@pytest.mark.parametrize("name", ["inbox", "cases", "search"])
def test_a_list_shows_one_centre_by_its_address(city: tuple[Desk, Desk, Client], name: str) -> None:
    melati, mawar, client = city
    for one in (melati, mawar):
        make_case(one, f"keluhan di {one.office.slug}")
        make_message(one, f"pesan di {one.office.slug}")
    page = client.get(reverse(name), {"kantor": melati.office.slug, "q": " di "}).content.decode()
    assert f"di {melati.office.slug}" in page
    assert f"di {mawar.office.slug}" not in page
    assert 'name="kantor" value="puskesmas-melati"' in page  # the search keeps it


def test_an_officer_of_one_office_chooses_no_centre() -> None:
    desk = make_desk()
    make_message(desk, "halo")
    page = signed_in(desk.officer).get(reverse("inbox")).content.decode()
    assert "id_kantor" not in page
    assert Message.objects.count() == 1
