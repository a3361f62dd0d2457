"""The state machine of writes to a platform: claim → send → record, or read back. Exactly one public item for a row.

What holds it together (docs/decisions/0001-architecture.md):
- a row is claimed by a conditional UPDATE whose WHERE clause is the re-check: withdrawn, edited, unapproved, an
  account turned red — any of these and the claim fails;
- the call to the platform stands outside every transaction: a rollback must not forget a post that is public;
- right before the irreversible request the connector calls `remember`, which commits the handle and asks whether
  this attempt still holds the row: a sender that froze and woke up after another took over stops there;
- only the holder of the attempt's token records; a write of unknown outcome is read back, never just repeated.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.base import Absent, CannotTell, Connector, Found, Item, Kind, Remember, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.lane import LEASE, Lane, account_failed, account_works, lane
from connectors.models import Account, Outgoing, OutgoingQuerySet
from offices.models import Event, Notice, Officer

log = logging.getLogger(__name__)
State = Outgoing.State

ATTEMPTS_MAX = 5
"""So often a write may vanish (read back as surely absent) before a person is asked instead of a sixth try."""
LOOK_AGAIN = timedelta(minutes=2)


class TakenOver(Exception):
    """This attempt no longer holds its row (it froze and another reconciled): it must not write."""


# --- the worker's side: what is to be done, and doing it


def accounts_with_work(at: datetime) -> list[int]:
    """Ids of accounts with something to send, to read back or to check, whose lane is free.

    Before that, rows past their window turn late and claims left behind turn unknown: both need no platform.
    """
    turn_late(at)
    give_up_abandoned(at)
    ready = Account.objects.ready(at)
    due = Outgoing.objects.due(at).filter(account__in=ready).values_list("account", flat=True)
    doubtful = Outgoing.objects.to_look_up(at).filter(account__in=ready).values_list("account", flat=True)
    return sorted({*due.distinct(), *doubtful.distinct()})


def work_off(account_id: int) -> int:
    """Hold the account's lane; read back what is doubtful, then send what is due, in order. Returns rows handled."""
    done = 0
    with lane(account_id) as taken:
        if taken is None:
            return 0
        for row_id in Outgoing.objects.to_look_up(timezone.now()).filter(account=account_id).values_list("id")[:20]:
            look_up(taken, row_id[0])
            done += 1
        while (row := claim_next(account_id, timezone.now())) is not None:
            done += 1
            if not send(taken, row):
                break  # the lane rests: the account, not this row, has the trouble
    return done


def claim_next(account_id: int, at: datetime) -> Outgoing | None:
    """The account's first due row, claimed for one attempt; None where nothing is due. Index: outgoing_lane."""
    for row in Outgoing.objects.due(at).filter(account=account_id).order_by("due_at", "id")[:3]:
        token = uuid.uuid4()
        claimed = Outgoing.objects.due(at).filter(id=row.id)
        if claimed.update(
            state=State.SENDING,
            token=token,
            lease_until=timezone.now() + LEASE,
            attempted_at=timezone.now(),
            attempts=F("attempts") + 1,
            asks=False,
            reason="",
        ):
            return Outgoing.objects.get(id=row.id)  # afresh: it may have been edited since we saw it
    return None


def send(taken: Lane, row: Outgoing) -> bool:
    """One attempt at one claimed row. False where the account has to rest before the next."""
    wrote = False

    def remember(handle: Mapping[str, str]) -> None:
        nonlocal wrote
        kept = ours(row).update(handle={**row.handle, **handle}, lease_until=timezone.now() + LEASE)
        if not kept or not taken.renew():
            raise TakenOver
        wrote = True

    try:
        sent = write(taken.connector, row.item(), remember)
    except TakenOver:
        log.warning("%s: another attempt took over; nothing was written by this one", row)
        return False
    except ConnectorError as error:
        return failed(taken.account, row, error)
    except Exception:
        log.exception("%s: the connector broke", row)
        # Before the irreversible request nothing was done, and trying again would only break again.
        broke = OutcomeUnknown(Reason.UNREADABLE) if wrote else Refused(Reason.UNREADABLE)
        return failed(taken.account, row, broke)
    record_sent(row, sent)
    account_works(taken.account, timezone.now())
    return True


def write(connector: Connector, item: Item, remember: Remember) -> Sent:
    if item.kind.is_post:
        return connector.publish(item, remember)
    return connector.moderate(item) if item.kind.is_moderation else connector.reply(item, remember)


def ours(row: Outgoing) -> OutgoingQuerySet:
    """The row while this attempt holds it: only its holder records."""
    return Outgoing.objects.filter(id=row.id, token=row.token, state=row.state)


@transaction.atomic
def record_sent(row: Outgoing, sent: Sent, **how: Any) -> bool:
    """It is out. False where the row is no longer ours."""
    now = timezone.now()
    recorded = ours(row).update(
        state=State.SENT,
        remote_id=sent.remote_id,
        permalink=sent.permalink,
        sent_at=now,
        token=None,
        lease_until=None,
        asks=False,
        reason="",
    )
    if recorded:
        Event.write(row.office_id, "outgoing.sent", row, at=now, attempt=row.attempts, **how)
    else:
        log.error("%s: sent as %s, but the row was taken over meanwhile", row, sent.remote_id)
    return bool(recorded)


@transaction.atomic
def failed(account: Account, row: Outgoing, error: ConnectorError) -> bool:
    """What an error means for the row; then for its account. True where the lane may go on with the next row."""
    now = timezone.now()
    change: dict[str, Any] = {"token": None, "lease_until": None, "reason": error.reason}
    if isinstance(error, OutcomeUnknown):
        lag = timedelta(seconds=account.capability.lag_s)
        change |= {"state": State.UNKNOWN, "lease_until": now + lag}
    elif isinstance(error, Refused):
        change |= {"state": State.FAILED}
    else:
        change |= {"state": State.QUEUED}
    if isinstance(error, Unreachable):  # the account rests, too; this lets its other rows go first
        change["not_before"] = now + timedelta(seconds=5 * 4 ** min(row.attempts, 4))
    if ours(row).update(**change):
        Event.write(row.office_id, "outgoing.not_sent", row, at=now, reason=error.reason, state=change["state"])
    if change["state"] == State.FAILED:
        tell(row, "outgoing_failed", reason=error.reason)
    account_failed(account, error, now)
    return not isinstance(error, LoginNeeded | RateLimited | Unreachable)


def look_up(taken: Lane, row_id: int) -> None:
    """Read back a row of unknown outcome: it is there, it surely is not, or a person must say."""
    token = uuid.uuid4()
    at = timezone.now()
    mine = Outgoing.objects.to_look_up(at).filter(id=row_id)
    if not mine.update(token=token, lease_until=at + LEASE, looks=F("looks") + 1):
        return
    row = Outgoing.objects.get(id=row_id)
    item = row.item()
    try:
        since = row.attempted_at or row.created_at
        seen = Absent() if item.kind.is_moderation else taken.connector.find_own(item, since)
    except ConnectorError as error:
        ours(row).update(lease_until=at + LOOK_AGAIN * min(row.looks, 15))
        account_failed(taken.account, error, at)
        return
    if isinstance(seen, Found):
        record_sent(row, seen.sent, read_back=True)
    elif isinstance(seen, Absent):
        surely_absent(row, at)
    elif isinstance(seen, CannotTell):
        ask(row, seen.why)
    account_works(taken.account, at)


@transaction.atomic
def surely_absent(row: Outgoing, at: datetime) -> None:
    """The platform does not have it: it may be sent again, unless that was tried often enough."""
    state = State.FAILED if row.attempts >= ATTEMPTS_MAX else State.QUEUED
    if ours(row).update(state=state, token=None, lease_until=None):
        Event.write(row.office_id, "outgoing.absent", row, at=at, state=state)
        if state == State.FAILED:
            tell(row, "outgoing_failed", reason=row.reason)


@transaction.atomic
def ask(row: Outgoing, why: str) -> None:
    """Reading back cannot tell: one screen shows a person both sides."""
    if ours(row).update(asks=True, token=None):
        Event.write(row.office_id, "outgoing.asks", row, why=why)
        tell(row, "outgoing_unknown", reason=row.reason)


def tell(row: Outgoing, kind: str, **data: Any) -> None:
    Notice.give(row.office_id, kind, once=f"outgoing:{row.id}:{kind}", outgoing_id=row.id, text=row.text[:80], **data)


def turn_late(at: datetime) -> None:
    """Past its window: never published silently late; a person decides. Bounded, so one tick stays short."""
    change_all(Outgoing.objects.overdue(at), State.LATE, "outgoing.late", at, notice="outgoing_late")


def give_up_abandoned(at: datetime) -> None:
    """Whoever held these rows is gone: their outcome is unknown."""
    change_all(Outgoing.objects.abandoned(at), State.UNKNOWN, "outgoing.abandoned", at, lease_until=at)


def recover_after_crash(at: datetime) -> None:
    """At the start of the only worker (one machine): nobody holds anything, whatever the leases say."""
    change_all(
        Outgoing.objects.filter(state=State.SENDING),
        State.UNKNOWN,
        "outgoing.abandoned",
        at,
        lease_until=at + LOOK_AGAIN,
    )
    Account.objects.exclude(lane_token=None).update(lane_token=None, lane_until=None)


@transaction.atomic
def change_all(
    rows: OutgoingQuerySet,
    state: str,
    verb: str,
    at: datetime,
    *,
    actor: Officer | None = None,
    notice: str = "",
    why: str = "",
    limit: int = 500,
    **fields: Any,
) -> list[Outgoing]:
    """Move up to `limit` of `rows` to `state` if they still are what `rows` says, with their Events; the moved ones.

    The batch's own token marks which rows this UPDATE really changed (Django has no UPDATE … RETURNING).
    """
    batch = uuid.uuid4()
    ids = list(rows.order_by("id").values_list("id", flat=True)[:limit])
    if not ids or not rows.filter(id__in=ids).update(state=state, token=batch, **fields):
        return []
    moved = list(Outgoing.objects.filter(id__in=ids, token=batch))
    Event.objects.bulk_create(
        Event.of(row.office_id, verb, row, actor=actor, at=at, **({"why": why} if why else {})) for row in moved
    )
    if notice:
        for row in moved:
            tell(row, notice)
    return moved


# --- the console's and the importer's side: these only write rows


def queue(
    account: Account,
    kind: Kind,
    payload: Mapping[str, Any],
    due_at: datetime,
    *,
    late_at: datetime | None = None,
    state: str = State.QUEUED,
    reason: str = "",
) -> Outgoing:
    """A new write, due at `due_at`."""
    return Outgoing.objects.create(
        office_id=account.office_id,
        account=account,
        kind=kind,
        payload=dict(payload),
        due_at=due_at,
        late_at=late_at,
        state=state,
        reason=reason,
    )


@transaction.atomic
def revise(row: Outgoing, at: datetime, actor: Officer | None = None, **fields: Any) -> bool:
    """Change payload, kind, due_at, late_at or state of a row that has not left; False where it is too late."""
    changed = Outgoing.objects.changeable().filter(id=row.id).update(**fields)
    if changed:
        Event.write(row.office_id, "outgoing.revised", row, actor=actor, at=at, fields=sorted(fields))
    return bool(changed)


def withdraw(rows: OutgoingQuerySet, at: datetime, actor: Officer | None = None, why: str = "") -> set[int]:
    """Take rows back before they leave; the ids that really were (any other is being sent, or is out)."""
    moved = change_all(
        rows.changeable(), State.WITHDRAWN, "outgoing.withdrawn", at, actor=actor, why=why, limit=100_000
    )
    return {row.id for row in moved}


def release(row: Outgoing, at: datetime, actor: Officer | None) -> bool:
    """A person lets it go: draft, held, late or failed → queued; at once where its time is past."""
    due_at = max(row.due_at, at)
    late_at = None if row.late_at is None else due_at + (row.late_at - row.due_at)
    waiting = Outgoing.objects.filter(id=row.id, state__in=[State.DRAFT, State.HELD, State.LATE, State.FAILED])
    fields: dict[str, Any] = {"due_at": due_at, "late_at": late_at, "not_before": None, "attempts": 0, "reason": ""}
    return bool(change_all(waiting, State.QUEUED, "outgoing.released", at, actor=actor, **fields))


@transaction.atomic
def found_by_hand(row: Outgoing, at: datetime, actor: Officer | None, permalink: str = "") -> bool:
    """A person looked and it is there: unknown → sent."""
    fields: dict[str, Any] = {
        "sent_at": at,
        "permalink": permalink or row.permalink,
        "asks": False,
        "lease_until": None,
    }
    return bool(change_all(asking(row), State.SENT, "outgoing.found_by_hand", at, actor=actor, **fields))


def send_again(row: Outgoing, at: datetime, actor: Officer | None) -> bool:
    """A person looked and it is not there: unknown → queued."""
    fields: dict[str, Any] = {
        "asks": False,
        "lease_until": None,
        "due_at": max(row.due_at, at),
        "late_at": None,
        "attempts": 0,
    }
    return bool(change_all(asking(row), State.QUEUED, "outgoing.sent_again", at, actor=actor, **fields))


def asking(row: Outgoing) -> OutgoingQuerySet:
    return Outgoing.objects.filter(id=row.id, state=State.UNKNOWN, asks=True)


def confirm(account: Account, remote_ids: Iterable[str], at: datetime) -> None:
    """The platform lists these: what we sent really stands there. Index: outgoing_remote."""
    Outgoing.objects.filter(account=account, remote_id__in=list(remote_ids), confirmed_at=None).exclude(
        remote_id=""
    ).update(confirmed_at=at)
