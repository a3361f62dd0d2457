"""Files and pages over a village's line: films in parts, text packed, uploads forgotten in time."""

import gzip
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scheduler import uploads
from tests import console
from tests.desk import Desk, make_delivery, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def film(desk: Desk) -> str:
    """The address of a queued film of 100,000 bytes."""
    row = make_delivery(desk, "Senam lansia")
    path = Path(settings.MEDIA_ROOT) / "posts" / "film.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(range(250)) * 400)
    row.outgoing.payload["media"] = [{"path": "posts/film.mp4", "mime": "video/mp4", "alt_text": ""}]
    row.outgoing.save()
    return reverse("delivery_media", args=[row.pk, 0])


@pytest.mark.parametrize(
    ("asked", "status", "told", "length"),
    [
        ("bytes=0-1", 206, "bytes 0-1/100000", 2),  # how a phone asks whether it may
        ("bytes=99000-", 206, "bytes 99000-99999/100000", 1000),
        ("bytes=-500", 206, "bytes 99500-99999/100000", 500),
        ("bytes=200000-", 416, "bytes */100000", 0),
        ("bytes=0-1,5-9", 200, None, 100_000),
        ("apples=1-2", 200, None, 100_000),
    ],
)
def test_a_film_is_served_in_parts(desk: Desk, asked: str, status: int, told: str | None, length: int) -> None:
    client = console.signed_in(desk.officer)
    answer = client.get(film(desk), headers={"range": asked, "accept-encoding": "gzip"})
    body = answer.getvalue()
    assert (answer.status_code, answer.get("Content-Range"), len(body)) == (status, told, length)
    assert answer["Content-Type"] == "video/mp4"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not answer.has_header("Content-Encoding")


def test_a_whole_film_says_that_parts_may_be_asked_for(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    answer = client.get(address := film(desk))
    assert (answer.status_code, answer["Accept-Ranges"], answer["Content-Length"]) == (200, "bytes", "100000")
    assert answer.getvalue() == bytes(range(250)) * 400
    known = client.get(address, headers={"if-none-match": answer["ETag"]})
    assert (known.status_code, known.getvalue()) == (304, b"")
    assert Client().get(address).status_code == 302  # a stranger is sent to the door


@pytest.mark.parametrize("address", ["/masuk/", "/static/config/desk.css", "/static/config/desk.js"])
def test_text_travels_packed(desk: Desk, address: str) -> None:
    packed = Client().get(address, headers={"accept-encoding": "gzip"})
    plain = Client().get(address)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    whole = plain.getvalue()
    small = packed.getvalue()
    assert len(small) < len(whole) * 0.6
    if address.startswith("/static/"):
        assert gzip.decompress(small) == whole


def _again(address: str) -> bytes:
    return bytes(Client().get(address, headers={"accept-encoding": "gzip"}).getvalue())


def without_version(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]


def test_a_full_page_with_its_styles_stays_small(desk: Desk) -> None:
    """What a phone fetches for the page of the day, the first time."""
    client = console.signed_in(desk.officer)
    page = client.get("/", headers={"accept-encoding": "gzip"})
    styles = [part.split('"')[0] for part in client.get("/").content.decode().split('"/static/')[1:]]
    texts = {one for one in map(without_version, styles) if one.endswith((".css", ".js", ".svg"))}
    assert {"config/desk.css", "config/desk.js", "config/icons.svg"} < texts
    sizes = [len(_again(f"/static/{one}")) for one in texts]
    assert len(page.content) + sum(sizes) < 100_000


def test_uploaded_pictures_are_forgotten_in_time() -> None:
    folder = Path(settings.DATA) / "uploads" / "7" / "media"
    folder.mkdir(parents=True, exist_ok=True)
    now = timezone.now()
    for name, days in (("lama.jpg", 61), ("baru.jpg", 59)):
        (folder / name).write_bytes(b"x")
        at = (now - timedelta(days=days)).timestamp()
        os.utime(folder / name, (at, at))
    assert uploads.prune(now) == 1
    assert [path.name for path in folder.iterdir()] == ["baru.jpg"]
