"""The platform's own lists: what we sent is confirmed by them, and what they miss is told to a person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from connectors.base import Batch
from connectors.models import Account, Outgoing
from moderation import poll
from offices.models import Event, Notice
from tests.connectors.scripted import Scripted
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
HOUR = timedelta(hours=1)
EVER = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def sent(account: Account, remote_id: str, ago: timedelta = HOUR) -> Outgoing:
    at = timezone.now() - ago
    state = Outgoing.State.SENT
    return an_outgoing(account, at, remote_id, state=state, remote_id=remote_id, attempted_at=at, sent_at=at)


def poll_sees(account: Account, *remote_ids: str, since: datetime | None = EVER) -> None:
    Scripted.batches[:] = [Batch((), {}, frozenset(remote_ids), since)]
    poll.fetch(account.id)


def gone(account: Account) -> set[str]:
    return set(Outgoing.objects.filter(account=account).exclude(vanished_at=None).values_list("remote_id", flat=True))


def test_what_the_complete_list_lacks_is_told_once_and_not_sent_again(account: Account) -> None:
    there, removed = sent(account, "p1"), sent(account, "p2")
    for _ in range(2):
        poll_sees(account, "p1")
    assert gone(account) == {"p2"}
    there.refresh_from_db()
    removed.refresh_from_db()
    assert there.confirmed_at is not None
    assert removed.state == Outgoing.State.SENT
    assert Notice.objects.filter(kind="outgoing_vanished").count() == 1
    assert Event.objects.filter(verb="outgoing.vanished", subject=f"outgoing:{removed.id}").count() == 1


def test_within_the_platform_s_lag_and_outside_the_listed_time_absence_says_nothing(account: Account) -> None:
    sent(account, "young", timedelta(seconds=10))
    sent(account, "old", 3 * HOUR)
    poll_sees(account, "p1", since=timezone.now() - 2 * HOUR)
    poll_sees(account, "p1", since=None)
    assert gone(account) == set()


def test_another_account_s_posts_are_not_missed(account: Account) -> None:
    other = an_account(an_office("mawar"), platform="scripted")
    sent(other, "p9")
    poll_sees(account, "p1")
    assert gone(other) == set()


def test_what_comes_back_is_no_longer_gone(account: Account) -> None:
    row = sent(account, "p1")
    poll_sees(account, "p2")
    assert gone(account) == {"p1"}
    poll_sees(account, "p1", "p2")
    assert gone(account) == set()
    assert Event.objects.filter(verb="outgoing.back", subject=f"outgoing:{row.id}").count() == 1


@pytest.mark.parametrize(("since", "missed"), [(-HOUR / 2, set()), (-HOUR * 2, {"p1"})])
def test_lists_begin_by_the_platform_s_clock_and_ours_may_be_ahead(
    account: Account, monkeypatch: pytest.MonkeyPatch, since: timedelta, missed: set[str]
) -> None:
    """Ours is 40 minutes ahead: what we noted as sent an hour ago stands there as of 100 minutes ago."""
    sent(account, "p1")
    theirs = datetime.now(UTC) - timedelta(minutes=40)

    def fetch(self: Scripted, cursor: object) -> Iterator[Batch]:
        self.network.clock.heard(format_datetime(theirs, usegmt=True))
        yield Batch((), {}, frozenset({"p2"}), theirs + since)

    monkeypatch.setattr(Scripted, "fetch", fetch)
    poll.fetch(account.id)
    assert gone(account) == missed
