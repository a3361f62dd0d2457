"""Posts whose pictures cannot be fetched from here wait, are told of before their time, and go on by themselves."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from connectors import attempts, lane, media_address, sending
from connectors.base import Identity, Kind
from connectors.errors import Reason, Refused
from connectors.instagram_graph import InstagramGraph
from connectors.models import Account, Outgoing
from connectors.public_media import Trouble
from offices.models import Event, Notice
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
State = Outgoing.State
HOUR = timedelta(hours=1)


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="instagram_graph", media_reachable=True)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Trouble | None]:
    """What asking our own address says, one after the other; the last one stays."""
    says: list[Trouble | None] = []
    monkeypatch.setattr(media_address, "trouble", lambda: says.pop(0) if len(says) > 1 else says[0])
    return says


def in_time(account: Account, after: timedelta, kind: Kind = Kind.PHOTO, **more: Any) -> Outgoing:
    return an_outgoing(account, kind=kind, due_at=timezone.now() + after, **more)


def held(row: Outgoing) -> bool:
    row.refresh_from_db()
    return row.reason == Reason.MEDIA_UNREACHABLE and row.not_before is not None


def test_posts_of_the_coming_day_wait_and_a_person_is_told_once(account: Account, found: list[Trouble | None]) -> None:
    soon, later = in_time(account, HOUR), in_time(account, 30 * HOUR)
    answer = in_time(account, -HOUR, Kind.REPLY)
    found += [Trouble.UNANSWERED]
    for _ in range(2):
        assert media_address.look(timezone.now()) == 1
    account.refresh_from_db()
    assert (account.media_reachable, account.media_trouble) == (False, "unanswered")
    assert [held(row) for row in (soon, later, answer)] == [True, False, False]
    assert Outgoing.objects.due(timezone.now()).get() == answer
    notice = Notice.objects.get()
    assert (notice.kind, notice.urgent, notice.address) == ("media_unreachable", True, f"/akun/{account.id}/")
    assert Event.objects.filter(verb="account.media_unreachable").count() == 1


def test_put_away_it_is_told_again_after_a_day_and_not_at_the_next_look(
    account: Account, found: list[Trouble | None]
) -> None:
    in_time(account, HOUR)
    found += [Trouble.UNANSWERED]
    now = timezone.now()
    for minutes in (0, 5, 10):
        media_address.look(now + timedelta(minutes=minutes))
        Notice.objects.get().see(now)
    Notice.objects.update(at=now - timedelta(hours=25))
    media_address.look(now + timedelta(minutes=15))
    assert Notice.objects.filter(seen_at=None).count() == 1
    assert Notice.objects.count() == 2


def test_it_is_told_when_the_first_post_comes_to_wait_and_when_it_breaks_anew(
    account: Account, found: list[Trouble | None]
) -> None:
    media_address.learnt(account, Trouble.UNANSWERED, timezone.now())
    assert not Notice.objects.exists()
    in_time(account, HOUR)
    found += [Trouble.UNANSWERED, None, Trouble.UNANSWERED]
    for told in (1, 1, 2):
        media_address.look(timezone.now())
        assert Notice.objects.count() == told


def test_what_waits_stays_waiting_past_its_time_and_then_asks_a_person(
    account: Account, found: list[Trouble | None]
) -> None:
    now = timezone.now()
    row = in_time(account, timedelta(minutes=2), late_at=now + HOUR)
    found += [Trouble.UNANSWERED]
    for minutes in range(0, 60, 5):
        at = now + timedelta(minutes=minutes)
        media_address.look(at)
        assert not Outgoing.objects.due(at + media_address.EVERY).exists()
    sending.accounts_with_work(now + 2 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.LATE, 0)


def test_once_the_address_answers_they_go_on_by_themselves(account: Account, found: list[Trouble | None]) -> None:
    row = in_time(account, -timedelta(minutes=1))
    spent = in_time(account, HOUR, not_before=timezone.now() + 5 * HOUR, reason=Reason.QUOTA_SPENT)
    found += [Trouble.UNANSWERED, None]
    media_address.look(timezone.now())
    assert held(row)
    media_address.look(timezone.now())
    row.refresh_from_db()
    spent.refresh_from_db()
    account.refresh_from_db()
    assert (row.not_before, row.reason, account.media_reachable) == (None, "", True)
    assert spent.reason == Reason.QUOTA_SPENT  # it waits for something else, too
    assert Outgoing.objects.due(timezone.now()).get() == row
    assert Notice.objects.get().seen_at is not None
    assert Event.objects.filter(verb="account.media_reachable").count() == 1


def test_what_only_the_platform_can_tell_is_not_believed_of_ourselves(
    account: Account, found: list[Trouble | None]
) -> None:
    in_time(account, HOUR)
    media_address.learnt(account, Trouble.REFUSED, timezone.now())
    found += [None]
    media_address.look(timezone.now())
    account.refresh_from_db()
    assert (account.media_reachable, account.media_trouble) == (False, "refused")


@pytest.mark.parametrize(
    "more",
    [{"platform": "facebook"}, {"state": Account.State.RED}, {"kind": Kind.REPLY}, {"after": 30 * HOUR}],
    ids=["it takes files", "not connected", "no post", "far off"],
)
def test_nothing_is_asked_where_nothing_needs_it(found: list[Trouble | None], more: Mapping[str, Any]) -> None:
    given = {"platform": "instagram_graph", "state": Account.State.GREEN, "kind": Kind.PHOTO, "after": HOUR, **more}
    account = an_account(an_office(), platform=given["platform"], state=given["state"])
    in_time(account, given["after"], given["kind"])
    assert media_address.look(timezone.now()) == 0  # `found` is empty: asking would raise


def test_a_post_refused_for_it_makes_the_platform_be_asked_and_the_others_wait(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = in_time(account, -HOUR), in_time(account, HOUR)
    assert sending.claim(first, timezone.now())
    attempts.record_failure(account, first, Refused(Reason.MEDIA_UNREACHABLE))
    account.refresh_from_db()
    assert account.check_wanted_at is not None
    monkeypatch.setattr(InstagramGraph, "reachable", lambda self, address: False)
    monkeypatch.setattr(InstagramGraph, "check", lambda self: Identity("1", "mawar", "Mawar"))
    monkeypatch.setattr("connectors.lane.trouble", lambda: None)
    lane.check(account.id, timezone.now())
    assert held(second)
    monkeypatch.setattr(InstagramGraph, "reachable", lambda self, address: True)
    lane.check(account.id, timezone.now())
    assert not held(second)
