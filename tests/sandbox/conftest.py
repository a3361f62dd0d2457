"""The stand-in in a thread, and the unpatched instagrapi client pointed at it."""

import importlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from instagrapi import Client
from PIL import Image
from requests.adapters import HTTPAdapter

from sandbox.server import Sandbox

HOSTS = ("https://i.instagram.com", "https://b.i.instagram.com", "https://www.instagram.com")
SLEEPERS = ("photo", "album", "clip", "media", "private", "graphql")
HANDLE = "puskesmas.arjuno"
PASSWORD = "sehat-selalu"

NewClient = Callable[..., Client]


class ToSandbox(HTTPAdapter):
    """Keeps host and path, swaps the server; waits `read_s` seconds at most and never asks twice.

    The service does the same in `connectors/sessions.py`; the stand-in's own tests lean on nothing of the service.
    """

    def __init__(self, base: str, read_s: float) -> None:
        self.base, self.read_s = base, read_s
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = f"{self.base}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **(kwargs | {"timeout": (5, self.read_s), "proxies": None}))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """instagrapi sleeps 1 s before each call, 3-10 s before a configure: its own modules do not wait here."""
    for name in SLEEPERS:
        module = importlib.import_module(f"instagrapi.mixins.{name}")
        clock = SimpleNamespace(sleep=lambda seconds: None, time=module.time.time, localtime=module.time.localtime)
        monkeypatch.setattr(module, "time", clock)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def new_client(sandbox: Sandbox) -> Iterator[NewClient]:
    made: list[Client] = []

    def new(settings: dict[str, Any] | None = None, read_s: float = 5.0) -> Client:
        client = Client(settings, with_challenge_flow=False)
        for session in (client.private, client.public, client.graphql):
            for host in HOSTS:
                session.mount(host, ToSandbox(sandbox.base, read_s))
        made.append(client)
        return client

    yield new
    for client, name in itertools.product(made, ("private", "public", "graphql")):
        getattr(client, name).close()


@pytest.fixture
def client(new_client: NewClient) -> Client:
    client = new_client()
    assert client.login(HANDLE, PASSWORD)
    return client


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "gizi.jpg"
    Image.new("RGB", (1080, 1080), "seagreen").save(path)
    return path


class Citizen:
    """Speaks to the stand-in's own requests."""

    def __init__(self, base: str) -> None:
        self.base = base

    def post(self, path: str, **data: Any) -> requests.Response:
        return requests.post(f"{self.base}/_sandbox/{path}", json={"platform": "instagram", **data}, timeout=5)

    def comment(self, post: str, text: str, author: str = "bu.sri", **more: Any) -> dict[str, Any]:
        return self._made(self.post("comment", account=HANDLE, post=post, author=author, text=text, **more))

    def dm(self, text: str, author: str = "bu.sri", **more: Any) -> dict[str, Any]:
        return self._made(self.post("dm", account=HANDLE, author=author, text=text, **more))

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        answer = self.post("faults", operation=operation, fault=fault, times=times)
        assert answer.status_code == 201, answer.text

    def get(self, path: str) -> Any:
        return requests.get(f"{self.base}/_sandbox/{path}", timeout=5).json()

    def page(self, path: str) -> str:
        answer = requests.get(f"{self.base}{path}", timeout=5)
        answer.raise_for_status()
        return answer.text

    def ledger(self, kind: str = "") -> list[dict[str, Any]]:
        return [entry for entry in self.get("ledger") if kind in ("", entry["kind"])]

    @staticmethod
    def _made(answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture
def citizen(sandbox: Sandbox) -> Citizen:
    return Citizen(sandbox.base)
