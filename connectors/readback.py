"""Reading back: what became of a write of unknown outcome, and whether what was sent really stands there.

A write of unknown outcome is looked up patiently (lists lag) and repeated only when it is surely absent; where that
cannot be told, one screen shows a person both sides. What was sent is confirmed by the next poll's listing; what the
listing ought to show and does not is told to a person, and never sent again by itself.
"""

import logging
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from connectors.attempts import ask, end, ours, record_sent
from connectors.base import MODERATION_KINDS, Absent, CannotTell, Connector, Found, Item, Kind, Lookup, Sent
from connectors.errors import ConnectorError, Refused
from connectors.lane import Lane, account_failed, account_works
from connectors.models import LEASE, Account, Outgoing
from connectors.outgoing import tell
from offices.models import Event

log = logging.getLogger(__name__)
State = Outgoing.State

ATTEMPTS_MAX = 5
"""So often a write may vanish (read back as surely absent) before a person is asked instead of a sixth try."""
LOOKS_MIN = 2
"""So often, `LOOK_AGAIN` apart, a write must be found missing before it is surely absent: a list may lag longer than
its platform's usual `lag_s`, and a minute's delay is cheaper than a public double. A look that nobody answered is none:
right after an outage lists lag most."""
LOOK_AGAIN = timedelta(minutes=2)
EARLIER = timedelta(days=1)
"""So much earlier it is looked for before it is sent once more: the clock that told the attempt's time may have been
wrong then and right since (local time taken for UTC, until the network told it better)."""
CLOCKS = timedelta(seconds=60)
"""By how much a platform's clock may differ from ours."""


def look_up(taken: Lane, row_id: int) -> None:
    """Read back a row of unknown outcome: it is there, it surely is not, or a person must say."""
    token = uuid.uuid4()
    at = timezone.now()
    mine = Outgoing.objects.to_look_up(at).filter(id=row_id)
    if not mine.update(token=token, lease_until=at + LEASE):
        return
    row = Outgoing.objects.get(id=row_id)
    try:
        seen = told(taken.connector, row)
    except ConnectorError as error:
        look_again(row, at)
        account_failed(taken.account, error, at)
        return
    row.looks += 1
    if isinstance(seen, Found):
        record_sent(row, seen.sent, read_back=True)
    elif isinstance(seen, CannotTell):
        ask(row, seen.why, row.reason)
    elif row.looks < LOOKS_MIN and not Kind(row.kind).is_moderation:
        look_again(row, at)
    else:
        surely_absent(row, at)
    account_works(taken.account, at)


def told(connector: Connector, row: Outgoing) -> Lookup:
    """What the platform says of it. ConnectorError where it did not answer."""
    item, since = row.item(), row.attempted_at or row.created_at
    if item.kind.is_moderation:
        return Absent()
    try:
        seen = look(connector, item, since)
        if isinstance(seen, Found) and is_anothers(row, seen.sent):
            return CannotTell("what is found is another write's")
        last = isinstance(seen, Absent) and row.looks + 1 >= LOOKS_MIN
        return look_earlier(connector, row, item, since) if last else seen
    except Refused as error:  # what it would stand under is gone, or not ours to see: no later look would tell
        return CannotTell(f"{error.reason}")
    except (ConnectorError, DatabaseError):
        raise
    except Exception as error:
        log.exception("%s: the connector broke while reading back", row)
        return CannotTell(type(error).__name__)


def look(connector: Connector, item: Item, since: datetime) -> Lookup:
    """Lists carry the platform's times. Where its answers show that this machine's clock is ahead of it, they are
    looked through once more from as much earlier: else what stands there would count as older than the attempt."""
    seen = connector.find_own(item, since)
    ahead = connector.network.clock.ahead()
    return connector.find_own(item, since - ahead) if isinstance(seen, Absent) and ahead > CLOCKS / 2 else seen


def look_earlier(connector: Connector, row: Outgoing, item: Item, since: datetime) -> Absent | CannotTell:
    """Just that stands there from before the attempt, and no other row put it there: a person looks whose it is."""
    seen = connector.find_own(item, since - EARLIER)
    if not isinstance(seen, Found) or is_anothers(row, seen.sent):
        return Absent()
    return CannotTell("the same stands there from before the attempt")


def is_anothers(row: Outgoing, sent: Sent) -> bool:
    """Whether some other write became this item; of whichever kind, for not every list tells kinds apart. (Decisions
    about an item carry its id, too.) Index: outgoing_remote."""
    same = Outgoing.objects.filter(account=row.account_id, remote_id=sent.remote_id).exclude(id=row.pk)
    return same.exclude(kind__in=sorted(MODERATION_KINDS)).exists()


def look_again(row: Outgoing, at: datetime) -> None:
    """Where the platform does not answer its account rests, longer each time (`lane.account_failed`)."""
    ours(row).update(lease_until=at + LOOK_AGAIN, looks=row.looks)


@transaction.atomic
def surely_absent(row: Outgoing, at: datetime) -> None:
    """The platform does not have it: it may be sent again, unless that was tried often enough, or it was taken back."""
    state = State.FAILED if row.attempts >= ATTEMPTS_MAX else State.QUEUED
    if end(row, state, "outgoing.absent", at, row.reason, {"attempt": row.attempts}) == State.FAILED:
        tell(row, "outgoing_failed", reason=row.reason)


def confirm(account: Account, remote_ids: Iterable[str], at: datetime) -> None:
    """The platform lists these: what we sent really stands there (again). Index: outgoing_remote."""
    listed = Outgoing.objects.filter(account=account, remote_id__in=list(remote_ids)).exclude(remote_id="")
    listed.filter(confirmed_at=None).update(confirmed_at=at)
    back = listed.exclude(vanished_at=None)
    for row in list(back):
        if back.filter(id=row.id).update(vanished_at=None):
            Event.write(row.office_id, "outgoing.back", row, at=at)


def miss(account: Account, remote_ids: Collection[str], since: datetime, at: datetime) -> None:
    """The platform lists everything of ours since `since` (by our clock), and these alone: whatever else of that time
    we sent is gone (taken down there, or never really accepted). A person is told; nothing is sent again. Index:
    outgoing_standing."""
    lag = timedelta(seconds=account.capability.lag_s)
    begun = max(since + CLOCKS, account.connected_at or since)  # before that it may have been another page's
    standing = Outgoing.objects.filter(account=account).standing(begun, at - lag)
    for row in standing.exclude(remote_id__in=remote_ids):
        with transaction.atomic():
            if Outgoing.objects.filter(id=row.id, vanished_at=None).update(vanished_at=at):
                Event.write(row.office_id, "outgoing.vanished", row, at=at, confirmed=row.confirmed_at is not None)
                tell(row, "outgoing_vanished")
