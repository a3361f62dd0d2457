"""Where the contract is tried: an account of each platform at the stand-in, and an item of each kind to write there."""

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Connector, Item, Kind, Login, Media
from connectors.models import PLATFORMS, connector_class
from connectors.sessions import Network
from sandbox.server import Sandbox

HANDLE = "puskesmas.sukamaju"
STAGES: dict[str, Mapping[str, str]] = {
    "instagram": {"password": "sehat-selalu"},
    "instagram_graph": {"token": f"EAA.instagram_graph.{HANDLE}"},
    "facebook": {"token": f"EAA.facebook.{HANDLE}"},
    "x": {
        "consumer_key": "app",
        "consumer_secret": "app-secret",
        "access_token": f"{HANDLE}-token",
        "access_token_secret": "token-secret",
    },
    "youtube": {"client_id": "desk", "client_secret": "rahasia", "refresh_token": f"1//{HANDLE}"},
    "website": {"user": "humas", "password": "sehat selalu"},
}
INTERNAL = frozenset({"whatsapp"})
"""Nothing is published there and no citizen is read: tests/connectors/whatsapp holds it to what is left."""
PUBLIC = [platform for platform in PLATFORMS if platform not in INTERNAL]


@dataclass
class Stage:
    """An account of one platform at the stand-in."""

    platform: str
    sandbox: Sandbox
    picture: Path
    session: Mapping[str, Any]
    read_s: float = 10.0

    def connector(self, base: str = "") -> Connector:
        """A new one for each use, with the session kept as JSON, as the desk keeps it."""
        login = Login(HANDLE, STAGES[self.platform], self.session)
        return connector_class(self.platform)(login, Network(base or self.sandbox.base, read_s=self.read_s))

    def photo(self, text: str = "Posyandu besok") -> Item:
        """Where there are no pictures it is a film."""
        pictures = Kind.PHOTO in connector_class(self.platform).capability.kinds
        return self.post(Kind.PHOTO if pictures else Kind.VIDEO, text)

    def post(self, kind: Kind, text: str = "Posyandu besok") -> Item:
        picture = Media(self.picture, "image/png", "poster", self.address)
        media = {
            Kind.TEXT: (),
            Kind.PHOTO: (picture,),
            Kind.CAROUSEL: (picture, picture),
            Kind.VIDEO: (self.film,),
            Kind.REEL: (self.film, picture),
        }
        return Item(kind, text, uuid4(), media[kind])

    @property
    def film(self) -> Media:
        path, data = self.picture.with_suffix(".mp4"), a_film()
        path.write_bytes(data)
        return Media(path, "video/mp4", "", self.public("video/mp4", data))

    @property
    def address(self) -> str:
        with Image.open(self.picture) as picture:
            picture.resize((600, 600)).save(jpeg := BytesIO(), "JPEG")
        return self.public("image/jpeg", jpeg.getvalue())

    def public(self, mime: str, data: bytes) -> str:
        """Some platforms take the file, some fetch it from an address."""
        return f"{self.sandbox.base}/_sandbox/media/{self.sandbox.world.keep(mime, data).name}"

    def reword(self, words: str, others: str) -> None:
        """Whatever says `words` at the stand-in says `others`, as if it had been written so."""
        world = self.sandbox.world
        for post in world.posts.values():
            post.text = post.text.replace(words, others)
        for comment in world.comments.values():
            comment.text = comment.text.replace(words, others)
        for thread in world.threads.values():
            thread.lines[:] = [replace(line, text=line.text.replace(words, others)) for line in thread.lines]
        for about in world.details.values():
            about |= {name: said.replace(words, others) for name, said in about.items() if isinstance(said, str)}

    def control(self, verb: str, **body: Any) -> Any:
        data = {"platform": self.platform, "account": HANDLE, **body}
        answer = requests.post(f"{self.sandbox.base}/_sandbox/{verb}", json=data, timeout=5)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def ours(self) -> list[str]:
        entries = requests.get(f"{self.sandbox.base}/_sandbox/ledger", timeout=5).json()
        return [entry["id"] for entry in entries if entry["author"] == HANDLE]

    def item(self, kind: Kind) -> Item:
        """Something of this kind to write: each is about what one citizen said."""
        if kind.is_post:
            return self.post(kind)
        if kind is Kind.DM:
            self.control("dm", author="siti", text="Antriannya lama")
            with use(self) as connector:
                heard = [one for batch in connector.fetch({}) for one in batch.messages]
            return Item(kind, "Mohon maaf, Bu.", uuid4(), thread=heard[0].thread)
        return replace(self.question(), kind=kind)

    def question(self) -> Item:
        """An answer to a citizen's comment, not yet sent."""
        with use(self) as connector:
            post = connector.publish(self.photo(), forget).remote_id
        comment = self.control("comment", post=post, author="siti", text="Jam berapa?")
        return Item(Kind.REPLY, "Jam delapan, Bu.", uuid4(), post=post, parent=comment["id"])


class use:  # noqa: N801  reads as a verb
    """One use of the account: the session is kept afterwards and connections are let go."""

    def __init__(self, stage: Stage, base: str = "") -> None:
        self.stage = stage
        self.connector = stage.connector(base)

    def __enter__(self) -> Connector:
        return self.connector

    def __exit__(self, *_: object) -> None:
        self.stage.session = json.loads(json.dumps(self.connector.session()))
        self.connector.close()


def forget(handle: Mapping[str, str]) -> None:
    pass


def a_film() -> bytes:
    """The smallest MP4 whose size and length can be read: 720x1280, 5 s."""
    header = box(b"mvhd", bytes(12), struct.pack(">II", 1000, 5000), bytes(80))
    track = box(b"tkhd", bytes(76), struct.pack(">II", 720 << 16, 1280 << 16))
    handler = box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(13)))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", header, box(b"trak", track, handler)) + box(b"mdat")


def box(kind: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">I", 8 + len(data)) + kind + data


@contextmanager
def staged(platform: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stand-in of its own, with the account signed in."""
    for name in ("instagram.uploads.SETTLE_S", "instagram.uploads.TRANSCODE_S", "twitter.media.CHECK_MAX_S"):
        monkeypatch.setattr(f"connectors.{name}", 0)  # the pauses are for the real platforms
    monkeypatch.setattr("connectors.graph.containers.POLLS_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr("connectors.facebook.SETTLE_S", (0.0, 0.0))
    Image.new("RGB", (400, 900), "teal").save(folder / "poster.png")
    with Sandbox(port=0) as sandbox:
        stage = Stage(platform, sandbox, folder / "poster.png", {})
        with use(stage) as connector:
            connector.check()
        yield stage
