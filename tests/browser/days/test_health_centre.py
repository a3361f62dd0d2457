"""SOP-1, a whole day of a health centre by thumb: a calendar goes out; praise is thanked; a complaint, a suggestion and
a question that is hard walk to their answers."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from connectors.models import Account
from moderation.models import Answer, Case, Message
from offices.models import Office, Officer
from scheduler.models import Delivery
from tests.browser.days.day import Day, account_of, officer_answers, whatsapp_of
from tests.browser.screen import both_widths
from tests.rows import an_office, an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), both_widths]

BEGIN = "2026-12-07 07:00"  # a Monday without leave
OWNER = "+6281233344455"
CAPTION = "Imunisasi anak hari ini pukul 08.00-11.00 di aula Puskesmas Melati. Bawa Buku KIA, ya. Gratis!"
PRAISE = "Terima kasih bu bidan, pelayanannya ramah dan cepat"
COMPLAINT = "Antri dari jam 6 sampai jam 9 belum dipanggil, petugas loket tidak ada"
SUGGESTION = "Sebaiknya kursi tunggu di depan loket ditambah"
QUESTION = "Bayi saya alergi telur, apa boleh imunisasi campak?"


@dataclass
class Centre:
    office: Office
    manager: Officer
    owner: Officer
    instagram: Account


@pytest.fixture
def centre(day: Day) -> Centre:
    office = an_office(thanks=Office.Thanks.ON)
    manager = an_officer(office, "sari", first_name="Sari", role=Officer.Role.MANAGER)
    owner = an_officer(office, "ratna", first_name="Ratna", role=Officer.Role.PROGRAMME, phone=OWNER)
    instagram = account_of(office, "instagram", "puskesmas.melati", password="sehat-selalu")
    whatsapp_of(day, office)
    day.work()
    return Centre(office, manager, owner, instagram)


def calendar(folder: Path) -> list[Path]:
    """The file and the picture that the manager has on her phone."""
    poster, table = folder / "imunisasi.jpg", folder / "desember.csv"
    image = Image.new("RGB", (1080, 1080), "#0d5f5b")
    ImageDraw.Draw(image).text((200, 500), "IMUNISASI", fill="white", font_size=120)
    image.save(poster)
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["tanggal", "jam", "akun", "tema", "caption", "media", "teks_alt", "status"])
        out.writerow(
            ["07/12/2026", "08.00", "instagram", "pengumuman", CAPTION, poster.name, "Poster imunisasi", "siap"]
        )
    return [table, poster]


def test_a_day_of_a_health_centre(day: Day, centre: Centre, tmp_path: Path) -> None:
    day.sign_in(centre.manager)
    the_calendar_goes_out(day, tmp_path)
    four_citizens_write(day, centre)
    praise_is_thanked(day, centre)
    a_complaint_is_answered(day, centre)
    a_hard_question_goes_to_its_programme_owner(day, centre)


def the_calendar_goes_out(day: Day, folder: Path) -> None:
    """SOP-1 §5C.7, §6: prepared in the morning, published at eight."""
    table, poster = calendar(folder)
    page = day.open("/kalender/")
    page.locator("#id_calendar").set_input_files(table)
    page.locator("#id_pictures").set_input_files([poster])
    day.picture("kalender")
    day.tap("Unggah dan periksa")
    expect(page.get_by_text("1 baris")).to_be_visible()
    day.work()
    assert Delivery.objects.get().outgoing.state == "queued", "eight o'clock is not yet"
    day.at("2026-12-07 08:00")
    day.work()
    assert Delivery.objects.get().outgoing.state == "sent"


def four_citizens_write(day: Day, centre: Centre) -> None:
    day.at("2026-12-07 09:05")
    day.citizen(centre.instagram, PRAISE, "bu_wati")
    day.citizen(centre.instagram, COMPLAINT, "pak_joko")
    day.citizen(centre.instagram, SUGGESTION, "mbak_tini")
    day.citizen(centre.instagram, QUESTION, "ibu_lestari")
    day.work()
    labels = dict(Message.objects.values_list("text", "label"))
    assert labels == {PRAISE: "praise", COMPLAINT: "complaint", SUGGESTION: "suggestion", QUESTION: "question"}
    page = day.open("/")
    expect(page.get_by_role("link", name="2 kasus terbuka")).to_be_visible()
    day.picture("hari-ini")


def praise_is_thanked(day: Day, centre: Centre) -> None:
    """SOP-1 §7.1a: thanks with another sentence, without a person, after a pause in which one may stop it."""
    thanks = Answer.objects.get(kind="thanks")
    assert (thanks.message.text, thanks.author) == (PRAISE, None)
    assert thanks.outgoing is not None
    assert thanks.outgoing.state == "queued"
    day.at("2026-12-07 09:11")
    day.work()
    assert Answer.objects.get(kind="thanks").outgoing.state == "sent"  # type: ignore[union-attr]
    assert Case.objects.count() == 2


def a_complaint_is_answered(day: Day, centre: Centre) -> None:
    """SOP-1 §7.1b: pictured, talked over at once, answered where it was written."""
    day.at("2026-12-07 09:20")
    case = Case.objects.get(label="complaint")
    assert {one.kind: one.state for one in case.evidence.all()}["rendering"] == "taken"
    page = day.open(f"/kasus/{case.pk}/")
    day.tap("Saya tangani")
    page.locator("#jawab textarea").fill("Mohon maaf, Pak. Petugas loket sudah kami tambah mulai pukul 09.15.")
    day.tap("Jawab di publik")
    expect(page.get_by_text("Jawaban Anda sedang dikirim")).to_be_visible()
    day.work()
    assert Case.objects.get(id=case.pk).state == "answered"
    day.at("2026-12-07 09:25")
    page = day.open(f"/kasus/{case.pk}/")
    note = page.locator("#tindak-lanjut")
    note.locator("#id_handling_outcome_0").check()
    note.locator("#id_handling_what").fill("Petugas loket ditambah satu orang sampai pukul 11")
    note.locator("#id_handling_unit").fill("Loket pendaftaran")
    day.press(note.get_by_role("button", name="Catat"), "Catat")
    assert Case.objects.get(id=case.pk).state == "closed"


def a_hard_question_goes_to_its_programme_owner(day: Day, centre: Centre) -> None:
    """SOP-1 §7.2: consulted by WhatsApp, with the masked picture; the owner's words become the answer."""
    day.at("2026-12-07 09:30")
    page = day.open("/kotak-masuk/?show=question")
    day.tap("Buka kasus")
    case = Case.objects.get(label="question")
    day.work()
    page.locator("#ask select").select_option(value=str(centre.owner.pk))
    day.picture("konsultasi", of="#konsultasi")
    day.tap("Kirim beserta tangkapan layar")
    day.work(3)
    officer_answers(day, OWNER, "Boleh, Bu. Alergi telur ringan bukan halangan imunisasi campak; kami pantau 30 menit.")
    day.work()
    page = day.open(f"/kasus/{case.pk}/")
    day.tap("Pakai sebagai draf")
    expect(page.locator("#jawab textarea")).to_have_value(re.compile("Alergi telur"))
    day.tap("Jawab di publik")
    day.work()
    assert Case.objects.get(id=case.pk).state == "closed", "a question is done when it is answered"
