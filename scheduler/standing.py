"""What the office already has of a file: under its keys, whichever file brought it; and by its name, though its keys
are gone. Read as tuples: ten thousand rows on four accounts are forty thousand deliveries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connectors.models import Account, Outgoing
from offices.models import Office
from scheduler.calendar_file import Reading
from scheduler.calendar_file.rows import BadRow, Row
from scheduler.models import Delivery, DeliveryQuerySet

KEYS_A_QUERY = 2_000


class Standing(NamedTuple):
    """A Delivery with its Post and its Outgoing, as far as an import asks; digests as in `likeness.py`."""

    delivery: int
    key: str
    account: int
    caption: str
    media: str
    said: str
    outgoing: int
    state: str
    reason: str
    due_at: datetime
    unwanted: str | None
    post: int
    row: int | None
    file: str | None
    """The calendar's name."""

    @property
    def can_go(self) -> bool:
        """It has not left for sure, and nobody took it back yet."""
        return self.state in Outgoing.CHANGEABLE or (self.state in Outgoing.IN_DOUBT and self.unwanted is None)


COLUMNS = (
    *("id", "row_key", "account_id", "caption_digest", "media_digest", "row_digest"),
    *("outgoing_id", "outgoing__state", "outgoing__reason", "outgoing__due_at", "outgoing__unwanted"),
    *("post_id", "post__row", "post__calendar_file__name"),
)
Known = dict[tuple[str, int | str], Standing]


def standing(deliveries: DeliveryQuerySet) -> Iterator[Standing]:
    """As they stand now, some at a time."""
    for one in deliveries.values_list(*COLUMNS).iterator():
        yield Standing(*one)


def known_deliveries(office: Office, rows: Iterable[Row | BadRow]) -> Known:
    """What the office already has under the keys of these rows. Index: row_once_on_account."""
    keys = sorted({row.key for row in rows if row.key})
    known: Known = {}
    words: dict[str | None, str | None] = {}  # few different ones, each kept once
    for start in range(0, len(keys), KEYS_A_QUERY):
        chunk = keys[start : start + KEYS_A_QUERY]
        for one in standing(Delivery.objects.filter(account__office=office, row_key__in=chunk)):
            file = words.setdefault(one.file, one.file)
            state, reason = (words.setdefault(word, word) or "" for word in (one.state, one.reason))
            known[one.key, one.account] = one._replace(file=file, state=state, reason=reason)
    return _out_by_another_way(office, known) | known


def _out_by_another_way(office: Office, known: Known) -> Known:
    """What is out stands on its page, also where the page is reached by another account now: one that was connected by
    another way, and the first one disconnected."""
    accounts = list(Account.objects.filter(office=office))
    of_page: dict[tuple[str, str], list[int]] = {}
    for account in accounts:
        of_page.setdefault(account.page, []).append(account.pk)
    others = {account.pk: [one for one in of_page[account.page] if one != account.pk] for account in accounts}
    out = [one for one in known.values() if one.state in Outgoing.LEFT]
    return {(one.key, other): one for one in out for other in others[one.account]}


@dataclass(frozen=True, slots=True)
class Gone:
    """Deliveries of the same file whose rows have left it. `asks`: so many that a person must say."""

    deliveries: list[Standing] = field(default_factory=list)
    asks: bool = False

    @property
    def posts(self) -> int:
        return len({one.post for one in self.deliveries})


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
    owned = Delivery.objects.filter(post__office=office, post__calendar_file__name=name).exclude(
        outgoing__state=Outgoing.State.WITHDRAWN
    )
    posts: set[int] = set()
    gone: list[Standing] = []
    for one in standing(owned):
        posts.add(one.post)
        if (one.key, one.account) not in there and one.key not in doubtful and one.can_go:
            gone.append(one)
    found = Gone(gone)
    asks = found.posts > ASKS_ABOVE or found.posts * ASKS_ABOVE_SHARE > len(posts)
    return Gone(gone, asks=bool(gone) and asks)
