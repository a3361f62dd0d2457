"""The stand-in of the platforms, a wire that can be watched, and a channel on YouTube.

Whatever a test does, all that went over the wire is held against YouTube's specification afterwards.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Item, Kind, Login, Lookup, Media, Sent
from connectors.sessions import Network
from connectors.youtube import YouTube
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between
from tests.connectors.youtube import specification

HANDLE = "puskesmas.sukamaju"
SECRETS = {"client_id": "desk", "client_secret": "rahasia-klien", "refresh_token": f"1//{HANDLE}"}
STEP = 256 * 1024


@pytest.fixture
def stand_in() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def wire(stand_in: Sandbox) -> Iterator[Between]:
    with Between(stand_in.base) as between:
        yield between


@dataclass
class Office:
    """An office's channel: its connector, and what citizens and the ledger know of it."""

    stand_in: Sandbox
    wire: Between
    folder: Path
    read_s: float = 10.0
    session: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=lambda: SECRETS)
    made: list[YouTube] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)

    def connector(self) -> YouTube:
        """A new one, as for each use; the last one's session is kept as the desk keeps it."""
        if self.made:
            self.session = json.loads(json.dumps(self.made[-1].session()))
        login = Login(HANDLE, self.secrets, self.session, shared=self.used())
        made = YouTube(login, Network(self.wire.base, read_s=self.read_s))
        self.made.append(made)
        return made

    def used(self) -> dict[str, dict[str, int]]:
        """What all uses so far took of the project's quota."""
        total: dict[str, dict[str, int]] = {}
        for day, names in (one for made in self.made for one in made.used().items()):
            before = total.setdefault(day, {})
            before |= {name: before.get(name, 0) + used for name, used in names.items()}
        return total

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def kept(self, item: Item) -> Item:
        """The item with all that was remembered of it, as its row keeps it."""
        handle: dict[str, str] = {}
        for one in self.remembered:
            handle |= one
        return replace(item, handle=handle)

    def publish(self, item: Item) -> Sent:
        return self.connector().publish(item, self.remember)

    def find(self, item: Item, since: datetime) -> Lookup:
        return self.connector().find_own(item, since)

    def film(
        self, text: str = "Posyandu balita besok pagi", size: int = 1000, cover: bool = False, title: str = ""
    ) -> Item:
        path = self.folder / "posyandu.mp4"
        path.write_bytes(bytes(number % 251 for number in range(1000)) * (size // 1000) + b"x" * (size % 1000))
        media: tuple[Media, ...] = (Media(path, "video/mp4"),)
        if cover:
            Image.new("RGB", (640, 360), "teal").save(self.folder / "sampul.jpg")
            media += (Media(self.folder / "sampul.jpg", "image/jpeg"),)
        return Item(Kind.VIDEO, text, uuid4(), media, title=title)

    def video(self, text: str = "Posyandu balita besok pagi") -> str:
        """A video that stands, for citizens to write under."""
        return self.connector().publish(self.film(text), lambda _: None).remote_id

    def comment(self, post: str, text: str, author: str = "siti.aminah", **more: Any) -> str:
        body = {"platform": "youtube", "account": HANDLE, "author": author, "text": text, "post": post, **more}
        answer = requests.post(f"{self.stand_in.base}/_sandbox/comment", json=body, timeout=5)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def answer(self, text: str = "Sama-sama, Bu Siti.") -> Item:
        """An answer to a citizen's comment, not yet sent."""
        post = self.video()
        return Item(Kind.REPLY, text, uuid4(), post=post, parent=self.comment(post, "Terima kasih"))

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        body = {"platform": "youtube", "operation": operation, "fault": fault, "times": times}
        assert requests.post(f"{self.stand_in.base}/_sandbox/faults", json=body, timeout=5).status_code == 201
        self.read_s = 2.0 if fault == "timeout-after" else 10.0

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.stand_in.base}/_sandbox/ledger", timeout=5).json()
        return [entry for entry in entries if entry["kind"] == kind and entry["author"] == HANDLE]

    def parts(self) -> list[str]:
        """The ranges of a film's bytes that left."""
        ranges = [seen.headers.get("content-range", "") for seen in self.wire.seen if seen.method == "PUT"]
        return [one for one in ranges if not one.startswith("bytes *")]

    def close(self) -> None:
        for made in self.made:
            made.close()


@pytest.fixture
def office(stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    office = Office(stand_in, wire, tmp_path)
    yield office
    office.close()
    specification.check_all(wire)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small parts, so that a small film has several."""
    monkeypatch.setattr("connectors.youtube.uploads.PART_BYTES", STEP)
