"""What an attempt at a write leaves behind: its outcome on the row, and an Event with what was sent and what came back.

Only who holds the attempt's token records. Reading back uses the same words, for it may find what an attempt sent.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from connectors.allowances import hold_back
from connectors.base import POST_KINDS, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.lane import REST_AFTER_LIMIT, account_failed, step, want_check
from connectors.models import Account, Outgoing, OutgoingQuerySet
from connectors.outgoing import tell, write_events
from offices import prepared
from offices.models import Event

log = logging.getLogger(__name__)
State = Outgoing.State

REST_AFTER_FAILURE = [timedelta(seconds=20 * 4**n) for n in range(4)]
"""Before a row is tried again whose attempt surely did nothing."""


def ours(row: Outgoing) -> OutgoingQuerySet:
    """The row while this attempt holds it: only its holder records."""
    return Outgoing.objects.filter(id=row.id, token=row.token, state=row.state)


def attempt(row: Outgoing, **came_back: str) -> dict[str, Any]:
    """An attempt as its Event keeps it. A digest tells which words were sent, without keeping citizens' names twice."""
    to = [row.payload[key] for key in ("parent", "thread", "post") if row.payload.get(key)]
    sent = {
        "kind": row.kind,
        "text": hashlib.sha256(row.text.encode()).hexdigest()[:16],
        "length": len(row.text),
        "media": [Path(one["path"]).name for one in row.media],
        "to": to[0] if to else "",
        "handle": row.handle,
    }
    began = row.attempted_at.isoformat() if row.attempted_at else ""
    return {"attempt": row.attempts, "began": began, "sent": sent, "came_back": came_back}


def record_sent(row: Outgoing, sent: Sent, **how: Any) -> None:
    """It is out. Nothing where the row is no longer ours; where another row is that very item already, a person looks:
    the platform may have taken two writes for one, or its list shows an older one with the same words."""
    now = timezone.now()
    assert row.token is not None
    try:
        with transaction.atomic():
            recorded = mark_sent(row.pk, row.token, row.state, now, sent.remote_id, sent.permalink)
            if recorded:
                about = attempt(row, remote_id=sent.remote_id, permalink=sent.permalink)
                Event.write(row.office_id, "outgoing.sent", row, at=now, **about, **how)
    except IntegrityError:  # remote_id_once
        ask(row, f"{sent.remote_id} is another write's", Reason.DUPLICATE)
        return
    if not recorded:
        log.error("%s: sent as %s, but the row was taken over meanwhile", row, sent.remote_id)


@prepared.update
def mark_sent(row: int, token: UUID, state: str, at: datetime, remote_id: str, permalink: str) -> prepared.Change:
    became: dict[str, Any] = {"state": State.SENT, "remote_id": remote_id, "permalink": permalink, "sent_at": at}
    became |= {"token": None, "lease_until": None, "asks": False, "reason": "", "unwanted": None}
    return Outgoing.objects.filter(id=row, token=token, state=state), became


@transaction.atomic
def ask(row: Outgoing, why: str, reason: str) -> None:
    """Nothing can tell whether it is out: one screen shows a person both sides."""
    if ours(row).update(state=State.UNKNOWN, asks=True, token=None, looks=row.looks, reason=reason):
        Event.write(row.office_id, "outgoing.asks", row, at=timezone.now(), why=why, attempt=row.attempts)
        tell(row, "outgoing_unknown", reason=reason)


@transaction.atomic
def record_failure(account: Account, row: Outgoing, error: ConnectorError) -> bool:
    """What an error means for the row; then for its account. True where the lane may go on with the next row."""
    now = timezone.now()
    about = attempt(row, error=type(error).__name__, detail=error.detail[:200]) | {"reason": error.reason}
    if isinstance(error, OutcomeUnknown):
        turn_doubtful(row, now + timedelta(seconds=account.capability.lag_s), error.reason, about, now)
    elif isinstance(error, Refused):
        if end(row, State.FAILED, "outgoing.not_sent", now, error.reason, about) == State.FAILED:
            tell(row, "outgoing_failed", reason=error.reason)
    elif isinstance(error, Unreachable):  # the account rests, too; this lets its other rows go first
        rest = now + step(REST_AFTER_FAILURE, row.attempts - 1)
        end(row, State.QUEUED, "outgoing.not_sent", now, error.reason, about, not_before=rest)
    else:
        end(row, State.QUEUED, "outgoing.not_sent", now, error.reason, about)
    if error.reason is Reason.MEDIA_UNREACHABLE:
        want_check(account, now)  # is it this file alone, or must the others wait?
    if isinstance(error, RateLimited) and error.posts_only:
        hold_back(account, POST_KINDS, error.until or now + step(REST_AFTER_LIMIT, account.failures), now)
        return True
    account_failed(account, error, now)
    return not isinstance(error, LoginNeeded | RateLimited | Unreachable)


def turn_doubtful(row: Outgoing, look_at: datetime, reason: str, about: dict[str, Any], at: datetime) -> None:
    """It may be out: it is read back at `look_at`."""
    doubt: dict[str, Any] = {"state": State.UNKNOWN, "token": None, "lease_until": look_at, "reason": reason}
    if ours(row).update(**doubt, revision=F("revision") + 1):
        Event.write(row.office_id, "outgoing.not_sent", row, at=at, state=State.UNKNOWN, **about)


def end(row: Outgoing, state: str, verb: str, at: datetime, reason: str, about: dict[str, Any], **fields: Any) -> str:
    """The attempt surely did nothing: the row is in `state` now, or withdrawn where somebody took it back meanwhile.
    The UPDATE itself decides, so that what is noted until then counts. Which it became; empty where the row is no
    longer ours. Call it in a transaction."""
    withdrawn = When(unwanted__isnull=False, then=Value(State.WITHDRAWN.value))
    fields |= {"state": Case(withdrawn, default=Value(str(state))), "reason": Coalesce("unwanted", Value(str(reason)))}
    fields |= {"unwanted": None, "token": None, "lease_until": None, "revision": F("revision") + 1}
    if not ours(row).update(**fields):
        return ""
    became, why = Outgoing.objects.values_list("state", "reason").get(id=row.id)
    Event.write(row.office_id, verb, row, at=at, state=became, **about)
    if became == State.WITHDRAWN:
        write_events(Outgoing.objects.filter(id=row.id), "outgoing.withdrawn", at, None, why)
    return became


@transaction.atomic
def record_stopped(account: Account, row: Outgoing, began: bool) -> bool:
    """The fence stopped this attempt. Where somebody took the row back, it is withdrawn at once; only what `began` to
    leave (an earlier handle was remembered) is read back. False: the row is another attempt's, which records."""
    now = timezone.now()
    if not ours(row).exclude(unwanted=None).exists():
        return False
    about = attempt(row, error="taken back")
    if began:
        turn_doubtful(row, now + timedelta(seconds=account.capability.lag_s), Reason.FROZEN, about, now)
    else:
        end(row, State.QUEUED, "outgoing.not_sent", now, "", about)
    return True
