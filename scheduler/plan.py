"""What an import will do, decided before anything is written: each row against what is known of it.

A row and an account make one Wish. Whether it is new, changed, the same, or too late is told by the digest of what
the row said last time, so that an edit in the console stays until the row itself changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from connectors.models import Account, Outgoing
from scheduler.calendar_file import Reading
from scheduler.calendar_file.rows import Row, Status
from scheduler.likeness import Likeness
from scheduler.models import Delivery
from scheduler.standing import Known, Standing
from scheduler.stored_media import Stored

State = Outgoing.State
ALIKE_WITHIN = timedelta(days=60)
A_DAY = timedelta(days=1)

GONE = "gone"
"""`Outgoing.reason` of what was withdrawn because its row had left the file: if the row comes back, so does it."""
LOOKS_ALIKE = "looks_alike"
"""`Outgoing.reason` of what is held because it looks like something sent or queued under another key."""
TAKEN_BACK = "taken_back"
"""`Outgoing.reason` of what is held because a person had withdrawn it, and now its row was changed."""


class Does(StrEnum):
    CREATE = "create"
    RENEW = "renew"
    """Known, but withdrawn: the Delivery gets a new Outgoing, for withdrawn is final."""
    CHANGE = "change"
    NOTHING = "nothing"
    TOO_LATE = "too_late"
    REFUSE = "refuse"
    """Its id belongs to another post: taken for an edit, it would put an end to that one, or never go out itself."""


@dataclass(slots=True)
class Wish:
    """One row for one account, and what is to become of it."""

    row: Row
    account: Account
    media: Sequence[Stored]
    likeness: Likeness
    stands: Standing | None
    does: Does
    state: str = ""
    reason: str = ""
    twin: int | None = None
    """Id of the Delivery that it looks like."""
    comes_back: bool = False
    """Its row had left the file while it was being sent; now it is wanted again."""

    @property
    def row_and_account(self) -> tuple[int, int]:
        return self.row.number, self.account.id


def may_be_past(known: Known) -> set[tuple[str, int | str]]:
    """Rows whose time may have passed: they were queued when it had not."""
    return {key for key, one in known.items() if not (one.state == State.WITHDRAWN and one.reason == GONE)}


def forgive_sent(reading: Reading, known: Known) -> tuple[Reading, int]:
    """Problems of rows that are out no longer matter (their pictures may be gone by now): the reading without
    them, and how many rows that were."""
    settled = {
        row.number
        for row in reading.bad
        if row.key
        and row.accounts
        and all(
            (one := known.get((row.key, account.key))) is not None
            and one.state in Outgoing.LEFT
            and one.unwanted is None
            for account in row.accounts
        )
    }
    if not settled:
        return reading, 0
    problems = tuple(one for one in reading.problems if one.row not in settled)
    return replace(reading, problems=problems), len(settled)


class Twins:
    """What an account has sent or has queued, by caption and by media, to find rows that look like it. Read when it
    is first asked for: where no row is new or changed, never."""

    def __init__(self, accounts: Iterable[Account], rows: Sequence[Row], in_file: set[str]) -> None:
        """`in_file`: the file's keys: what is only queued and stands in the same file repeats on purpose. Ask once
        the rows that are gone are withdrawn: a row whose time was moved is no twin of itself."""
        self._accounts = list(accounts)
        self._rows = rows
        self._in_file = in_file

    @cached_property
    def _by(self) -> dict[tuple[int, str], list[tuple[int, str, datetime]]]:
        first, last = min(row.at for row in self._rows), max(row.at for row in self._rows)
        span = (first - ALIKE_WITHIN, last + ALIKE_WITHIN)
        states = (*Outgoing.LEFT, State.QUEUED, State.LATE)
        found = Delivery.objects.filter(
            account__in=self._accounts, outgoing__state__in=states, outgoing__due_at__range=span
        ).values_list(
            "id", "account", "row_key", "caption_digest", "media_digest", "outgoing__state", "outgoing__due_at"
        )
        by: dict[tuple[int, str], list[tuple[int, str, datetime]]] = defaultdict(list)
        for pk, account, key, caption, media, state, due_at in found.iterator():
            if state not in Outgoing.LEFT and key in self._in_file:
                continue
            for one in _marks(caption, media):
                by[account, one].append((pk, key, due_at))
        return by

    def of(self, account: Account, row: Row, likeness: Likeness) -> int | None:
        """The Delivery that this row looks like, under another key and within 60 days."""
        for one in _marks(likeness.caption, likeness.media):
            for pk, key, due_at in self._by.get((account.id, one), ()):
                if key != row.key and abs(due_at - row.at) <= ALIKE_WITHIN:
                    return pk
        return None


def _marks(caption: str, media: str) -> list[str]:
    """By what a post is recognised: posts without media are not alike for having none."""
    return [f"caption:{caption}", *([f"media:{media}"] if media else [])]


def wish(
    row: Row, account: Account, media: Sequence[Stored], known: Known, twins: Twins, file: str, at: datetime
) -> Wish:
    """What is to become of one row of `file` on one account."""
    likeness = Likeness.of(row, account.id, [one.sha256 for one in media])
    before = known.get((row.key, account.id))
    found = Wish(row, account, media, likeness, before, Does.NOTHING)
    if before is None:
        found.does = Does.CREATE
        _decide_state(found, twins)
        return found
    same = before.said == likeness.said
    found.comes_back = before.unwanted == GONE and row.status == Status.READY
    if before.state == State.WITHDRAWN:
        _decide_renewal(found, before, same, twins)
    elif not same and _is_another(found, before, file, at):
        found.does = Does.REFUSE  # and none of its row is written
    elif not same and before.state in Outgoing.LEFT:
        found.does = Does.TOO_LATE
    elif not same:
        found.does = Does.CHANGE
        _decide_change(found, before, twins, at)
    return found


def _is_another(found: Wish, before: Standing, file: str, at: datetime) -> bool:
    """Whether the row is no edit of what stands under its id but a post of its own: people number each month's rows
    from 1. It has another day, and either that post is out and this one is to come, or it is another calendar's and
    says something else."""
    if abs(found.row.at - before.due_at) < A_DAY:
        return False
    if before.state in Outgoing.LEFT:
        return found.row.at > at
    return before.file not in (None, file) and before.caption != found.likeness.caption


def _decide_state(found: Wish, twins: Twins) -> None:
    if found.row.status == Status.DRAFT:
        found.state = State.DRAFT
        return
    found.twin = twins.of(found.account, found.row, found.likeness)
    found.state = State.QUEUED if found.twin is None else State.HELD
    found.reason = "" if found.twin is None else LOOKS_ALIKE


def _decide_renewal(found: Wish, before: Standing, same: bool, twins: Twins) -> None:
    """Withdrawn with its row: back with it. Withdrawn by a person: only asked about, and only if the row changed."""
    if before.reason == GONE:
        found.does = Does.RENEW
        _decide_state(found, twins)
    elif not same:
        found.does, found.state, found.reason = Does.RENEW, State.HELD, TAKEN_BACK


def _decide_change(found: Wish, before: Standing, twins: Twins, at: datetime) -> None:
    now = found.likeness
    waits = before.state in (State.LATE, State.FAILED) and found.row.at < at
    looks_the_same = (before.caption, before.media) == (now.caption, now.media)
    if found.row.status == Status.READY and (waits or (looks_the_same and before.state == State.QUEUED)):
        # Still past its time: a person decides, as before. Or released before: that answer stands.
        found.state, found.reason = before.state, before.reason
    else:
        _decide_state(found, twins)
