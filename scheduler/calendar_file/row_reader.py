"""One line of a calendar → a Row, or a BadRow with every problem that it has. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from connectors.base import Capability, Kind
from scheduler.calendar_file import clock, sheet
from scheduler.calendar_file.media_files import MediaFile
from scheduler.calendar_file.problems import Code, Problem, problem
from scheduler.calendar_file.rows import (
    PLATFORM_ALIASES,
    STATUSES,
    THEME_NAMES,
    THEMES,
    BadRow,
    Column,
    KnownAccount,
    Row,
    Status,
    World,
)

ID_MAX = 100
YEARS_AHEAD = 2
CELL_MAX = 32_767
"""Characters in a cell: Excel's own limit."""
MEDIA_NAMES_MAX = 30
HASHTAG = re.compile(r"(?<!\w)#\w+")
MENTION = re.compile(r"(?<![\w.])@\w[\w.]*")
_REFUSED = object()
_CONTROLS = {code: None for code in (*range(32), 0x7F, *range(0xD800, 0xE000)) if code not in (9, 10)}


class RowReader:
    """Reads one line, cell by cell, and gathers every problem that it has, not only the first."""

    def __init__(
        self,
        number: int,
        cells: Sequence[object],
        columns: Mapping[Column, int],
        titles: Mapping[Column, str],
        width: int,
        world: World,
    ) -> None:
        self.number = number
        self.cells = cells
        self.columns = columns
        self.titles = titles
        self.width = width
        self.world = world
        self.problems: list[Problem] = []

    def wrong(self, code: Code, column: Column | None = None, *, value: str = "", **more: str | int) -> None:
        title = self.titles.get(column, column.value) if column else ""
        self.problems.append(problem(code, row=self.number, column=title, value=value, **more))

    def read(self) -> Row | BadRow:
        extra = [text for cell in self.cells[self.width :] if (text := _text(cell).strip())]
        if extra:
            self.wrong(Code.EXTRA_CELLS, value=" | ".join(extra))
        on, at = self.day(), self.clock()
        moment = self.moment(on, at)
        key = self.key(moment)
        accounts = self.accounts()
        caption = self.caption(accounts)
        media, kind = self.media(accounts)
        alt_texts = self.alt_texts(len(media), accounts)
        theme, status = self.theme(), self.status()
        if self.problems or moment is None or kind is None:
            return BadRow(self.number, key, accounts)
        return Row(self.number, key, moment, accounts, theme, caption, media, alt_texts, status, kind)

    def cell(self, column: Column) -> object:
        """The cell, None where it is empty or refused (with its problem)."""
        place = self.columns.get(column)
        value = self.cells[place] if place is not None and place < len(self.cells) else None
        if isinstance(value, sheet.Formula):
            self.wrong(Code.FORMULA, column, value=value.text)
        elif isinstance(value, sheet.CellError):
            self.wrong(Code.CELL_ERROR, column, value=value.text)
        elif isinstance(value, str) and len(value) > CELL_MAX:
            self.wrong(Code.LONG_CELL, column, length=len(value), limit=CELL_MAX)
        else:
            return None if isinstance(value, str) and not value.strip() else value
        return _REFUSED

    def text(self, column: Column) -> str:
        value = self.cell(column)
        return "" if value is None or value is _REFUSED else _text(value)

    def day(self) -> date | None:
        value = self.needed(Column.DATE)
        if value is None:
            return None
        shown = _text(value)
        try:
            on = clock.read_date(value)
        except clock.ShortYear:
            self.wrong(Code.SHORT_YEAR, Column.DATE, value=shown)
            return None
        except ValueError:
            self.wrong(Code.BAD_DATE, Column.DATE, value=shown)
            return None
        if on.year < 2000:
            self.wrong(Code.BAD_DATE, Column.DATE, value=shown)
            return None
        if on > self.world.now.date() + timedelta(days=366 * YEARS_AHEAD):
            self.wrong(Code.FAR_DATE, Column.DATE, value=shown, years=YEARS_AHEAD)
            return None
        return on

    def clock(self) -> time | None:
        value = self.needed(Column.TIME)
        if value is None:
            return None
        try:
            return clock.read_time(value, self.world.zone)
        except clock.OtherZone:
            zone = clock.zone_name(self.world.zone)
            self.wrong(Code.OTHER_ZONE, Column.TIME, value=_text(value), zone=zone)
        except ValueError:
            self.wrong(Code.BAD_TIME, Column.TIME, value=_text(value))
        return None

    def needed(self, column: Column) -> object:
        """A cell that must be filled in; None where it is not, with its problem."""
        value = self.cell(column)
        if value is None:
            self.wrong(Code.MISSING_VALUE, column)
        return None if value is _REFUSED else value

    def moment(self, on: date | None, at: time | None) -> datetime | None:
        return None if on is None or at is None else clock.moment(on, at, self.world.zone)

    def key(self, moment: datetime | None) -> str:
        """`id:<id>`, else `at:<instant, UTC>`; empty where neither can be read."""
        value = self.cell(Column.ID)
        if value is _REFUSED:
            return ""
        name = "" if value is None else " ".join(_clean(_text(value)).split())
        if len(name) > ID_MAX:
            self.wrong(Code.BAD_ID, Column.ID, value=name, length=len(name), limit=ID_MAX)
            return ""
        if name:
            return f"id:{name}"
        return f"at:{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""

    def accounts(self) -> tuple[KnownAccount, ...]:
        value = self.needed(Column.ACCOUNTS)
        if value is None:
            return ()
        names = [name.strip() for name in re.split(r"[,;+\n|]", _text(value)) if name.strip()]
        if not names:
            self.wrong(Code.MISSING_VALUE, Column.ACCOUNTS)
        found: dict[int | str, KnownAccount] = {}
        for name in names:
            for account in self.account(name):
                found[account.key] = account
        return tuple(found.values())

    def account(self, name: str) -> Sequence[KnownAccount]:
        """The one account of that name; none, with a problem, where it is unknown or may be several."""
        known = self.world.accounts
        if known is None:
            return [KnownAccount(name.casefold().removeprefix("@"), name.casefold(), "")]
        if not known:
            self.wrong(Code.NO_ACCOUNTS_YET, Column.ACCOUNTS, value=name)
            return []
        matches = matching_accounts(name, known)
        names = ", ".join(account.name for account in (matches or known)[:6])
        if not matches:
            self.wrong(Code.UNKNOWN_ACCOUNT, Column.ACCOUNTS, value=name, known=names)
        elif len(matches) > 1:
            self.wrong(Code.AMBIGUOUS_ACCOUNT, Column.ACCOUNTS, value=name, known=names, example=matches[0].name)
        return matches if len(matches) == 1 else []

    def theme(self) -> str:
        value = self.text(Column.THEME)
        if not value:
            return ""
        theme = THEME_NAMES.get(" ".join(value.casefold().replace("_", " ").split()))
        if theme is None:
            english = ", ".join(THEMES.values())
            self.wrong(Code.UNKNOWN_THEME, Column.THEME, value=value, known=", ".join(THEMES), known_en=english)
        return theme or ""

    def status(self) -> Status:
        value = self.text(Column.STATUS)
        status = STATUSES.get(value.strip().casefold()) if value else Status.READY
        if status is None:
            self.wrong(Code.UNKNOWN_STATUS, Column.STATUS, value=value)
        return status or Status.DRAFT

    def caption(self, accounts: Sequence[KnownAccount]) -> str:
        value = self.needed(Column.CAPTION)
        caption = "" if value is None else _clean(_text(value))
        for account, can in _limits(accounts):
            self.check_caption(caption, account.name, can)
        return caption

    def check_caption(self, caption: str, name: str, can: Capability) -> None:
        where = Column.CAPTION
        if (over := len(caption) - can.caption_max) > 0:
            self.wrong(Code.CAPTION_LONG, where, account=name, length=len(caption), limit=can.caption_max, over=over)
        if (count := len(HASHTAG.findall(caption))) > can.hashtags_max:
            self.wrong(Code.HASHTAGS, where, account=name, count=count, limit=can.hashtags_max)
        if (count := len(MENTION.findall(caption))) > can.mentions_max:
            self.wrong(Code.MENTIONS, where, account=name, count=count, limit=can.mentions_max)

    def media(self, accounts: Sequence[KnownAccount]) -> tuple[tuple[MediaFile, ...], Kind | None]:
        value = self.needed(Column.MEDIA)
        names = [] if value is None else [name.strip() for name in re.split(r"[,;\n|]", _text(value)) if name.strip()]
        if value is not None and not names:
            self.wrong(Code.MISSING_VALUE, Column.MEDIA)
        files: list[MediaFile] = []
        for name in names[:MEDIA_NAMES_MAX]:
            found = self.file(name)
            if isinstance(found, Problem):
                title = self.titles.get(Column.MEDIA, Column.MEDIA.value)
                self.problems.append(replace(found, row=self.number, column=title))
            else:
                files.append(found)
        if not names or len(files) < len(names[:MEDIA_NAMES_MAX]):
            return tuple(files), None
        return tuple(files), self.kind(files, len(names), accounts)

    def file(self, name: str) -> MediaFile | Problem:
        if self.world.media is None:
            return MediaFile(name, Path(name), "video/mp4" if name.lower().endswith((".mp4", ".mov")) else "", 0)
        return self.world.media.find(name)

    def kind(self, files: Sequence[MediaFile], count: int, accounts: Sequence[KnownAccount]) -> Kind | None:
        """One picture, several, or one film; None, with a problem, for anything else."""
        films = sum(file.is_video for file in files)
        before = len(self.problems)
        if films and films < len(files):
            self.wrong(Code.MEDIA_MIXED, Column.MEDIA, limit=_most(accounts))
            return None
        kind = Kind.REEL if films else Kind.CAROUSEL if count > 1 else Kind.PHOTO
        for account, can in _limits(accounts):
            self.check_count(account, can, kind, count)
            for file in files:
                self.check_file(can, file)
        return kind if len(self.problems) == before else None

    def check_count(self, account: KnownAccount, can: Capability, kind: Kind, count: int) -> None:
        fits = count == 1 if kind != Kind.CAROUSEL else can.carousel_min <= count <= can.carousel_max
        if kind not in can.kinds:
            self.wrong(Code.MEDIA_KIND, Column.MEDIA, account=account.name, kind=kind.value)
        elif not fits:
            least, most = can.carousel_min, can.carousel_max
            self.wrong(Code.MEDIA_COUNT, Column.MEDIA, account=account.name, count=count, least=least, most=most)

    def check_file(self, can: Capability, file: MediaFile) -> None:
        types = can.video_types if file.is_video else can.image_types
        limit = can.video_bytes_max if file.is_video else can.image_bytes_max
        if file.mime and file.mime not in types:
            self.wrong(Code.MEDIA_TYPE, Column.MEDIA, value=file.name, type=file.mime.partition("/")[2].upper())
        if file.size > limit:
            size = f"{file.size / 1024**2:.1f}"
            self.wrong(Code.MEDIA_BIG, Column.MEDIA, value=file.name, size=size, limit=limit // 1024**2)

    def alt_texts(self, media: int, accounts: Sequence[KnownAccount]) -> tuple[str, ...]:
        value = self.text(Column.ALT)
        texts = [" ".join(_clean(text).split()) for text in value.split("|")] if value else []
        if media and len(texts) > media:
            self.wrong(Code.ALT_COUNT, Column.ALT, count=len(texts), media=media)
        limit = min((can.alt_text_max for _, can in _limits(accounts)), default=None)
        longest = max((len(text) for text in texts), default=0)
        if limit is not None and longest > limit:
            self.wrong(Code.ALT_LONG, Column.ALT, length=longest, limit=limit)
        return tuple(texts)


def _clean(text: str) -> str:
    """As typed, in NFC, with plain newlines; what cannot be seen or stored (controls) is left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain.translate(_CONTROLS))


def _text(cell: object) -> str:
    """A cell as people see it: 12.0 is 12."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _limits(accounts: Sequence[KnownAccount]) -> Iterator[tuple[KnownAccount, Capability]]:
    for account in accounts:
        if account.capability is not None:
            yield account, account.capability


def _most(accounts: Sequence[KnownAccount]) -> int:
    return min((can.carousel_max for _, can in _limits(accounts)), default=10)


def matching_accounts(name: str, known: Sequence[KnownAccount]) -> list[KnownAccount]:
    """Accounts that a name may mean: a platform, a user name with or without @, or `platform:user name`."""
    wanted = re.sub(r"\s+", "", name.casefold())
    platform, colon, handle = wanted.partition(":")
    if colon:
        return [one for one in known if one.platform == _platform(platform) and _same_handle(one, handle)]
    exact = [one for one in known if _same_handle(one, wanted)]
    return exact or [one for one in known if one.platform == _platform(wanted)]


def _platform(name: str) -> str:
    return PLATFORM_ALIASES.get(name, name)


def _same_handle(account: KnownAccount, handle: str) -> bool:
    return account.handle.casefold().removeprefix("@") == handle.removeprefix("@")
