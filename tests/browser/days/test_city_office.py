"""SOP-2, the seven stages of a city health office over a long weekend with joint leave: one stage is late, the section
head answers by WhatsApp, and the register is printed."""

import re
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from connectors.models import Account, Outgoing
from moderation.models import Case
from moderation.steps.models import Step
from offices.models import Notice, Office, Officer
from tests.browser.days.day import Day, account_of, officer_answers, whatsapp_of
from tests.browser.screen import both_widths
from tests.rows import an_officer, an_outgoing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), both_widths]

BEGIN = "2026-12-23 09:30"  # a Wednesday; joint leave on Thursday, Christmas on Friday, then the weekend
HEAD, DIVISION = "+6281233344455", "+6281233344466"
COMPLAINT = "Obat TB di puskesmas Mawar sudah tiga hari kosong, tolong!"
ADVICE = "Stok OAT dikirim Senin siang ini. Mohon maaf, dan silakan ambil mulai pukul 13.00."


@dataclass
class City:
    office: Office
    manager: Officer
    head: Officer
    division: Officer
    page: Account


@pytest.fixture
def city(day: Day) -> City:
    name = "Dinas Kesehatan Kota Arjuna"
    office = Office.objects.create(name=name, slug="dinkes", kind=Office.Kind.CITY, questions=Office.Questions.CASE)
    manager = an_officer(office, "sari", first_name="Sari", role=Officer.Role.MANAGER)
    head = an_officer(office, "ratna", first_name="Ratna", role=Officer.Role.SECTION_HEAD, phone=HEAD)
    division = an_officer(office, "hadi", first_name="Hadi", role=Officer.Role.DIVISION_HEAD, phone=DIVISION)
    secrets = {"app_id": "1200", "app_secret": "rahasia-aplikasi-tiruan"}
    page = account_of(office, "facebook", "dinkeskota", token="EAA.facebook.dinkeskota", **secrets)
    whatsapp_of(day, office)
    page.refresh_from_db()
    an_outgoing(page, timezone.now(), "Layanan TB gratis di semua puskesmas.", kind="text")
    day.work()
    assert Outgoing.objects.filter(kind="text", state="sent").exists()
    return City(office, manager, head, division, page)


def test_seven_stages_over_a_long_weekend(day: Day, city: City) -> None:
    case = a_complaint_comes_in(day, city)
    the_section_head_is_asked(day, city, case)
    nobody_answers_until_it_is_late(day, city, case)
    the_answer_comes_by_whatsapp(day, city, case)
    it_is_answered_on_the_same_channel(day, city, case)
    what_was_done_is_noted(day, case)
    the_register_is_printed(day, case)


def keys(case: Case, state: str) -> list[str]:
    return list(Step.objects.filter(case=case, state=state).order_by("place").values_list("key", flat=True))


def a_complaint_comes_in(day: Day, city: City) -> Case:
    """Steps 1 and 2: received, and pictured by the desk itself."""
    day.at("2026-12-23 10:00")
    day.citizen(city.page, COMPLAINT, "Bu Tini")
    day.work()
    case = Case.objects.get()
    assert keys(case, "ended") == ["terima", "tangkapan_layar"]
    assert keys(case, "running") == ["kirim"]
    return case


def the_section_head_is_asked(day: Day, city: City, case: Case) -> None:
    """Step 3: the masked screenshot by WhatsApp, within fifteen minutes."""
    day.at("2026-12-23 10:08")
    day.sign_in(city.manager)
    page = day.open(f"/kasus/{case.pk}/")
    day.picture("kasus-jam")
    page.locator("#ask select").select_option(value=str(city.head.pk))
    day.tap("Kirim beserta tangkapan layar")
    day.work(3)
    assert keys(case, "running") == ["konsultasi"]
    assert Step.objects.get(case=case, key="kirim").late_minutes == 0


def nobody_answers_until_it_is_late(day: Day, city: City, case: Case) -> None:
    """Step 4: a working day, which is over on Monday: Thursday is joint leave, Friday is Christmas."""
    running = Step.objects.get(case=case, key="konsultasi")
    assert running.due_at is not None
    assert running.due_at.astimezone(day.zone).strftime("%a %d %b %H:%M") == "Mon 28 Dec 10:08"
    day.at("2026-12-24 10:30")
    day.work()
    assert not Step.objects.exclude(overdue_at=None).exists()
    day.at("2026-12-28 10:20")
    day.work()
    assert Step.objects.get(id=running.pk).overdue_at is not None
    told = set(Notice.objects.filter(kind__startswith="step_").values_list("officer__username", flat=True))
    assert "hadi" in told, "the division head is told that a stage is late"
    day.open("/kasus/")
    day.picture("kasus-terlambat")


def the_answer_comes_by_whatsapp(day: Day, city: City, case: Case) -> None:
    """Steps 4 to 6: one message of one section head ends them together."""
    day.at("2026-12-28 11:00")
    officer_answers(day, HEAD, ADVICE)
    day.work()
    page = day.open(f"/kasus/{case.pk}/")
    expect(page.locator("#konsultasi").get_by_text(ADVICE)).to_be_visible()
    day.picture("jawaban-wa", of="#konsultasi")
    day.tap("Pakai sebagai draf")
    ended = Step.objects.filter(case=case, key__in=["konsultasi", "beri_jawaban", "teruskan"])
    assert [(one.state, one.together_id is None) for one in ended.order_by("place")] == [
        ("ended", True),
        ("ended", False),
        ("ended", False),
    ]
    assert ended.get(key="konsultasi").late_minutes in range(45, 60)  # from 10.08 to 11.00, by a clock that goes on


def it_is_answered_on_the_same_channel(day: Day, city: City, case: Case) -> None:
    """Step 7, under the complaint itself."""
    day.at("2026-12-28 11:10")
    page = day.open(f"/kasus/{case.pk}/")
    draft = page.locator("#drafts")
    expect(draft.get_by_text("Disetujui Ratna")).to_be_visible()
    day.picture("draf", of="#drafts")
    day.press(draft.get_by_role("button", name="Kirim"), "Kirim")
    day.work()
    case.refresh_from_db()
    assert case.state == "answered"
    assert keys(case, "running") == []
    assert ADVICE in day.said_in_public(city.page)


def what_was_done_is_noted(day: Day, case: Case) -> None:
    """Answered is not yet handled: tindak lanjut, and only then the case may close."""
    day.at("2026-12-28 13:30")
    page = day.open(f"/kasus/{case.pk}/")
    note = page.locator("#tindak-lanjut")
    note.locator("#id_handling_outcome_0").check()
    note.locator("#id_handling_what").fill("Stok OAT dikirim ke puskesmas Mawar")
    note.locator("#id_handling_unit").fill("Instalasi Farmasi")
    day.picture("tindak-lanjut", of="#tindak-lanjut")
    day.press(note.get_by_role("button", name="Catat"), "Catat")
    case.refresh_from_db()
    assert case.handled_at is not None
    assert case.state == "closed"


def the_register_is_printed(day: Day, case: Case) -> None:
    """Softcopy and hardcopy: one line a case with every stage's time."""
    page = day.open("/register/")
    expect(page.get_by_text("terlambat")).to_be_visible()
    day.picture("register")
    day.tap("Buku register, siap cetak")
    day.work()
    page = day.open("/register/")
    link = page.locator("#files a").first
    expect(link).to_have_attribute("href", re.compile("/register/berkas/"))
    file = day.window.request.get(day.base + (link.get_attribute("href") or ""))
    assert file.ok
    assert file.body().startswith(b"%PDF-")
