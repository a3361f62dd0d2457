"""A morning of a city's officer over sixteen health centres: the worst first, one case taken over and brought to its
answer, the figures of the whole city, the register of one centre."""

import re
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from connectors.models import Account
from moderation import triage
from moderation.models import Case, Message
from offices.models import Office, Officer
from tests.browser.days.day import Day
from tests.browser.screen import both_widths
from tests.rows import an_office, an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), both_widths]

BEGIN = "2026-12-07 08:00"  # a Monday without leave
FLOWERS = [
    *("Anggrek", "Bakung", "Cempaka", "Dahlia", "Edelweis", "Flamboyan", "Gardenia", "Kamboja"),
    *("Kenanga", "Lili", "Mawar", "Melati", "Nusa", "Sedap", "Teratai", "Wijaya"),
]


@dataclass
class City:
    office: Office
    officer: Officer
    centres: dict[str, Office] = field(default_factory=dict)


@pytest.fixture
def city(day: Day) -> City:
    """Sixteen centres; at one of them a complaint came in by hand, at another the account asks for help."""
    office = Office.objects.create(name="Dinas Kesehatan Kota Arjuna", slug="dinkes", kind=Office.Kind.CITY)
    made = City(office, an_officer(office, "wati", first_name="Wati", role=Officer.Role.SECTION_HEAD))
    for name in FLOWERS:
        made.centres[name] = an_office(name.lower(), parent=office)
        an_officer(made.centres[name], f"pengelola_{name.lower()}", role=Officer.Role.MANAGER)
    red = {"state": Account.State.RED, "reason": "challenge"}
    Account.objects.create(office=made.centres["Bakung"], platform="instagram", handle="pkm.bakung", **red)
    for name, text in (("Mawar", "Obat TB sudah tiga hari kosong"), ("Lili", "Kursi tunggu kurang")):
        written_by_hand(made.centres[name], text)
    day.work()
    return made


def written_by_hand(office: Office, text: str) -> Message:
    """As a centre without an account starts a case: typed in from a phone call."""
    now = timezone.now()
    return triage.enter_by_hand(
        office,
        office.officers.get(),
        now,
        channel="Telepon",
        author_name="Bu Tini",
        text=text,
        written_at=now,
        label="complaint",
    )


def test_a_city_officers_morning(day: Day, city: City) -> None:
    day.at("2026-12-09 09:00")
    day.work()
    day.sign_in(city.officer)
    the_worst_stands_first(day, city)
    one_case_is_found_by_name_and_taken_over(day, city)
    the_figures_of_the_city(day, city)


def the_worst_stands_first(day: Day, city: City) -> None:
    page = day.open("/kota/")
    names = page.locator(".centres h2").all_inner_texts()
    assert len(names) == 17
    assert {*names[:3]} == {"Puskesmas Mawar", "Puskesmas Lili", "Puskesmas Bakung"}
    day.picture("kota")
    page.locator(f"#office-{city.centres['Mawar'].pk}").get_by_role(
        "link", name=re.compile("^1 terlambat")
    ).first.click()
    expect(page.get_by_text("Obat TB sudah tiga hari kosong")).to_be_visible()
    expect(page.get_by_text("Kursi tunggu kurang")).to_have_count(0)


def one_case_is_found_by_name_and_taken_over(day: Day, city: City) -> None:
    page = day.open("/cari/?q=Tini")
    expect(page.get_by_text("Obat TB sudah tiga hari kosong").first).to_be_visible()
    case = Case.objects.get(office=city.centres["Mawar"])
    page = day.open(f"/kasus/{case.pk}/")
    hand_over = page.locator("#serahkan")
    hand_over.locator("summary").click()
    hand_over.locator("select").select_option(value=str(city.office.pk))
    hand_over.locator("textarea").fill("Stok obat diurus instalasi farmasi kota")
    day.picture("serahkan", of="#serahkan")
    day.press(hand_over.get_by_role("button"), "Serahkan")
    day.tap("Saya tangani")
    case.refresh_from_db()
    assert (case.office, case.handler, case.officer) == (city.centres["Mawar"], city.office, city.officer)


def the_figures_of_the_city(day: Day, city: City) -> None:
    """Every centre in one table, and the cases behind a figure."""
    day.work()
    page = day.open("/angka/")
    for name in ("Mawar", "Lili"):
        expect(page.get_by_role("link", name=f"Puskesmas {name}").first).to_be_visible()
    day.picture("angka")
    page = day.open("/register/?kantor=mawar")
    expect(page.get_by_text(Case.objects.get(office=city.centres["Mawar"]).number).first).to_be_visible()
    expect(page.locator(".rows").get_by_text("Kursi tunggu kurang")).to_have_count(0)
    day.picture("register")
