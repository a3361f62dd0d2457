"""From a Notice to the telephones of whoever is to know: spread, grouped, in working hours, urgent ones at once.

Two workers never tell the same thing: a Telling is claimed by a conditional UPDATE before anything leaves. Where the
worker dies after that, its lease runs out and it is told again: doubled rather than lost, for a notice that is read
twice harms nobody, and one about somebody in danger that never arrives might. What cannot be delivered is tried
`TRIES` times, and then shown on the page "where I am told"; the notice itself stands on the desk all the while.
"""

import logging
import uuid
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from offices.models import Notice
from offices.outbox.models import Telling, ToldAt
from offices.outbox.wire import send
from offices.outbox.words import message_of
from offices.outbox.worktime import next_open

State = Telling.State
GATHER = timedelta(minutes=2)
"""What is not urgent waits so long for company."""
LEASE = timedelta(minutes=5)
"""Outlasts a message to one address (`wire.TIMEOUT_S`)."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
TRIES = len(WAITS) + 1
KEPT = timedelta(days=30)
OLD = timedelta(days=2)
"""A notice that waited longer than this to be spread (the outbox was new, or stood still) is not told any more."""

logger = logging.getLogger(__name__)


def spread(at: datetime) -> int:
    """Each new Notice, once, to the addresses that want it. Index: notice_unspread."""
    rows = list(Notice.objects.unspread().select_related("office").order_by("id")[:100])
    for notice in rows:
        spread_one(notice, at)
    return len(rows)


@transaction.atomic
def spread_one(notice: Notice, at: datetime) -> None:
    if not Notice.objects.unspread().filter(id=notice.id).update(spread_at=at):
        return
    if notice.at < at - OLD:
        return
    due_at = at if notice.urgent else next_open(notice.office, at + GATHER)
    wanted = ToldAt.objects.wanting(notice)
    Telling.objects.bulk_create(Telling(notice=notice, told_at=one, due_at=due_at) for one in wanted)


def send_due(at: datetime) -> int:
    """What is due, as one message an address; how many messages were tried. Index: telling_due."""
    found = Telling.objects.due(at).order_by("told_at_id", "id").values_list("told_at_id", flat=True)
    places = [place for place, _ in groupby(found[:500])]
    for place in places[:20]:
        send_to(place, at)
    return len(places[:20])


def send_to(place: int, at: datetime) -> None:
    claimed = claim(place, at)
    notices = [one.notice for one in claimed if one.notice.seen_at is None]
    told_at = ToldAt.objects.get(id=place)
    if not notices:
        finish(claimed, at, State.NEEDLESS)
    elif send(told_at.url, *message_of(notices)):
        finish(claimed, at, State.TOLD)
        ToldAt.objects.filter(id=place).update(last_ok_at=at, failed_at=None)
    else:
        logger.warning("A notice did not reach address %s", place)
        ToldAt.objects.filter(id=place, failed_at=None).update(failed_at=at)
        for one in claimed:
            try_again(one, at)


def claim(place: int, at: datetime) -> list[Telling]:
    """All that is due there, ours alone from now until the lease ends. With something urgent goes what waits, too."""
    token = uuid.uuid4()
    Telling.objects.due(at).filter(told_at=place).update(state=State.SENDING, token=token, due_at=at + LEASE)
    return list(Telling.objects.filter(token=token).select_related("notice").order_by("-notice__urgent", "id"))


def finish(rows: list[Telling], at: datetime, state: str) -> None:
    Telling.objects.filter(token__in={row.token for row in rows}).update(state=state, ended_at=at, token=None)


def try_again(row: Telling, at: datetime) -> None:
    mine = Telling.objects.filter(id=row.id, token=row.token)
    if row.tries + 1 >= TRIES:
        mine.update(state=State.FAILED, tries=row.tries + 1, ended_at=at, token=None)
    else:
        mine.update(state=State.WAITING, tries=row.tries + 1, due_at=at + WAITS[row.tries], token=None)


def drop_old(at: datetime) -> None:
    """Index: telling_ended."""
    Telling.objects.filter(ended_at__lt=at - KEPT).delete()
