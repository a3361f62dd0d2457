"""The stand-in of the platforms, a wire that can be watched, and an account on Instagram."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Item, Kind, Login, Media
from connectors.instagram import Instagram, uploads
from connectors.sessions import Network
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between
from tests.connectors.stages import a_film

HANDLE = "puskesmas.sukamaju"
PASSWORD = "sehat-selalu"


@pytest.fixture
def stand_in() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def wire(stand_in: Sandbox) -> Iterator[Between]:
    with Between(stand_in.base) as between:
        yield between


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a configure are for the real platform."""
    monkeypatch.setattr(uploads, "SETTLE_S", 0)
    monkeypatch.setattr(uploads, "TRANSCODE_S", 0)


@dataclass
class Office:
    """An office's account: its connector, and what citizens and the ledger know of it."""

    stand_in: Sandbox
    wire: Between
    read_s: float = 10.0
    session: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=lambda: {"password": PASSWORD})
    made: list[Instagram] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)

    def connector(self) -> Instagram:
        """A new one, as for each use; the last one's session is kept as the desk keeps it."""
        if self.made:
            self.session = self.made[-1].session()
        made = Instagram(Login(HANDLE, self.secrets, self.session), Network(self.wire.base, read_s=self.read_s))
        self.made.append(made)
        return made

    def signed_in(self) -> "Office":
        self.connector().check()
        return self

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def citizen(self, kind: str, text: str, **more: str) -> dict[str, Any]:
        body = {"platform": "instagram", "account": HANDLE, "author": "siti.aminah", "text": text, **more}
        answer = requests.post(f"{self.stand_in.base}/_sandbox/{kind}", json=body, timeout=5)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        body = {"platform": "instagram", "operation": operation, "fault": fault, "times": times}
        assert requests.post(f"{self.stand_in.base}/_sandbox/faults", json=body, timeout=5).status_code == 201
        self.read_s = 2.0 if fault == "timeout-after" else 10.0

    def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.stand_in.base}/_sandbox/ledger", timeout=5).json()
        return [entry for entry in entries if entry["kind"] in kinds and entry["author"] == HANDLE]

    def post(self, text: str = "Posyandu balita besok pagi") -> str:
        """A post that stands, for citizens to write under."""
        return self.connector().publish(self.picture(text), self.remember).remote_id

    def picture(self, text: str, *files: Path, kind: Kind = Kind.PHOTO) -> Item:
        paths = files or (self.file,)
        media = tuple(Media(path, "image/jpeg", f"gambar {number}") for number, path in enumerate(paths))
        return Item(kind, text, uuid4(), media)

    file: Path = Path()

    def close(self) -> None:
        for made in self.made:
            made.close()


@pytest.fixture
def office(stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    office = Office(stand_in, wire)
    office.file = draw(tmp_path / "posyandu.jpg", (600, 600))
    yield office
    office.close()


def draw(path: Path, size: tuple[int, int], colour: str = "teal") -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "cuci-tangan.mp4"
    path.write_bytes(a_film())
    return path
