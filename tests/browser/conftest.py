"""A real Chromium for the console, that may speak to this machine alone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.screen import HIGH, PHONE, Screen

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]
PATIENCE_MS = 60_000
"""What is waited for comes sooner, on a slow and busy machine too; only a failure takes so long."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE_MS)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        if program is None and not Path(playwright.chromium.executable_path).exists():
            if os.environ.get("CI") == "true":
                pytest.fail("no Chromium on CI: `make browser` installs one")
            pytest.skip("no Chromium; to get one: make browser")
        # Its own sandbox wants user namespaces, which containers often lack; it only sees our own pages here.
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield found
        found.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def a_window(browser: Browser, width: int) -> Iterator[BrowserContext]:
    size: ViewportSize = {"width": width, "height": HIGH}
    context = browser.new_context(viewport=size, locale="id-ID", service_workers="block")
    context.route("**/*", only_loopback)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Of a phone's width, and where a test is marked `both_widths`, once more of a desk's.

    What is not marked needs no second round: the widths differ by their style alone, and that each button of each page
    is there, large enough and under nothing else at either width is asked in `test_every_page.py`."""
    with a_window(browser, getattr(request, "param", PHONE)) as made:
        yield made


@pytest.fixture
def screen(window: BrowserContext, live_server: LiveServer) -> Iterator[Screen]:
    """A page in such a window; at the end the browser must have had nothing to say against any."""
    made = Screen(window.new_page(), live_server.url)
    yield made
    assert not made.complaints


def only_loopback(route: Route) -> None:
    if urlsplit(route.request.url).hostname in LOOPBACK or route.request.url.startswith(("data:", "blob:")):
        route.continue_()
    else:
        route.abort()
