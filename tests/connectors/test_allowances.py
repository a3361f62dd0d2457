"""What a platform allows within a time is waited for: no request leaves that would surely be refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from connectors import lane, outgoing, sending
from connectors.allowances import as_json, from_json, shown
from connectors.base import POST_KINDS, Allowance, Item, Kind, Remember, Sent
from connectors.errors import RateLimited, Reason
from connectors.models import PLATFORMS, Account, Outgoing
from connectors.templatetags.platforms import all_but_one, nearly
from offices.models import Event, Officer
from tests import console
from tests.connectors.scripted import Scripted, accept, fails_before, tick, written
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
State = Outgoing.State
HOUR = timedelta(hours=1)


class Told(Scripted):
    """A platform that says what is left."""

    platform = "told"
    says: list[Allowance] = []
    quotas: list[tuple[int, int]] = []

    def allowances(self) -> tuple[Allowance, ...]:
        return tuple(self.says)

    def quota(self) -> tuple[int, int] | None:
        return self.quotas.pop(0) if self.quotas else None


@pytest.fixture(autouse=True)
def platforms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(PLATFORMS, "told", ("Told", "tests.connectors.test_allowances.Told"))
    for _ in range(2):
        Scripted.forget()
        Told.says.clear()
        Told.quotas.clear()
        if _ == 0:
            yield


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="told")


def an_answer(account: Account, text: str = "Terima kasih") -> Outgoing:
    return outgoing.queue(account, Kind.REPLY, {"text": text, "post": "p1", "parent": "c1"}, timezone.now())


def in_an_hour(used: int, total: int, **more: Any) -> Allowance:
    return Allowance("calls", used, total, timezone.now() + HOUR, **more)


def test_an_allowance_is_kept_as_it_is() -> None:
    one = Allowance("posts", 3, 5, datetime(2026, 12, 1, tzinfo=UTC), POST_KINDS, 50, told=False)
    assert from_json(as_json(one)) == one


@pytest.mark.parametrize(("used", "cost", "spent"), [(99, 1, False), (100, 1, True), (50, 50, False), (51, 50, True)])
def test_used_up_is_where_the_next_write_does_not_fit(used: int, cost: int, spent: bool) -> None:
    one = in_an_hour(used, 100, cost=cost)
    assert one.spent(timezone.now()) is spent
    assert not one.spent(one.until)


@pytest.mark.parametrize("total", [1, 2, 50, 10_000])
@pytest.mark.parametrize("cost", [1, 50])
def test_the_meter_is_red_where_nothing_more_fits(total: int, cost: int) -> None:
    """HTML's rule: with the best at 0 and below `low`, what is above `high` (never less than `low`) is the worst."""
    for used in range(0, total + 1, max(1, total // 50)):
        one = in_an_hour(used, total, cost=cost)
        low = float(nearly(one))
        red = used > max(low, all_but_one(one))
        assert 0 < low < total
        assert red == (one.spent(timezone.now()) and used > low)


def test_what_covers_everything_rests_the_lane_and_no_other(account: Account) -> None:
    other = an_account(account.office, "told", "lain")
    Told.says.append(in_an_hour(100, 100))
    account.allowances = [as_json(Told.says[0])]
    account.save()
    an_outgoing(account, text="wartet")
    sending.work_off(account.id)
    Told.says.clear()
    an_outgoing(other, text="geht")
    tick()
    account.refresh_from_db()
    assert written() == ["geht"]
    assert account.parked_until is not None
    assert account.parked_until > timezone.now() + 0.9 * HOUR
    assert account.reason == Reason.QUOTA_SPENT
    assert not Account.objects.to_fetch(timezone.now()).filter(id=account.id).exists()  # reading would be refused too
    Account.objects.filter(id=account.id).update(parked_until=timezone.now(), allowances=[])
    tick()
    assert written() == ["geht", "wartet"]


def test_posts_wait_and_answers_go_on(account: Account) -> None:
    Told.says.append(in_an_hour(5, 5, kinds=POST_KINDS))
    posts = [an_outgoing(account, text=f"post {n}") for n in range(2)]
    an_answer(account, "jawaban")
    tick()
    tick()
    assert written() == ["jawaban"]
    for row in posts:
        row.refresh_from_db()
        assert (row.state, row.reason, row.attempts) == (State.QUEUED, Reason.QUOTA_SPENT, 0)
        assert row.not_before == Told.says[0].until
    assert Event.objects.filter(verb="account.quota_spent").count() == 1
    Told.says.clear()
    Outgoing.objects.update(not_before=timezone.now())
    Account.objects.update(allowances=[])
    tick()
    assert written() == ["jawaban", "post 0", "post 1"]


def test_what_is_used_up_in_the_middle_stops_the_next(account: Account) -> None:
    """As the first answer says that nothing is left: the second is not even asked."""
    rows = [an_outgoing(account, text=str(n)) for n in range(2)]

    def last_one(item: Item, remember: Remember) -> Sent:
        Told.says.append(in_an_hour(9, 9))
        return accept(item, remember)

    Scripted.acts.append(last_one)
    tick()
    assert written() == ["0"]
    rows[1].refresh_from_db()
    assert (rows[1].state, rows[1].attempts) == (State.QUEUED, 0)


def test_posts_are_counted_where_the_platform_tells_nothing(account: Account) -> None:
    Account.objects.update(quotas={"posts_a_day": 2})
    first = timezone.now() - 23 * HOUR
    an_outgoing(account, state=State.SENT, sent_at=first)
    for number in range(2):
        an_outgoing(account, text=str(number))
    tick()
    assert written() == ["0"]
    waiting = Outgoing.objects.get(state=State.QUEUED)
    assert waiting.not_before == first + 24 * HOUR  # then the oldest no longer counts


def test_a_month_counts_too(account: Account, settings: LazySettings) -> None:
    settings.QUOTAS = {"told": {"posts_a_month": 1}}
    an_outgoing(account, state=State.SENT, sent_at=timezone.now() - timedelta(days=29))
    an_outgoing(account, text="wartet")
    tick()
    assert written() == []
    Outgoing.objects.filter(state=State.SENT).update(sent_at=timezone.now() - timedelta(days=31))
    Outgoing.objects.update(not_before=None)
    tick()
    assert written() == ["wartet"]


def test_the_platform_is_asked_before_a_post_is_held_back(account: Account) -> None:
    """Told yesterday: 50 of 50. It may have more room by now; what it says counts."""
    told = {"used": 50, "total": 50, "at": (timezone.now() - 20 * HOUR).isoformat()}
    Account.objects.update(quota_told=told)
    Told.quotas.append((12, 50))
    an_outgoing(account, text="geht")
    tick()
    assert written() == ["geht"]
    account.refresh_from_db()
    assert account.quota_told["used"] == 12
    Account.objects.update(quota_told=told)
    Told.quotas.append((50, 50))
    row = an_outgoing(account, text="wartet")
    tick()
    row.refresh_from_db()
    assert written() == ["geht"]
    assert row.not_before is not None
    assert row.not_before > timezone.now()


def test_a_no_for_posts_alone_lets_answers_go(account: Account) -> None:
    limit = RateLimited(Reason.TOO_FAST, until=timezone.now() + HOUR, posts_only=True)
    Scripted.acts.append(fails_before(limit))
    row = an_outgoing(account, text="post")
    an_answer(account, "jawaban")
    tick()
    row.refresh_from_db()
    account.refresh_from_db()
    assert written() == ["jawaban"]
    assert (row.state, row.not_before, account.parked_until) == (State.QUEUED, limit.until, None)


def test_without_a_number_nothing_is_asked(account: Account) -> None:
    an_outgoing(account)
    with CaptureQueriesContext(connection) as queries:
        tick()
    assert not [one for one in queries if "COUNT" in one["sql"] and '"sent_at"' in one["sql"]]
    assert len(written()) == 1


def test_a_higher_number_lets_go_at_once(account: Account) -> None:
    Account.objects.update(quotas={"posts_a_day": 1})
    an_outgoing(account, state=State.SENT, sent_at=timezone.now() - HOUR)
    an_outgoing(account, text="wartet")
    tick()
    desk = console.signed_in(an_officer(account.office, role=Officer.Role.MANAGER))
    page = desk.get(reverse("account", args=[account.pk])).content.decode()
    assert "<meter" in page
    assert "habis; ada lagi mulai" in page
    desk.post(reverse("account_quota", args=[account.pk]), {"posts_a_day": "3"})
    tick()
    assert written() == ["wartet"]
    desk.post(reverse("account_quota", args=[account.pk]), {"posts_a_day": ""})
    account.refresh_from_db()
    assert account.quotas == {}


def test_settings_and_the_account_s_own_number(account: Account, settings: LazySettings) -> None:
    settings.QUOTAS = {"told": {"posts_a_day": 7, "posts_a_month": 0}}
    assert account.quotas_in_force == {"posts_a_day": 7}
    account.quotas = {"posts_a_day": 3}
    assert account.connector().login.quotas == {"posts_a_day": 3}
    assert [(one.name, one.total) for one in shown(account, timezone.now())] == [("posts_a_day", 3)]
    account.quota_told = {"used": 0, "total": 2, "at": timezone.now().isoformat()}
    assert [one.total for one in shown(account, timezone.now())] == [2]  # never more than the platform says


def test_what_a_reading_learns_is_kept(account: Account) -> None:
    Told.says.append(in_an_hour(40, 100))
    with lane.lane(account.id):
        pass
    account.refresh_from_db()
    assert [from_json(one) for one in account.allowances] == Told.says
    assert account.parked_until is None
