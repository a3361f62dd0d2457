"""One browser for all tests of pictures; a web server, or the platforms' stand-in, for each that wants one."""

import os
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from moderation.capture.photographer import Photographer
from moderation.capture.shots import Failure
from sandbox.server import Sandbox
from tests.moderation.camera import SECRET, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture(scope="session")
def photographer() -> Iterator[Photographer]:
    with Photographer() as shared, pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("TANGGAP_SECRET_KEY", SECRET)
        probe = shared.probe()
        if isinstance(probe, Failure):
            reason = f"no browser: {probe.detail}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        yield shared


@pytest.fixture
def stand_in(settings: LazySettings) -> Iterator[Sandbox]:
    """The platforms' stand-in, to which this test's connectors talk."""
    with Sandbox(port=0) as running:
        settings.SANDBOX_URL = running.base
        yield running
