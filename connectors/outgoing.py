"""The rows of what is written to platforms, and what may become of them. It never talks to a platform.

Those who want a write queue, change and withdraw rows here, and persons decide about what waits for them; the worker
claims and records them (`sending.py`), and reads back what is doubtful (`readback.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from connectors.base import Kind
from connectors.errors import Reason
from connectors.models import Account, Outgoing, OutgoingQuerySet
from offices.many import insert_many, update_many
from offices.models import Event, Notice, Officer

State = Outgoing.State
MANY = 100_000
"""Rows at a time, where all are meant."""


def queue(
    account: Account,
    kind: Kind,
    payload: Mapping[str, Any],
    due_at: datetime,
    *,
    late_at: datetime | None = None,
    state: str = State.QUEUED,
    reason: str = "",
    decider_id: int | None = None,
) -> Outgoing:
    """A new write, due at `due_at`; `decider_id`: the office that decides about it, where it is not the account's."""
    return Outgoing.objects.create(
        office_id=account.office_id,
        decider_id=decider_id,
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
    """Change payload, kind, due_at, late_at or state of a row that has not left; False where it is too late, or where
    somebody changed or decided it since it was read: the new values were made from what stood there then."""
    as_read = Outgoing.objects.changeable().filter(id=row.id, revision=row.revision)
    changed = as_read.update(revision=F("revision") + 1, **fields)
    if changed:
        Event.write(row.office_id, "outgoing.revised", row, actor=actor, at=at, fields=sorted(fields))
    return bool(changed)


@transaction.atomic
def revise_many(rows: Sequence[Outgoing], fields: Sequence[str], at: datetime, actor: Officer | None) -> set[int]:
    """As `revise`, for many at once: each of `rows` (known by id and office) holds its new values. The ids of those
    that had not left. They are locked first, as in `change_all`, so that none leaves between look and change."""
    asked = Outgoing.objects.changeable().filter(id__in=[row.id for row in rows]).order_by("id")
    waiting = set(asked.select_for_update(of=("self",)).values_list("id", flat=True))
    changed = [row for row in rows if row.id in waiting]
    update_many(changed, fields)
    Outgoing.objects.filter(id__in=waiting).update(revision=F("revision") + 1)
    said = sorted(fields)
    events = [Event.of(row.office_id, "outgoing.revised", row, actor=actor, at=at, fields=said) for row in changed]
    insert_many(events)
    return waiting


@transaction.atomic
def withdraw(rows: OutgoingQuerySet, at: datetime, actor: Officer | None = None, why: str = "") -> set[int]:
    """Take rows back before they leave; the ids that really were. Any other is out, or may be: one that is being sent
    or looked up is noted as no longer wanted, and withdrawn once it is surely not out (`attempts.end`)."""
    ids = lock(rows.filter(state__in=[*Outgoing.CHANGEABLE, *Outgoing.IN_DOUBT]), MANY)
    found = Outgoing.objects.filter(id__in=ids)  # locked: none leaves, or comes back, between the two
    noted = found.exclude(unwanted=why) if actor else found.filter(unwanted=None)  # a person's reason replaces another
    note(noted, why, "outgoing.unwanted", at, actor, why)
    moved = change_all(found.changeable(), State.WITHDRAWN, "outgoing.withdrawn", at, actor=actor, why=why, limit=MANY)
    return {row.id for row in moved}


@transaction.atomic
def want_again(rows: OutgoingQuerySet, at: datetime, actor: Officer | None = None, why: str = "") -> set[int]:
    """What was taken back for this reason and is still in doubt is wanted after all; the ids of what was."""
    return note(rows.filter(unwanted=why), None, "outgoing.wanted", at, actor, why)


def note(
    rows: OutgoingQuerySet, unwanted: str | None, verb: str, at: datetime, actor: Officer | None, why: str
) -> set[int]:
    """Of `rows` those in doubt; who holds them asks for this right before the request, and when the attempt ends."""
    ids = lock(rows.in_doubt(), MANY)
    if ids:
        Outgoing.objects.filter(id__in=ids).update(unwanted=unwanted)
        write_events(Outgoing.objects.filter(id__in=ids), verb, at, actor, why)
    return set(ids)


def lock(rows: OutgoingQuerySet, limit: int) -> list[int]:
    """Ids of rows that are looked at once more after any wait: `rows` may ask other tables, too. (SQLite knows no row
    locks; there the transaction itself holds the one write lock from its start.)"""
    return list(rows.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True)[:limit])


def write_events(rows: OutgoingQuerySet, verb: str, at: datetime, actor: Officer | None, why: str) -> list[Outgoing]:
    """One for each, as it stands now; the rows."""
    found = list(rows)
    events = []
    for row in found:
        about: dict[str, Any] = {"attempt": row.attempts} if row.attempts else {}
        about |= {"why": why} if why else {}
        events.append(Event.of(row.office_id, verb, row, actor=actor, at=at, **about))
    Event.objects.bulk_create(events)
    return found


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
    """Move up to `limit` of `rows` to `state`, with their Events; the rows that were moved. They are locked first."""
    ids = lock(rows, limit)
    if not ids:
        return []
    Outgoing.objects.filter(id__in=ids).update(state=state, token=None, revision=F("revision") + 1, **fields)
    moved = write_events(Outgoing.objects.filter(id__in=ids), verb, at, actor, why)
    if notice:
        for row in moved:
            tell(row, notice)
    return moved


def tell(row: Outgoing, kind: str, **data: Any) -> None:
    office_id = row.decider_id or row.office_id
    data |= {"outgoing_id": row.id, "text": row.text[:80]}
    Notice.give(office_id, kind, once=f"outgoing:{row.id}:{kind}", address=page_of(row.id), **data)


def page_of(row: int) -> str:
    """Where notices of it lead to: its post's page, its message's or its case's."""
    return f"/kiriman/{row}/"


def turn_late(at: datetime) -> None:
    """Past its window: never published silently late; a person decides. Bounded, so one tick stays short."""
    change_all(Outgoing.objects.overdue(at), State.LATE, "outgoing.late", at, notice="outgoing_late")


# --- a person decides


def release(row: Outgoing, at: datetime, actor: Officer | None) -> bool:
    """A person lets it go: draft, held, late or failed → queued; at once where its time is past. False where somebody
    changed or decided it since it was read."""
    due_at = max(row.due_at, at)
    late_at = None if row.late_at is None else due_at + (row.late_at - row.due_at)
    released = [State.DRAFT, State.HELD, State.LATE, State.FAILED]
    waiting = Outgoing.objects.filter(id=row.id, revision=row.revision, state__in=released)
    fields: dict[str, Any] = {"due_at": due_at, "late_at": late_at, "not_before": None, "attempts": 0, "reason": ""}
    return bool(change_all(waiting, State.QUEUED, "outgoing.released", at, actor=actor, **fields))


def found_by_hand(row: Outgoing, at: datetime, actor: Officer | None, permalink: str = "") -> bool:
    """A person looked and it is there: unknown → sent."""
    fields: dict[str, Any] = {
        "sent_at": at,
        "permalink": permalink or row.permalink,
        "asks": False,
        "unwanted": None,
        "lease_until": None,
    }
    return bool(change_all(asking(row), State.SENT, "outgoing.found_by_hand", at, actor=actor, **fields))


def send_again(row: Outgoing, at: datetime, actor: Officer | None) -> bool:
    """A person looked, it is not there, and is to go out: unknown → queued, also where it was taken back before."""
    fields: dict[str, Any] = {
        "asks": False,
        "unwanted": None,
        "lease_until": None,
        "due_at": max(row.due_at, at),
        "late_at": None,
        "attempts": 0,
    }
    return bool(change_all(asking(row), State.QUEUED, "outgoing.sent_again", at, actor=actor, **fields))


def leave_out(row: Outgoing, at: datetime, actor: Officer | None) -> bool:
    """A person looked, it is not there, and need not be: unknown → withdrawn, for the reason of who took it back."""
    fields: dict[str, Any] = {"asks": False, "lease_until": None, "unwanted": None}
    fields["reason"] = Coalesce("unwanted", Value(""))
    why = row.unwanted or ""
    return bool(change_all(asking(row), State.WITHDRAWN, "outgoing.withdrawn", at, actor=actor, why=why, **fields))


def asking(row: Outgoing) -> OutgoingQuerySet:
    return Outgoing.objects.filter(id=row.id, state=State.UNKNOWN, asks=True)


# --- the worker's claims that were left behind


def give_up_abandoned(at: datetime) -> None:
    """Whoever held these rows is gone: their outcome is unknown. (The lease outlasted any platform's lag.)"""
    given_up: dict[str, Any] = {"reason": Reason.FROZEN, "lease_until": at}
    change_all(Outgoing.objects.abandoned(at), State.UNKNOWN, "outgoing.abandoned", at, **given_up)


def recover_after_crash(at: datetime) -> None:
    """At the start of the only worker (one machine): nobody holds anything, whatever the leases say.

    What was being sent is read back once each platform's lists have surely caught up.
    """
    held = Outgoing.objects.filter(state=State.SENDING)
    for account in Account.objects.filter(id__in=held.values("account")):
        caught_up = at + timedelta(seconds=account.capability.lag_s)
        of_account = held.filter(account=account)
        given_up: dict[str, Any] = {"reason": Reason.FROZEN, "lease_until": caught_up}
        change_all(of_account, State.UNKNOWN, "outgoing.abandoned", at, limit=MANY, **given_up)
    Account.objects.exclude(lane_token=None).update(lane_token=None, lane_until=None)
