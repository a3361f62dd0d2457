"""What a calendar row is made of: its columns, its values, and what it is checked against. Pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.base import Capability, Kind
from scheduler.calendar_file.media_files import MediaFile, MediaFolders


class Column(StrEnum):
    """Our name of a column; the values are the first titles of TITLES."""

    ID = "id"
    DATE = "tanggal"
    TIME = "jam"
    ACCOUNTS = "akun"
    THEME = "tema"
    TITLE = "judul"
    CAPTION = "caption"
    MEDIA = "media"
    ALT = "teks_alt"
    STATUS = "status"


TITLES: Mapping[Column, tuple[str, ...]] = {
    Column.ID: ("id", "kode", "row_id"),
    Column.DATE: ("tanggal", "date", "tgl"),
    Column.TIME: ("jam", "time", "waktu", "pukul"),
    Column.ACCOUNTS: ("akun", "account", "accounts"),
    Column.THEME: ("tema", "theme"),
    Column.TITLE: ("judul", "title"),
    Column.CAPTION: ("caption", "takarir"),
    Column.MEDIA: ("media", "gambar", "foto", "file"),
    Column.ALT: ("teks_alt", "alt_text", "teks_alternatif", "alt"),
    Column.STATUS: ("status",),
}
"""How people may title a column: Indonesian first, then English."""
ENGLISH: dict[str, str] = {column: column.value for column in Column}
ENGLISH |= {
    Column.DATE: "date",
    Column.TIME: "time",
    Column.ACCOUNTS: "account",
    Column.THEME: "theme",
    Column.TITLE: "title",
    Column.ALT: "alt_text",
}
REQUIRED = (Column.DATE, Column.TIME, Column.ACCOUNTS, Column.CAPTION, Column.MEDIA)


class Status(StrEnum):
    DRAFT = "draf"
    READY = "siap"


STATUSES = {"draf": Status.DRAFT, "draft": Status.DRAFT, "siap": Status.READY, "ready": Status.READY}

THEMES: Mapping[str, str] = {
    "informasi pelayanan": "service information",
    "kebijakan": "policy",
    "pengumuman": "announcement",
    "inovasi": "innovation",
    "kegiatan rutin": "routine activity",
    "kegiatan insidental": "incidental activity",
    "dokumentasi kegiatan": "documentation",
}
"""The seven kinds of material (SOP-1 §5B): the Indonesian name, which rows keep → the English one."""
THEME_NAMES = (
    {name: name for name in THEMES}
    | {english: name for name, english in THEMES.items()}
    | {
        "announcements": "pengumuman",
        "policies": "kebijakan",
        "innovations": "inovasi",
        "routine activities": "kegiatan rutin",
        "incidental activities": "kegiatan insidental",
        "documentation of activities": "dokumentasi kegiatan",
        "documentation of an activity": "dokumentasi kegiatan",
        "dokumentasi": "dokumentasi kegiatan",
        "inovation": "inovasi",
    }
)
CHANNELS = {
    "instagram": "instagram",
    "instagram_graph": "instagram",
    "ig": "instagram",
    "facebook": "facebook",
    "fb": "facebook",
    "x": "x",
    "twitter": "x",
    "youtube": "youtube",
    "yt": "youtube",
    "website": "website",
    "situs": "website",
    "situsweb": "website",
    "web": "website",
    "wordpress": "website",
}
"""What people call a channel → its name; a platform that is not listed goes by its own name."""


def channel_of(platform: str) -> str:
    """The channel as people see it: Instagram is one, however the desk speaks to it."""
    return CHANNELS.get(platform, platform)


def caption_column(platform: str) -> str:
    """The column whose words go out there instead of those of `caption`."""
    return f"{Column.CAPTION}_{channel_of(platform)}"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that a row may name. `capability` is None where its limits are not known; `out_of_reach`: its platform
    fetches pictures, and can't fetch them from here."""

    key: int | str
    platform: str
    handle: str
    capability: Capability | None = None
    out_of_reach: bool = False
    disconnected: bool = False
    """By a person. Kept here because its rows that are out are no problem; another account of that name goes first."""

    @property
    def name(self) -> str:
        return f"{self.platform}:{self.handle}" if self.handle else self.platform


@dataclass(frozen=True, slots=True)
class World:
    """What a calendar is checked against. `accounts` None: not known here (any name passes); `media` None: no
    folder to look into (names pass)."""

    now: datetime
    zone: ZoneInfo
    accounts: Sequence[KnownAccount] | None
    media: MediaFolders | None


@dataclass(frozen=True, slots=True)
class Row:
    """One good row. `at` is UTC; `key` is the row's identity across all files of an office.

    `captions` and `kinds` say, by account key, which words go out there and in which shape; `caption` stands for
    the row as a whole.
    """

    number: int
    key: str
    at: datetime
    accounts: tuple[KnownAccount, ...]
    theme: str
    title: str
    caption: str
    captions: Mapping[int | str, str]
    media: tuple[MediaFile, ...]
    alt_texts: tuple[str, ...]
    status: Status
    kinds: Mapping[int | str, Kind]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row with problems. `key` is empty where not even its identity can be told."""

    number: int
    key: str
    accounts: tuple[KnownAccount, ...]
