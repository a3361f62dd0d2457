"""Our styles, scripts and pictures under addresses that change with their content: kept by a browser for good, and
still new at once after an update. No folder is filled beforehand, and a machine that is not updated yet says so."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

FOR_GOOD = "public, max-age=31536000, immutable"
LETTERS = 8


def version_of(name: str) -> str:
    """The first letters of the content's digest; empty where there is no such file."""
    path = found(name)
    return digest(path, path.stat().st_mtime_ns) if path else ""


@lru_cache(maxsize=1000)
def found(name: str) -> Path | None:
    path = finders.find(name)
    return Path(path) if path else None


@lru_cache(maxsize=1000)
def digest(path: Path, changed: int) -> str:
    """`changed`: who works on a style sees it without a restart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:LETTERS]


class VersionedStorage(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        path = found(name or "")
        return self._address(str(name), path.stat().st_mtime_ns) if path else super().url(name)

    @lru_cache(maxsize=1000)  # noqa: B019  one storage lives as long as its process; a page asks for hundreds of icons
    def _address(self, name: str, changed: int) -> str:
        return f"{super().url(name)}?v={version_of(name)}"


class VersionedFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # a library without types
    """An address with the version that is served here may be kept for good; any other is asked for again."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        name = request.path_info.removeprefix("/static/")
        if response.status_code < 400 and (wanted := request.GET.get("v")) and wanted == version_of(name):
            response["Cache-Control"] = FOR_GOOD
        return response
