"""From the tick to a thread of the worker: who is named by a message, and that nobody waits for another's upload."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from connectors import sending, tasks
from connectors.base import Item, Remember, Sent
from connectors.models import PLATFORMS, Account, Outgoing
from tests.connectors.scripted import Scripted, accept
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
PATIENCE_S = 60.0
Hire = Callable[[int], ThreadPoolExecutor]


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Account]]:
    """Three, each with a post that is due."""
    monkeypatch.setitem(PLATFORMS, "scripted", ("Scripted", "tests.connectors.scripted.Scripted"))
    Scripted.forget()
    made = [an_account(an_office(slug), platform="scripted") for slug in ("melati", "mawar", "kenanga")]
    for one in made:
        an_outgoing(one)
    yield made
    Scripted.forget()


@pytest.fixture
def hire(monkeypatch: pytest.MonkeyPatch) -> Hire:
    """A worker with so many senders; each lets go of the database when it is done."""
    work_off = sending.work_off

    def and_close(account_id: int) -> int:
        try:
            return work_off(account_id)
        finally:
            connections.close_all()

    def hired(senders: int) -> ThreadPoolExecutor:
        crew = ThreadPoolExecutor(senders)
        monkeypatch.setattr(tasks, "crew", crew)
        monkeypatch.setattr(tasks, "room", threading.BoundedSemaphore(senders))
        return crew

    monkeypatch.setattr(sending, "work_off", and_close)
    return hired


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The accounts that each message named."""
    told: list[list[int]] = []
    monkeypatch.setattr(tasks.work_off, "apply_async", lambda args, **_: told.append(args[0]))
    return told


class Upload:
    """The first post that goes out goes slowly: until it `may_end`."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        Scripted.acts.append(self)

    def __call__(self, item: Item, remember: Remember) -> Sent:
        self.begun.set()
        assert self.may_end.wait(PATIENCE_S)
        return accept(item, remember)


def sent() -> set[int]:
    return set(Outgoing.objects.filter(state="sent").values_list("account", flat=True))


def test_a_slow_upload_of_one_account_holds_no_other_of_its_message(accounts: list[Account], hire: Hire) -> None:
    slow, *others = [one.pk for one in accounts]
    with hire(2) as crew:
        upload = Upload()
        tasks.work_off([slow])
        assert upload.begun.wait(PATIENCE_S)
        tasks.work_off([slow, *others])  # told twice, too: its lane is taken
        patience = time.monotonic() + PATIENCE_S
        while sent() != set(others) and time.monotonic() < patience:
            time.sleep(0.01)
        assert sent() == set(others)
        upload.may_end.set()
        crew.shutdown()
    assert sent() == {slow, *others}
    assert len(Scripted.written) == 3


def test_who_finds_no_free_sender_is_left_to_another_worker(
    accounts: list[Account], hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "WAKING", timedelta(milliseconds=50))
    with hire(1) as crew:
        upload = Upload()
        tasks.work_off([one.pk for one in accounts])  # it comes back although the upload goes on
        upload.may_end.set()
        crew.shutdown()
    assert sent() == {accounts[0].pk}


def test_an_account_that_breaks_the_code_keeps_no_sender(
    accounts: list[Account], hire: Hire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    works, first = sending.work_off, accounts[0].pk

    def breaks(account_id: int) -> int:
        if account_id == first:
            raise RuntimeError("one bad account")
        return works(account_id)

    monkeypatch.setattr(sending, "work_off", breaks)
    with hire(1) as crew:
        tasks.work_off([one.pk for one in accounts])
        crew.shutdown()
    assert sent() == {one.pk for one in accounts[1:]}
    assert "one bad account" in caplog.text


def test_a_message_names_many_accounts(
    accounts: list[Account], messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, at = [one.pk for one in accounts], timezone.now()
    monkeypatch.setattr(tasks, "TOGETHER", 2)
    tasks.wake(ids, at)
    assert messages == [ids[:2], ids[2:]]


def test_of_two_ticks_that_saw_the_same_account_one_sends_its_message(
    accounts: list[Account], messages: list[Any]
) -> None:
    """A tick that took long and the next one; they must not wait for each other's rows, either."""
    ids, at = [one.pk for one in accounts], timezone.now()
    assert sorted(sending.accounts_due(at)) == sorted(ids)
    tasks.wake(ids[:2], at)
    tasks.wake(list(reversed(ids)), at)
    assert messages == [ids[:2], ids[2:]]
