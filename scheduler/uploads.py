"""A calendar and its pictures from the upload page: the same verb as for a dropped file, from a folder of its own."""

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from offices.models import Office, Officer
from scheduler.intake import import_file
from scheduler.models import CalendarFile


def take_in(
    office: Office,
    officer: Officer,
    calendar: "UploadedFile[bytes]",
    media: "Sequence[UploadedFile[bytes]]",
    at: datetime,
) -> CalendarFile:
    """Keep the pictures (a corrected calendar comes without them), then read the calendar at once. OSError where there
    is no room for them: nothing was taken in."""
    kept = Path(settings.DATA) / "uploads" / str(office.pk) / "media"
    kept.mkdir(parents=True, exist_ok=True)
    for picture in media:
        _keep(picture, kept)
    name = Path(calendar.name or "kalender").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"kalender{Path(name).suffix.lower()}"
        _write(calendar, path)
        return import_file(path, office, CalendarFile.Source.UPLOAD, at, officer=officer, name=name, media=[kept])


KEPT = timedelta(days=60)
"""So long an uploaded picture waits for the corrected calendar that comes without it. A queued post has a copy of its
own (`stored_media.py`)."""


def prune(at: datetime) -> int:
    """Forget uploaded pictures that nobody sent again for a while; how many."""
    root, gone = Path(settings.DATA) / "uploads", 0
    for path in root.glob("*/media/*"):
        try:
            if path.is_file() and at.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
                path.unlink()
                gone += 1
        except FileNotFoundError:
            continue  # replaced in this very moment
    return gone


def _keep(picture: "UploadedFile[bytes]", folder: Path) -> None:
    """Under its own name, whole or not at all; a newer one replaces an older, also at the same moment."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    draft = Path(name)
    os.close(handle)
    try:
        _write(picture, draft)
        draft.replace(folder / Path(picture.name or "media").name)
    finally:
        draft.unlink(missing_ok=True)


def _write(file: "UploadedFile[bytes]", path: Path) -> None:
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
