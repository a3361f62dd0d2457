"""The walk through the content folder: which calendar files are there, whose they are, and which are at rest.

A file is at rest when its size and time, and the media folder beside it, have not changed for SETTLE_SECONDS between
two looks (pictures are often copied after the calendar that names them). At the first look the system's own change
time counts (ctime: no program can set it back, so a file being copied with an old date is still young by it). What
was seen is kept in this process only: after a restart every file is looked at again, and its content's digest in the
database says that nothing is new.
"""

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from connectors.models import Account
from offices.models import Office
from scheduler.calendar_file import report_file, sheet

log = logging.getLogger(__name__)

SUFFIXES = sheet.TEXT_SUFFIXES | sheet.WORKBOOK_SUFFIXES | sheet.OTHER_SUFFIXES
AFTER_CRASH = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Signature = tuple[object, ...]


@dataclass(slots=True)
class Look:
    """What a file looked like, since when, and whether that was dealt with."""

    signature: Signature
    since: datetime
    done: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a calendar may name, and when its pictures last changed."""

    signature: Signature
    changed: datetime


_looks: dict[Path, Look] = {}
_walking = threading.Lock()


def forget() -> None:
    """As after a restart."""
    _looks.clear()


def at_rest(root: Path, at: datetime) -> Iterator[tuple[Path, Office | None]]:
    """Calendar files that are new or changed since they were last handed out, and at rest; with their office (None:
    nobody's). One walk at a time: a second one finds nothing."""
    if not _walking.acquire(blocking=False):
        return
    try:
        around: dict[int | None, Around] = {}
        for path, office in _calendars(root):
            key = office.id if office else None
            if key not in around:
                around[key] = _around(office)
            if _is_due(path, around[key], at):
                yield path, office
    finally:
        _walking.release()


def try_later(path: Path, at: datetime) -> None:
    """What was handed out could not be dealt with: again in a minute."""
    if look := _looks.get(path):
        look.done, look.since = False, at + AFTER_CRASH


def media_folders(office: Office) -> list[Path]:
    """Where an office's pictures stand: its own folder's, then the common one."""
    root, media = Path(settings.CONTENT_ROOT), settings.MEDIA_FOLDER
    return [root / office.slug / media, root / media]


def _calendars(root: Path) -> Iterator[tuple[Path, Office | None]]:
    """Calendar files with their office: a sub-folder's by its slug, the root's where there is just one office."""
    offices = {office.slug: office for office in Office.objects.all()}
    only = next(iter(offices.values())) if len(offices) == 1 else None
    folders = [(root, only)] + [
        (folder, offices.get(folder.name))
        for folder in _entries(root)
        if folder.is_dir() and not folder.is_symlink() and folder.name != settings.MEDIA_FOLDER
    ]
    for folder, office in folders:
        for path in _entries(folder):
            if is_calendar(path):
                yield path, office


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~")))
    except OSError as error:
        log.warning("The folder %s cannot be read: %s", os.fsencode(folder).decode(errors="replace"), error.strerror)
        return []


def is_calendar(path: Path) -> bool:
    """Whether somebody means this as a calendar: not hidden, not a spreadsheet program's lock, not our own report."""
    name = path.name.lower()
    ours = name.endswith(report_file.SUFFIX) or name.startswith(("readme", "baca"))
    hidden = name.startswith((".", "~"))
    return path.suffix.lower() in SUFFIXES and not (ours or hidden) and path.is_file() and not path.is_symlink()


def _is_due(path: Path, around: Around, at: datetime) -> bool:
    try:
        state = path.stat()
    except OSError:
        _looks.pop(path, None)  # gone between two looks
        return False
    signature = (state.st_size, state.st_mtime_ns, around.signature)
    look = _looks.get(path)
    if look is None:
        look = _looks[path] = Look(signature, min(at, max(_changed(state), around.changed)))
    elif look.signature != signature:
        look = _looks[path] = Look(signature, at)
    if look.done or (at - look.since).total_seconds() < settings.SETTLE_SECONDS:
        return False
    look.done = True
    return True


def _around(office: Office | None) -> Around:
    """Changes with the office's accounts and pictures (nobody's: with the offices)."""
    if office is None:
        return Around(tuple(Office.objects.values_list("slug", flat=True)), LONG_AGO)
    accounts = tuple(Account.objects.filter(office=office).in_use().values_list("id", "handle", "media_reachable"))
    count = size = newest = 0
    changed = LONG_AGO
    for path in _below(media_folders(office)):
        try:
            state = path.lstat()
        except OSError:
            continue  # gone between two looks
        count, size, newest = count + 1, size + state.st_size, max(newest, state.st_mtime_ns)
        changed = max(changed, _changed(state))
    return Around((office.id, accounts, count, size, newest), changed)


def _below(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        for base, _, names in os.walk(folder):
            yield from (Path(base, name) for name in names)


def _changed(state: os.stat_result) -> datetime:
    return datetime.fromtimestamp(max(state.st_mtime, state.st_ctime), UTC)
