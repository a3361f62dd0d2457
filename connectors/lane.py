"""An account's lane: one user of an account at a time, for reads as for writes, and its health afterwards.

Sessions and tokens rotate with use and no client library is thread-safe, so whoever wants to talk to a platform
first takes the account's lane by a conditional UPDATE (the same on SQLite and PostgreSQL), and gives it back.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone

from connectors import allowances, media_address, outgoing
from connectors.base import Connector, Identity
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Unreachable
from connectors.models import LEASE, Account, AccountQuerySet, Outgoing, bare
from connectors.public_media import Trouble, probe_address, trouble
from connectors.sessions import LONGEST_CALL_S
from connectors.shared_use import note
from offices import prepared
from offices.models import Event, Notice, subject_of

State = Outgoing.State

REST_AFTER_FAILURE = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
REST_AFTER_LIMIT = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)]
"""For a platform that does not say until when (Instagram's "please wait a few minutes")."""
LONGEST_CALL = timedelta(seconds=LONGEST_CALL_S)
SILENT_AFTER = timedelta(hours=1)
SILENT_FAILURES = 4
"""So many in a row and so long without anything that worked: a person is told. The account is tried on, and green."""


class Lane:
    """The account while we hold it, and the connector made for this one use."""

    def __init__(self, account: Account, token: uuid.UUID, at: datetime) -> None:
        self.account = account
        self.token = token
        self.taken_at = at
        self.connector: Connector = account.connector()

    def held(self) -> AccountQuerySet:
        """The account's row, while the lane is ours."""
        return Account.objects.filter(id=self.account.id, lane_token=self.token)

    def renew(self) -> bool:
        """Hold it for another LEASE; False where somebody else has taken it."""
        self.taken_at = timezone.now()
        return bool(self.held().update(lane_until=self.taken_at + LEASE))

    def keep(self) -> bool:
        """Renew it where the longest call would outlast it; False where somebody else has taken it."""
        return timezone.now() - self.taken_at < LEASE - LONGEST_CALL or self.renew()


@contextmanager
def lane(account_id: int) -> Iterator[Lane | None]:
    """Take the lane, or yield None where somebody has it; afterwards keep the session and give the lane back."""
    token = uuid.uuid4()
    now = timezone.now()
    rows = take(account_id, now, token)
    if not rows:
        yield None
        return
    session: dict[str, Any] = {}
    try:
        taken = Lane(rows[0], token, now)
        before = dict(taken.account.session)
        try:
            yield taken
        finally:
            after = dict(taken.connector.session())
            if after != before:
                session["session"] = after
            session |= what_is_left(taken, timezone.now())
            note(taken.account.project, taken.connector.used())
            taken.connector.close()
    finally:
        mine = Account.objects.filter(id=account_id, lane_token=token).in_use()  # a session that was erased stays so
        if not session or not mine.update(lane_token=None, lane_until=None, **session):
            give_back(account_id, token)


@prepared.update_returning
def take(account: int, at: datetime, token: uuid.UUID) -> tuple[AccountQuerySet, dict[str, Any]]:
    """The account, where its lane was free; nobody gets that of a disconnected one."""
    free = Account.objects.filter(id=account).in_use().lane_is_free(at)
    return free, {"lane_token": token, "lane_until": at + LEASE, "woken_at": None}


@prepared.update
def give_back(account: int, token: uuid.UUID) -> prepared.Change:
    return Account.objects.filter(id=account, lane_token=token), {"lane_token": None, "lane_until": None}


def what_is_left(taken: Lane, at: datetime) -> dict[str, Any]:
    """What this use has learnt of the platform's limits, as fields of the account; one that covers everything and is
    used up rests the lane until there is more."""
    learnt = taken.connector.allowances()
    if not learnt:
        return {}
    known = allowances.in_force(taken.account, learnt, at)
    kept: dict[str, Any] = {"allowances": [allowances.as_json(one) for one in known]}
    rests = [one for one in known if not one.kinds and one.spent(at)]
    if rests:
        until = max(one.until for one in rests)
        kept |= {"parked_until": until, "reason": Reason.QUOTA_SPENT}
        account, why = taken.account, Reason.QUOTA_SPENT
        Event.write(account.office_id, "account.parked", account, at=at, reason=why, until=until.isoformat())
    return kept


def account_works(account: Account, at: datetime) -> None:
    """The platform answered: forget past failures. It does not turn a red account green: only a sign-in does."""
    Account.objects.filter(id=account.id).update(last_ok_at=at, failures=0, parked_until=None)


def account_failed(account: Account, error: ConnectorError, at: datetime) -> None:
    """What an error means for the account: red, parked, or a short rest. The error of one item changes nothing here."""
    row = Account.objects.filter(id=account.id)
    if isinstance(error, LoginNeeded):
        turn_red(account, error.reason, at)
    elif isinstance(error, RateLimited):
        until = error.until or at + step(REST_AFTER_LIMIT, account.failures)
        row.update(parked_until=until, reason=error.reason, last_error_at=at, failures=F("failures") + 1)
        Event.write(account.office_id, "account.parked", account, at=at, reason=error.reason, until=until.isoformat())
    elif isinstance(error, Unreachable):
        until = at + step(REST_AFTER_FAILURE, account.failures)
        row.update(parked_until=until, reason=error.reason, last_error_at=at, failures=F("failures") + 1)
    if isinstance(error, RateLimited | Unreachable):
        _tell_silence(account, at)


def _tell_silence(account: Account, at: datetime) -> None:
    """Once for each silence: nothing can be read or written there, and no person would see it by themselves."""
    worked = account.last_ok_at
    if account.failures + 1 < SILENT_FAILURES or worked is None or at - worked < SILENT_AFTER:
        return
    silences = Event.objects.filter(office=account.office_id, verb="account.silent", subject=subject_of(account))
    if silences.filter(at__gt=worked).exists():  # index: event_of_subject
        return
    Event.write(account.office_id, "account.silent", account, at=at)
    page = reverse("account", args=[account.id])
    Notice.give(account.office_id, "account_silent", address=page, account=str(account))


def step(rests: list[timedelta], failures: int) -> timedelta:
    return rests[min(failures, len(rests) - 1)]


def turn_red(account: Account, reason: Reason, at: datetime) -> None:
    """Nothing more is tried with this account until a person helped."""
    changed = (
        Account.objects.filter(id=account.id)
        .in_use()
        .exclude(state=Account.State.RED, reason=reason)
        .update(state=Account.State.RED, reason=reason, last_error_at=at)
    )
    if changed:
        Event.write(account.office_id, "account.red", account, at=at, reason=reason)
        Notice.give(
            account.office_id,
            "account_red",
            once=f"account:{account.id}:red",
            urgent=True,
            account=str(account),
            account_id=account.id,
            reason=reason,
        )


@prepared.select
def to_check(at: datetime) -> QuerySet[Account, int]:
    return Account.objects.to_check(at).values_list("id", flat=True)


def want_check(account: Account, at: datetime) -> None:
    """Ask the worker for a live sign-in (the console never talks to a platform itself)."""
    Account.objects.filter(id=account.id).in_use().update(check_wanted_at=at)


def check(account_id: int, at: datetime) -> None:
    """Sign in and turn the account green or red. The only way to green. Says nothing of an account that was
    disconnected meanwhile."""
    with lane(account_id) as taken:
        if taken is None:
            return
        account = taken.account
        mine = taken.held().in_use()
        try:
            who = taken.connector.check()
            _connected_once(taken, who)
            _turn_green(taken, who, at)
        except LoginNeeded as error:
            if mine.exists():
                turn_red(account, error.reason, at)
            mine.update(check_wanted_at=_later_wish(account), checked_at=at)
        except ConnectorError as error:
            # Not the account's fault: it keeps its state, and the wish stands until the platform answers.
            rest = error.until if isinstance(error, RateLimited) else None
            rest = rest or at + step(REST_AFTER_FAILURE, account.failures)
            mine.update(check_wanted_at=rest, reason=error.reason, last_error_at=at, failures=F("failures") + 1)
        else:
            _try_media(taken, at)


def _later_wish(account: Account) -> Case:
    """What is left of the wish for a sign-in: nothing, unless one was wished for meanwhile, with other keys."""
    return Case(When(check_wanted_at=account.check_wanted_at, then=None), default=F("check_wanted_at"))


def _turn_green(taken: Lane, who: Identity, at: datetime) -> None:
    """Of two that sign in as one page at the same moment the second one waits here, and then sees the first."""
    account = taken.account
    learnt = _ask_more(taken.connector, at) | _another_page(account, who, at)
    with transaction.atomic():
        _hold_sign_ins(account.id)
        _connected_once(taken, who)
        mine = taken.held().in_use()
        green = mine.update(
            state=Account.State.GREEN,
            remote_id=who.remote_id,
            page_name=bare(who.handle),
            name=who.name or account.name,
            reason="",
            failures=0,
            parked_until=None,
            check_wanted_at=_later_wish(account),
            checked_at=at,
            last_ok_at=at,
            next_fetch_at=at,
            **{"connected_at": account.connected_at or at} | learnt,
        )
        if green:
            Event.write(account.office_id, "account.green", account, at=at)
            Notice.objects.filter(once=f"account:{account.id}:red").update(seen_at=at, once=None)


def _hold_sign_ins(account_id: int) -> None:
    """Until the transaction's end nobody else turns green: each holds all accounts that are being signed in, in one
    order, and an account is among them until it is green. Index: account_to_check.

    By a lock that references to the account (a post that is being queued) do not wait for; SQLite's transaction holds
    the one write lock from its start.
    """
    signing_in = Account.objects.filter(Q(check_wanted_at__isnull=False) | Q(id=account_id))
    list(signing_in.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))


def _connected_once(taken: Lane, who: Identity) -> None:
    """A page has one account here, under whichever name and by whichever way: each citizen would else be answered
    twice. LoginNeeded."""
    connected = Account.objects.same_page(taken.account.platform, who).filter(state=Account.State.GREEN)
    if taken.connector.own_ids and connected.exclude(id=taken.account.id).exists():
        raise LoginNeeded(Reason.CONNECTED_ALREADY)


def _another_page(account: Account, who: Identity, at: datetime) -> dict[str, Any]:
    """Keys of another page were entered: what is in doubt can't be read back there, and nobody there waits for an
    answer from before. What else this changes of the account."""
    if account.remote_id in ("", who.remote_id):
        return {}
    rows = Outgoing.objects.filter(account=account, state__in=[State.SENDING, State.UNKNOWN], asks=False)
    asks: dict[str, Any] = {"asks": True, "reason": Reason.WRONG_ACCOUNT}
    outgoing.change_all(rows, State.UNKNOWN, "outgoing.asks", at, notice="outgoing_unknown", limit=100_000, **asks)
    Event.write(account.office_id, "account.another_page", account, at=at, name=who.name or who.handle)
    return {"connected_at": at, "cursor": {}}


def _ask_more(connector: Connector, at: datetime) -> dict[str, Any]:
    """What else the account's page shows. The sign-in stands without it: what the platform did not say is left as it
    was."""
    found: dict[str, Any] = {}
    with suppress(ConnectorError):
        found["permissions"] = dict(connector.permissions())
    with suppress(ConnectorError):
        found["quota_told"] = allowances.quota_told(connector, at)
    return found


def _try_media(taken: Lane, at: datetime) -> None:
    """Whether pictures can be fetched from here; where nobody answers, what was known stands."""
    if taken.connector.capability.fetches_media:
        with suppress(ConnectorError):
            why = trouble()
            if why is None and taken.connector.reachable(probe_address()) is False:
                why = Trouble.REFUSED
            media_address.learnt(taken.account, why, at)
