"""Canned texts: shipped and own, their gaps, and the page that manages them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moderation import reply
from moderation.drafting import canned
from moderation.drafting.models import CannedText
from moderation.models import Case
from offices.models import Officer
from tests import console
from tests.desk import Desk, make_case, make_desk, make_message
from tests.rows import an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return console.signed_in(desk.officer)


@pytest.fixture
def case(desk: Desk) -> Case:
    return make_case(desk, "Antri dari pagi")


def save(client: Client, text: str, key: str = "", **given: str) -> int:
    address = reverse("canned_text", args=[key]) if key else reverse("canned_text_add")
    fields = {"name": "Uji", "purpose": "answer", "text": text, **given}
    return client.post(address, fields).status_code


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_shipped_text_has_a_purpose_a_name_and_known_gaps(language: str) -> None:
    rows = canned.shipped(language)
    assert len({row.slug for row in rows}) == len(rows) >= 5
    for row in rows:
        assert row.purpose in CannedText.Purpose.values
        assert canned.unknown_gaps(row.text) == []
        assert len(row.text) <= 900


def test_gaps_are_filled(case: Case) -> None:
    message = case.incoming_messages.get()
    text = canned.fill("{nama}|{nomor}|{kanal}|{kantor}|{jam_layanan}", message, case)
    name, number, channel, office, hours = text.split("|")
    assert (name, number, channel, office) == ("Ratna", case.number, "Instagram", "Puskesmas Mawar")
    assert "WIB" in hours


def test_who_calls_themselves_by_no_name_is_addressed_politely(case: Case) -> None:
    case.incoming_messages.update(author_name="🌸 jualan murah 🌸")
    assert canned.fill("Halo, {nama}", case.incoming_messages.get(), case) == "Halo, Bapak/Ibu"


@pytest.mark.parametrize("text", ["Halo {name}", "Halo {nama", "Halo }", "{{nama}}", "{}"])
def test_unknown_gaps_are_refused_when_saved(client: Client, text: str) -> None:
    assert save(client, text) == 200
    assert not CannedText.objects.exists()


def test_an_own_text_is_offered_and_taken_away(client: Client, case: Case) -> None:
    assert save(client, "Buka setiap hari, {nama}.") == 302
    row = CannedText.objects.get()
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Buka setiap hari, Ratna." in page
    message = case.incoming_messages.get()
    chosen = client.get(reverse("case", args=[case.pk]), {"jawab": message.pk, "kalimat": row.pk}).content.decode()
    assert "Buka setiap hari, Ratna.</textarea>" in chosen
    client.post(reverse("canned_text_remove", args=[str(row.pk)]))
    assert not CannedText.objects.exists()


def test_a_shipped_text_is_replaced_hidden_and_brought_back(client: Client, desk: Desk) -> None:
    assert save(client, "Jam kami: {jam_layanan}", "jam_layanan", name="Jam") == 302
    assert [one.text for one in canned.texts_of(desk.office) if one.slug == "jam_layanan"] == [
        "Jam kami: {jam_layanan}"
    ]
    client.post(reverse("canned_text_remove", args=["jam_layanan"]))
    assert "jam_layanan" not in [one.slug for one in canned.texts_of(desk.office)]
    client.post(reverse("canned_text_shipped", args=["jam_layanan"]))
    assert "{kantor} melayani" in next(one.text for one in canned.texts_of(desk.office) if one.slug == "jam_layanan")


def test_without_a_case_no_text_with_a_number_is_offered(client: Client, desk: Desk) -> None:
    save(client, "Nomor Anda {nomor}")
    message = make_message(desk, "Jam berapa?", "question", label="question")
    assert all("Nomor Anda" not in one.text for one in canned.offered(message, None))


def test_only_a_manager_changes_them_and_each_office_its_own(client: Client, desk: Desk) -> None:
    save(client, "Milik kami")
    row = CannedText.objects.get()
    owner = console.signed_in(an_officer(desk.office, "tono", role=Officer.Role.PROGRAMME))
    stranger = console.signed_in(make_desk("Puskesmas Kendalsari", "budi").officer)
    assert owner.get(reverse("canned_texts")).status_code == 200
    assert save(owner, "x") == 403
    assert save(stranger, "x", str(row.pk)) == 404
    assert stranger.post(reverse("canned_text_remove", args=[str(row.pk)])).status_code == 404
    assert "Milik kami" not in stranger.get(reverse("canned_texts")).content.decode()
    assert save(stranger, "x", "tidak_ada") == 404


def test_an_offices_own_thank_yous_are_checked_and_said_in_their_language(client: Client, desk: Desk) -> None:
    assert save(client, "Terima kasih, {nama}. Kami akan segera memperbaikinya.", purpose="thanks") == 200
    assert save(client, "Terima kasih.", purpose="thanks") == 200
    assert not CannedText.objects.exists()
    for number in ("satu", "dua", "tiga"):
        text = f"Terima kasih, {{nama}}. Kalimat {number} dari {{kantor}} untuk warga."
        assert save(client, text, purpose="thanks") == 302
    assert len(canned.thanks_of(desk.office, "id")) == 3
    assert canned.thanks_of(desk.office, "jv") == []
    page = client.get(reverse("canned_texts")).content.decode()
    assert "Kalimat tiga" in page
    message = make_message(desk, "Terima kasih, pelayanannya bagus sekali", label="praise", author_name="Rina")
    thanked = reply.thank(message, timezone.now())
    assert thanked is not None
    assert re.fullmatch(rf"Terima kasih, .*Rina\. Kalimat \w+ dari {desk.office.name} untuk warga\.", thanked.text)
    assert "Kalimat" not in " ".join(one.text for one in canned.offered(message, None))
