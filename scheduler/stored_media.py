"""Pictures and films of queued posts, kept under their content's digest: what changes in the folder later does not
touch a post that is queued."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from scheduler.calendar_file.media_files import MediaFile

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """`path` is below MEDIA_ROOT; the file is there once `keep` was called."""

    file: MediaFile
    sha256: str
    path: str


class MediaStore:
    """The store of one office, for the length of one import: each file is read once for its digest."""

    def __init__(self, root: Path, office_id: int) -> None:
        self.root = root
        self.folder = f"posts/{office_id}"
        self._known: dict[Path, Stored] = {}
        self._kept: set[str] = set()

    def look(self, file: MediaFile) -> Stored:
        """Its digest and its place, without copying. OSError where it cannot be read (any more)."""
        if file.path not in self._known:
            with _open_plain(file.path) as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            place = f"{self.folder}/{digest}{SUFFIXES.get(file.mime, '')}"
            self._known[file.path] = Stored(file, digest, place)
        return self._known[file.path]

    def keep(self, stored: Stored) -> None:
        """Copy it into the store unless it is there. OSError where it cannot be, or changed since we looked."""
        target = self.root / stored.path
        if stored.path in self._kept or (target.exists() and target.stat().st_size == stored.file.size):
            self._kept.add(stored.path)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        copy = Path(name)
        try:
            with os.fdopen(handle, "wb") as out, _open_plain(stored.file.path) as source:
                shutil.copyfileobj(source, out, 1024 * 1024)
                out.flush()
                os.fsync(out.fileno())
            with copy.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != stored.sha256:
                    raise OSError(f"{stored.file.name} changed while it was read")
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)
        self._kept.add(stored.path)


def _open_plain(path: Path) -> BufferedReader:
    """A file that is no link: it may have been put in place of the one that was checked."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
