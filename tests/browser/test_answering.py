"""An answer on its way through a city office, by thumb and by mouse: drafted, returned, approved, sent; two at once;
the page behind a mail's link; and where one is told."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from moderation import reply, steps
from moderation.consultation import mailing, reaching
from moderation.consultation.models import Consultation
from moderation.drafting.models import Draft
from moderation.models import Answer, Case, Evidence
from offices.models import Officer
from offices.outbox.models import ToldAt
from tests.browser.test_moderator import Screen, sign_in
from tests.desk import PASSWORD, Desk, make_case, make_desk
from tests.rows import an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen(window: BrowserContext, live_server: LiveServer) -> Iterator[Screen]:
    made = Screen(window.new_page(), live_server.url)
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    yield made
    assert not made.complaints


@pytest.fixture
def desk() -> Desk:
    return make_desk("Dinas Kesehatan", kind="city")


@pytest.fixture
def case(desk: Desk) -> Case:
    case = make_case(desk, "Antri dari pagi belum dipanggil juga")
    steps.begin(case, timezone.now())
    case.refresh_from_db()
    return case


@pytest.fixture
def head(desk: Desk) -> Officer:
    made = an_officer(desk.office, "ratna", first_name="Ratna", role=Officer.Role.SECTION_HEAD, email="r@example.go.id")
    made.set_password(PASSWORD)
    made.save()
    return made


def fits(screen: Screen) -> None:
    """Nothing is wider than the window."""
    assert screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("TANGGAP_TEST_PICTURES"):
        width = screen.page.viewport_size["width"] if screen.page.viewport_size else 0
        number = len(list(Path(folder).iterdir()))
        screen.page.screenshot(path=f"{folder}/{number:02}-{width}.png", full_page=True)


def sign_in_as(screen: Screen, officer: Officer) -> None:
    screen.page.context.clear_cookies()
    screen.open("/masuk/")
    screen.page.get_by_label("Nama pengguna").fill(officer.username)
    screen.page.get_by_label("Kata sandi").fill(PASSWORD)
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("heading", level=1)).to_be_visible()


def test_drafted_returned_approved_and_sent(screen: Screen, case: Case, desk: Desk, head: Officer) -> None:
    sign_in(screen)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    page.get_by_text("Kalimat siap pakai").last.click()
    screen.tap("Jam layanan", "link")
    field = page.get_by_label("Jawaban Anda")
    assert "melayani pada" in field.input_value()
    field.fill("Sabar ya.")
    fits(screen)
    screen.tap("Ajukan persetujuan")
    expect(page.get_by_text("Menunggu persetujuan").first).to_be_visible()
    assert not Answer.objects.exists()

    sign_in_as(screen, head)
    page = screen.open(f"/kasus/{case.pk}/#draf-{Draft.objects.get().pk}")
    page.get_by_text("Belum tepat: kembalikan").click()
    page.get_by_label("Yang perlu diubah").fill("Minta maaf dulu, sebut loket baru.")
    fits(screen)
    page.locator("main").get_by_role("button", name="Kembalikan", exact=True).click()

    sign_in_as(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/")
    expect(page.get_by_text("Minta maaf dulu, sebut loket baru.")).to_be_visible()
    page.get_by_role("link", name="Ubah", exact=True).click()
    expect(page.get_by_label("Jawaban Anda")).to_have_value("Sabar ya.")
    page.get_by_label("Jawaban Anda").fill("Mohon maaf. Loket kami tambah mulai Senin.")
    screen.tap("Ajukan persetujuan")

    sign_in_as(screen, head)
    screen.open(f"/kasus/{case.pk}/")
    screen.tap("Setujui")

    sign_in_as(screen, desk.officer)
    page = screen.open(f"/kasus/{case.pk}/")
    expect(page.get_by_text("Disetujui Ratna")).to_be_visible()
    fits(screen)
    page.locator("#drafts").get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Jawaban sedang dikirim.")).to_be_visible()
    assert Answer.objects.get().text == "Mohon maaf. Loket kami tambah mulai Senin."


def test_who_comes_second_sees_both_and_loses_nothing(screen: Screen, desk: Desk) -> None:
    case = make_case(desk, "Parkirnya sempit")
    rina = an_officer(desk.office, "rina", first_name="Rina")
    sign_in(screen)
    page = screen.open(f"/kasus/{case.pk}/#jawab")
    page.get_by_label("Jawaban Anda").fill("Dari saya: parkir diperluas.")
    message = case.incoming_messages.select_related("account").get()
    reply.answer(message, "Dari Rina: terima kasih, kami cek.", rina, uuid.uuid4(), timezone.now(), case)
    screen.tap("Jawab di publik")
    expect(page.get_by_role("heading", name="Ada yang lebih dulu")).to_be_visible()
    expect(page.get_by_text("Dari Rina: terima kasih, kami cek.")).to_be_visible()
    expect(page.get_by_label("Jawaban Anda")).to_have_value("Dari saya: parkir diperluas.")
    fits(screen)
    screen.tap("Tetap lanjutkan punya saya")
    expect(page.get_by_text("Jawaban Anda sedang dikirim.")).to_be_visible()
    assert Answer.objects.count() == 2


@pytest.fixture
def question(case: Case, head: Officer, desk: Desk, settings: pytest.FixtureRequest) -> Consultation:
    settings.EMAIL_READY = True  # type: ignore[attr-defined]
    at, message = timezone.now(), case.incoming_messages.get()
    one = reaching.mail(case, message, head, "Mohon arahan untuk menjawab ini, Bu.", uuid.uuid4(), at, desk.officer)
    from_camera = Evidence.objects.exclude(kind="masked").get()
    taken = {"state": "taken", "path": from_camera.path, "sha256": from_camera.sha256, "captured_at": at}
    Evidence.objects.filter(kind="masked").update(**taken)
    return one


def test_the_head_answers_by_link_from_a_phone(
    screen: Screen, question: Consultation, live_server: LiveServer, desk: Desk
) -> None:
    path = mailing.link_of(question).partition("/arahan/")[2]
    page = screen.open(f"/arahan/{path}")
    expect(page.get_by_text("Mohon arahan untuk menjawab ini, Bu.")).to_be_visible()
    fits(screen)
    page.get_by_label("Jawaban Anda").fill("Sampaikan maaf; loket ditambah.")
    screen.tap("Saya jawab")
    expect(page.get_by_text("jawaban Anda sudah tercatat")).to_be_visible()
    sign_in(screen)
    page = screen.open(f"/kasus/{question.case_id}/#konsultasi")
    expect(page.get_by_text("Sampaikan maaf; loket ditambah.")).to_be_visible()
    fits(screen)


def test_where_one_is_told_and_canned_texts(screen: Screen, desk: Desk) -> None:
    ToldAt.objects.create(
        office=desk.office, officer=desk.officer, address={"url": "x"}, shown="ntfy · ntfy.sh", failed_at=timezone.now()
    )
    sign_in(screen)
    page = screen.open("/pemberitahuan/")
    page.get_by_label("Alamat", exact=True).fill("ntfy://puskesmas-mawar")
    page.locator("main").get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_text("Ditambahkan.")).to_be_visible()
    fits(screen)
    page = screen.open("/kalimat/tambah/")
    page.get_by_label("Nama").fill("Salam")
    page.get_by_label("Teks").fill("Halo {nma}")
    screen.tap("Simpan")
    expect(page.get_by_text("{nma}.", exact=False).first).to_be_visible()
    page.get_by_label("Teks").fill("Halo {nama}")
    screen.tap("Simpan")
    expect(page.get_by_text("Halo {nama}")).to_be_visible()
    fits(screen)
