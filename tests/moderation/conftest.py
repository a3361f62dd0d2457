"""One browser for all tests of pictures, and a web server for each."""

import os
from collections.abc import Iterator

import pytest

from moderation.capture.photographer import Photographer
from moderation.capture.shots import Failure
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
