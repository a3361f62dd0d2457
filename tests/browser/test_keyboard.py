"""A case from the list to its answer, by keyboard alone, at a desk; and a page at twice its size."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from moderation.models import Answer, Case
from tests.browser.screen import DESK, HIGH, PHONE
from tests.browser.test_every_page import let_in
from tests.desk import Desk, fill, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = "document.activeElement"
STYLE = f"getComputedStyle({FOCUSED})"
RING = f"{STYLE}.outlineStyle !== 'none' && parseFloat({STYLE}.outlineWidth) >= 2"


@pytest.fixture
def desk() -> Desk:
    made = make_desk()
    fill(made)
    return made


@pytest.fixture
def page(window: BrowserContext, live_server: LiveServer, desk: Desk) -> Page:
    client = Client()
    client.force_login(desk.officer)
    let_in(window, live_server.url, client)
    opened = window.new_page()
    opened.goto(live_server.url + reverse("cases"))
    return opened


def tab_to(page: Page, selector: str, most: int = 90) -> None:
    """Press Tab until this has the focus; whatever has it on the way shows it, and stands in sight."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            assert page.evaluate(RING), f"no ring around {selector}"
            assert page.evaluate(f"{FOCUSED}.getBoundingClientRect().width > 0"), selector
            return
    raise AssertionError(f"Tab never comes to {selector}")


@pytest.mark.parametrize("window", [DESK], indirect=True)
def test_a_case_is_answered_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.matches('.skip')"), "the first Tab offers to skip the navigation"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"
    tab_to(page, "#cases a.row")
    page.keyboard.press("Enter")
    case = Case.objects.get(urgent=True)
    expect(page).to_have_url(re.compile(reverse("case", args=[case.pk])))
    page.wait_for_load_state()
    tab_to(page, "a[data-enlarge]")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#enlarged")).to_be_visible()
    assert page.evaluate(f"document.querySelector('#enlarged').contains({FOCUSED})"), "the focus is in the dialog"
    page.keyboard.press("Escape")
    expect(page.locator("dialog#enlarged")).to_be_hidden()
    assert page.evaluate(f"{FOCUSED}.matches('a[data-enlarge]')"), "and comes back to where it was"
    page.goto(page.url)
    tab_to(page, "#jawab textarea")
    page.keyboard.type("Mohon maaf, Bu. Petugas kami segera menghubungi Ibu.")
    tab_to(page, "#jawab .button.primary")
    page.keyboard.press("Enter")
    expect(page.locator(".bar-success")).to_be_visible()
    assert Answer.objects.filter(case=case).count() == 1


def test_at_twice_the_size_nothing_stands_out_sideways(page: Page, live_server: LiveServer) -> None:
    """200 % of 1280 px is a page of 640 px; of a phone's 360 px, letters twice as large."""
    out = []
    for name in ("today", "inbox", "cases", "figures", "search"):
        page.set_viewport_size({"width": DESK // 2, "height": HIGH // 2})
        page.goto(live_server.url + reverse(name))
        out += [f"{name} at a desk"] if stands_out(page) else []
        page.set_viewport_size({"width": PHONE, "height": HIGH})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        out += [f"{name} on a phone"] if stands_out(page) else []
    assert not out


def stands_out(page: Page) -> bool:
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return bool(page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"))
