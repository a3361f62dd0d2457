"""The stand-in, a wire that can be watched, a business number, and an officer's telephone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Item, Kind, Login, Media
from connectors.sessions import Network
from connectors.whatsapp import WhatsApp
from sandbox.server import Sandbox
from tests.connectors.instagram.between import Between

NUMBER = "6281200001111"
OFFICER = "6281355557777"
TOKEN = f"EAA.whatsapp.{NUMBER}"
SECRETS = {"phone_id": f"10{NUMBER}", "token": TOKEN, "app_secret": "rahasia-aplikasi"}


@dataclass
class Office:
    """An office's number: its connector, and what the ledger and the telephone know."""

    stand_in: Sandbox
    wire: Between
    picture: Path
    read_s: float = 10.0
    secrets: Mapping[str, str] = field(default_factory=lambda: dict(SECRETS))
    made: list[WhatsApp] = field(default_factory=list)
    remembered: list[Mapping[str, str]] = field(default_factory=list)

    def connector(self, base: str = "") -> WhatsApp:
        made = WhatsApp(Login(NUMBER, self.secrets, {}), Network(base or self.wire.base, read_s=self.read_s))
        self.made.append(made)
        return made

    def remember(self, handle: Mapping[str, str]) -> None:
        self.remembered.append(handle)

    def question(self, text: str = "Mohon arahan", *, warm: bool = False, **more: Any) -> Item:
        """`warm`: the officer wrote a moment ago."""
        defaults: dict[str, Any] = {
            "thread": OFFICER,
            "media": (Media(self.picture, "image/png"),),
            "buttons": ("Saya jawab", "Teruskan", "Butuh waktu"),
            "heard_at": datetime.now(UTC) if warm else None,
        }
        return Item(Kind.DM, text, uuid4(), **{**defaults, **more})

    def officer(self, text: str, author: str = OFFICER, **more: str) -> dict[str, Any]:
        return dict(self.control("dm", author=author, text=text, **more))

    def fault(self, operation: str, fault: str) -> None:
        self.control("faults", operation=operation, fault=fault)
        self.read_s = 2.0 if fault == "timeout-after" else 10.0

    def control(self, verb: str, **body: Any) -> Any:
        data = {"platform": "whatsapp", "account": NUMBER, **body}
        answer = requests.post(f"{self.stand_in.base}/_sandbox/{verb}", json=data, timeout=5)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def ledger(self) -> list[dict[str, Any]]:
        """What went out to people."""
        return [entry for entry in self.everything() if entry["author"] == NUMBER]

    def everything(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.stand_in.base}/_sandbox/ledger", timeout=5).json()
        return found

    def page(self, path: str) -> str:
        return requests.get(f"{self.stand_in.base}/web.whatsapp.com/{path}", timeout=5).text


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    picture = tmp_path / "2026-0001.png"
    Image.new("RGB", (300, 400), "teal").save(picture)
    with Sandbox(port=0) as stand_in, Between(stand_in.base) as wire:
        office = Office(stand_in, wire, picture)
        office.connector().check()
        office.wire.seen.clear()
        yield office
        for made in office.made:
            made.close()
