"""What every test stands on: a throw-away folder, no way out but loopback, and servers where they are installed."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import hypothesis
import pytest
import requests
from django.core.signals import request_finished, request_started
from django.utils import timezone, translation

from tests import emptying, servers, settings, wordpress

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LONGEST = {"test_demo.py", "test_chaos.py", "test_composed.py", "test_servers.py", "test_every_page.py"}
Server = TypeVar("Server")

# The third net, for what passes the first two by (curl_cffi, child processes): a proxy that refuses.
for scheme in ("http", "https", "all"):
    os.environ[f"{scheme}_proxy"] = os.environ[f"{scheme.upper()}_PROXY"] = "http://127.0.0.1:9"
os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(LOOPBACK)

# The same examples each time, and none is refused for a slow machine: a test that passed here passes there.
hypothesis.settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")
emptying.instead_of_djangos()

answering: set[int] = set()
"""The threads of the live server that are in the middle of a request."""
request_started.connect(lambda **_: answering.add(threading.get_ident()), weak=False)
request_finished.connect(lambda **_: answering.discard(threading.get_ident()), weak=False)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser that closes leaves requests behind: they end before the database is emptied for the next test."""
    yield
    answering.discard(threading.get_ident())  # this thread's were Django's test client's
    patience = time.monotonic() + 60
    while "live_server" in request.fixturenames and answering and time.monotonic() < patience:
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def nobodys_language() -> None:
    """Whom the test client served last leaves a language and a time zone behind in this thread: begin with our own."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first net, where requests leave for the wire: it names the address, before any name is looked up."""
    send = requests.adapters.HTTPAdapter.send

    def guarded(self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> Any:
        host = urlsplit(str(request.url)).hostname
        assert host in LOOPBACK, f"A test tried to reach {host}: tests may ask this machine alone"
        return send(self, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", guarded)


def pytest_unconfigure() -> None:
    if settings.TEST_ROOT_IS_OURS:
        shutil.rmtree(settings.TEST_ROOT, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first: what begins last ends last."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI a server that is missing is a failure: `.ci/run` installed it, or should have."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and item.get_closest_marker("servers"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true does not allow: {report.longrepr}"
    return report


@contextlib.contextmanager
def or_skip(server: Callable[[], contextlib.AbstractContextManager[Server]]) -> Iterator[Server]:
    try:
        starting = server()
        running = starting.__enter__()
    except servers.MissingProgramError as missing:
        pytest.skip(f"{missing} is not installed; to get it: make servers")
    try:
        yield running
    finally:
        starting.__exit__(None, None, None)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The platform "scripted", which does what a test says, and has done nothing yet."""
    from connectors.models import PLATFORMS  # not before Django is set up
    from tests.connectors.scripted import Scripted

    monkeypatch.setitem(PLATFORMS, "scripted", ("Scripted", "tests.connectors.scripted.Scripted"))
    Scripted.forget()
    yield
    Scripted.forget()


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A PostgreSQL of our own (mark the test `servers`)."""
    with or_skip(servers.postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[servers.Redis]:
    """A Redis of our own (mark the test `servers`)."""
    with or_skip(servers.redis) as server:
        yield server


@pytest.fixture(scope="session")
def website() -> Iterator[wordpress.Wordpress]:
    """A WordPress of our own (mark the test `servers`)."""
    with or_skip(wordpress.wordpress) as server:
        yield server
