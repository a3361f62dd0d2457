"""The stand-in of the Graph, a wire that can be watched, and an account of each platform on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors import facebook
from connectors.base import Item, Kind, Login, Media
from connectors.graph import containers
from connectors.graph.page import PageConnector
from connectors.models import connector_class
from connectors.sessions import Network
from sandbox.graph.tokens import APP_ID, APP_SECRET
from sandbox.ledger import World
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between

HANDLE = "puskesmas.sukamaju"
PLATFORMS = ("facebook", "instagram_graph")
APP = {"app_id": APP_ID, "app_secret": APP_SECRET}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Sandbox, Between]]:
    with Sandbox(port=0) as sandbox, Between(sandbox.base) as between:
        yield sandbox, between


@pytest.fixture
def stand_in(server: tuple[Sandbox, Between]) -> Sandbox:
    """One server for a module, a new world for each test."""
    sandbox, _ = server
    sandbox.world, sandbox.late_s = World(), 5.0
    sandbox.faults.clear()
    return sandbox


@pytest.fixture
def wire(server: tuple[Sandbox, Between]) -> Between:
    _, between = server
    between.seen, between.told, between.answered = [], [], []
    between.meanwhile = lambda _: None
    return between


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses are for the real platform."""
    monkeypatch.setattr(containers, "POLLS_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(facebook, "SETTLE_S", (0.0, 0.0))


@dataclass
class Office:
    """An office's account: its connector, and what citizens and the ledger know of it."""

    platform: str
    stand_in: Sandbox
    wire: Between
    folder: Path
    read_s: float = 10.0
    session: Mapping[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    made: list[PageConnector] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.secrets = {"token": f"EAA.{self.platform}.{HANDLE}"}

    def connector(self) -> Any:
        """A new one, as for each use; the last one's session is kept as the desk keeps it."""
        if self.made:
            self.session = self.made[-1].session()
        kind = connector_class(self.platform)
        made = kind(Login(HANDLE, self.secrets, self.session), Network(self.wire.base, read_s=self.read_s))
        assert isinstance(made, PageConnector)
        self.made.append(made)
        return made

    def signed_in(self) -> "Office":
        self.connector().check()
        return self

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def citizen(self, kind: str, text: str, **more: str) -> dict[str, Any]:
        body = {"platform": self.platform, "account": HANDLE, "author": "siti.aminah", "text": text, **more}
        answer = requests.post(f"{self.stand_in.base}/_sandbox/{kind}", json=body, timeout=5)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        self.stand_in.faults.add(self.platform, operation, fault, times)
        self.read_s = 2.0 if fault == "timeout-after" else 10.0

    def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        return [
            dict(entry)
            for entry in self.stand_in.world.ledger()
            if entry["author"] == HANDLE and entry["kind"] in kinds
        ]

    def post(self, text: str = "Posyandu balita besok pagi") -> str:
        """A post that stands, for citizens to write under."""
        remote_id: str = self.connector().publish(self.picture(text), self.remember).remote_id
        self.remembered.clear()
        self.wire.seen.clear()
        return remote_id

    def file(self, number: int = 0, size: tuple[int, int] = (600, 600)) -> Media:
        Image.new("RGB", size, "teal").save(jpeg := BytesIO(), "JPEG")
        path = self.folder / f"{number}.jpg"
        path.write_bytes(jpeg.getvalue())
        return Media(path, "image/jpeg", f"gambar {number}", self.public("image/jpeg", jpeg.getvalue()))

    def public(self, mime: str, data: bytes) -> str:
        """An address from which the stand-in can fetch it."""
        return f"{self.stand_in.base}/_sandbox/media/{self.stand_in.world.keep(mime, data).name}"

    def film(self) -> Media:
        data = bytes(range(256)) * 3000  # three pieces
        path = self.folder / "cuci-tangan.mp4"
        path.write_bytes(data)
        return Media(path, "video/mp4", "", self.public("video/mp4", data))

    def picture(self, text: str) -> Item:
        return Item(Kind.PHOTO, text, uuid4(), (self.file(),))

    def pictures(self, text: str) -> Item:
        return Item(Kind.CAROUSEL, text, uuid4(), tuple(self.file(number) for number in range(3)))

    def moving(self, text: str) -> Item:
        return Item(Kind.VIDEO if self.platform == "facebook" else Kind.REEL, text, uuid4(), (self.film(),))

    def answer_to_comment(self) -> Item:
        post = self.post("Kelas ibu hamil")
        comment = self.citizen("comment", "Terima kasih bu bidan", post=post)
        return Item(Kind.REPLY, "Sama-sama, Bu Siti.", uuid4(), post=post, parent=comment["id"])

    def answer_to_message(self) -> Item:
        self.citizen("dm", "Kapan imunisasi?")
        return Item(Kind.DM, "Setiap Selasa, Bu.", uuid4(), thread=self.person())

    def private_answer(self) -> Item:
        post = self.post("Kelas ibu hamil")
        comment = self.citizen("comment", "NIK saya hilang", post=post)
        return Item(Kind.PRIVATE_REPLY, "Kami bantu lewat pesan.", uuid4(), post=post, parent=comment["id"])

    def person(self, handle: str = "siti.aminah") -> str:
        return self.stand_in.world.people[self.platform, handle].pk

    def close(self) -> None:
        for made in self.made:
            made.close()


@pytest.fixture(params=PLATFORMS)
def office(request: pytest.FixtureRequest, stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    """An office on each platform."""
    yield from opened(Office(request.param, stand_in, wire, tmp_path))


@pytest.fixture
def page(stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    """An office's Facebook Page."""
    yield from opened(Office("facebook", stand_in, wire, tmp_path).signed_in())


@pytest.fixture
def gram(stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    """An office's Instagram business account."""
    yield from opened(Office("instagram_graph", stand_in, wire, tmp_path).signed_in())


def opened(office: Office) -> Iterator[Office]:
    yield office
    office.close()
