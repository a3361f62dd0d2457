"""Claim → send → record: exactly one public item for a row.

What holds it together (docs/decisions/0004-exactly-once.md):
- a row is claimed by a conditional UPDATE whose WHERE clause is the re-check: withdrawn, edited, unapproved, paused,
  an account turned red — any of these and the claim fails;
- the call to the platform stands outside every transaction: a rollback must not forget a post that is public;
- right before the irreversible request the connector calls `remember`, which commits the handle and asks whether
  this attempt still holds the row and the lane: a sender that froze and woke up after another took over stops there,
  and so does one whose row was taken back meanwhile;
- only the holder of the attempt's token records; a write of unknown outcome is read back, never just repeated.

In the ordinary path a write costs four statements: the claim, `remember`, the record, and the attempt's Event, which
keeps when it began, what was sent and what came back (digests and names, no words and no secrets).
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from connectors import outgoing
from connectors.allowances import Room, hold_back
from connectors.attempts import record_failure, record_sent, record_stopped
from connectors.base import Connector, Item, Kind, Remember, Sent
from connectors.errors import ConnectorError, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.lane import Lane, account_works, lane
from connectors.models import LEASE, Account, Outgoing
from connectors.readback import look_up
from offices import prepared

log = logging.getLogger(__name__)
State = Outgoing.State

AT_ONCE = 20
"""Rows read for one holding of a lane; what is left comes with the next tick."""


class TakenOver(Exception):
    """This attempt no longer holds its row (it froze and another reconciled): it must not write."""


def accounts_with_work(at: datetime) -> list[int]:
    """Ids of accounts with something to send or to read back, whose lane is free.

    Before that, rows past their window turn late and claims left behind turn unknown: both need no platform.
    """
    if overdue(at):  # asked first: a transaction each second would take SQLite's one write lock for nothing
        outgoing.turn_late(at)
    if abandoned(at):
        outgoing.give_up_abandoned(at)
    return sorted({*accounts_due(at), *accounts_in_doubt(at)})


@prepared.select
def overdue(at: datetime) -> QuerySet[Outgoing, int]:
    return Outgoing.objects.overdue(at).values_list("id", flat=True)[:1]


@prepared.select
def abandoned(at: datetime) -> QuerySet[Outgoing, int]:
    return Outgoing.objects.abandoned(at).values_list("id", flat=True)[:1]


@prepared.select
def accounts_due(at: datetime) -> QuerySet[Outgoing, int]:
    """Accounts with something to send, whose lane is free and whom no message about it is on its way to."""
    ready = Account.objects.ready(at).not_woken(at)
    return Outgoing.objects.due(at).filter(account__in=ready).values_list("account", flat=True).distinct()


def next_due_at(after: datetime, until: datetime) -> datetime | None:
    """When the next post or answer becomes due, where that is before `until`."""
    return next(iter(due_times(after, until)), None)


@prepared.select
def due_times(after: datetime, until: datetime) -> QuerySet[Outgoing, datetime]:
    """The first of them. Index: outgoing_due."""
    soon = Outgoing.objects.filter(state=State.QUEUED, due_at__gt=after, due_at__lt=until)
    return soon.order_by("due_at").values_list("due_at", flat=True)[:1]


@prepared.select
def accounts_in_doubt(at: datetime) -> QuerySet[Outgoing, int]:
    ready = Account.objects.ready(at).not_woken(at)
    return Outgoing.objects.to_look_up(at).filter(account__in=ready).values_list("account", flat=True).distinct()


def woken(account_ids: list[int], at: datetime) -> list[int]:
    """Those of them that nobody was told of meanwhile; their messages are on their way now: without this each tick
    would send another until a worker is free. Locked in one order: two ticks, of which one took long, would else wait
    for each other for ever.
    """
    if not account_ids:
        return []
    with transaction.atomic():
        rows = Account.objects.filter(id__in=account_ids).not_woken(at).order_by("id").select_for_update()
        mine = list(rows.values_list("id", flat=True))
        Account.objects.filter(id__in=mine).update(woken_at=at)
    return mine


def work_off(account_id: int) -> int:
    """Hold the account's lane; read back what is doubtful, then send what is due, in order. Returns rows handled."""
    done = 0
    with lane(account_id) as taken:
        if taken is None:
            return 0
        for row_id in next_doubtful(account_id, timezone.now()):
            if not taken.keep():
                return done
            look_up(taken, row_id)
            done += 1
        room = Room(taken.account, taken.connector)
        for row in next_due(account_id, timezone.now()):
            if not taken.keep():
                break  # somebody else has the account by now
            spent = room.spent(Kind(row.kind), timezone.now())
            if spent and not spent.kinds:
                break  # everything is used up: the lane rests
            if spent:
                hold_back(taken.account, spent.kinds, spent.until, timezone.now(), spent.name)
                continue  # a sure no: it waits until there is more
            if not claim(row, timezone.now()):
                continue  # changed since it was read, or to wait after all: the next tick sees it as it is then
            done += 1
            room.wrote(Kind(row.kind))
            if not send(taken, row):
                break  # the lane rests: the account, not this row, has the trouble
    return done


@prepared.select_by_key
def next_due(account: int, at: datetime) -> QuerySet[Outgoing]:
    """The account's first due rows, in order. Index: outgoing_lane."""
    return Outgoing.objects.due(at).filter(account=account).order_by("due_at", "id")[:AT_ONCE]


@prepared.select_by_key
def next_doubtful(account: int, at: datetime) -> QuerySet[Outgoing, int]:
    """Those of the account that it is time to read back. Index: outgoing_look."""
    return Outgoing.objects.to_look_up(at).filter(account=account).values_list("id", flat=True)[:AT_ONCE]


def claim(row: Outgoing, at: datetime) -> bool:
    """Hold the row for one attempt; False where it is no longer as it was read, or no longer due."""
    token = uuid.uuid4()
    if not hold(row.pk, row.revision, at, token):
        return False
    row.state, row.token, row.lease_until, row.attempted_at = State.SENDING, token, at + LEASE, at
    row.attempts, row.revision, row.looks, row.asks, row.reason = row.attempts + 1, row.revision + 1, 0, False, ""
    space_out(row, at)
    return True


@prepared.update
def hold(row: int, revision: int, at: datetime, token: uuid.UUID) -> prepared.Change:
    """The claim: its WHERE clause is the re-check."""
    as_read = Outgoing.objects.due(at).filter(id=row, revision=revision)
    held: dict[str, Any] = {"state": State.SENDING, "token": token, "lease_until": at + LEASE, "attempted_at": at}
    held |= {"attempts": F("attempts") + 1, "revision": F("revision") + 1, "looks": 0, "asks": False, "reason": ""}
    return as_read, held


def space_out(row: Outgoing, at: datetime) -> None:
    """After a post that is overdue (an outage, a pause) the account's next one waits a little."""
    spacing = timedelta(seconds=settings.SPACING_SECONDS)
    if Kind(row.kind).is_post and row.due_at < at - spacing:
        Account.objects.filter(id=row.account_id).update(next_post_at=at + spacing)


def send(taken: Lane, row: Outgoing) -> bool:
    """One attempt at one claimed row. False where the account has to rest before the next."""
    wrote = False

    def remember(handle: Mapping[str, str]) -> None:
        nonlocal wrote
        row.handle = {**row.handle, **handle}
        assert row.token is not None
        if not keep_handle(row.pk, row.token, taken.token, row.handle, timezone.now()) or not taken.keep():
            raise TakenOver
        wrote = True

    try:
        sent = write(taken.connector, row.item(), remember)
    except TakenOver:
        if record_stopped(taken.account, row, wrote):
            return True
        log.warning("%s: another attempt took over; nothing was written by this one", row)
        return False
    except ConnectorError as error:
        return record_failure(taken.account, row, error)
    except Exception as error:
        log.exception("%s: %s broke", row, "the database" if isinstance(error, DatabaseError) else "the connector")
        close_old_connections()  # one that is broken can record nothing
        return record_failure(taken.account, row, meant(error, wrote))
    record_sent(row, sent)
    if taken.account.failures:
        account_works(taken.account, timezone.now())
    return True


def meant(error: Exception, wrote: bool) -> ConnectorError:
    """What an error that is none of a connector's means for the row."""
    detail = type(error).__name__
    if wrote:
        return OutcomeUnknown(Reason.UNREADABLE, detail)
    if isinstance(error, DatabaseError):  # `remember` could not commit
        return Unreachable(Reason.FROZEN, detail)
    return Refused(Reason.UNREADABLE, detail)  # nothing was done, and trying again would only break again


@prepared.update
def keep_handle(
    row: int, token: uuid.UUID, lane_token: uuid.UUID, handle: Mapping[str, Any], at: datetime
) -> prepared.Change:
    """The fence: only while row and lane are still this attempt's, and nobody took the row back."""
    holder = Account.objects.filter(id=OuterRef("account_id"), lane_token=lane_token)
    still_ours = Outgoing.objects.filter(Exists(holder), id=row, token=token, state=State.SENDING, unwanted=None)
    return still_ours, {"handle": handle, "lease_until": at + LEASE}


def write(connector: Connector, item: Item, remember: Remember) -> Sent:
    if item.kind.is_post:
        return connector.publish(item, remember)
    if item.kind is Kind.DELETE:
        connector.delete_own(item, item.parent)
        return Sent(item.parent)
    return connector.moderate(item) if item.kind.is_moderation else connector.reply(item, remember)
