"""A complaint from its answer to its end, by thumb: handled, asked whether it was solved, joined, handed over."""

import os
import re
import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from moderation import reply
from moderation.models import Case, Message
from moderation.satisfaction import asking, link
from moderation.satisfaction.models import Satisfaction
from offices.models import Office
from tests.desk import PASSWORD, Desk, make_case, make_desk, make_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("TANGGAP_TEST_PICTURES", "")
"""A folder: then the pages are kept as pictures, to be looked at."""


@pytest.fixture
def desk() -> Desk:
    made = make_desk()
    city = make_desk("Dinas Kesehatan Kota", "wati", kind="city")
    Office.objects.filter(id=made.office.pk).update(parent=city.office)
    made.office.refresh_from_db()
    return made


@pytest.fixture
def page(window: BrowserContext, live_server: LiveServer, desk: Desk) -> Page:
    opened = window.new_page()
    opened.goto(live_server.url + "/")
    opened.get_by_label("Nama pengguna").fill(desk.officer.username)
    opened.get_by_label("Kata sandi").fill(PASSWORD)
    opened.get_by_role("button", name="Masuk").click()
    return opened


def keep(page: Page, name: str) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.wait_for_load_state()
    fits = page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    assert fits, f"{name} stands out to the side at {width} px"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def answered(desk: Desk) -> Case:
    case = make_case(desk, "Antri dari jam 6 pagi sampai jam 11 belum dipanggil juga. Tolong!")
    message = case.incoming_messages.get()
    reply.answer_by_hand(message, "Mohon maaf, Bu Ratna.", desk.officer, uuid.uuid4(), timezone.now(), case)
    case.refresh_from_db()
    return case


def test_from_the_answer_to_the_end(page: Page, desk: Desk, live_server: LiveServer, settings: LazySettings) -> None:
    case = answered(desk)
    page.goto(live_server.url + reverse("case", args=[case.pk]))
    keep(page, "case-answered")
    page.get_by_role("link", name="Catat tindak lanjut").click()
    section = page.locator("#tindak-lanjut")
    section.get_by_label("Apa yang dilakukan, atau mengapa tidak").fill(
        "Loket ditambah satu; antrean dipanggil tiap 15 menit."
    )
    section.get_by_label("oleh unit mana").fill("Pendaftaran")
    section.get_by_role("button", name="Catat").click()
    expect(page.locator("main")).to_contain_text("Ditindaklanjuti")
    keep(page, "case-handled")
    page.locator("#teratasi").get_by_role("button", name="Tanyakan di percakapan").click()
    expect(page.locator("#teratasi")).to_contain_text("Belum dibalas")
    asked = Satisfaction.objects.get()
    first = asked.message
    make_message(
        desk, "BELUM, kemarin masih sama", Message.State.REVIEW, thread=first.thread, author_id=first.author_id
    )
    Message.objects.update(written_at=timezone.now())
    page.reload()
    page.get_by_role("button", name="Artinya: belum teratasi").click()
    keep(page, "case-unsolved")
    page.locator(".next-step").get_by_role("button", name="Buka lagi").click()
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_handed_over_noted_and_found_the_same(page: Page, desk: Desk, live_server: LiveServer) -> None:
    case, other = answered(desk), make_case(desk, "Antre lama di loket")
    page.goto(live_server.url + reverse("case", args=[other.pk]))
    page.locator("#sama summary").click()
    page.locator("#sama input").fill(case.number[-2:])
    page.get_by_role("button", name="Sama: tutup yang ini").first.click()
    expect(page.locator(".next-step")).to_contain_text(case.number)
    keep(page, "case-duplicate")
    page.get_by_role("link", name="Berikan jawaban yang sama di sini").click()
    expect(page.locator("#jawab textarea")).to_have_value("Mohon maaf, Bu Ratna.")
    page.get_by_role("button", name="Ternyata tidak sama").click()
    page.goto(live_server.url + reverse("case", args=[case.pk]))
    page.locator("#catatan summary").click()
    page.get_by_label("Catatan untuk rekan kerja").fill("Ibu Ratna sudah ditelepon.")
    page.locator("#catatan").get_by_role("button").click()
    page.locator("#serahkan summary").click()
    page.get_by_label(re.compile("Mengapa, dan apa")).fill("Soal gedung: milik dinas")
    page.locator("#serahkan").get_by_role("button", name="Serahkan").click()
    expect(page.locator(".badges").first).to_contain_text("Dinas Kesehatan Kota")
    keep(page, "case-handed")
    page.goto(live_server.url + reverse("cases") + "?show=handed")
    keep(page, "cases-handed")


def test_the_citizens_page(window: BrowserContext, desk: Desk, live_server: LiveServer, settings: LazySettings) -> None:
    settings.DEMO = True
    case = answered(desk)
    asked = asking.ask(case, case.incoming_messages.get(), Satisfaction.Way.THREAD, timezone.now(), desk.officer)
    assert asked is not None
    Satisfaction.objects.update(way="link")
    page = window.new_page()
    page.goto(live_server.url + link.address_of(asked.key).removeprefix(settings.PUBLIC_URL))
    keep(page, "solved")
    page.get_by_role("button", name="Ya, sudah teratasi").click()
    expect(page.locator("main")).to_contain_text("Terima kasih")
    keep(page, "solved-said")
