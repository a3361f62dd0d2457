"""An office with a folder, pictures, and accounts; and a way to drop a calendar as its people do."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from PIL import Image

from connectors.models import Account
from offices.models import Office
from scheduler import folder, intake
from scheduler.models import CalendarFile

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HEADER = ("id", "tanggal", "jam", "akun", "tema", "caption", "media", "teks_alt", "status")


def picture(path: Path, colour: str = "teal", size: tuple[int, int] = (64, 48)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def film(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200)
    return path


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ";") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode("utf-8-sig")


def row(number: int = 1, **cells: str) -> list[str]:
    """A good row of December; `cells` say what is different."""
    good = {
        "id": f"DES-{number}",
        "tanggal": f"{number % 28 + 1:02d}/12/2026",
        "jam": "08:00",
        "akun": "instagram",
        "tema": "pengumuman",
        "caption": f"Kabar ke-{number} dari puskesmas",
        "media": f"foto {number}.jpg",
        "teks_alt": "",
        "status": "",
    }
    return [{**good, **cells}[name] for name in HEADER]


@pytest.fixture
def content(tmp_path: Path, settings: LazySettings) -> Path:
    """The content folder, with pictures `foto 1.jpg` … `foto 9.jpg` that all differ, and `film.mp4`."""
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.MEDIA_ROOT = tmp_path / "store"
    settings.SETTLE_SECONDS = 5.0
    for number in range(1, 10):
        picture(settings.CONTENT_ROOT / "media" / f"foto {number}.jpg", f"#{number}0{number}0{number}0")
    film(settings.CONTENT_ROOT / "media" / "film.mp4")
    folder.forget()
    return Path(settings.CONTENT_ROOT)


@pytest.fixture
def office(db: None) -> Office:
    return Office.objects.create(name="Puskesmas Kendalsari", slug="kendalsari")


@pytest.fixture
def account(office: Office) -> Account:
    return Account.objects.create(office=office, platform="instagram", handle="pkm.kendalsari", state="green")


Drop = Callable[..., CalendarFile]


@pytest.fixture
def drop(content: Path, office: Office, account: Account) -> Drop:
    """Write a calendar of these rows and import it."""

    def drop(*rows: Sequence[str], name: str = "2026-12.csv", at: datetime = NOW) -> CalendarFile:
        path = content / name
        path.write_bytes(as_csv(rows))
        return intake.import_file(path, office, CalendarFile.Source.FOLDER, at)

    return drop


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
