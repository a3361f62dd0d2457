"""What an import will do, decided before anything is written: each row against what is known of it.

A row and an account make one Wish. Whether it is new, changed, the same, or too late is told by the digest of what
the row said last time, so that an edit in the console stays until the row itself changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.models import Account, Outgoing
from offices.models import Office
from scheduler.calendar_file import Reading
from scheduler.calendar_file.rows import Row, Status
from scheduler.likeness import Likeness
from scheduler.models import Delivery
from scheduler.stored_media import Stored

State = Outgoing.State
OUT = (State.SENDING, State.SENT, State.UNKNOWN)
ALIKE_WITHIN = timedelta(days=60)
KEYS_A_QUERY = 2_000

GONE = "gone"
"""`Outgoing.reason` of what was withdrawn because its row had left the file: if the row comes back, so does it."""
LOOKS_ALIKE = "looks_alike"
"""`Outgoing.reason` of what is held because it looks like something sent or queued under another key."""
TAKEN_BACK = "taken_back"
"""`Outgoing.reason` of what is held because a person had withdrawn it, and now its row was changed."""

Known = dict[tuple[str, int | str], Delivery]


class Does(StrEnum):
    CREATE = "create"
    RENEW = "renew"
    """Known, but withdrawn: the Delivery gets a new Outgoing, for withdrawn is final."""
    CHANGE = "change"
    NOTHING = "nothing"
    TOO_LATE = "too_late"


@dataclass(slots=True)
class Wish:
    """One row for one account, and what is to become of it."""

    row: Row
    account: Account
    media: Sequence[Stored]
    likeness: Likeness
    delivery: Delivery | None
    does: Does
    state: str = ""
    reason: str = ""
    twin: int | None = None
    """Id of the Delivery that it looks like."""


HEAVY = (
    *(f"outgoing__{name}" for name in ("payload", "handle", "permalink")),
    *(f"post__{name}" for name in ("caption", "media", "title")),
    *(f"post__calendar_file__{name}" for name in ("problems", "missing")),
)
"""What nobody asks of ten thousand known rows: without it they take a fifth of the memory."""


def known_deliveries(office: Office, reading: Reading) -> Known:
    """What the office already has under the file's keys, whichever file brought it."""
    keys = sorted({row.key for row in reading.rows} | {row.key for row in reading.bad if row.key})
    known: Known = {}
    for start in range(0, len(keys), KEYS_A_QUERY):
        chunk = keys[start : start + KEYS_A_QUERY]
        found = Delivery.objects.filter(account__office=office, row_key__in=chunk)
        for delivery in found.select_related("outgoing", "post__calendar_file").defer(*HEAVY):
            known[delivery.row_key, delivery.account_id] = delivery
    return known


def may_be_past(known: Known) -> set[tuple[str, int | str]]:
    """Rows whose time may have passed: they were queued when it had not."""
    return {
        key
        for key, delivery in known.items()
        if not (delivery.outgoing.state == State.WITHDRAWN and delivery.outgoing.reason == GONE)
    }


def forgive_sent(reading: Reading, known: Known) -> tuple[Reading, int]:
    """Problems of rows that are out no longer matter (their pictures may be gone by now): the reading without
    them, and how many rows that were."""
    settled = {
        row.number
        for row in reading.bad
        if row.key
        and row.accounts
        and all(
            (delivery := known.get((row.key, account.key))) is not None and delivery.outgoing.state in OUT
            for account in row.accounts
        )
    }
    if not settled:
        return reading, 0
    problems = tuple(one for one in reading.problems if one.row not in settled)
    return replace(reading, problems=problems), len(settled)


class Twins:
    """What an account has sent or has queued, by caption and by media, to find rows that look like it."""

    def __init__(self, accounts: Iterable[Account], rows: Sequence[Row], in_file: set[str]) -> None:
        """`in_file`: the file's keys: what is only queued and stands in the same file repeats on purpose. Look once
        the rows that are gone are withdrawn: a row whose time was moved is no twin of itself."""
        self._by: dict[tuple[int, str], list[tuple[int, str, datetime]]] = defaultdict(list)
        if not rows:
            return
        first, last = min(row.at for row in rows), max(row.at for row in rows)
        span = (first - ALIKE_WITHIN, last + ALIKE_WITHIN)
        states = (*OUT, State.QUEUED, State.LATE)
        found = Delivery.objects.filter(
            account__in=list(accounts), outgoing__state__in=states, outgoing__due_at__range=span
        ).values_list(
            "id", "account", "row_key", "caption_digest", "media_digest", "outgoing__state", "outgoing__due_at"
        )
        for pk, account, key, caption, media, state, due_at in found.iterator():
            if state not in OUT and key in in_file:
                continue
            for one in _marks(caption, media):
                self._by[account, one].append((pk, key, due_at))

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


@dataclass(frozen=True, slots=True)
class Gone:
    """Deliveries of the same file whose rows have left it. `asks`: so many that a person must say."""

    deliveries: list[Delivery] = field(default_factory=list)
    asks: bool = False

    @property
    def posts(self) -> int:
        return len({delivery.post_id for delivery in self.deliveries})


ASKS_ABOVE = 3
ASKS_ABOVE_SHARE = 5
"""More than three posts, or than a fifth of the file's, are not withdrawn without a word: the file may be half
copied."""


def gone_from(office: Office, name: str, reading: Reading) -> Gone:
    """What this file brought before and no longer holds. Nothing, while a row of it cannot even be identified: it
    may be the one that seems to be gone."""
    unreadable = any(not row.key for row in reading.bad)
    if unreadable or not (reading.rows or reading.bad):
        return Gone()
    there = {(row.key, account.key) for row in reading.rows for account in row.accounts}
    doubtful = {row.key for row in reading.bad}
    owned = (
        Delivery.objects.filter(post__office=office, post__calendar_file__name=name)
        .exclude(outgoing__state=State.WITHDRAWN)
        .select_related("outgoing")
    )
    posts: set[int] = set()
    gone: list[Delivery] = []
    for delivery in owned:
        posts.add(delivery.post_id)
        key = (delivery.row_key, delivery.account_id)
        if key not in there and delivery.row_key not in doubtful and delivery.outgoing.can_change:
            gone.append(delivery)
    found = Gone(gone)
    asks = found.posts > ASKS_ABOVE or found.posts * ASKS_ABOVE_SHARE > len(posts)
    return Gone(gone, asks=bool(gone) and asks)


def wish(row: Row, account: Account, media: Sequence[Stored], known: Known, twins: Twins, at: datetime) -> Wish:
    """What is to become of one row on one account."""
    likeness = Likeness.of(row, account.id, [one.sha256 for one in media])
    delivery = known.get((row.key, account.id))
    found = Wish(row, account, media, likeness, delivery, Does.NOTHING)
    if delivery is None:
        found.does = Does.CREATE
        _decide_state(found, twins)
        return found
    before, same = delivery.outgoing, delivery.row_digest == likeness.said
    if before.state == State.WITHDRAWN:
        _decide_renewal(found, before, same, twins)
    elif not same and before.state in OUT:
        found.does = Does.TOO_LATE
    elif not same:
        found.does = Does.CHANGE
        _decide_change(found, delivery, twins, at)
    return found


def _decide_state(found: Wish, twins: Twins) -> None:
    if found.row.status == Status.DRAFT:
        found.state = State.DRAFT
        return
    found.twin = twins.of(found.account, found.row, found.likeness)
    found.state = State.QUEUED if found.twin is None else State.HELD
    found.reason = "" if found.twin is None else LOOKS_ALIKE


def _decide_renewal(found: Wish, before: Outgoing, same: bool, twins: Twins) -> None:
    """Withdrawn with its row: back with it. Withdrawn by a person: only asked about, and only if the row changed."""
    if before.reason == GONE:
        found.does = Does.RENEW
        _decide_state(found, twins)
    elif not same:
        found.does, found.state, found.reason = Does.RENEW, State.HELD, TAKEN_BACK


def _decide_change(found: Wish, delivery: Delivery, twins: Twins, at: datetime) -> None:
    before, now = delivery.outgoing, found.likeness
    was = delivery.likeness
    waits = before.state in (State.LATE, State.FAILED) and found.row.at < at
    looks_the_same = (was.caption, was.media) == (now.caption, now.media)
    if found.row.status == Status.READY and (waits or (looks_the_same and before.state == State.QUEUED)):
        # Still past its time: a person decides, as before. Or released before: that answer stands.
        found.state, found.reason = before.state, before.reason
    else:
        _decide_state(found, twins)
