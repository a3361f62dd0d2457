"""Wanted Evidence becomes pictures on disk: our own rendering of the message, and the public page with it marked.

Pictures are taken by `photographer.py`'s process, outside of every transaction. Who takes one holds its row by token
and lease: a crash leaves it wanted, and it is taken again once the lease is over. A page that says no (a sign-in, the
text not there) is final and a finding in itself; trouble of the browser's own is tried again, a bounded number of
times. The message's raw JSON stands on the Message; the rendering shows its digest.
"""

import hashlib
import json
import logging
import os
import threading
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from connectors.base import MessageKind
from connectors.sessions import Network
from moderation import steps
from moderation.capture.photographer import Photographer
from moderation.capture.shared import photographer as shared_photographer
from moderation.capture.shots import Failed, Failure, Order, Picture
from moderation.models import Case, Evidence, Message
from moderation.records import chain
from moderation.records.models import ChainLink
from offices.models import Event, Notice, Officer

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
"""Outlasts an order's own time and all of the photographer's grace."""
REST_AFTER_FAILURE = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)]
REST_UNWRITABLE = timedelta(minutes=1)
"""Before the next try where a picture could not be written (a full disk): it passes, so these tries are not counted."""
UNWRITABLE = "unwritable"
TRIES = len(REST_AFTER_FAILURE) + 1
BATCH = 20
"""Pictures a call; the timetable calls again within a second."""

OUR_OWN = (Evidence.Kind.RENDERING, Evidence.Kind.MASKED)

WHERE = {
    MessageKind.COMMENT: "Komentar publik",
    MessageKind.MENTION: "Sebutan (mention) di media sosial",
    MessageKind.DM: "Pesan langsung (DM)",
    MessageKind.FORM: "Formulir pertanyaan di situs web",
    MessageKind.BY_HAND: "Dicatat oleh petugas",
}
LABELS = {
    Message.Label.PRAISE: "Pujian",
    Message.Label.COMPLAINT: "Keluhan",
    Message.Label.SUGGESTION: "Saran",
    Message.Label.QUESTION: "Pertanyaan",
    Message.Label.OTHER: "Lainnya",
}
"""The sheet is a document of the office: Indonesian, whatever the language of screens."""

_busy = threading.Lock()


def take_wanted(at: datetime, photographer: Photographer = shared_photographer) -> int:
    """Take what is wanted at `at`, oldest first; how many were tried. One call at a time in a process works, the
    others return at once: there is one browser."""
    if not _busy.acquire(blocking=False):
        return 0
    try:
        tried = 0
        while tried < BATCH and (row := claim(max(at, timezone.now()))) is not None:
            take(row, photographer, at)
            tried += 1
        return tried
    finally:
        _busy.release()


def claim(at: datetime) -> Evidence | None:
    """The next wanted row, ours until the lease is over; None where nothing waits. Index: evidence_wanted."""
    while (row := Evidence.objects.wanted(at).order_by("next_try_at", "id").first()) is not None:
        ours = Evidence.objects.wanted(at).filter(id=row.id)
        if ours.update(token=(token := uuid.uuid4()), next_try_at=at + LEASE, tries=F("tries") + 1):
            related = Evidence.objects.select_related("case", "office", "message__account", "message__entered_by")
            return related.filter(token=token).first()
    return None


def take(row: Evidence, photographer: Photographer, at: datetime) -> None:
    """One picture of a claimed row, or the reason why not. Nothing that goes wrong with one stops the next."""
    try:
        order = order_for(row, max(at, timezone.now()))
        outcome = photographer.take(order) if isinstance(order, Order) else order
    except Exception as error:
        log.exception("evidence %s could not be ordered", row.id)
        outcome = Failure(Failed.CRASHED, type(error).__name__)
    at = max(at, timezone.now())
    if isinstance(outcome, Picture):
        try:
            keep(row, outcome, at)
        except OSError as error:
            wait_for_room(row, error, at)
    elif outcome.reason.is_ours and row.tries < TRIES:
        postpone(row, outcome, at)
    else:
        give_up(row, outcome, at)


def order_for(row: Evidence, at: datetime) -> Order | Failure:
    """What the photographer is to do, or why there is nothing to do."""
    message = row.message
    if row.kind in OUR_OWN:
        covered = row.kind == Evidence.Kind.MASKED
        return Order(id=str(row.id), html=sheet(message, row.case, at, covered=covered), timezone=row.office.time_zone)
    if not message.permalink or message.account is None:
        return Failure(Failed.NO_PUBLIC_PAGE)
    address = Network(sandbox=settings.SANDBOX_URL).address(message.permalink)
    sandbox = urlsplit(settings.SANDBOX_URL).netloc
    return Order(
        id=str(row.id),
        url=address,
        text=message.text,
        author=message.author_handle or message.author_name,
        element=f"comment-{message.remote_id}",
        hosts=(sandbox,) if sandbox else tuple(sorted(message.account.capability.hosts)),
        timezone=row.office.time_zone,
    )


def sheet(message: Message, case: Case, at: datetime, *, covered: bool = False) -> str:
    """Our own rendering of the message as HTML. Always in Indonesian and in the office's time: it is a document of the
    office, not a screen of whoever looks at it. `covered`: for other people's telephones, without what is personal."""
    office = case.office
    with translation.override("id"), timezone.override(office.zone):
        return render_to_string(
            "moderation/evidence_message.html",
            {
                "message": message,
                "text": message.masked_text if covered else message.text,
                "covered": covered,
                # who has no name is known by the platform's number of them: in messengers that is a telephone
                "author": message.author_name or message.author_handle if covered else message.author,
                "case": case,
                "office": office,
                "account": message.account,
                "label": LABELS[Message.Label(case.label)],
                "where": WHERE[MessageKind(message.kind)],
                "at": at,
                "raw_digest": raw_digest(message),
            },
        )


def raw_digest(message: Message) -> str:
    """SHA-256 of the platform's own JSON in its canonical form (sorted keys, no blanks, UTF-8); empty without one."""
    if not message.raw:
        return ""
    canonical = json.dumps(message.raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def keep(row: Evidence, picture: Picture, at: datetime) -> bool:
    """File first, row second: a row never names a file that is not there. False where the lease was lost."""
    path = f"{row.case_id}/{picture.sha256}.png"
    store(settings.EVIDENCE_ROOT / path, picture.png)
    rendering = row.kind in OUR_OWN
    kept = settle(
        row,
        "evidence.taken",
        at,
        about={"sha256": picture.sha256, "mark": picture.mark, "matches": picture.matches, "cut": picture.cut},
        state=Evidence.State.TAKEN,
        path=path,
        sha256=picture.sha256,
        size=len(picture.png),
        address=(row.message.permalink if rendering else picture.address)[:400],
        captured_at=picture.captured_at,
        reason="",
    )
    if not kept and not Evidence.objects.filter(path=path).exists():
        (settings.EVIDENCE_ROOT / path).unlink(missing_ok=True)
    return kept


def store(path: Path, content: bytes) -> None:
    """Whole or not at all, and only for us: no other user of the machine reads a citizen's complaint."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def postpone(row: Evidence, failure: Failure, at: datetime) -> bool:
    log.warning("evidence %s: %s (%s), try %s of %s", row.id, failure.reason, failure.detail, row.tries, TRIES)
    next_try_at = at + REST_AFTER_FAILURE[row.tries - 1]
    about = {"reason": failure.reason, "tries": row.tries, "next_try_at": next_try_at.isoformat()}
    return settle(row, "evidence.postponed", at, about=about, next_try_at=next_try_at, reason=failure.reason)


@transaction.atomic
def wait_for_room(row: Evidence, error: OSError, at: datetime) -> bool:
    """The picture was taken and could not be written: it stays wanted, however long that lasts. The office is told,
    once while it has not looked; the history says it once, not each minute."""
    held = Evidence.objects.filter(id=row.id, token=row.token, state=Evidence.State.WANTED)
    again_at = at + REST_UNWRITABLE
    if not held.update(token=None, next_try_at=again_at, tries=F("tries") - 1, reason=UNWRITABLE):
        return False
    why = error.strerror or type(error).__name__
    log.error("evidence %s could not be written below %s: %s", row.id, settings.EVIDENCE_ROOT, why)
    if row.reason != UNWRITABLE:
        about: dict[str, Any] = {"evidence": row.id, "kind": row.kind, "reason": UNWRITABLE}
        Event.write(row.office_id, "evidence.postponed", row.case, at=at, **about, next_try_at=again_at.isoformat())
    Notice.give(
        row.office_id,
        "evidence_unwritable",
        once=f"evidence:{row.office_id}:{UNWRITABLE}",
        address=f"/kasus/{row.case_id}/",
        urgent=True,
        number=row.case.number,
        why=why,
    )
    return True


def give_up(row: Evidence, failure: Failure, at: datetime) -> bool:
    """There will be no picture. Where the browser is to blame the office is told, once while it has not looked."""
    log.info("evidence %s is impossible: %s (%s)", row.id, failure.reason, failure.detail)
    about = {"reason": failure.reason}
    impossible = Evidence.State.IMPOSSIBLE
    settled = settle(row, "evidence.impossible", at, about=about, state=impossible, reason=failure.reason)
    if settled and failure.reason.is_ours:
        Notice.give(
            row.office_id,
            "evidence_impossible",
            once=f"evidence:{row.office_id}:{failure.reason}",
            address=f"/kasus/{row.case_id}/",
            number=row.case.number,
            reason=failure.reason,
        )
    return settled


@transaction.atomic
def settle(row: Evidence, verb: str, at: datetime, *, about: dict[str, Any], **fields: Any) -> bool:
    """Record what became of a claimed row, with its Event in the case's history; only its holder may."""
    held = Evidence.objects.filter(id=row.id, token=row.token, state=Evidence.State.WANTED)
    if not held.update(token=None, **fields):
        return False
    Event.write(row.office_id, verb, row.case, at=at, evidence=row.id, kind=row.kind, **about)
    if fields.get("state") == Evidence.State.TAKEN:
        chain.append(row.case_id, ChainLink.Kind.EVIDENCE, row, at)
        steps.reached(row.case, steps.Output.SCREENSHOT, at, evidence=row.id)
    return True


@transaction.atomic
def recover_after_crash(at: datetime) -> None:
    """At the start of the only worker (one machine): nobody takes a picture any more, whatever the leases say."""
    Evidence.objects.filter(state=Evidence.State.WANTED).exclude(token=None).update(token=None, next_try_at=at)


def want_again(row: Evidence, at: datetime, actor: Officer) -> bool:
    """A person asks for another try at what was not possible. False where it is not (any more) impossible."""
    given_up = Evidence.objects.filter(id=row.id, state=Evidence.State.IMPOSSIBLE)
    if not given_up.update(state=Evidence.State.WANTED, next_try_at=at, tries=0, reason="", token=None):
        return False
    Event.write(row.office_id, "evidence.wanted_again", row.case, actor=actor, at=at, evidence=row.id, kind=row.kind)
    return True
