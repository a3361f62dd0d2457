"""What is asked of every page in a real browser, at a phone's and at a desk's width, by day and by night."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from offices.models import Office
from tests.console import signed_in
from tests.desk import Desk, fill, make_desk
from tests.pages import pages
from tests.seldom import fill_seldom

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEIGHT_MAX = 100_000
"""Bytes of a page with its style and scripts, without its pictures, as they go **over the line**: packed
(`config.compressing`), which is what a village's connection carries and a prepaid card pays for. Unpacked it is four
times as much, and that is only memory."""
RULES = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
OVER_CENTRES = ("city", "today", "cases", "figures", "register", "search")
PARTS = "[...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((one) => one.href || one.src)"


@pytest.fixture
def desk() -> Desk:
    """Busy, and with what stands on none of its usual pages."""
    made = make_desk()
    fill(made)
    fill_seldom(made)
    return made


def let_in(window: BrowserContext, server: LiveServer, client: Client) -> None:
    cookie = client.cookies["sessionid"]
    window.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])


def wrong(page: Page, name: str) -> list[str]:
    """What axe finds by day, what it finds in the colours of the night, and whether something stands out sideways."""
    page.evaluate(AXE_SCRIPT)
    found = said(page.evaluate("(rules) => axe.run(rules)", RULES), f"{name}, light")
    page.emulate_media(color_scheme="dark")
    found += said(page.evaluate("(rules) => axe.run(rules)", COLOURS), f"{name}, dark")
    if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: stands out to the side")
    return found


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


def walk(page: Page, server: LiveServer, client: Client, found: dict[str, str]) -> list[str]:
    """What is wrong with these pages, as this client's officer sees them."""
    let_in(page.context, server, client)
    problems: list[str] = []
    sizes: dict[str, int] = {}
    for name, address in found.items():
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(server.url + address, wait_until="load")
        problems += wrong(page, name)
        parts = [urlsplit(one).path for one in page.evaluate(PARTS)]
        sizes |= {one: packed(client, one) for one in parts if one not in sizes}
        weight = packed(client, address) + sum(sizes[one] for one in parts)
        problems += [f"{name}: weighs {weight} bytes"] if weight > WEIGHT_MAX else []
    return problems


def test_nothing_is_wrong_with_any_page(window: BrowserContext, live_server: LiveServer, desk: Desk) -> None:
    client = signed_in(desk.officer)
    found, missing = pages(client)
    assert not missing, "the filled desk (tests/desk.py, tests/seldom.py) has nothing to show there"
    assert len(found) >= 45
    problems = walk(window.new_page(), live_server, client, found)
    assert not problems, "\n".join(problems)


def test_nor_with_those_of_a_city(window: BrowserContext, live_server: LiveServer, desk: Desk) -> None:
    """What looks otherwise over several centres."""
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(pk=desk.office.pk).update(parent=city.office)
    found = {name: reverse(name) for name in OVER_CENTRES}
    problems = walk(window.new_page(), live_server, signed_in(city.officer), found)
    assert not problems, "\n".join(problems)
