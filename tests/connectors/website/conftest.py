"""A site at the stand-in, a wire that can be watched, and the desk's way of fetching."""

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
from connectors.website import Website
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between

HANDLE = "puskesmas.example.go.id"
SECRETS = {"user": "humas", "password": "abcd efgh ijkl"}


@dataclass(kw_only=True)
class Site:
    """An office's site as the desk uses it; `base` is the stand-in, empty for a site of its own."""

    base: str = ""
    handle: str = HANDLE
    secrets: Mapping[str, str] = field(default_factory=lambda: SECRETS)
    read_s: float = 30.0
    file: Path = Path()
    session: Mapping[str, Any] = field(default_factory=dict)
    made: list[Website] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)
    cursor: Mapping[str, Any] = field(default_factory=dict)
    stored: dict[str, Incoming] = field(default_factory=dict)
    posts_seen: frozenset[str] = frozenset()

    def connector(self) -> Website:
        """A new one, as for each use; the last one's session is kept as the desk keeps it."""
        if self.made:
            self.session = json.loads(json.dumps(self.made[-1].session()))
        made = Website(Login(self.handle, self.secrets, self.session), Network(self.base, read_s=self.read_s))
        self.made.append(made)
        return made

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def poll(self) -> list[Incoming]:
        """As the desk does: stores each once, keeps the cursor of what it stored. What is new to it."""
        new = []
        for batch in self.connector().fetch(self.cursor):
            new += [message for message in batch.messages if message.remote_id not in self.stored]
            self.stored |= {message.remote_id: message for message in batch.messages}
            self.cursor = json.loads(json.dumps(batch.cursor))
            self.posts_seen = batch.posts_seen
        return new

    def text(self, text: str = "Posyandu besok pagi", title: str = "") -> Item:
        return Item(Kind.TEXT, text, uuid4(), title=title)

    def pictures(self, text: str, count: int = 1) -> Item:
        media = tuple(Media(self.file, "image/jpeg", f'gambar "{number}"') for number in range(count))
        return Item(Kind.PHOTO if count == 1 else Kind.CAROUSEL, text, uuid4(), media)

    def post(self, text: str = "Posyandu besok pagi") -> str:
        """A post that stands, for citizens to write under."""
        return self.connector().publish(self.text(text), self.remember).remote_id

    def answer(self, post: str, parent: str, text: str = "Sama-sama, Bu.") -> Item:
        return Item(Kind.REPLY, text, uuid4(), post=post, parent=parent)

    def close(self) -> None:
        for made in self.made:
            made.close()


@dataclass(kw_only=True)
class Office(Site):
    """A site at the stand-in, and what citizens and the ledger know of it."""

    wire: Between
    stand_in: str

    def citizen(self, post: str, text: str, author: str = "siti", **more: Any) -> str:
        """The number of a citizen's comment at the stand-in."""
        body = {"platform": "website", "account": self.handle, "post": post, "author": author, "text": text, **more}
        made = requests.post(f"{self.stand_in}/_sandbox/comment", json=body, timeout=5)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def fault(self, operation: str, fault: str) -> None:
        body = {"platform": "website", "operation": operation, "fault": fault}
        assert requests.post(f"{self.stand_in}/_sandbox/faults", json=body, timeout=5).status_code == 201

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.stand_in}/_sandbox/ledger", timeout=5).json()
        return [entry for entry in entries if entry["kind"] == kind and entry["author"] == self.handle]

    def asked(self, path: str) -> Any:
        """A site's own JSON, by its user."""
        where = f"{self.stand_in}/{self.handle}/wp-json/wp/v2/{path}"
        return requests.get(where, auth=(SECRETS["user"], SECRETS["password"]), timeout=5).json()


@pytest.fixture
def stand_in() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def wire(stand_in: Sandbox) -> Iterator[Between]:
    with Between(stand_in.base) as between:
        yield between


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "posyandu.jpg")
    return tmp_path / "posyandu.jpg"


@pytest.fixture
def office(stand_in: Sandbox, wire: Between, picture: Path) -> Iterator[Office]:
    office = Office(base=wire.base, file=picture, stand_in=stand_in.base, wire=wire)
    office.connector().check()
    wire.seen.clear()
    yield office
    office.close()
