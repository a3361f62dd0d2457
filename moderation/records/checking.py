"""Going through a case's records: is everything there, as it was when its link was made?

Memory stays bounded however long a chain is: links are read `CHUNK` at a time, with the rows that they are about.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from moderation.models import Case, Evidence, Message
from moderation.records.chain import sum_of
from moderation.records.contents import digest, facts_of, load
from moderation.records.models import ChainLink, Check, Erasure
from offices.models import Event, Notice

CHUNK = 200
EVERY = timedelta(days=7)
"""So often each case is gone through without anybody asking."""
CASES_A_TICK = 50
Item = TypeVar("Item")


class Code(StrEnum):
    """What can be wrong; stable, because rows keep it."""

    NO_CHAIN = "no_chain"
    LINK_CHANGED = "link_changed"
    LINK_MISSING = "link_missing"
    LINK_LOOSE = "link_loose"
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_UNLINKED = "row_unlinked"
    FILE_CHANGED = "file_changed"
    FILE_MISSING = "file_missing"
    FILE_LEFT = "file_left"
    NOT_ERASED = "not_erased"
    SHORTENED = "shortened"


WORDS = {
    Code.NO_CHAIN: (
        _("The case has no chain."),
        _("If it is older than chains: verify_evidence --begin. Else its links were removed: restore a backup."),
    ),
    Code.LINK_CHANGED: (
        _("A link was changed or slipped in: its sum is not ours."),
        _("Restore the table of links from a backup and compare; or the installation's records key is another one."),
    ),
    Code.LINK_MISSING: (_("Links before this one are missing."), _("Restore the table of links from a backup.")),
    Code.LINK_LOOSE: (
        _("The link does not follow from the one before it."),
        _("Links were removed, swapped or replaced: restore the table of links from a backup."),
    ),
    Code.ROW_CHANGED: (
        _("What the table says is not what it said when it was recorded."),
        _("Compare the row with a backup, and with an exported case; note who may write to the database."),
    ),
    Code.ROW_MISSING: (_("The row is gone from the table."), _("Restore it from a backup.")),
    Code.ROW_UNLINKED: (
        _("It stands in the case without a link."),
        _("It was added behind the desk's back, or its link was removed: compare with a backup."),
    ),
    Code.FILE_CHANGED: (
        _("The file is not the one that was taken."),
        _("Restore the file from a backup; its name is its digest."),
    ),
    Code.FILE_MISSING: (_("The file is gone."), _("Restore the file from a backup.")),
    Code.FILE_LEFT: (
        _("An erased file is still on the disk."),
        _("The worker removes it within a minute; if it stays, see whether the worker may write there."),
    ),
    Code.NOT_ERASED: (
        _("It was erased on request, and holds data again."),
        _("Probably a backup was restored: erase it once more."),
    ),
    Code.SHORTENED: (
        _("What was handed out holds links that the chain no longer has."),
        _("The end of the chain was cut off, or replaced: restore a backup, keep what was handed out."),
    ),
}
"""What is wrong, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was."""

    code: Code
    about: str

    @property
    def what(self) -> str:
        return str(WORDS[self.code][0])

    @property
    def todo(self) -> str:
        return str(WORDS[self.code][1])


@dataclass
class Result:
    """What going through one case's records gave."""

    links: int = 0
    findings: list[Finding] = field(default_factory=list)


def go_through(case: Case, handed_out: Iterable[str] = ()) -> Result:
    """Everything about one case. `handed_out`: sums of its links as an export's manifest has them, first to last.

    The desk goes on working meanwhile: a row whose link comes after the links were read seems to lack it. So what is
    found counts where a second look finds it, too.
    """
    sums = list(handed_out)
    result = look_through(case, sums)
    if result.findings:
        first = set(result.findings)
        result = look_through(case, sums)
        result.findings = [one for one in result.findings if one in first]
    return result


def look_through(case: Case, handed_out: Iterable[str]) -> Result:
    walk = Walk(case)
    for links in chunks(ChainLink.objects.filter(case=case).order_by("position").iterator(CHUNK), CHUNK):
        walk.follow(links)
    if not walk.result.links:
        return Result(findings=[Finding(Code.NO_CHAIN, f"case:{case.pk}")])
    walk.look_for_unlinked()
    if any(one not in walk.sums for one in handed_out):
        walk.found(Code.SHORTENED, f"case:{case.pk}")
    return walk.result


def chunks(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while some := list(islice(items, size)):
        yield some


class Walk:
    """Along one chain, link by link, remembering the last one and which rows were named."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.result = Result()
        self.last: ChainLink | None = None
        self.sums: set[str] = set()
        self.named: set[str] = set()
        erasures = Erasure.objects.filter(case=case)
        self.erased = {about for covers in erasures.values_list("covers", flat=True) for about in covers}
        """A row of an Erasure counts because its own link is checked like any other."""
        self.erasures_named: set[str] = set()

    def found(self, code: Code, about: str) -> None:
        self.result.findings.append(Finding(code, about))

    def follow(self, links: list[ChainLink]) -> None:
        rows = load({link.about for link in links})
        for link in links:
            self.result.links += 1
            self.check_place(link)
            self.check_row(link, rows.get(link.about))
            self.named.add(link.about)
            self.sums.add(link.sum)
            self.last = link

    def check_place(self, link: ChainLink) -> None:
        """Where it stands: its own seal, no gap before it, and that it follows from the one before."""
        expected = (self.last.position + 1, self.last.sum) if self.last else (1, "")
        if link.sum != sum_of(link):
            self.found(Code.LINK_CHANGED, link.about)
        elif link.position != expected[0]:
            self.found(Code.LINK_MISSING, link.about)
        elif link.previous != expected[1]:
            self.found(Code.LINK_LOOSE, link.about)

    def check_row(self, link: ChainLink, row: models.Model | None) -> None:
        if row is None:
            self.found(Code.ROW_MISSING, link.about)
        elif link.about in self.erased:
            if holds_data(row):
                self.found(Code.NOT_ERASED, link.about)
        elif digest(facts_of(link.about, row, link.version)) != link.digest:
            self.found(Code.ROW_CHANGED, link.about)
        elif isinstance(row, Evidence) and (code := file_of(row)):
            self.found(code, link.about)

    def look_for_unlinked(self) -> None:
        """Rows of the case that no link names: slipped in, or their link is gone. An erasure without its link would
        excuse whatever it covers."""
        for name, rows in (
            ("message", self.case.incoming_messages.all()),
            ("evidence", self.case.evidence.exclude(sha256="")),
            ("answer", self.case.answers.filter(followed_up=True)),
            ("erasure", self.case.erasures.all()),
        ):
            for pk in rows.order_by("pk").values_list("pk", flat=True).iterator(CHUNK):
                if f"{name}:{pk}" not in self.named:
                    self.found(Code.ROW_UNLINKED, f"{name}:{pk}")
        for left in self.case.erasures.exclude(files=[]):
            if any(path_of(kind, path).exists() for kind, path in left.files):
                self.found(Code.FILE_LEFT, f"erasure:{left.pk}")


def holds_data(row: models.Model) -> bool:
    """Whether a row that was erased says anything again."""
    if isinstance(row, Message):
        return bool(row.text or row.raw or row.author) or any(one.was_text or one.was_raw for one in row.changes.all())
    return isinstance(row, Evidence) and row.state == Evidence.State.TAKEN


def file_of(row: Evidence) -> Code | None:
    """What is wrong with a picture's file."""
    path = Path(row.message.upload.path) if row.kind == Evidence.Kind.UPLOAD and row.message.upload else None
    path = path or Path(settings.EVIDENCE_ROOT) / row.path
    try:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
    except OSError:
        return Code.FILE_MISSING
    return None if same else Code.FILE_CHANGED


def path_of(kind: str, path: str) -> Path:
    return Path(settings.EVIDENCE_ROOT if kind == "evidence" else settings.MEDIA_ROOT) / path


# --- the worker's rounds, and the button on the case's page


def ask(case: Case, at: datetime) -> None:
    """Somebody wants to know now: the worker goes through it within seconds."""
    Check.objects.update_or_create(
        case=case, defaults={"next_at": at, "asked_at": at}, create_defaults=_fresh(case, at) | {"asked_at": at}
    )


def _fresh(case: Case, at: datetime) -> dict[str, Any]:
    return {"office_id": case.office_id, "next_at": at}


def go_round(at: datetime) -> int:
    """Go through the cases whose turn it is; how many. Asked ones and new ones come first (`next_at`)."""
    due = list(Check.objects.wanted(at).select_related("case").order_by("next_at", "id")[:CASES_A_TICK])
    for one in due:
        note(one, go_through(one.case), at)
    return len(due)


@transaction.atomic
def note(one: Check, result: Result, at: datetime) -> None:
    """Keep what was found; the office is told once while it has not looked."""
    findings = [{"code": each.code.value, "about": each.about} for each in result.findings[:100]]
    noted = Check.objects.filter(id=one.id, next_at=one.next_at)
    noted.update(next_at=at + EVERY, checked_at=at, links=result.links, findings=findings)
    if findings and findings != one.findings:
        Event.write(one.office_id, "case.evidence_differs", one.case, at=at, findings=findings[:10])
        Notice.give(
            one.office_id,
            "evidence_differs",
            once=f"case:{one.case_id}:evidence",
            address=f"/kasus/{one.case_id}/#berkas",
            urgent=True,
            number=one.case.number,
        )
