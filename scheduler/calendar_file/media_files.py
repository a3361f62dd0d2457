"""Media names of a calendar → files that are really there, inside the folder, and readable. Pure (Pillow).

A name is looked up in a list of the plain files below the media folders, made without following links: whatever
the calendar says, nothing outside can be found. The shapes that try (`../`, `/`, `C:\\`, links) get words of
their own. Upper and lower case and the two ways to write accents count as the same, because phones and Windows
say so, but an exact name wins.
"""

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from scheduler.calendar_file import films
from scheduler.calendar_file.problems import Code, Problem, problem

PIXELS_MAX = 50_000_000
FILES_MAX = 100_000
IMAGE_FORMATS = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
"""What is known to be a picture (MPO: a JPEG of some phones)."""
READERS = ("JPEG", "PNG", "WEBP", "GIF")
"""What Pillow may try: its other readers are never let near a stranger's file."""
VIDEO_SUFFIXES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime"}
PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ")
"""Pictures in a film's container: an iPhone's HEIC."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or film that was found and can be read; what is not known of it is 0."""

    name: str
    path: Path
    mime: str
    size: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0

    @property
    def is_video(self) -> bool:
        return self.mime.startswith("video/")


class MediaFolders:
    """The folders in which one calendar's media stand, the nearest first. Looks at each file once.

    `shown` is what the folder is called to the people who fill it.
    """

    def __init__(self, folders: Sequence[Path], shown: str = "content/media") -> None:
        self.folders = tuple(folders)
        self.shown = shown
        self._index: dict[str, Path] | None = None
        self._links: set[str] = set()
        self._seen: dict[str, MediaFile | Problem] = {}

    def find(self, name: str) -> MediaFile | Problem:
        """The file of that name, or what is wrong with it (without row and column)."""
        if name not in self._seen:
            self._seen[name] = self._find(name)
        return self._seen[name]

    def _find(self, name: str) -> MediaFile | Problem:
        if _points_outside(name):
            return problem(Code.MEDIA_OUTSIDE, value=name, folder=self.shown)
        if self._index is None:
            self._index = self._listing()
        path = self._index.get(name) or self._index.get(_folded(name))
        if path is None:
            linked = _folded(name) in self._links
            code = Code.MEDIA_OUTSIDE if linked else Code.MEDIA_MISSING
            return problem(code, value=name, folder=self.shown)
        return look(name, path)

    def _listing(self) -> dict[str, Path]:
        """Names relative to their folder, as they are and folded, → paths; the nearest folder wins."""
        exact: dict[str, Path] = {}
        folded: dict[str, Path] = {}
        for folder in self.folders:
            for name, path in sorted(self._plain_files(folder)):
                exact.setdefault(name, path)
                folded.setdefault(_folded(name), path)
        return folded | exact

    def _plain_files(self, folder: Path) -> list[tuple[str, Path]]:
        found: list[tuple[str, Path]] = []
        if folder.is_symlink():
            return found
        for base, below, names in os.walk(folder, followlinks=False):
            here = Path(base)
            for name in [*names, *below]:
                path = here / name
                relative = path.relative_to(folder).as_posix()
                if path.is_symlink():
                    self._links.add(_folded(relative))
                elif name in names and path.is_file():
                    found.append((relative, path))
            if len(found) > FILES_MAX:
                break
        return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _points_outside(name: str) -> bool:
    drive = len(name) > 1 and name[1] == ":"
    return "\x00" in name or "\\" in name or name.startswith(("/", "~/")) or drive or ".." in name.split("/")


def look(name: str, path: Path) -> MediaFile | Problem:
    """Read the file as far as it takes to know that it is a whole picture, or looks like a film."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(16)
    except OSError:
        return problem(Code.MEDIA_UNREADABLE, value=name)
    suffix = path.suffix.lower()
    if head[4:8] == b"ftyp":
        if head[8:12] in PICTURE_BRANDS:
            return problem(Code.MEDIA_TYPE, value=name, type="HEIC/AVIF")
        film = films.measure(path)
        mime = VIDEO_SUFFIXES.get(suffix, "video/mp4")
        return MediaFile(name, path, mime, size, film.width, film.height, film.seconds)
    if suffix in VIDEO_SUFFIXES:
        return problem(Code.MEDIA_UNREADABLE, value=name)
    return _look_at_picture(name, path, size)


def _look_at_picture(name: str, path: Path, size: int) -> MediaFile | Problem:
    try:
        with Image.open(path, formats=READERS) as picture:
            mime = IMAGE_FORMATS[picture.format or ""]
            width, height = picture.size
            pixels = width * height
            if pixels > PIXELS_MAX:
                return _too_many_pixels(name, pixels)
            # Decoding to the end finds what a half-copied file lacks; for JPEG an eighth of the size is enough.
            picture.draft("RGB", (picture.width // 8 or 1, picture.height // 8 or 1))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _too_many_pixels(name, 2 * (Image.MAX_IMAGE_PIXELS or PIXELS_MAX))
    except UnidentifiedImageError:
        known = path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", "")
        if known:
            return problem(Code.MEDIA_UNREADABLE, value=name)
        return problem(Code.MEDIA_TYPE, value=name, type=path.suffix.lstrip(".").upper())
    except Exception:
        # Pillow's decoders raise OSError, ValueError, SyntaxError, struct.error … on damaged files.
        return problem(Code.MEDIA_UNREADABLE, value=name)
    return MediaFile(name, path, mime, size, width, height)


def _too_many_pixels(name: str, pixels: int) -> Problem:
    return problem(Code.MEDIA_PIXELS, value=name, pixels=pixels // 10**6, limit=PIXELS_MAX // 10**6)
