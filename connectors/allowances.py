"""What platforms allow within a time: kept, counted and shown, and waited for instead of asking for a sure no.

A platform's own word counts first: what its answers say (`Connector.allowances`: X's and Meta's headers), what it tells
when asked (`Connector.quota`). Where it says nothing, what left by the desk is counted against a number that is a
setting (`settings.QUOTAS`) or stands on the account's page. What is used up holds back the writes that it covers until
there is more (`Outgoing.not_before`); what covers everything rests the whole lane (`lane.py`). Other accounts go on.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from connectors.base import POST_KINDS, Allowance, Connector, Kind
from connectors.errors import ConnectorError, Reason
from connectors.models import Account, Outgoing, connector_class
from offices.models import Event

DAY = timedelta(hours=24)
WINDOWS = {"posts_a_day": DAY, "posts_a_month": timedelta(days=30)}
"""Posts are counted over times that end now, as platforms count them."""
ASK_AGAIN = timedelta(hours=1)
"""Where a platform says that all is used, and nobody knows by when that began."""


def as_json(one: Allowance) -> dict[str, Any]:
    return {
        "name": one.name,
        "used": one.used,
        "total": one.total,
        "until": one.until.isoformat(),
        "kinds": sorted(one.kinds),
        "cost": one.cost,
        "told": one.told,
    }


def from_json(kept: dict[str, Any]) -> Allowance:
    kinds, until = frozenset(map(Kind, kept["kinds"])), datetime.fromisoformat(kept["until"])
    return Allowance(kept["name"], kept["used"], kept["total"], until, kinds, kept["cost"], kept["told"])


def in_force(account: Account, learnt: Iterable[Allowance], at: datetime) -> list[Allowance]:
    """What is known of the account: as kept, and as `learnt` since; without what is over."""
    known = {one.name: one for one in (*map(from_json, account.allowances), *learnt)}
    return [one for one in known.values() if at < one.until]


def counted(account: Account, at: datetime) -> Iterator[Allowance]:
    """The account's posts against how many may be. Nothing where no number is known."""
    for name in WINDOWS.keys() & set(connector_class(account.platform).counted):
        if total := posts_allowed(account, at, name):
            posts = posts_left(account, at, name)
            told = posts.told is not None
            yield Allowance(name, posts.used, total, more_at(account, posts, name, at), POST_KINDS, told=told)


def shown(account: Account, at: datetime) -> list[Allowance]:
    """For the account's page: everything that is known, the posts first; what is shared as it is used by now."""
    shared = account.connector().allowances() if account.project else ()
    return [*sorted(counted(account, at), key=lambda one: one.name), *in_force(account, shared, at)]


# --- posts


@dataclass(frozen=True, slots=True)
class PostsLeft:
    """How far an account is within a time. `told`: by the platform itself, then."""

    used: int
    total: int | None
    told: datetime | None = None

    @property
    def left(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used)


def posts_left(account: Account, at: datetime, name: str = "posts_a_day") -> PostsLeft:
    """As the platform told and what was sent since; counted where it tells nothing."""
    told = told_of(account, at, name)
    used = sent_since(account, told["at"] if told else at - WINDOWS[name], at).count() + (told["used"] if told else 0)
    return PostsLeft(used, posts_allowed(account, at, name), told["at"] if told else None)


def posts_allowed(account: Account, at: datetime, name: str) -> int | None:
    """A number on the account's page may be smaller than the platform's, never larger; None: none is known."""
    told = told_of(account, at, name)
    known = [total for total in (account.quotas_in_force.get(name), told["total"] if told else None) if total]
    usual = account.capability.posts_a_day if name == "posts_a_day" else None
    return min(known) if known else usual


def told_of(account: Account, at: datetime, name: str) -> dict[str, Any]:
    """What the platform itself said, where that is not too long ago."""
    told = account.quota_told if name == "posts_a_day" else {}
    when = datetime.fromisoformat(told["at"]) if told else at - DAY
    return {**told, "at": when} if at - when < DAY else {}


def sent_since(account: Account, since: datetime, at: datetime) -> Any:
    """Posts of the desk's that went out in a time. Index: outgoing_posts."""
    sent = Outgoing.objects.filter(account=account, kind__in=sorted(POST_KINDS), state=Outgoing.State.SENT)
    return sent.filter(sent_at__gt=since, sent_at__lte=at).order_by("sent_at")


def more_at(account: Account, posts: PostsLeft, name: str, at: datetime) -> datetime:
    """When the next post may go out: once enough of those that count have left the time that is counted."""
    window = WINDOWS[name]
    too_many = posts.used - (posts.total or 0)
    if too_many < 0:
        return at + window
    ours = list(sent_since(account, at - window, at).values_list("sent_at", flat=True)[: too_many + 1])
    return ours[-1] + window if len(ours) > too_many else at + ASK_AGAIN


# --- waiting


class Room:
    """What may still go out, for the length of one holding of the lane."""

    def __init__(self, account: Account, connector: Connector) -> None:
        self.account = account
        self.connector = connector
        self._posts: list[Allowance] | None = None
        self._asked = False

    def spent(self, kind: Kind, at: datetime) -> Allowance | None:
        """What is used up of what a write of `kind` needs, for the longest; None: it may go out."""
        known = in_force(self.account, self.connector.allowances(), at)
        if kind.is_post:
            known += self._of_posts(at)
        spent = [one for one in known if one.covers(kind) and one.spent(at)]
        return max(spent, key=lambda one: (not one.kinds, one.until), default=None)

    def wrote(self, kind: Kind) -> None:
        if kind.is_post and self._posts is not None:
            self._posts = [replace(one, used=one.used + 1) for one in self._posts]

    def _of_posts(self, at: datetime) -> list[Allowance]:
        """Counted once; where that says "full", the platform is asked first."""
        if self._posts is None:
            self._posts = list(counted(self.account, at))
        if not self._asked and any(one.spent(at) for one in self._posts):
            self._asked = True
            self._ask(at)
            self._posts = list(counted(self.account, at))
        return self._posts

    def _ask(self, at: datetime) -> None:
        with suppress(ConnectorError):
            if told := quota_told(self.connector, at):
                self.account.quota_told = told
                Account.objects.filter(id=self.account.id).update(quota_told=told)


def quota_told(connector: Connector, at: datetime) -> dict[str, Any]:
    """What the platform says when asked; empty where it says nothing."""
    told = connector.quota()
    return {"used": told[0], "total": told[1], "at": at.isoformat()} if told else {}


def hold_back(account: Account, kinds: Collection[Kind], until: datetime, at: datetime, why: str = "") -> None:
    """These writes wait until then; whatever else the account has to send goes on."""
    waiting = Outgoing.objects.filter(account=account, kind__in=sorted(kinds), state=Outgoing.State.QUEUED)
    not_yet = Q(not_before=None) | Q(not_before__lt=until)
    if waiting.filter(not_yet, due_at__lt=until).update(not_before=until, reason=Reason.QUOTA_SPENT):
        until_text = until.isoformat()
        Event.write(account.office_id, "account.quota_spent", account, at=at, until=until_text, what=why)


def look_again(account: Account) -> None:
    """A person said how much may be: what waited for more is looked at anew."""
    rows = Outgoing.objects.filter(account=account, state=Outgoing.State.QUEUED, reason=Reason.QUOTA_SPENT)
    rows.update(not_before=None, reason="")
    resting = Account.objects.filter(id=account.id, reason=Reason.QUOTA_SPENT)
    resting.update(parked_until=None, reason="")
    Account.objects.filter(id=account.id).update(allowances=[])
