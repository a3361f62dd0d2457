"""What is asked of every page in a real browser, at a phone's and at a desk's width, by day and by night.

Each page is opened once, and asked everything: what differs by the width, and by the colours, is its style alone (no
script of ours asks for either), so the window is widened and darkened under it.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route

from connectors.models import PLATFORMS, Account
from offices.models import Office
from tests.browser.screen import DESK, HIGH, PHONE, Screen, stands_ill
from tests.console import pages_of, signed_in
from tests.desk import Desk, fill, make_desk, make_message
from tests.pages import pages
from tests.seldom import fill_seldom

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEIGHT_MAX = 100_000
"""Bytes of a page with its style and scripts, without its pictures, as they go **over the line**: packed
(`config.compressing`), which is what a village's connection carries and a prepaid card pays for. Unpacked it is four
times as much, and that is only memory."""
RULES = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
LONG = "W" * 150
FILES = ("/media/", "/bukti/")
"""In the addresses of what is no page."""
OVER_CENTRES = ("city", "today", "cases", "figures", "register", "search")
PARTS = "[...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((one) => one.href || one.src)"


@pytest.fixture
def desk() -> Desk:
    """Busy, with what stands on none of its usual pages, and with words that end nowhere."""
    made = make_desk(time_zone="Asia/Makassar")
    fill(made)
    fill_seldom(made)
    make_message(made, f"{LONG} {LONG}", author_name=LONG, author_handle=LONG, permalink=f"https://example.org/{LONG}")
    Account.objects.create(
        office=made.office, platform="instagram", handle="akun_merah", state="red", reason="challenge"
    )
    return made


def let_in(window: BrowserContext, base: str, client: Client) -> None:
    cookie = client.cookies["sessionid"]
    window.add_cookies([{"name": "sessionid", "value": cookie.value, "url": base}])


def wrong(page: Page, name: str) -> list[str]:
    """What axe finds, at both widths by day, and of the colours by night."""
    page.evaluate(AXE_SCRIPT)
    found = said(page.evaluate("(rules) => axe.run(rules)", RULES), f"{name}, phone")
    page.emulate_media(color_scheme="dark")
    found += said(page.evaluate("(rules) => axe.run(rules)", COLOURS), f"{name}, phone, dark")
    found += stands_ill(page, f"{name}, phone")
    page.set_viewport_size({"width": DESK, "height": HIGH})
    found += said(page.evaluate("(rules) => axe.run(rules)", COLOURS), f"{name}, desk, dark")
    page.emulate_media(color_scheme="light")
    found += said(page.evaluate("(rules) => axe.run(rules)", RULES), f"{name}, desk")
    return found + stands_ill(page, f"{name}, desk")


def packed(client: Client, address: str) -> int:
    """Bytes over the line, by the desk's own door: the test's server has another for files, which does not pack."""
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert response.status_code == 200, address
    assert response.headers.get("Content-Encoding") == "gzip", address
    return len(b"".join(response) if response.streaming else response.content)


def said(response: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}: {one['id']} – {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in response["violations"]
        for node in one["nodes"][:3]
    ]


def walk(screen: Screen, client: Client, found: dict[str, str]) -> list[str]:
    """What is wrong with these pages, as this client's officer sees them."""
    let_in(screen.page.context, screen.base, client)
    problems: list[str] = []
    sizes: dict[str, int] = {}
    for name, address in found.items():
        page = opened(screen, address)
        parts = [urlsplit(one).path for one in page.evaluate(PARTS)]
        problems += wrong(page, name)
        sizes |= {one: packed(client, one) for one in parts if one not in sizes}
        weight = packed(client, address) + sum(sizes[one] for one in parts)
        problems += [f"{name}: weighs {weight} bytes"] if weight > WEIGHT_MAX else []
    return problems


def opened(screen: Screen, address: str) -> Page:
    """On a phone, by day, with its pictures."""
    screen.page.set_viewport_size({"width": PHONE, "height": HIGH})
    screen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    screen.open(address).wait_for_load_state("load")
    return screen.page


def test_nothing_is_wrong_with_any_page(screen: Screen, desk: Desk) -> None:
    client = signed_in(desk.officer)
    found, missing = pages(client)
    assert not missing, "the filled desk (tests/desk.py, tests/seldom.py) has nothing to show there"
    assert len(found) >= 45
    problems = walk(screen, client, found)
    assert not problems, "\n".join(problems)


def test_nor_with_those_of_a_city(screen: Screen, desk: Desk) -> None:
    """What looks otherwise over several centres."""
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(pk=desk.office.pk).update(parent=city.office)
    found = {name: reverse(name) for name in OVER_CENTRES}
    problems = walk(screen, signed_in(city.officer), found)
    assert not problems, "\n".join(problems)


def test_nothing_stands_ill_whatever_its_state(screen: Screen, desk: Desk) -> None:
    """Each post, message and case has buttons of its own, each platform its form."""
    let_in(screen.page.context, screen.base, signed_in(desk.officer))
    problems: list[str] = []
    forms = [reverse("account_connect", args=[name]) for name in PLATFORMS]
    for address in [*pages_of(desk), *forms, "/tidak/ada/"]:
        if any(part in address for part in FILES):
            continue
        page = opened(screen, address)
        problems += stands_ill(page, address)
        page.set_viewport_size({"width": DESK, "height": HIGH})
        problems += stands_ill(page, f"{address} at a desk")
    screen.complaints[:] = [one for one in screen.complaints if "404" not in one]  # of the page that is not there
    assert not problems, "\n".join(problems)


def test_a_picture_on_its_way_can_be_tapped(screen: Screen, desk: Desk) -> None:
    """A village's line: pages are used before their pictures are there."""
    let_in(screen.page.context, screen.base, signed_in(desk.officer))
    kept: list[Route] = []
    screen.page.route("**/*", lambda one: kept.append(one) if one.request.resource_type == "image" else one.continue_())
    cases = [address for address in pages_of(desk) if re.fullmatch(r"/kasus/\d+/", address)]
    problems = [one for address in cases for one in stands_ill(screen.open(address), address)]
    assert kept
    assert not problems, "\n".join(problems)
