"""What is asked of every page in a real browser, at a phone's and at a desk's width, by day and by night."""

import uuid
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from moderation import form
from tests.desk import Desk, fill, make_desk, make_message, picture
from tests.pages import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEIGHT_MAX = 100_000
"""Bytes of a page as they go over the line, with its style and scripts, without its pictures."""
RULES = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


FILES = {"solved", "canned_text", "consultation_attachment", "export_file", "letterhead_logo"}
"""Files that nobody made yet, what opens by a signed link alone, and a text of one's own (see `canned_text_add`)."""


@pytest.fixture
def desk() -> Desk:
    """Busy, and with what stands on none of its usual pages: a citizen's own question, a screenshot brought along."""
    made = make_desk()
    fill(made)
    form.ask(made.office, form.Question("Jam buka poli gigi?", uuid.uuid4(), "Rudi"), timezone.now())
    make_message(made, "Antrean panjang", upload=picture(words="WhatsApp"), kind="by_hand", account=None)
    return made


def let_in(window: BrowserContext, server: LiveServer, client: Client) -> None:
    cookie = client.cookies["sessionid"]
    window.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])


def wrong(page: Page, name: str, axe: Axe) -> list[str]:
    """What axe finds by day, what it finds in the colours of the night, and whether something stands out sideways."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = said(axe.run(page, options=RULES).response, f"{name}, light")
    page.emulate_media(color_scheme="dark")
    found += said(axe.run(page, options=COLOURS).response, f"{name}, dark")
    if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: stands out to the side")
    if (weight := weighed(page)) > WEIGHT_MAX:
        found.append(f"{name}: weighs {weight} bytes")
    return found


def weighed(page: Page) -> int:
    """The page, its style and its scripts, each once, as big as they are unpacked."""
    bytes_: int = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .filter((one) => ["navigation", "link", "script"].includes(one.initiatorType))
            .reduce((sum, one) => sum + one.decodedBodySize, 0)"""
    )
    return bytes_


def said(response: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}: {one['id']} – {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in response["violations"]
        for node in one["nodes"][:3]
    ]


def test_axe_finds_nothing_on_any_page(window: BrowserContext, live_server: LiveServer, desk: Desk) -> None:
    client = Client()
    client.force_login(desk.officer)
    found, missing = pages(client)
    assert missing <= FILES, "the filled desk (tests/desk.py) has nothing to show there"
    page, axe, problems = window.new_page(), Axe(), []
    let_in(window, live_server, client)
    for name, address in found.items():
        page.goto(live_server.url + address, wait_until="load")
        problems += wrong(page, name, axe)
    assert len(found) >= 25
    assert not problems, "\n".join(problems)
