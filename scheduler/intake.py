"""Calendar files become posts: the one verb for folder and upload page, and the walk through the folder.

A good row is queued, a bad one reported, none is lost: rows are written in chunks of one transaction, and where a
chunk fails, its rows one by one, so that one row's failure stops no other and no row is ever half written.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from connectors import outgoing
from connectors.base import POST_KINDS
from connectors.models import Account, Outgoing
from offices.models import Event, Notice, Office, Officer
from scheduler import calendar_file, folder, plan
from scheduler.calendar_file import report_file, sheet
from scheduler.calendar_file.media_files import MediaFolders
from scheduler.calendar_file.problems import WAITING, Code, Problem, problem
from scheduler.calendar_file.rows import Column, KnownAccount, Row, World
from scheduler.models import CalendarFile, Delivery, Post
from scheduler.plan import Wish
from scheduler.standing import Gone, Known, Standing, gone_from, known_deliveries, standing
from scheduler.stored_media import MediaStore
from scheduler.writing import Writer

log = logging.getLogger(__name__)

CHUNK = 500
"""Rows in one transaction: it holds SQLite's one write lock, and a due post waits for it."""


def world_of(office: Office, at: datetime, media: Sequence[Path] = ()) -> World:
    """What the office's calendars are checked against; `media`: folders to look into before the office's own."""
    accounts = [
        KnownAccount(
            account.id,
            account.platform,
            account.handle,
            account.capability,
            out_of_reach=account.media_reachable is False,
            disconnected=account.state == Account.State.OFF,
        )
        for account in Account.objects.filter(office=office)
        if account.capability.kinds & POST_KINDS
    ]
    folders = MediaFolders([*media, *folder.media_folders(office)], shown=f"content/{settings.MEDIA_FOLDER}")
    return World(at, office.zone, accounts, folders)


def check_file(
    path: Path, office: Office, at: datetime, *, name: str = "", media: Sequence[Path] = ()
) -> tuple[calendar_file.Reading, Known, int]:
    """Read a file against what the office has: the reading, the known deliveries of its rows, and how many of its
    bad rows no longer matter because they are out. Writes nothing."""
    reading = calendar_file.read(path, world_of(office, at, media), name)
    known = known_deliveries(office, [*reading.rows, *reading.bad])
    reading, settled = plan.forgive_sent(reading, known)
    return reading.reject_past(plan.may_be_past(known), at), known, settled


def import_file(
    path: Path,
    office: Office,
    source: str,
    at: datetime,
    *,
    officer: Officer | None = None,
    name: str = "",
    media: Sequence[Path] = (),
    again: CalendarFile | None = None,
) -> CalendarFile:
    """Read a file and do what it says. What it did, and every problem, is in the CalendarFile that comes back.

    `name`: what its people call it (an upload has a temporary one). `again`: the last reading of the very same
    content, which comes back untouched where nothing came of reading it once more.
    """
    name = name or calendar_file.called(path)
    digest = sha256_of(path)
    reading, known, settled = check_file(path, office, at, name=name, media=media)
    record = CalendarFile.objects.create(office=office, name=name, source=source, officer=officer, read_at=at)
    record.rows = len(reading.rows) + len(reading.bad)
    record.unchanged = settled
    gone = gone_from(office, name, reading)
    _withdraw_gone(record, gone, at, officer)
    wishes = Wishes(office, reading, known, at)
    problems = [*reading.problems, *_write(record, wishes, at, officer), *wishes.failed]
    record.problems = [one.as_json() for one in sorted(problems, key=lambda one: one.row)]
    if again is not None and not _did_something(record) and record.problems == again.problems:
        record.delete()
        return again
    # Only now: a reading that was cut short must not count as done.
    record.sha256 = digest
    record.save()
    _tell(record, at, officer)
    return record


def sha256_of(path: Path) -> str:
    """Digest of as much of a file as is ever read; empty where it cannot be."""
    try:
        with path.open("rb") as stream:
            return hashlib.sha256(stream.read(sheet.FILE_BYTES_MAX + 1)).hexdigest()
    except OSError:
        return ""


def _did_something(record: CalendarFile) -> bool:
    return bool(record.created or record.updated or record.withdrawn or record.held or record.asks)


class Wishes:
    """For each good row what is to become of it on each account, some rows at a time: ten thousand rows are never all
    held at once. `failed`: rows whose media vanished meanwhile, or whose id is another post's."""

    def __init__(self, office: Office, reading: calendar_file.Reading, known: Known, at: datetime) -> None:
        self.office, self.reading, self.known, self.at = office, reading, known, at
        self.accounts = {account.id: account for account in Account.objects.filter(office=office)}
        self.twins = plan.Twins(self.accounts.values(), reading.rows, {row.key for row in reading.rows})
        self.store = MediaStore(Path(settings.MEDIA_ROOT), office.id)
        self.failed: list[Problem] = []

    def chunks(self) -> Iterator[list[list[Wish]]]:
        rows = self.reading.rows
        for start in range(0, len(rows), CHUNK):
            yield [wishes for row in rows[start : start + CHUNK] if (wishes := self.of(row))]

    def again(self, chunk: Sequence[list[Wish]]) -> list[list[Wish]]:
        """These rows planned anew."""
        rows = [mine[0].row for mine in chunk]
        self.known |= known_deliveries(self.office, rows)
        return [wishes for row in rows if (wishes := self.of(row))]

    def of(self, row: Row) -> list[Wish]:
        """None where its media cannot be kept, or where one is refused: a row is taken in as a whole."""
        try:
            media = [self.store.look(file) for file in row.media]
            mine = [
                plan.wish(row, self.accounts[int(one.key)], media, self.known, self.twins, self.reading.file, self.at)
                for one in row.accounts
            ]
            if refused := next((one for one in mine if one.does == plan.Does.REFUSE), None):
                self.failed.append(self.taken(refused))
                return []
            if any(one.state for one in mine):
                for stored in media:
                    self.store.keep(stored)
        except OSError as error:
            self.failed.append(_not_stored(self.reading.file, row, error))
            return []
        return mine

    def taken(self, one: Wish) -> Problem:
        stands, column = one.stands, self.reading.titles.get(Column.ID, Column.ID.value)
        file, row = (stands.file or "–", stands.row or "–") if stands else ("–", "–")
        value = one.row.key.partition(":")[2]
        named = problem(Code.ID_TAKEN, row=one.row.number, column=column, value=value, other=file, there=row)
        return replace(named, file=self.reading.file)


def _not_stored(name: str, row: Row, error: Exception) -> Problem:
    log.warning("%s, row %d could not be stored: %r", name, row.number, error)
    reason = getattr(error, "strerror", None) or type(error).__name__
    return Problem(Code.NOT_STORED, file=name, row=row.number, more={"reason": reason})


def _write(record: CalendarFile, wishes: Wishes, at: datetime, officer: Officer | None) -> list[Problem]:
    """Chunk by chunk; a chunk that fails is undone and tried again row by row, by what stands there now: another
    reading of the same rows (a button tapped twice, an upload beside the folder) may have been quicker."""
    writer = Writer(record, at, officer)
    problems: list[Problem] = []
    for chunk in wishes.chunks():
        try:
            with transaction.atomic():
                tally = writer.write(chunk)
            tally.add_to(record)
            problems += tally.problems
        except Exception:
            log.warning("%s: a chunk failed, trying its rows one by one", record.name, exc_info=True)
            problems += _write_singly(record, writer, wishes.again(chunk))
    return problems


def _write_singly(record: CalendarFile, writer: Writer, chunk: Sequence[list[Wish]]) -> list[Problem]:
    problems: list[Problem] = []
    for one in chunk:
        try:
            with transaction.atomic():
                tally = writer.write([one])
            tally.add_to(record)
            problems += tally.problems
        except Exception as error:
            problems.append(_not_stored(record.name, one[0].row, error))
    return problems


# --- the folder


def scan(root: Path, at: datetime) -> list[CalendarFile]:
    """Take in every calendar file of the folder that is new or changed and at rest; whatever one of them does, the
    others go on. Returns the readings that were made."""
    readings: list[CalendarFile] = []
    for path, office in folder.at_rest(root, at):
        try:
            reading = _read(path, office, at) if office is not None else _refuse(path)
        except Exception:
            log.exception("%s could not be taken in; it is tried again in a minute", calendar_file.called(path))
            folder.try_later(path, at)
        else:
            readings += [reading] if reading is not None else []
    return readings


def _read(path: Path, office: Office, at: datetime) -> CalendarFile | None:
    """Take the file in, unless this very content was read and nothing it waited for has come since."""
    last = CalendarFile.objects.filter(office=office, name=calendar_file.called(path)).order_by("-id").first()
    same = last is not None and last.sha256 != "" and last.sha256 == sha256_of(path)
    if last is not None and same and not any(one.get("code") in WAITING for one in last.problems):
        return None
    reading = import_file(path, office, CalendarFile.Source.FOLDER, at, again=last if same else None)
    _report(path, reading, at)
    if any(one.get("code") == Code.NOT_STORED for one in reading.problems):
        folder.try_later(path, at)  # a full disk, a lock: it passes without anything in the folder changing
    return reading if reading != last else None


def _report(path: Path, reading: CalendarFile, at: datetime) -> None:
    try:
        report_file.write(path, [Problem.from_json(one) for one in reading.problems])
    except OSError as error:
        # The problems stand in the console all the same.
        reason = error.strerror or type(error).__name__
        log.warning("%s: the problems could not be written beside it: %s", reading.name, reason)
        Event.write(reading.office_id, "calendar.report_unwritable", reading, at=at, file=reading.name, reason=reason)


def _refuse(path: Path) -> CalendarFile | None:
    """No office owns this file: said beside it and in the log, once for each content."""
    known = ", ".join(Office.objects.values_list("slug", flat=True)) or "–"
    name, parent = calendar_file.called(path), calendar_file.called(path.parent)
    why = Problem(Code.NO_OFFICE, file=name, more={"folder": parent, "known": known})
    log.warning("%s/%s belongs to no office (known folders: %s)", parent, name, known)
    try:
        report_file.write(path, [why])
    except OSError as error:
        log.warning("%s: the problem could not be written beside it: %s", name, error.strerror)
    return None


# --- rows that are gone


def _withdraw_gone(record: CalendarFile, gone: Gone, at: datetime, officer: Officer | None) -> None:
    """Few: withdrawn. Many: kept in mind until a person says. A newer reading answers an older one's question."""
    CalendarFile.objects.filter(office=record.office, name=record.name, asks=True).update(asks=False, missing=[])
    if gone.asks:
        record.asks = True
        record.missing = [one.delivery for one in gone.deliveries]
    elif gone.deliveries:
        record.withdrawn = _withdraw(gone.deliveries, at, officer)


@transaction.atomic
def _withdraw(deliveries: Iterable[Standing], at: datetime, officer: Officer | None) -> int:
    """The posts whose deliveries really were withdrawn, counted."""
    posts: set[int] = set()
    left = list(deliveries)
    for start in range(0, len(left), CHUNK):
        chunk = {one.outgoing: one.post for one in left[start : start + CHUNK]}
        rows = Outgoing.objects.filter(id__in=chunk, unwanted=None)  # what a person took back stays a person's
        done = outgoing.withdraw(rows, at, officer, why=plan.GONE)
        Outgoing.objects.filter(id__in=done, state=Outgoing.State.WITHDRAWN).update(reason=plan.GONE)
        posts |= {chunk[one] for one in done}
    return len(posts)


@transaction.atomic
def withdraw_missing(reading: CalendarFile, at: datetime, officer: Officer | None) -> int:
    """A person says that the rows which are gone are meant to be: withdraw their posts. How many were."""
    missing = list(standing(Delivery.objects.filter(id__in=reading.missing)))
    if not _answered(reading):
        return 0
    withdrawn = _withdraw(missing, at, officer)
    CalendarFile.objects.filter(id=reading.id).update(withdrawn=reading.withdrawn + withdrawn)
    Event.write(reading.office_id, "calendar.missing_withdrawn", reading, actor=officer, at=at, posts=withdrawn)
    return withdrawn


@transaction.atomic
def keep_missing(reading: CalendarFile, at: datetime, officer: Officer | None) -> int:
    """A person says that these posts stay: they no longer belong to the file, which does not ask again."""
    missing = list(Delivery.objects.filter(id__in=reading.missing).values_list("post", flat=True))
    if not _answered(reading):
        return 0
    Post.objects.filter(id__in=missing).update(calendar_file=None, row=None)
    Event.write(reading.office_id, "calendar.missing_kept", reading, actor=officer, at=at, posts=len(set(missing)))
    return len(set(missing))


def _answered(reading: CalendarFile) -> bool:
    """Close the question, once."""
    return bool(CalendarFile.objects.filter(id=reading.id, asks=True).update(asks=False, missing=[]))


# --- telling


def _tell(record: CalendarFile, at: datetime, officer: Officer | None) -> None:
    """One Event says what the reading did; a Notice where it wants a person, who is not looking at it now."""
    wrong = len({one["row"] for one in record.problems if not one["warning"]})
    counts: dict[str, Any] = {
        "file": record.name,
        "rows": record.rows,
        "created": record.created,
        "updated": record.updated,
        "unchanged": record.unchanged,
        "withdrawn": record.withdrawn,
        "held": record.held,
        "missing": len(record.missing),
        "wrong": wrong,
    }
    Event.write(record.office_id, "calendar.read", record, actor=officer, at=at, **counts)
    if record.source == CalendarFile.Source.FOLDER and (wrong or record.asks or record.held):
        Notice.give(
            record.office_id,
            "calendar_asks" if record.asks else "calendar_problems" if wrong else "calendar_held",
            once=f"calendar:{record.id}",
            address=f"/kalender/{record.id}/",
            **counts,
        )
