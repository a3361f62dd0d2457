"""The stand-in of the platforms, a wire that can be watched, and an account on X."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Incoming, Item, Kind, Login, Media
from connectors.sessions import Network
from connectors.twitter import X
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between

HANDLE = "pkm_sukamaju"
KEYS = {
    "consumer_key": "app",
    "consumer_secret": "app-secret",
    "access_token": f"{HANDLE}-token",
    "access_token_secret": "token-secret",
}
OAUTH2 = {"client_id": "app", "refresh_token": f"{HANDLE}-first"}


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
    """The pauses between questions about a film, and those between readings of a list, are for the real platform."""
    monkeypatch.setattr("connectors.twitter.client.Door.pace", 0)
    monkeypatch.setattr("connectors.twitter.media.SEGMENT", 64 * 1024)
    monkeypatch.setattr("connectors.twitter.media.CHECK_MAX_S", 0)


@dataclass
class Office:
    """An office's account: its connector, and what citizens and the ledger know of it."""

    stand_in: Sandbox
    wire: Between
    folder: Path
    read_s: float = 10.0
    session: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=lambda: KEYS)
    handle: str = HANDLE
    made: list[X] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)

    def connector(self) -> X:
        """A new one, as for each use; the last one's session is kept as the desk keeps it."""
        if self.made:
            self.session = json.loads(json.dumps(self.made[-1].session()))
        made = X(Login(self.handle, self.secrets, self.session), Network(self.wire.base, read_s=self.read_s))
        self.made.append(made)
        return made

    def signed_in(self) -> "Office":
        self.connector().check()
        return self

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def citizen(self, kind: str, text: str, **more: str) -> dict[str, Any]:
        body = {"platform": "x", "account": HANDLE, "author": "siti", "text": text, **more}
        answer = requests.post(f"{self.stand_in.base}/_sandbox/{kind}", json=body, timeout=5)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def mention(self, text: str, author: str = "budi") -> str:
        """A citizen's own post, written on the page; its number."""
        form = {"name": author, "text": text}
        page = f"{self.stand_in.base}/x.com/{HANDLE}"
        answer = requests.post(page, data=form, timeout=5, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/")[2]

    def thread(self, message: Mapping[str, Any]) -> str:
        """The conversation that a citizen's message stands in, by X's name for it."""
        (found,) = [one.thread for one in self.heard() if one.remote_id == message["id"]]
        return found

    def heard(self) -> list[Incoming]:
        return [message for batch in self.connector().fetch({}) for message in batch.messages]

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        body = {"platform": "x", "operation": operation, "fault": fault, "times": times}
        assert requests.post(f"{self.stand_in.base}/_sandbox/faults", json=body, timeout=5).status_code == 201
        self.read_s = 2.0 if fault == "timeout-after" else 10.0

    def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.stand_in.base}/_sandbox/ledger", timeout=5).json()
        return [entry for entry in entries if entry["kind"] in kinds and entry["author"] == HANDLE]

    def post(self, text: str = "Posyandu balita besok pagi") -> str:
        """A post that stands, for citizens to write under."""
        return self.connector().publish(Item(Kind.TEXT, text, uuid4()), self.remember).remote_id

    def pictures(self, text: str, count: int) -> Item:
        media = []
        for number in range(count):
            path = self.folder / f"{number}.png"
            Image.new("RGB", (60 + number, 40), "teal").save(path)
            media.append(Media(path, "image/png", f"gambar {number} & lainnya"))
        return Item(Kind.PHOTO if count == 1 else Kind.CAROUSEL, text, uuid4(), tuple(media))

    def film(self, text: str, size: int = 150_016) -> Item:
        path = self.folder / "cuci-tangan.mp4"
        path.write_bytes(bytes(range(256)) * (size // 256))
        return Item(Kind.VIDEO, text, uuid4(), (Media(path, "video/mp4", "cuci tangan"),))

    def close(self) -> None:
        for made in self.made:
            made.close()


@pytest.fixture
def office(stand_in: Sandbox, wire: Between, tmp_path: Path) -> Iterator[Office]:
    office = Office(stand_in, wire, tmp_path)
    yield office
    office.close()
