"""Media for platforms that fetch them: only what is on its way, only for a while, and nothing else of the disk."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from connectors import lane, public_media
from connectors.base import Identity, Kind
from connectors.errors import Reason, Unreachable
from connectors.instagram_graph import InstagramGraph
from connectors.models import Account, Outgoing
from connectors.outgoing import queue
from connectors.public_media import Trouble, address_of, probe_address
from connectors.sending import work_off
from offices.models import Office
from sandbox.server import Sandbox

State = Outgoing.State


@pytest.fixture
def account(db: None, settings: LazySettings) -> Account:
    settings.PUBLIC_URL = "https://desk.example"
    office = Office.objects.create(name="Puskesmas Mawar", slug="mawar")
    return Account.objects.create(
        office=office,
        platform="instagram_graph",
        handle="mawar",
        state=Account.State.GREEN,
        secrets={"token": "EAA.instagram_graph.mawar"},
    )


def stored(settings: LazySettings, name: str, data: bytes) -> str:
    (Path(settings.MEDIA_ROOT) / name).write_bytes(data)
    return name


@pytest.fixture
def post(account: Account, settings: LazySettings) -> Outgoing:
    """A tall PNG with a place in its picture data, and a film."""
    Image.new("RGB", (400, 900), "teal").save(png := io.BytesIO(), "PNG")
    media = [
        {"path": stored(settings, "tinggi.png", png.getvalue()), "mime": "image/png", "alt_text": "Poster"},
        {"path": stored(settings, "film.mp4", b"film"), "mime": "video/mp4"},
    ]
    return queue(account, Kind.REEL, {"text": "Cuci tangan", "media": media}, timezone.now())


def path_of(address: str) -> str:
    assert address.startswith("https://desk.example/media-publik/")
    return address.removeprefix("https://desk.example")


def test_an_item_knows_where_its_files_can_be_fetched(post: Outgoing) -> None:
    addresses = [medium.url for medium in post.item().media]
    assert len(set(addresses)) == 2
    picture, film = (Client().get(path_of(address)) for address in addresses)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(picture.content)).size == (720, 900)  # padded to 4:5, not cropped
    assert (film["Content-Type"], film.getvalue()) == ("video/mp4", b"film")
    assert {picture["Cache-Control"], film["Cache-Control"]} == {"private, no-store"}


@pytest.mark.parametrize("state", [State.DRAFT, State.HELD, State.LATE, State.FAILED, State.WITHDRAWN, State.SENT])
def test_only_what_is_on_its_way_is_served(post: Outgoing, state: str) -> None:
    address = path_of(post.item().media[0].url)
    Outgoing.objects.filter(pk=post.pk).update(state=state, sent_at=timezone.now())
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("state", [State.QUEUED, State.UNKNOWN])
def test_a_write_that_is_looked_up_may_be_fetched_again(post: Outgoing, state: str) -> None:
    Outgoing.objects.filter(pk=post.pk).update(state=state)
    assert Client().head(path_of(post.item().media[0].url)).status_code == 200


def test_an_address_ends(post: Outgoing, monkeypatch: pytest.MonkeyPatch) -> None:
    address = path_of(post.item().media[0].url)
    monkeypatch.setattr(public_media, "LASTS", timedelta(seconds=-1))
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("what", ["{pk}.2", "{pk}.", "{pk}", ".0", "0.0", ""])
def test_what_is_not_a_file_of_a_write_is_not_there(post: Outgoing, what: str) -> None:
    token = TimestampSigner(salt="connectors.public_media").sign(what.format(pk=post.pk))
    assert Client().get(f"/media-publik/{token}/").status_code == 404


def test_a_strange_hand_opens_nothing(post: Outgoing) -> None:
    address = path_of(post.item().media[0].url)
    head, _, signature = address.rstrip("/").rpartition(":")
    assert Client().get(f"{head}:{signature[:-2]}xx/").status_code == 404
    assert Client().get(f"/media-publik/{TimestampSigner(salt='lain').sign(f'{post.pk}.0')}/").status_code == 404
    assert Client().post(address).status_code == 405


def test_a_file_that_is_gone_or_no_picture_is_not_there(post: Outgoing, settings: LazySettings) -> None:
    addresses = [path_of(medium.url) for medium in post.item().media]
    stored(settings, "tinggi.png", b"bukan gambar")
    (Path(settings.MEDIA_ROOT) / "film.mp4").unlink()
    assert [Client().get(address).status_code for address in addresses] == [404, 404]


def test_the_probe_shows_a_picture_that_says_nothing(account: Account) -> None:
    answer = Client().get(path_of(probe_address()))
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"


@pytest.mark.parametrize(
    ("public", "sandbox", "there"),
    [
        ("http://127.0.0.1:8000", "", False),
        ("http://localhost:8000", "", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8900", True),
        ("https://desk.example", "", True),
    ],
)
def test_an_address_that_nobody_else_reaches_is_none(
    settings: LazySettings, public: str, sandbox: str, there: bool
) -> None:
    settings.PUBLIC_URL, settings.SANDBOX_URL = public, sandbox
    assert bool(address_of(1, 0)) == there


@pytest.mark.django_db(transaction=True)
def test_instagram_fetches_from_the_desk(live_server: Any, settings: LazySettings, account: Account) -> None:
    """The whole way: a row, the worker, the real client, the stand-in that asks the desk for the picture."""
    Image.new("RGB", (400, 900), "teal").save(png := io.BytesIO(), "PNG")
    media = [{"path": stored(settings, "poster.png", png.getvalue()), "mime": "image/png", "alt_text": "Poster"}]
    with Sandbox(port=0) as sandbox:
        settings.PUBLIC_URL, settings.SANDBOX_URL = live_server.url, sandbox.base
        row = queue(account, Kind.PHOTO, {"text": "Posyandu", "media": media}, timezone.now())
        work_off(account.pk)
        row.refresh_from_db()
        assert (row.state, row.reason) == (State.SENT, "")
        assert row.permalink.startswith("https://www.instagram.com/p/")
        (posted,) = sandbox.world.posts.values()
        assert (posted.media[0].blob.width, posted.media[0].alt) == (720, "Poster")


# --- can they be fetched from here at all?


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:8000", Trouble.LOCAL),
        ("https://localhost", Trouble.LOCAL),
        ("https://[::1]", Trouble.LOCAL),
        ("http://192.168.1.20:8000", Trouble.LOCAL),
        ("https://10.0.0.7", Trouble.LOCAL),
        ("https://desk.local", Trouble.LOCAL),
        ("https://desk", Trouble.LOCAL),
        ("http://desk.example", Trouble.NO_HTTPS),
        ("https://desk.example", Trouble.UNANSWERED),
        ("https://8.8.8.8", Trouble.UNANSWERED),
    ],
)
def test_what_can_be_told_without_the_platform(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    settings.SANDBOX_URL, settings.PUBLIC_URL = "", address
    monkeypatch.setattr(public_media, "answers", lambda _: False)
    assert public_media.trouble() is why


def test_the_desk_asks_itself_by_its_public_address(settings: LazySettings, live_server: LiveServer) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    token = probe_path(settings)
    assert public_media.answers(f"{live_server.url}{token}")
    assert not public_media.answers(f"{live_server.url}{token}x")  # the page of an error is no picture
    assert not public_media.answers("http://127.0.0.1:9/gambar.jpg")


def probe_path(settings: LazySettings) -> str:
    settings.PUBLIC_URL = "https://desk.example"
    return probe_address().removeprefix("https://desk.example")


@pytest.mark.parametrize(
    ("own", "platform", "kept"),
    [
        (Trouble.NO_HTTPS, True, (False, "no_https")),
        (None, False, (False, "refused")),
        (None, True, (True, "")),
        (None, Unreachable(Reason.OFFLINE), (None, "")),
    ],
)
def test_a_check_keeps_what_is_in_the_way(
    account: Account, monkeypatch: pytest.MonkeyPatch, own: Trouble | None, platform: Any, kept: tuple[Any, str]
) -> None:
    def reachable(self: InstagramGraph, address: str) -> bool:
        if isinstance(platform, Exception):
            raise platform
        return bool(platform)

    monkeypatch.setattr(InstagramGraph, "reachable", reachable)
    monkeypatch.setattr(InstagramGraph, "check", lambda self: Identity("1", "mawar", "Mawar"))
    monkeypatch.setattr(InstagramGraph, "quota", lambda self: (0, 50))
    monkeypatch.setattr("connectors.lane.trouble", lambda: own)
    lane.check(account.id, timezone.now())
    account.refresh_from_db()
    assert (account.state, account.media_reachable, account.media_trouble) == ("green", *kept)
