"""Styles and scripts: kept for good by who asked for what stands there, asked for again by everybody else."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from config import static_files

pytestmark = pytest.mark.django_db
STYLE = "config/desk.css"


def cached(address: str) -> str:
    answer = Client().get(address)
    assert answer.getvalue()  # read to its end, which closes the file
    return answer.headers["Cache-Control"]


def test_the_address_of_what_stands_here_may_be_kept_for_good() -> None:
    assert cached(static(STYLE)) == static_files.FOR_GOOD


@pytest.mark.parametrize("address", [f"/static/{STYLE}", f"/static/{STYLE}?v=00000000", f"/static/{STYLE}?v="])
def test_any_other_address_is_asked_for_again(address: str) -> None:
    """During an update of several machines one asks for what this one has not got yet: not to be kept."""
    assert cached(address) == "max-age=60, public"


def test_another_content_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = tmp_path / "desk.css"
    monkeypatch.setattr(finders, "find", lambda name: str(style))
    static_files.found.cache_clear()
    try:
        style.write_text("a { color: red }")
        before = static(STYLE)
        style.write_text("a { color: teal }")
        assert static(STYLE) != before
    finally:
        static_files.found.cache_clear()


def test_what_is_not_there_has_no_version() -> None:
    assert static("config/tidak-ada.css") == "/static/config/tidak-ada.css"
    assert Client().get(static("config/tidak-ada.css")).status_code == 404


def test_every_style_and_script_of_a_page_has_its_version() -> None:
    page = Client().get(reverse("sign_in"), follow=True).content.decode()
    addresses = re.findall(r'"(/static/[^"#]*)', page)
    assert len(addresses) >= 5
    assert all(re.search(r"\?v=[0-9a-f]{8}$", one) for one in addresses), addresses
