"""Wanted Exports become files: claimed by token and lease like Evidence, written whole or not at all.

A crash leaves the row wanted, and it is made anew once the lease is over; the lease is renewed while rows are written.
"""

import hashlib
import logging
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone, translation

from moderation.capture.photographer import Photographer
from moderation.capture.shared import photographer as shared_photographer
from moderation.models import Case, CaseQuerySet
from moderation.records import folder
from moderation.register import printing
from moderation.register.choosing import Chosen, cases_of
from moderation.register.columns import columns
from moderation.register.files import write_csv, write_xlsx
from moderation.register.models import Export
from moderation.register.rows import rows_of
from moderation.steps.models import Step
from offices.models import Event, Officer

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
REST_AFTER_FAILURE = [timedelta(seconds=15), timedelta(minutes=2)]
TRIES = len(REST_AFTER_FAILURE) + 1
EVERY_ROWS = 500
"""So many rows between two notes of progress."""
STAGES_MAX = 40
"""Columns of stages; more would be several procedures that have nothing to do with each other."""
TOO_MANY_ROWS = "too_many_rows"
NO_SPACE = "no_space"
CRASHED = "crashed"

_busy = threading.Lock()


class LostError(Exception):
    """Somebody else holds the row, or it was withdrawn."""


def ask(
    officer: Officer, kind: str, at: datetime, *, chosen: Chosen | None = None, case: Case | None = None, whole: bool
) -> Export | None:
    """One more file to be made, or the same one that is being made already. None: no office to make it for."""
    office_id = case.office_id if case else officer.office_id
    if office_id is None:
        return None
    same = {"asked_by": officer, "kind": kind, "case": case, "filters": chosen.as_json() if chosen else {}}
    waiting = Export.objects.filter(state=Export.State.WANTED, whole=whole, **same).first()
    return waiting or Export.objects.create(office_id=office_id, asked_at=at, next_try_at=at, whole=whole, **same)


def make_wanted(at: datetime, photographer: Photographer = shared_photographer) -> int:
    """Make what is wanted at `at`, oldest first; how many were tried. One call at a time in a process works."""
    if not _busy.acquire(blocking=False):
        return 0
    try:
        tried = 0
        while tried < EVERY_ROWS and (row := claim(max(at, timezone.now()))) is not None:
            make(row, photographer, at)
            tried += 1
        return tried
    finally:
        _busy.release()


def claim(at: datetime) -> Export | None:
    """The next wanted row, ours until the lease is over. Index: export_wanted."""
    while (row := Export.objects.wanted(at).order_by("next_try_at", "id").first()) is not None:
        ours = Export.objects.wanted(at).filter(id=row.id)
        if ours.update(token=(token := uuid.uuid4()), next_try_at=at + LEASE, tries=F("tries") + 1, done=0):
            related = Export.objects.select_related("office", "case__office", "asked_by__office")
            return related.filter(token=token).first()
    return None


def make(row: Export, photographer: Photographer, at: datetime) -> None:
    """One file of a claimed row, or the reason why not. Nothing that goes wrong with one stops the next."""
    suffix = WRITERS[row.kind][1]
    path = Path(settings.EXPORT_ROOT) / f"{row.office_id}/{uuid.uuid4().hex}.{suffix}"
    unfinished = path.with_suffix(".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished.touch(mode=0o600)
        with translation.override("id"), timezone.override(row.office.zone):
            name = WRITERS[row.kind][0](row, unfinished, photographer)
        unfinished.rename(path)
        if not keep(row, path, name, max(at, timezone.now())):
            path.unlink(missing_ok=True)
    except LostError:
        log.info("export %s was taken over or withdrawn", row.id)
    except printing.NotPrintedError as no:
        failed(row, no.failure.reason, at, again=no.failure.reason.is_ours)
    except TooManyRowsError:
        failed(row, TOO_MANY_ROWS, at, again=False)
    except OSError as error:
        log.exception("export %s", row.id)
        failed(row, NO_SPACE if error.errno == 28 else CRASHED, at, again=True)
    except Exception:
        log.exception("export %s", row.id)
        failed(row, CRASHED, at, again=True)
    finally:
        unfinished.unlink(missing_ok=True)


class TooManyRowsError(Exception):
    pass


def register(row: Export, path: Path, photographer: Photographer) -> str:
    """Write the register that `row` asks for; its name for whoever fetches it."""
    chosen = Chosen(**row.filters)
    cases = cases_of(row.asked_by, chosen)
    total = cases.count()
    note = Progress(row, total)
    rows = rows_of(cases, whole=row.whole)
    name = f"register-{chosen.office or row.office.slug}-{chosen.since}-{chosen.until}"
    if row.kind == Export.Kind.PDF:
        if total > printing.ROWS_MAX:
            raise TooManyRowsError
        several = len(set(cases.values_list("office", flat=True).distinct()[:2])) > 1
        book = printing.Book(row.office, about(row, chosen)[1:], total, timezone.now(), name, several, row.whole)
        printing.write_pdf(path, book, rows, photographer, note)
        return f"{name}.{'pdf' if book.parts == 1 else 'zip'}"
    keys = dict(stages_of(cases))
    if row.kind == Export.Kind.CSV:
        write_csv(path, columns(keys), rows, note)
    else:
        write_xlsx(path, about(row, chosen), columns(keys), rows, note)
    return f"{name}.{row.kind}"


def stages_of(cases: CaseQuerySet) -> list[tuple[str, str]]:
    """The stages that these cases walked, by key, each with its name."""
    found: dict[str, str] = {}
    steps = Step.objects.filter(case__in=cases).order_by()
    for key, procedure, place in steps.values_list("key", "procedure", "place").distinct()[: STAGES_MAX * 4]:
        if key not in found and len(found) < STAGES_MAX:
            example = steps.filter(key=key, procedure=procedure, place=place).select_related("procedure").first()
            found[key] = example.name if example else key
    return list(found.items())


def about(row: Export, chosen: Chosen) -> list[str]:
    """The lines above the table, in the words of the office's papers."""
    first, last = chosen.days
    lines = [
        row.office.name,
        f"Kasus yang dibuka {first:%d/%m/%Y} sampai {last:%d/%m/%Y}, waktu {row.office.zone_name}",
    ]
    limits = {"kanal": chosen.channel, "topik": chosen.topic, "jenis": chosen.label, "kantor": chosen.office}
    named = [f"{name} {value}" for name, value in limits.items() if value]
    return [*lines, "Hanya " + ", ".join(named)] if named else lines


def case_folder(row: Export, path: Path, photographer: Photographer) -> str:
    assert row.case is not None
    folder.write(path, row.case, row, photographer)
    return f"kasus-{row.case.number}-{row.kind.replace('_', '-')}.zip"


WRITERS: dict[str, tuple[Callable[[Export, Path, Photographer], str], str]] = {
    Export.Kind.XLSX: (register, "xlsx"),
    Export.Kind.CSV: (register, "csv"),
    Export.Kind.PDF: (register, "pdf"),
    Export.Kind.INCOMING_MAIL: (case_folder, "zip"),
    Export.Kind.MEMO: (case_folder, "zip"),
}
"""Who writes it, and what its file ends with on our disk."""


class Progress:
    """Notes how far it is, and renews the lease: LostError where somebody else has taken over."""

    def __init__(self, row: Export, total: int) -> None:
        self.row, self.total, self.noted = row, total, 0
        self(0)

    def __call__(self, done: int) -> None:
        if done and done < self.noted + EVERY_ROWS and done != self.total:
            return
        self.noted = done
        until = timezone.now() + LEASE
        if not held(self.row).update(done=done, total=self.total, next_try_at=until):
            raise LostError


def held(row: Export) -> models.QuerySet[Export]:
    return Export.objects.filter(id=row.id, token=row.token, state=Export.State.WANTED)


@transaction.atomic
def keep(row: Export, path: Path, name: str, at: datetime) -> bool:
    """The file is there: the row names it. False where the lease was lost."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = held(row).update(
        state=Export.State.MADE,
        token=None,
        path=str(path.relative_to(settings.EXPORT_ROOT)),
        name=name,
        size=path.stat().st_size,
        sha256=digest,
        made_at=at,
        drop_at=at + timedelta(days=settings.EXPORT_DAYS),
        reason="",
    )
    if kept:
        subject = row.case or row.office
        verb = "case.exported" if row.case else "register.made"
        Event.write(
            row.office_id, verb, subject, actor=row.asked_by, at=at, kind=row.kind, sha256=digest, whole=row.whole
        )
    return bool(kept)


def failed(row: Export, reason: str, at: datetime, *, again: bool) -> None:
    """Tried again where that may help; else the page says why not, and what to do."""
    if again and row.tries < TRIES:
        held(row).update(token=None, next_try_at=at + REST_AFTER_FAILURE[row.tries - 1], reason=reason)
    else:
        held(row).update(token=None, state=Export.State.FAILED, reason=reason)


def drop_old(at: datetime) -> int:
    """Files that were kept long enough. Index: export_old."""
    old = list(Export.objects.old(at).order_by("drop_at")[:200])
    for row in old:
        row.drop(at)
    return len(old)


def recover_after_crash(at: datetime) -> None:
    """At the start of the only worker (one machine): nobody makes a file any more, whatever the leases say."""
    Export.objects.filter(state=Export.State.WANTED).exclude(token=None).update(token=None, next_try_at=at)
