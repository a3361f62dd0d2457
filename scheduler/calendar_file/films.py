"""How long and how large a film is, from the boxes of its container (ISO 14496-12, as MP4 and MOV have them). Pure.

Nothing is decoded: `moov/mvhd` says the length, the first track's `tkhd` with a size says width and height.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from struct import error as Malformed  # noqa: N812  its own name says nothing
from struct import unpack_from

BOXES_MAX = 10_000
MOOV_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Film:
    """What is not known is 0."""

    seconds: float = 0.0
    width: int = 0
    height: int = 0


def measure(path: Path) -> Film:
    """Total: a file that tells nothing of itself is a Film of zeros."""
    with suppress(OSError, Malformed, IndexError):
        return _read(_moov(path))
    return Film()


def _moov(path: Path) -> bytes:
    """The box that describes the film; empty where there is none."""
    end = path.stat().st_size
    with path.open("rb") as stream:
        place = 0
        for _ in range(BOXES_MAX):
            stream.seek(place)
            head = stream.read(16)
            size, name = unpack_from(">I4s", head)
            inside = 8
            if size == 1:
                size, inside = unpack_from(">Q", head, 8)[0], 16
            if name == b"moov":
                stream.seek(place + inside)
                return stream.read(min(size - inside if size else end, MOOV_BYTES_MAX))
            if size < inside or place + size >= end:
                break
            place += size
    return b""


def _read(moov: bytes) -> Film:
    seconds, width, height = 0.0, 0, 0
    for name, start, end in _boxes(moov, 0, len(moov)):
        if name == b"mvhd":
            seconds = _seconds(moov, start)
        elif name == b"trak" and not width:
            heads = [place for inner, place, _ in _boxes(moov, start, end) if inner == b"tkhd"]
            width, height = _size(moov, heads[0]) if heads else (0, 0)
    return Film(seconds, width, height)


def _boxes(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes in a stretch: name, where the content begins, where it ends."""
    while place + 8 <= end:
        size, name = unpack_from(">I4s", data, place)
        if size < 8:
            return
        yield name, place + 8, min(place + size, end)
        place += size


def _seconds(data: bytes, place: int) -> float:
    """`mvhd`: version, times, units a second, length. All bits set means that the length is not known."""
    long = data[place] == 1
    scale, length = unpack_from(">IQ" if long else ">II", data, place + (20 if long else 12))
    unknown = length in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
    return 0.0 if unknown or not scale else length / scale


def _size(data: bytes, place: int) -> tuple[int, int]:
    """`tkhd`: width and height are its last two numbers, of 16 bits before and 16 after the point. A film that is to
    be turned by a quarter (how phones write upright ones) has them the other way round."""
    at = place + (88 if data[place] == 1 else 76)
    a, b = unpack_from(">ii", data, at - 36)
    width, height = (number >> 16 for number in unpack_from(">II", data, at))
    return (height, width) if a == 0 and b != 0 else (width, height)
