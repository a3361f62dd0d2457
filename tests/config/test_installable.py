"""The desk on a home screen: its manifest, its pictures, and what the service worker may keep."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.console import signed_in
from tests.desk import make_desk

pytestmark = pytest.mark.django_db
APPS = ("config", "offices", "connectors", "scheduler", "moderation")


def picture(address: str) -> Image.Image:
    found = finders.find(address.removeprefix("/static/").partition("?")[0])
    assert isinstance(found, str), address
    with Image.open(found) as image:
        return image.convert("RGBA")


def test_the_manifest_says_what_a_phone_needs() -> None:
    answer = Client().get(reverse("manifest"))
    about = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (about["start_url"], about["scope"], about["display"]) == ("/", "/", "standalone")
    for icon in about["icons"]:
        width, height = map(int, icon["sizes"].split("x"))
        assert picture(icon["src"]).size == (width, height)
    assert {icon["purpose"] for icon in about["icons"]} == {"any", "maskable"}
    client = signed_in(make_desk().officer)
    assert all(client.get(one["url"]).status_code == 200 for one in about["shortcuts"])


def test_a_maskable_icon_has_no_clear_corner() -> None:
    image = picture("/static/config/maskable-512.png")
    assert image.getpixel((0, 0)) == image.getpixel((511, 511))
    assert min(image.getchannel("A").tobytes()) == 255


def test_the_service_worker_keeps_only_what_is_everybodys() -> None:
    """Fetched by a signed-in browser, its parts name nobody, and swallow no message to the officer."""
    officer = make_desk("Puskesmas Rahasia", "sari").officer
    client = signed_in(officer)
    client.post(reverse("office"), {"name": "Puskesmas Rahasia"})
    script = client.get(reverse("service_worker")).content.decode()
    kept = re.findall(r'"(/[^"]*)"', re.search(r"PARTS = \[(.*?)\]", script, re.S)[1].encode().decode("unicode_escape"))  # type: ignore[index]
    assert kept[0] == reverse("offline")
    assert all(address.startswith("/static/") for address in kept[1:])
    page = client.get(kept[0]).content.decode()
    assert "Rahasia" not in page
    assert "Sari" not in page
    assert page == Client().get(kept[0]).content.decode()


def test_a_browser_that_asks_at_the_usual_place_is_given_the_mark() -> None:
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, picture(answer.headers["Location"]).size) == (302, (192, 192))


def test_every_page_leads_to_the_manifest() -> None:
    page = Client().get(reverse("sign_in"), follow=True).content.decode()
    assert reverse("manifest") in page


COMPONENTS = {
    "actions", "answer", "ask", "badge", "badges", "bar", "bar-error", "bar-success", "bar-warning", "button", "card",
    "centres", "chip", "clock-late", "clock-rest", "clock-today", "danger", "empty", "field", "figures",
    "fold", "help", "history", "loading", "message", "next-step", "numbers", "primary", "quiet",
    "quote", "round", "row", "rows", "said-by", "stamp", "tabs", "tile", "walk", "warm",
}  # fmt: skip


def test_the_style_page_shows_each_component() -> None:
    page = signed_in(make_desk().officer).get(reverse("style")).content.decode()
    shown = {name for classes in re.findall(r'class="([^"]*)"', page) for name in classes.split()}
    assert shown >= COMPONENTS


def test_every_style_is_used_by_some_page() -> None:
    """A class that no template, script or view names is dead weight on a slow line."""
    css = re.sub(r"/\*.*?\*/", "", Path("config/static/config/desk.css").read_text(), flags=re.S)
    named = set(re.findall(r"\.(-?[a-z][\w-]*)", re.sub(r"\{[^}]*\}|url\([^)]*\)", " ", css)))
    sources = [p for app in APPS for kind in ("html", "js", "py") for p in Path(app).rglob(f"*.{kind}")]
    used = "\n".join(path.read_text() for path in sources)
    made = re.compile("|".join(("badge-", "bar-", "swatch-", "round-", "tile-", "walk-")))
    dead = {name for name in named if not re.search(rf"\b{re.escape(name)}\b", used) and not made.match(name)}
    assert not dead
