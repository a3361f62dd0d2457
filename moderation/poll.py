"""Fetch citizens' messages from an account and store each once. Judging is the next step's work (`triage.py`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from connectors.base import Batch, Incoming
from connectors.errors import ConnectorError
from connectors.lane import account_failed, account_works, lane
from connectors.models import Account
from connectors.readback import confirm, miss
from moderation import staff_answers
from moderation.models import Message
from moderation.records import changes, watching
from offices import prepared
from offices.many import insert_many
from offices.models import Event
from scheduler.models import Delivery

NOT_AHEAD = timedelta(0)
BEFORE_US = timedelta(days=7)
"""What was written longer than this before the account was connected is kept, but nobody is asked to answer it now."""


@prepared.select
def to_fetch(at: datetime) -> QuerySet[Account, int]:
    """Accounts that it is time to read."""
    return Account.objects.to_fetch(at).values_list("id", flat=True)


def fetch(account_id: int) -> None:
    """One reading of one account, under its lane. Rows and cursor are committed batch by batch: a crash repeats
    the batch (the database knows each message already), and never skips one."""
    with lane(account_id) as taken:
        if taken is None:
            return
        account = taken.account
        try:
            for batch in taken.connector.fetch(account.cursor):
                store(account, batch, timezone.now(), taken.connector.network.clock.ahead())
                if not taken.renew():
                    return
        except ConnectorError as error:
            account_failed(account, error, timezone.now())
        else:
            account_works(account, timezone.now())
            watching.look(taken, timezone.now())
        finally:
            next_at = timezone.now() + timedelta(seconds=settings.POLL_SECONDS)
            Account.objects.filter(id=account_id).update(next_fetch_at=next_at)


def store(account: Account, batch: Batch, at: datetime, ahead: timedelta = NOT_AHEAD) -> None:
    """Write a batch in one transaction; once more, where another way brought one of its messages at this moment."""
    try:
        write(account, batch, at, ahead)
    except IntegrityError:
        write(account, batch, at, ahead)


@transaction.atomic
def write(account: Account, batch: Batch, at: datetime, ahead: timedelta) -> None:
    """New messages, the cursor behind them, and which of our posts the platform listed; it says by its own clock, of
    which ours is `ahead`, from when on."""
    take(account, citizens_of(account, batch.messages), at)
    staff_answers.note(account, batch.own, at)
    keep_cursor(account.pk, dict(batch.cursor))
    if batch.posts_seen:
        confirm(account, batch.posts_seen, at)
    if batch.posts_complete_since is not None:
        miss(account, batch.posts_seen, batch.posts_complete_since + ahead, at)


@prepared.update
def keep_cursor(account: int, cursor: Mapping[str, Any]) -> prepared.Change:
    return Account.objects.filter(id=account), {"cursor": cursor}


def store_messages(account: Account, messages: Iterable[Incoming], at: datetime) -> None:
    """New messages of citizens, fetched or brought by webhook: each once, however often and by whichever way. One that
    is known and says something else now was changed by its author.

    What is known is asked first: most of a poll is, and a row that is not tried costs nothing. Where two ways bring
    the same message at one moment, the database keeps the first (message_once), and the second looks once more.
    """
    citizens = citizens_of(account, messages)
    try:
        with transaction.atomic():
            take(account, citizens, at)
    except IntegrityError:
        with transaction.atomic():
            take(account, citizens, at)


Key = tuple[str, str]
"""Kind and remote id; one without an id is always kept."""


def citizens_of(account: Account, messages: Iterable[Incoming]) -> dict[Key, Incoming]:
    return {(str(one.kind), one.remote_id or str(one)): one for one in messages if one.author_id != account.remote_id}


def take(account: Account, citizens: Mapping[Key, Incoming], at: datetime) -> None:
    """In the caller's transaction, which an IntegrityError ends."""
    stored = known(account, citizens.values())
    store_new(account, [one for key, one in citizens.items() if key not in stored], at)
    for key, (message_id, text, held) in stored.items():
        if key not in citizens:
            continue
        if held and not citizens[key].held:  # a colleague let it through there
            Message.objects.filter(id=message_id).update(held=False)
        if changes.says_something_else(text, citizens[key].text):
            changes.note(message_id, citizens[key], at)


def known(account: Account, messages: Iterable[Incoming]) -> dict[Key, tuple[int, str, bool]]:
    """Those that a row holds already: its id, what it says, whether it was held back. Index: message_by_id."""
    ids = [one.remote_id for one in messages if one.remote_id]
    stored = Message.objects.filter(account=account, remote_id__in=ids)
    rows = stored.values_list("kind", "remote_id", "id", "text", "held")
    return {(kind, remote_id): (pk, text, held) for kind, remote_id, pk, text, held in rows}


def store_new(account: Account, messages: Sequence[Incoming], at: datetime) -> None:
    """Their rows and Events, in two statements."""
    if not messages:
        return
    deliveries = deliveries_of(account, {one.post for one in messages if one.post})
    rows = insert_many([message_of(account, one, deliveries.get(one.post), at) for one in messages])
    insert_many([Event.of(row.office_id, "message.received", row, at=at) for row in rows])


def deliveries_of(account: Account, post_ids: Iterable[str]) -> dict[str, int]:
    """Ids of our Deliveries behind the platform's post ids. Index: outgoing_remote."""
    found = Delivery.objects.filter(outgoing__account=account, outgoing__remote_id__in=post_ids)
    return dict(found.values_list("outgoing__remote_id", "id"))


def message_of(account: Account, one: Incoming, delivery: int | None, at: datetime) -> Message:
    old = account.connected_at is not None and one.written_at < account.connected_at - BEFORE_US
    return Message(
        office_id=account.office_id,
        account=account,
        delivery_id=delivery,
        kind=one.kind,
        channel=account.get_platform_display(),
        remote_id=one.remote_id,
        post_remote_id=one.post,
        parent_remote_id=one.parent,
        thread=one.thread or one.parent or one.remote_id,
        author_id=one.author_id,
        author_handle=one.author_handle,
        author_name=one.author_name,
        text=one.text,
        post_text=one.post_text,
        permalink=one.permalink,
        held=one.held,
        written_at=one.written_at,
        stored_at=at,
        raw=dict(one.raw),
        state=Message.State.DONE if old else Message.State.NEW,
    )
