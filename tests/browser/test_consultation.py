"""Asking a section head from a phone: the share sheet where there is one, links where there is none."""

import json
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from moderation.consultation.models import Consultation
from moderation.models import Case, Evidence
from offices.models import Officer
from tests.browser.screen import Screen, sign_in
from tests.desk import Desk, make_case, make_desk
from tests.rows import an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHARE_SHEET = """
  navigator.canShare = ({ files }) => files.length === 1 && files[0].type === "image/png";
  navigator.share = async ({ files, text }) => {
    if (window.thinkBetter) throw new DOMException("no", "AbortError");
    const told = JSON.parse(sessionStorage.getItem("shared") ?? "[]");
    sessionStorage.setItem("shared", JSON.stringify([...told, { name: files[0].name, size: files[0].size, text }]));
  };
"""


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def case(desk: Desk) -> Case:
    an_officer(desk.office, "ratna", first_name="Ratna", role=Officer.Role.SECTION_HEAD)
    return make_case(desk, "Antri dari pagi belum dipanggil")


def prepared(screen: Screen, case: Case) -> Page:
    """The case's page, the masked screenshot asked for and taken while one looks."""
    sign_in(screen)
    page = screen.open(f"/kasus/{case.pk}/")
    screen.tap("Siapkan tangkapan layar untuk dibagikan dari ponsel saya")
    expect(page.get_by_text("Tangkapan layar sedang dibuat…")).to_be_visible()
    page.locator("#id_ask_question").fill("Mohon arahan, Bu.")
    from_camera = Evidence.objects.exclude(kind="masked").get()
    Evidence.objects.filter(kind="masked").update(
        state="taken", path=from_camera.path, sha256=from_camera.sha256, captured_at=timezone.now()
    )
    expect(page.get_by_role("link", name="Simpan tangkapan layar")).to_be_visible()
    expect(page.locator("[data-share]")).to_have_attribute("data-prepared", "")
    assert screen.fits()
    return page


def test_the_share_sheet_takes_picture_and_words_and_it_is_noted(screen: Screen, case: Case) -> None:
    screen.page.add_init_script(SHARE_SHEET)
    page = prepared(screen, case)
    expect(page.locator("#id_ask_question")).to_have_value("Mohon arahan, Bu.")
    button = page.get_by_role("button", name="Bagikan…")
    expect(button).to_be_visible()
    page.evaluate("window.thinkBetter = true")
    button.click()
    page.evaluate("window.thinkBetter = false")
    assert not Consultation.objects.exists()
    button.click()
    expect(page.get_by_text("Belum dijawab.")).to_be_visible()
    one = Consultation.objects.get()
    assert (one.way, one.question, str(one.officer)) == ("share", "Mohon arahan, Bu.", "Ratna")
    shared = json.loads(page.evaluate("sessionStorage.getItem('shared')"))
    assert [(told["name"], told["text"]) for told in shared] == [(f"{case.number}.png", "Mohon arahan, Bu.")]
    assert shared[0]["size"] > 1000


def test_without_a_share_sheet_there_are_links(screen: Screen, case: Case) -> None:
    screen.page.add_init_script("delete Navigator.prototype.canShare; delete Navigator.prototype.share;")
    page = prepared(screen, case)
    expect(page.get_by_role("button", name="Bagikan…")).to_be_hidden()
    page.locator("#id_ask_question").fill("Mohon arahan & doa")
    link = page.get_by_role("link", name="Buka WhatsApp")
    expect(link).to_have_attribute("href", re.compile("text=Mohon%20arahan%20%26%20doa$"))
    screen.tap("Sudah saya kirim")
    expect(page.get_by_text("Belum dijawab.")).to_be_visible()
    page.get_by_text("Ketik apa yang dikatakan").click()
    page.get_by_label("Apa yang dikatakan").fill("Loket ditambah besok")
    screen.tap("Catat")
    screen.tap("Pakai sebagai draf")
    expect(page.locator("#jawab textarea")).to_have_value("Loket ditambah besok")
    assert screen.fits()
