"""Posts with pictures wait while their platform could not fetch them from here, and a person is told before their time.

While such posts are near, the desk asks its own public address again and again. What only the platform can tell is
tried at a sign-in (`lane.check`), also after it refused a post for it. Once the address answers, they go out by
themselves, or are late and ask a person.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from connectors.base import POST_KINDS, Kind
from connectors.errors import Reason
from connectors.models import PLATFORMS, Account, Outgoing, OutgoingQuerySet, connector_class
from connectors.public_media import Trouble, trouble
from offices.models import Event, Notice

EVERY = timedelta(minutes=5)
"""As the timetable looks."""
AHEAD = timedelta(hours=24)
"""So long before its time a post is worth asking for."""
KIND = "media_unreachable"
TELL_AGAIN = timedelta(hours=24)
"""Put away and still in the way, it is told once more after so long."""
WITH_MEDIA = sorted(POST_KINDS - {Kind.TEXT})


def look(at: datetime) -> int:
    """Ask our own address, where posts of the coming day need it. How many accounts those are for."""
    fetching = [platform for platform in PLATFORMS if connector_class(platform).capability.fetches_media]
    near = Outgoing.objects.filter(account=OuterRef("pk"), kind__in=WITH_MEDIA, state=Outgoing.State.QUEUED)
    rows = Account.objects.filter(Exists(near.filter(due_at__lt=at + AHEAD)), platform__in=fetching)  # outgoing_lane
    accounts = list(rows.filter(state=Account.State.GREEN))
    why = trouble() if accounts else None
    for account in accounts:
        if why is not None or account.media_trouble != Trouble.REFUSED:  # that we reach ourselves is known there
            learnt(account, why, at)
    return len(accounts)


def learnt(account: Account, why: Trouble | None, at: datetime) -> None:
    """What is in the way of `account`'s pictures; None: nothing."""
    was = account.media_reachable
    account.media_reachable, account.media_trouble = why is None, why or ""
    account.save(update_fields=["media_reachable", "media_trouble"])
    once = f"account:{account.id}:media"
    if why is not None:
        waiting, is_new = hold(account, at), was is not False
        if is_new:
            Event.write(account.office_id, "account.media_unreachable", account, at=at, reason=why)
        page, about = reverse("account", args=[account.id]), str(account)
        if waiting and (is_new or not told_since(account.office_id, page, at - TELL_AGAIN)):
            Notice.give(account.office_id, KIND, once=once, urgent=True, address=page, account=about)
    elif was is False:
        let_go(account)
        Event.write(account.office_id, "account.media_reachable", account, at=at)
        Notice.objects.filter(once=once).update(seen_at=at, once=None)


def told_since(office_id: int, page: str, since: datetime) -> bool:
    """Whether a notice about it was given, put away since or not. Index: the office's."""
    return Notice.objects.filter(office=office_id, kind=KIND, address=page, at__gt=since).exists()


def hold(account: Account, at: datetime) -> int:
    """The posts of the coming day wait until we have looked again. How many they are."""
    near = _queued(account).filter(kind__in=WITH_MEDIA, due_at__lt=at + AHEAD)
    until = at + 2 * EVERY
    sooner = near.filter(Q(not_before=None) | Q(not_before__lt=until))
    sooner.update(not_before=until, reason=Reason.MEDIA_UNREACHABLE)
    return near.count()


def let_go(account: Account) -> None:
    _queued(account).filter(reason=Reason.MEDIA_UNREACHABLE).update(not_before=None, reason="")


def _queued(account: Account) -> OutgoingQuerySet:
    """Index: outgoing_lane."""
    return Outgoing.objects.filter(account=account, state=Outgoing.State.QUEUED)
