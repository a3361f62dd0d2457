"""An answer on its way through a city office, by thumb and by mouse: drafted, returned, approved, sent; two at once;
the page behind a mail's link; and where one is told."""

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, expect

from connectors.models import Outgoing
from moderation import reply, steps
from moderation.consultation import mailing, reaching
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.drafting.models import Draft
from moderation.models import Answer, Case, Evidence
from offices.models import Officer
from offices.outbox.models import ToldAt
from tests import console
from tests.browser.screen import Screen
from tests.desk import Desk, make_case, make_desk
from tests.rows import an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
APOLOGY = "Mohon maaf. Loket kami tambah mulai Senin."


@pytest.fixture
def desk() -> Desk:
    """A city office: its procedure wants the section head's approval (SOP-2, stage 5)."""
    return make_desk("Dinas Kesehatan", kind="city")


@pytest.fixture
def head(desk: Desk) -> Officer:
    return an_officer(desk.office, "ratna", first_name="Ratna", role=Officer.Role.SECTION_HEAD, email="r@example.go.id")


@pytest.fixture
def case(desk: Desk) -> Case:
    case = make_case(desk, "Antri dari pagi belum dipanggil juga")
    steps.begin(case, timezone.now())
    case.refresh_from_db()
    return case


def become(screen: Screen, officer: Officer) -> None:
    """Somebody else sits down at the desk (signing in itself is walked in `test_moderator`)."""
    client: Client = console.signed_in(officer)
    cookies: list[Any] = [
        {"name": name, "value": morsel.value, "url": screen.base} for name, morsel in client.cookies.items()
    ]
    screen.page.goto("about:blank")  # else the same address with another #part would only scroll
    screen.page.context.clear_cookies()
    screen.page.context.add_cookies(cookies)


def fits(screen: Screen, name: str) -> None:
    """Nothing is wider than the window; a picture of it, where somebody wants to look."""
    assert screen.fits(), name
    if folder := os.environ.get("TANGGAP_TEST_PICTURES"):
        size = screen.page.viewport_size
        screen.page.screenshot(path=Path(folder) / f"{name}-{size['width'] if size else 0}.png", full_page=True)


def card(screen: Screen) -> Locator:
    return screen.page.locator("#drafts")


def test_drafted_returned_approved_and_sent(screen: Screen, case: Case, desk: Desk, head: Officer) -> None:
    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    field = page.get_by_label("Jawaban Anda")
    page.locator("#answer-form").get_by_text("Kalimat siap pakai").click()
    screen.tap("Jam layanan", "link", "#answer-form")
    assert "melayani pada" in field.input_value()
    field.fill("Sabar ya.")
    screen.tap("Ajukan persetujuan", inside="#answer-form")
    expect(card(screen).get_by_text("Menunggu persetujuan")).to_be_visible()
    expect(card(screen).get_by_role("button", name="Kirim")).to_have_count(0)

    become(screen, head)
    page = screen.open(f"/kasus/{case.pk}/#draf-{Draft.objects.get().pk}")
    page.get_by_text("Belum tepat: kembalikan").click()
    page.get_by_label("Yang perlu diubah").fill("Minta maaf dulu, sebut loket baru.")
    fits(screen, "approve")
    screen.tap("Kembalikan", inside="#drafts form.stack")
    expect(page.get_by_text("Dikembalikan dengan catatan Anda")).to_be_visible()

    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/")
    expect(card(screen).get_by_text("Minta maaf dulu, sebut loket baru.")).to_be_visible()
    fits(screen, "returned")
    screen.tap("Ubah", "link", "#drafts")
    expect(field).to_have_value("Sabar ya.")
    expect(card(screen).get_by_text("Sedang diubah di kolom jawaban")).to_be_visible()
    expect(card(screen).get_by_role("button", name="Ajukan")).to_have_count(0)
    fits(screen, "changing")
    field.fill(APOLOGY)
    screen.tap("Ajukan persetujuan", inside="#answer-form")
    expect(card(screen).get_by_text(APOLOGY)).to_be_visible()
    expect(card(screen).get_by_text("Sabar ya.")).to_have_count(0)

    become(screen, head)
    screen.open(f"/kasus/{case.pk}/")
    screen.tap("Setujui", inside="#drafts")
    expect(card(screen).get_by_text("Disetujui Ratna")).to_be_visible()
    assert not Answer.objects.exists()

    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/")
    fits(screen, "approved")
    screen.tap("Kirim", inside="#drafts")
    expect(page.get_by_text("Jawaban sedang dikirim.")).to_be_visible()
    said = Answer.objects.select_related("outgoing").get()
    assert said.outgoing is not None
    assert (said.text, said.outgoing.state) == (APOLOGY, Outgoing.State.QUEUED)


def test_who_comes_second_sees_both_and_loses_nothing(screen: Screen, desk: Desk) -> None:
    case = make_case(desk, "Parkirnya sempit")
    rina = an_officer(desk.office, "rina", first_name="Rina")
    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    page.get_by_label("Jawaban Anda").fill("Dari saya: parkir diperluas.")
    message = case.incoming_messages.select_related("account").get()
    reply.answer(message, "Dari Rina: terima kasih, kami cek.", rina, uuid.uuid4(), timezone.now(), case)
    screen.tap("Jawab di publik")
    expect(page.get_by_role("heading", name="Ada yang lebih dulu")).to_be_visible()
    expect(page.get_by_text("Dari Rina: terima kasih, kami cek.")).to_be_visible()
    expect(page.get_by_label("Jawaban Anda")).to_have_value("Dari saya: parkir diperluas.")
    fits(screen, "overtaken")
    screen.tap("Kirim punya saya juga")
    expect(page.get_by_text("Jawaban Anda sedang dikirim.")).to_be_visible()
    assert [one.text[:9] for one in Answer.objects.order_by("id")] == ["Dari Rina", "Dari saya"]


def test_what_was_typed_outlives_a_break_and_others_see_that_somebody_writes(screen: Screen, desk: Desk) -> None:
    case, rina = make_case(desk, "Parkirnya sempit"), an_officer(desk.office, "rina", first_name="Rina")
    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    page.get_by_label("Jawaban Anda").fill("Ibu, kami periksa dulu")
    expect(page.get_by_text("Yang Anda ketik tersimpan")).to_be_visible()
    become(screen, rina)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    expect(page.get_by_text("Sari juga sedang menulis")).to_be_visible()
    expect(page.get_by_label("Jawaban Anda")).to_have_value("")
    fits(screen, "writing")
    become(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    expect(page.get_by_label("Jawaban Anda")).to_have_value("Ibu, kami periksa dulu")
    screen.tap("Jawab di publik")
    expect(page.get_by_text("Jawaban Anda sedang dikirim.")).to_be_visible()
    expect(screen.open(f"/kasus/{case.pk}/?jawab=1").get_by_label("Jawaban Anda")).to_have_value("")


@pytest.fixture
def question(case: Case, head: Officer, desk: Desk, settings: LazySettings) -> Consultation:
    """By mail, its masked picture taken; a second officer could be asked instead."""
    settings.EMAIL_READY = True
    an_officer(desk.office, "joko", first_name="Joko", role=Officer.Role.DIVISION_HEAD, email="j@example.go.id")
    at, message = timezone.now(), case.incoming_messages.get()
    one = reaching.mail(case, message, head, "Mohon arahan untuk menjawab ini, Bu.", uuid.uuid4(), at, desk.officer)
    from_camera = Evidence.objects.exclude(kind="masked").get()
    taken = {"state": "taken", "path": from_camera.path, "sha256": from_camera.sha256, "captured_at": at}
    Evidence.objects.filter(kind="masked").update(**taken)
    return one


def test_the_head_answers_by_the_mails_link_and_it_becomes_a_draft(
    screen: Screen, question: Consultation, desk: Desk
) -> None:
    address = f"/arahan/{mailing.link_of(question).partition('/arahan/')[2]}"
    page = screen.open(address)
    expect(page.get_by_text("Mohon arahan untuk menjawab ini, Bu.")).to_be_visible()
    picture = page.get_by_alt_text("Pesan warga, data pribadi ditutup")
    expect(picture).to_have_js_property("naturalWidth", 800)
    fits(screen, "link")
    screen.tap("Butuh waktu")
    expect(page.get_by_text("Anda meminta waktu")).to_be_visible()
    page.get_by_label("Jawaban Anda").fill("Sampaikan maaf; loket ditambah.")
    screen.tap("Saya jawab")
    expect(page.get_by_text("jawaban Anda sudah tercatat")).to_be_visible()
    expect(page.get_by_text("Teruskan ke")).to_have_count(0)  # nothing is left to pass on
    fits(screen, "link-answered")

    become(screen, desk.officer)
    page = screen.open(f"/kasus/{question.case_id}/#konsultasi")
    expect(page.locator("#konsultasi").get_by_text("Sampaikan maaf; loket ditambah.")).to_be_visible()
    screen.tap("Pakai sebagai draf", inside="#konsultasi")
    expect(card(screen).get_by_text("Sampaikan maaf; loket ditambah.")).to_be_visible()
    fits(screen, "adopted")
    assert Draft.objects.get().source == ConsultationReply.objects.get()

    Case.objects.update(state=Case.State.CLOSED)
    expect(screen.open(address).get_by_role("heading", level=1)).to_have_text("Tautan ini sudah tidak berlaku")
    fits(screen, "link-over")


def test_where_one_is_told(screen: Screen, desk: Desk) -> None:
    failing = {"address": {"url": "x"}, "shown": "ntfy · ntfy.example.go.id", "failed_at": timezone.now()}
    ToldAt.objects.create(office=desk.office, officer=desk.officer, **failing)
    become(screen, desk.officer)
    page = screen.open("/pemberitahuan/")
    expect(page.get_by_text("Tidak ada yang sampai di sana sejak")).to_be_visible()
    page.get_by_label("Alamat", exact=True).fill("syslog://localhost")
    screen.tap("Tambah")
    expect(page.locator("form .errors, form .error").first).to_be_visible()
    page.get_by_label("Alamat", exact=True).fill("ntfy://puskesmas-mawar")
    screen.tap("Tambah")
    expect(page.get_by_text("Ditambahkan.")).to_be_visible()
    fits(screen, "told-at")
    assert "puskesmas-mawar" not in page.content()


def test_a_canned_text_of_ones_own(screen: Screen, desk: Desk) -> None:
    become(screen, desk.officer)
    page = screen.open("/kalimat/tambah/")
    page.get_by_label("Nama").fill("Salam")
    page.get_by_label("Teks").fill("Halo {nma}")
    screen.tap("Simpan")
    expect(page.get_by_text("{nma}.", exact=False).first).to_be_visible()
    fits(screen, "canned-text")
    page.get_by_label("Teks").fill("Halo {nama}")
    screen.tap("Simpan")
    expect(page.get_by_text("Halo {nama}")).to_be_visible()
    fits(screen, "canned-texts")
