"""Media names: found inside the folder, whole, or told why not."""

import shutil
import unicodedata
import zlib
from pathlib import Path

import pytest

from scheduler.calendar_file.media_files import PIXELS_MAX, MediaFile, MediaFolders
from scheduler.calendar_file.problems import Code, Problem
from tests.scheduler.conftest import film, picture


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    picture(folder / "Foto Posyandu.JPG", size=(640, 480))
    picture(folder / "desember" / "satu.png")
    picture(folder / unicodedata.normalize("NFD", "café.jpg"))
    film(folder / "film.mp4")
    picture(tmp_path / "rahasia.jpg")
    return folder


def code(folder: Path, name: str) -> Code | str:
    found = MediaFolders([folder]).find(name)
    return found.code if isinstance(found, Problem) else found.mime


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("Foto Posyandu.JPG", "image/jpeg"),
        ("foto posyandu.jpg", "image/jpeg"),
        ("desember/satu.png", "image/png"),
        ("café.jpg", "image/jpeg"),
        ("film.mp4", "video/mp4"),
    ],
)
def test_found(media: Path, name: str, mime: str) -> None:
    assert code(media, name) == mime


@pytest.mark.parametrize(
    "name",
    [
        "../rahasia.jpg",
        "desember/../../rahasia.jpg",
        "/etc/passwd",
        "~/foto.jpg",
        "C:\\foto.jpg",
        "C:foto.jpg",
        "\\\\server\\foto.jpg",
        "desember\\satu.png",
        "..",
        "foto\x00.jpg",
    ],
)
def test_nothing_outside(media: Path, name: str) -> None:
    assert code(media, name) == Code.MEDIA_OUTSIDE


def test_links_are_outside_wherever_they_point(media: Path, tmp_path: Path) -> None:
    (media / "tautan.jpg").symlink_to(tmp_path / "rahasia.jpg")
    (media / "dalam").symlink_to(tmp_path)
    assert code(media, "tautan.jpg") == Code.MEDIA_OUTSIDE
    assert isinstance(MediaFolders([media]).find("dalam/rahasia.jpg"), Problem)
    linked = tmp_path / "linked"
    linked.symlink_to(media)
    assert code(linked, "film.mp4") == Code.MEDIA_MISSING


@pytest.mark.parametrize("name", ["tidak ada.jpg", "", ".", "desember", "https:/x/y.jpg"])
def test_missing(media: Path, name: str) -> None:
    assert code(media, name) == Code.MEDIA_MISSING


def test_half_copied_pictures_are_noticed(media: Path) -> None:
    for source in (media / "Foto Posyandu.JPG", media / "desember" / "satu.png"):
        whole = source.read_bytes()
        half = media / f"half{source.suffix}"
        half.write_bytes(whole[: len(whole) // 2])
        assert code(media, half.name) == Code.MEDIA_UNREADABLE


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("kosong.jpg", b"", Code.MEDIA_UNREADABLE),
        ("teks.jpg", b"bukan gambar", Code.MEDIA_UNREADABLE),
        ("teks.mp4", b"bukan video sama sekali", Code.MEDIA_UNREADABLE),
        ("iphone.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, Code.MEDIA_TYPE),
        ("iphone.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, Code.MEDIA_TYPE),
        ("brosur.pdf", b"%PDF-1.7", Code.MEDIA_TYPE),
        ("vektor.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n", Code.MEDIA_TYPE),
    ],
)
def test_what_cannot_be_used(media: Path, name: str, content: bytes, expected: Code) -> None:
    (media / name).write_bytes(content)
    assert code(media, name) == expected


def test_a_picture_that_would_unpack_to_gigabytes_is_not_unpacked(media: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    for side in (8_000, 12_000, 60_000):
        assert side * side > PIXELS_MAX
        header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
        data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
        (media / f"bom{side}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
        assert code(media, f"bom{side}.png") == Code.MEDIA_PIXELS


def test_the_nearest_folder_wins(media: Path, tmp_path: Path) -> None:
    near = tmp_path / "near"
    shutil.copytree(media, near)
    found = MediaFolders([near, media]).find("film.mp4")
    assert isinstance(found, MediaFile)
    assert found.path == near / "film.mp4"
    assert isinstance(MediaFolders([tmp_path / "not there", media]).find("film.mp4"), MediaFile)
