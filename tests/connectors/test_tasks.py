"""The tick that looks for work: at the time of what is due, and idle where nothing is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors import sending, tasks
from connectors.models import Account
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long the tick slept, each time. Nothing else takes time here: its clock stands still meanwhile."""
    slept: list[float] = []
    with time_machine.travel(datetime(2026, 12, 7, 3, tzinfo=UTC), tick=False) as clock:

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            clock.shift(seconds)

        monkeypatch.setattr(tasks, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: sum(slept)))
        yield slept


@pytest.fixture
def account(naps: list[float]) -> Account:
    return an_account(an_office())


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], datetime]]:
    seen: list[tuple[list[int], datetime]] = []

    def wake(account_ids: list[int], at: datetime) -> None:
        sending.woken(account_ids, at)
        seen.extend([(account_ids, at)] if account_ids else [])

    monkeypatch.setattr(tasks, "wake", wake)
    return seen


def test_what_is_due_within_the_tick_is_noticed_at_its_time(
    account: Account, woken: list[tuple[list[int], datetime]]
) -> None:
    due_at = timezone.now() + timedelta(seconds=0.4)
    an_outgoing(account, due_at)
    tasks.send_due()
    [(found, at)] = woken
    assert found == [account.pk]
    assert due_at <= at < due_at + timedelta(seconds=0.25)


def test_what_becomes_due_between_two_looks_is_not_left_to_the_next_tick(
    account: Account, woken: list[tuple[list[int], datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = sending.accounts_with_work

    def slow(at: datetime) -> list[int]:
        found = look(at)
        an_outgoing(account, at + timedelta(milliseconds=1))
        tasks.time.sleep(0.01)  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(sending, "accounts_with_work", slow)
    tasks.send_due()
    assert [found for found, _ in woken] == [[account.pk]]


def test_an_idle_tick_asks_little_and_waits_for_nothing(
    account: Account, woken: list[tuple[list[int], datetime]], naps: list[float]
) -> None:
    an_outgoing(account, timezone.now() + timedelta(minutes=1))
    tasks.send_due()  # statements are made at their first use
    with CaptureQueriesContext(connection) as asked:
        tasks.send_due()
    assert naps == []
    assert sum(one["sql"].startswith("SELECT") for one in asked) == 6, [one["sql"] for one in asked]
    assert woken == []


def test_a_clock_that_is_put_back_does_not_hold_the_tick(
    account: Account, woken: list[tuple[list[int], datetime]], naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_outgoing(account, timezone.now() + timedelta(seconds=0.5))
    monkeypatch.setattr(sending, "next_due_at", lambda at, until: at + timedelta(hours=2))
    tasks.send_due()
    assert naps == [tasks.TICK_S]
