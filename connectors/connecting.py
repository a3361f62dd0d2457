"""An account's keys: entered, entered anew, and erased where a person disconnects it.

A disconnected account keeps its row, for what was sent and heard there; nobody gets its lane, so nothing is read there
or sent by it. Whoever enters its keys anew takes it into use again.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from connectors import lane, outgoing
from connectors.errors import Reason
from connectors.models import Account, Outgoing, OutgoingQuerySet
from offices.models import Event, Notice, Office, Officer, subject_of

State = Outgoing.State

ERASED: dict[str, Any] = {"secrets": {}, "session": {}, "check_wanted_at": None}
FORGOTTEN: dict[str, Any] = {
    "reason": "",
    "failures": 0,
    "parked_until": None,
    "next_post_at": None,
    "permissions": {},
    "allowances": [],
    "quota_told": {},
    "media_reachable": None,
    "media_trouble": "",
    # what citizens write until it is connected again is not answered then; the cursor stays, nothing is missed
    "connected_at": None,
}
"""What was known of a connection that has ended."""


@transaction.atomic
def add(office: Office, platform: str, handle: str, secrets: dict[str, Any], at: datetime, actor: Officer) -> Account:
    """A new account, not checked yet."""
    account = Account.objects.create(office=office, platform=platform, handle=handle, secrets=secrets)
    Event.write(office.pk, "account.added", account, actor=actor, at=at)
    lane.want_check(account, at)
    return account


@transaction.atomic
def enter_keys(account: Account, secrets: dict[str, Any], at: datetime, actor: Officer) -> bool:
    """Keys entered anew, and a sign-in wished for. False where the account was disconnected, or taken into use again,
    since it was read: what was kept then is not put back.

    Whoever still uses it with the old keys loses the lane, and neither keeps a session nor says how the account is.
    """
    mine = Account.objects.filter(id=account.id)
    if account.state != Account.State.OFF:
        return bool(mine.in_use().update(secrets=secrets, check_wanted_at=at))
    again = {"state": Account.State.NEW, "secrets": secrets, "check_wanted_at": at, "lane_token": uuid.uuid4()}
    done = mine.filter(state=Account.State.OFF).update(**FORGOTTEN | again)
    if done:
        Event.write(account.office_id, "account.again", account, actor=actor, at=at)
    return bool(done)


def disconnect(account: Account, at: datetime, actor: Officer) -> bool:
    """Nothing more is read or sent; keys and session are erased. False where somebody else was quicker.

    What is on its way to the platform is left to end: whoever sends it records it, but keeps no session.
    """
    with transaction.atomic():
        mine = Account.objects.filter(id=account.id).in_use()
        if not mine.update(state=Account.State.OFF, **ERASED, **FORGOTTEN):
            return False
        Event.write(account.office_id, "account.disconnected", account, actor=actor, at=at)
        page = reverse("account", args=[account.id])
        about = Q(once__startswith=f"account:{account.id}:") | Q(address=page, kind="account_silent")
        Notice.objects.filter(about, seen_at=None).update(seen_at=at, once=None)
    ask_for_disconnected(at)
    return True


def ask_for_disconnected(at: datetime) -> None:
    """What nobody will look up or send any more asks a person: attempts in doubt, and answers that are due. (A post
    asks by itself, once its time has passed.) Indexes: outgoing_look, outgoing_lane."""
    off = list(Account.objects.filter(state=Account.State.OFF).values_list("id", flat=True))
    if not off:
        return
    rows = Outgoing.objects.filter(account__in=off)
    why = Reason.DISCONNECTED
    doubtful = rows.filter(state=State.UNKNOWN, asks=False)
    outgoing.change_all(doubtful, State.UNKNOWN, "outgoing.asks", at, notice="outgoing_unknown", asks=True, reason=why)
    due = rows.filter(state=State.QUEUED, late_at=None, due_at__lte=at)
    outgoing.change_all(due, State.LATE, "outgoing.late", at, notice="outgoing_late", reason=why)


def waiting(account: Account) -> OutgoingQuerySet:
    """What is queued for it. Index: outgoing_lane."""
    return Outgoing.objects.filter(account=account, state=State.QUEUED)


def ended(account: Account) -> Event | None:
    """When it was disconnected, and by whom. Index: event_of_subject."""
    if account.state != Account.State.OFF:
        return None
    of_account = Event.objects.filter(office=account.office_id, subject=subject_of(account))
    return of_account.filter(verb="account.disconnected").select_related("actor").order_by("-id").first()
