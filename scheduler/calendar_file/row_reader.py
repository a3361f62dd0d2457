"""One line of a calendar → a Row, or a BadRow with every problem that it has. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from connectors.base import Capability, Kind
from scheduler.calendar_file import clock, sheet
from scheduler.calendar_file.captions import clean, excess
from scheduler.calendar_file.media_files import MediaFile
from scheduler.calendar_file.problems import Code, Problem, problem
from scheduler.calendar_file.rows import (
    STATUSES,
    THEME_NAMES,
    THEMES,
    BadRow,
    Column,
    KnownAccount,
    Row,
    Status,
    World,
    caption_column,
    channel_of,
)

ID_MAX = 100
YEARS_AHEAD = 2
CELL_MAX = 32_767
"""Characters in a cell: Excel's own limit."""
MEDIA_NAMES_MAX = 30
_REFUSED = object()


class RowReader:
    """Reads one line, cell by cell, and gathers every problem that it has, not only the first."""

    def __init__(
        self,
        number: int,
        cells: Sequence[object],
        columns: Mapping[str, int],
        titles: Mapping[str, str],
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

    def title_of(self, column: str) -> str:
        """A column's title as the file writes it."""
        return self.titles.get(column, str(column))

    def wrong(self, code: Code, column: str = "", *, value: str = "", **more: str | int) -> None:
        title = self.title_of(column) if column else ""
        self.problems.append(problem(code, row=self.number, column=title, value=value, **more))

    def read(self) -> Row | BadRow:
        extra = [text for cell in self.cells[self.width :] if (text := _text(cell).strip())]
        if extra:
            self.wrong(Code.EXTRA_CELLS, value=" | ".join(extra))
        on, at = self.day(), self.clock()
        moment = self.moment(on, at)
        key = self.key(moment)
        accounts = self.accounts()
        title = self.title(accounts)
        caption, captions = self.words(accounts)
        media, kinds = self.media(accounts)
        alt_texts = self.alt_texts(len(media), accounts)
        theme, status = self.theme(), self.status()
        if self.problems or moment is None:
            return BadRow(self.number, key, accounts)
        return Row(self.number, key, moment, accounts, theme, title, caption, captions, media, alt_texts, status, kinds)

    def cell(self, column: str) -> object:
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

    def text(self, column: str) -> str:
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
        name = "" if value is None else " ".join(clean(_text(value)).split())
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

    def words(self, accounts: Sequence[KnownAccount]) -> tuple[str, dict[int | str, str]]:
        """The caption, and what goes out on each account: the channel's own column where it is filled in."""
        general = self.caption(Column.CAPTION)
        columns = dict.fromkeys(caption_column(account.platform) for account in accounts)
        own = {column: self.caption(column) for column in columns}
        captions: dict[int | str, str] = {}
        for account in accounts:
            column = caption_column(account.platform)
            captions[account.key] = caption = own[column] or general
            if caption and account.capability is not None:
                where = column if own[column] else Column.CAPTION
                column = self.title_of(where)
                self.problems += excess(caption, account.name, account.capability, self.number, column)
        refused = any(one.column == self.title_of(where) for one in self.problems for where in (Column.CAPTION, *own))
        if not refused and not (all(captions.values()) if accounts else general):
            self.wrong(Code.MISSING_VALUE, Column.CAPTION)
        return general or next(iter(captions.values()), ""), captions

    def caption(self, column: str) -> str:
        return clean(self.text(column))

    def title(self, accounts: Sequence[KnownAccount]) -> str:
        """For channels that have titles; where it is empty they take the caption's first line."""
        title = " ".join(clean(self.text(Column.TITLE)).split())
        for account, can in _limits(accounts):
            if can.title_max and len(title) > can.title_max:
                self.wrong(Code.TITLE_LONG, Column.TITLE, account=account.name, length=len(title), limit=can.title_max)
        return title

    def media(self, accounts: Sequence[KnownAccount]) -> tuple[tuple[MediaFile, ...], dict[int | str, Kind]]:
        """The files, and which shape of post they make on each account."""
        value = self.cell(Column.MEDIA)
        if value is _REFUSED:
            return (), {}
        names = [name.strip() for name in re.split(r"[,;\n|]", _text(value)) if name.strip()]
        files: list[MediaFile] = []
        for name in names[:MEDIA_NAMES_MAX]:
            found = self.file(name)
            if isinstance(found, Problem):
                self.problems.append(replace(found, row=self.number, column=self.title_of(Column.MEDIA)))
            else:
                files.append(found)
        if len(files) < len(names[:MEDIA_NAMES_MAX]):
            return tuple(files), {}
        return tuple(files), self.kinds(files, len(names), accounts)

    def file(self, name: str) -> MediaFile | Problem:
        if self.world.media is None:
            return MediaFile(name, Path(name), "video/mp4" if name.lower().endswith((".mp4", ".mov")) else "", 0)
        return self.world.media.find(name)

    def kinds(self, files: Sequence[MediaFile], count: int, accounts: Sequence[KnownAccount]) -> dict[int | str, Kind]:
        """By account: text alone, one picture, several, or one film (and its cover)."""
        films = sum(file.is_video for file in files)
        pictures = count - films
        if films > 1 or (films and pictures > 1):
            self.wrong(Code.MEDIA_MIXED, Column.MEDIA, limit=_most(accounts))
            return {}
        if not count and not any(Kind.TEXT in can.kinds for _, can in _limits(accounts)):
            self.wrong(Code.MISSING_VALUE, Column.MEDIA)
            return {}
        kinds: dict[int | str, Kind] = {}
        for account in accounts:
            if account.disconnected:
                self.wrong(Code.DISCONNECTED, Column.ACCOUNTS, account=account.name)
            if account.out_of_reach and files:
                self.wrong(Code.OUT_OF_REACH, Column.ACCOUNTS, account=account.name)
            can = account.capability
            kind = _usual(pictures, films) if can is None else can.kind_for(pictures, films)
            if kind is None:
                self.no_kind(account, pictures, films)
            else:
                kinds[account.key] = kind
                for file in files:
                    self.check_file(account, file)
        return kinds

    def no_kind(self, account: KnownAccount, pictures: int, films: int) -> None:
        """Why this account has no shape for so many pictures and films."""
        can = account.capability
        kind = _usual(pictures, films)
        if kind == Kind.TEXT:
            self.wrong(Code.MEDIA_NEEDED, Column.MEDIA, account=account.name)
        elif can is None or films or kind not in can.kinds:
            self.wrong(Code.MEDIA_KIND, Column.MEDIA, account=account.name, kind=kind.value)
        else:
            least, most = can.carousel_min, can.carousel_max
            self.wrong(Code.MEDIA_COUNT, Column.MEDIA, account=account.name, count=pictures, least=least, most=most)

    def check_file(self, account: KnownAccount, file: MediaFile) -> None:
        can = account.capability
        if can is None:
            return
        name = account.name
        types = can.video_types if file.is_video else can.image_types
        limit = can.video_bytes_max if file.is_video else can.image_bytes_max
        if file.mime and file.mime not in types:
            type_ = file.mime.partition("/")[2].upper()
            self.wrong(Code.MEDIA_FOREIGN, Column.MEDIA, value=file.name, account=name, type=type_)
        if file.size > limit:
            size, most = f"{file.size / 1024**2:.1f}", f"{limit / 1024**2:.3g}"
            self.wrong(Code.MEDIA_BIG, Column.MEDIA, value=file.name, account=name, size=size, limit=most)
        ratio = can.video_ratio if file.is_video else can.image_ratio
        if ratio and file.width and file.height and not ratio[0] <= file.width / file.height <= ratio[1]:
            shape, least, most = f"{file.width}x{file.height}", f"{ratio[0]:.2f}", f"{ratio[1]:.2f}"
            self.wrong(
                Code.MEDIA_RATIO, Column.MEDIA, value=file.name, account=name, shape=shape, least=least, most=most
            )
        if (length := can.video_seconds) and file.seconds and not length[0] <= file.seconds <= length[1]:
            seconds, least, most = (f"{number:.3g}" for number in (file.seconds, *length))
            self.wrong(
                Code.MEDIA_LENGTH, Column.MEDIA, value=file.name, account=name, seconds=seconds, least=least, most=most
            )

    def alt_texts(self, media: int, accounts: Sequence[KnownAccount]) -> tuple[str, ...]:
        value = self.text(Column.ALT)
        texts = [" ".join(clean(text).split()) for text in value.split("|")] if value else []
        if media and len(texts) > media:
            self.wrong(Code.ALT_COUNT, Column.ALT, count=len(texts), media=media)
        longest = max((len(text) for text in texts), default=0)
        for account, can in _limits(accounts):
            if longest > (limit := can.alt_text_max):
                self.wrong(Code.ALT_LONG, Column.ALT, account=account.name, length=longest, limit=limit)
        return tuple(texts)


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


def _usual(pictures: int, films: int) -> Kind:
    """The shape that people mean, whoever takes it."""
    return Kind.REEL if films else Kind.CAROUSEL if pictures > 1 else Kind.PHOTO if pictures else Kind.TEXT


def matching_accounts(name: str, known: Sequence[KnownAccount]) -> list[KnownAccount]:
    """Accounts that a name may mean: those that are connected, else those that were."""
    found = _named(name, known)
    return [one for one in found if not one.disconnected] or found


def _named(name: str, known: Sequence[KnownAccount]) -> list[KnownAccount]:
    """By a platform, a user name with or without @, or `platform:user name`."""
    wanted = re.sub(r"\s+", "", name.casefold())
    exact = [one for one in known if _same_handle(one, wanted)]
    platform, colon, handle = wanted.partition(":")
    if exact or not colon:
        return exact or _on(platform, known)
    return [one for one in _on(platform, known) if _same_handle(one, handle)]


def _on(platform: str, known: Sequence[KnownAccount]) -> list[KnownAccount]:
    """Accounts of a platform, else of the channel that it stands for."""
    exact = [one for one in known if one.platform == platform and platform != channel_of(platform)]
    return exact or [one for one in known if channel_of(one.platform) == channel_of(platform)]


def _same_handle(account: KnownAccount, handle: str) -> bool:
    return account.handle.casefold().removeprefix("@") == handle.removeprefix("@")
