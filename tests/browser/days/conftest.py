"""A day begins: the clock in hand, the platforms' stand-in, the console in a window of a phone's and a desk's width."""

import importlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from config.celery import app
from sandbox.server import Sandbox
from tests.browser.days.day import Day, clock_from

BEGIN = "2026-12-07 07:00"
SLEEPERS = ("photo", "album", "clip", "media", "private", "graphql")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """instagrapi rests a second before each call; here its own modules do not."""
    for name in SLEEPERS:
        module = importlib.import_module(f"instagrapi.mixins.{name}")
        clock = SimpleNamespace(sleep=lambda seconds: None, time=module.time.time, localtime=module.time.localtime)
        monkeypatch.setattr(module, "time", clock)


@pytest.fixture
def day(
    request: pytest.FixtureRequest,
    window: BrowserContext,
    live_server: LiveServer,
    settings: Any,
) -> Iterator[Day]:
    begin = getattr(request.module, "BEGIN", BEGIN)
    app.loader.import_default_modules()
    app.conf.task_always_eager = True
    settings.THANKS_PAUSE_SECONDS = 300
    with clock_from(begin, "Asia/Jakarta") as clock, Sandbox() as stand_in:
        settings.SANDBOX_URL = stand_in.base
        settings.PUBLIC_URL = live_server.url
        made = Day(window, live_server.url, stand_in, clock)
        made.at(begin)
        yield made
        assert not made.complaints
    app.conf.task_always_eager = False
