"""Fetching: each message stored once, none skipped by a crash, never our own, tied to the post it stands under."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors import lane
from connectors.base import Batch, Incoming, MessageKind
from connectors.errors import LoginNeeded, Reason, Unreachable
from connectors.models import Account, Outgoing
from moderation import poll
from moderation.models import Message
from offices.models import Event, Notice
from scheduler.models import Delivery, Post
from tests.connectors.scripted import Scripted
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def incoming(remote_id: str, author_id: str = "w1", written_at: datetime | None = None, **fields: Any) -> Incoming:
    values: dict[str, Any] = {
        "author_handle": "warga",
        "author_name": "Warga Uji",
        "text": "halo",
        "post": "p1",
        **fields,
    }
    return Incoming(
        kind=MessageKind.COMMENT,
        remote_id=remote_id,
        author_id=author_id,
        written_at=written_at or timezone.now(),
        raw={"pk": remote_id, "text": values["text"]},
        **values,
    )


def test_each_message_is_stored_once_with_its_raw_json(account: Account) -> None:
    Scripted.batches.append(Batch((incoming("1"), incoming("2")), {"n": 1}))
    poll.fetch(account.id)
    poll.fetch(account.id)
    account.refresh_from_db()
    assert sorted(Message.objects.values_list("remote_id", flat=True)) == ["1", "2"]
    assert Message.objects.get(remote_id="1").raw == {"pk": "1", "text": "halo"}
    assert account.cursor == {"n": 1}
    assert account.next_fetch_at is not None
    assert account.next_fetch_at > timezone.now()


def test_each_message_has_one_event_however_often_it_is_polled(account: Account) -> None:
    Scripted.batches.append(Batch((incoming("1"), incoming("1"), incoming("2")), {}))
    poll.fetch(account.id)
    poll.fetch(account.id)
    stored = [f"message:{pk}" for pk in Message.objects.order_by("id").values_list("id", flat=True)]
    assert len(stored) == 2
    assert list(Event.objects.filter(verb="message.received").values_list("subject", flat=True)) == stored


def test_what_another_way_brings_at_the_same_moment_is_stored_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A webhook's row comes in between our look and our write; what else the page held is stored all the same."""
    look = poll.known

    def slow(of: Account, messages: Iterable[Incoming]) -> dict[poll.Key, tuple[int, str, bool]]:
        found = look(of, messages)
        monkeypatch.setattr(poll, "known", look)
        poll.store_messages(of, [incoming("1")], timezone.now())
        return found

    monkeypatch.setattr(poll, "known", slow)
    poll.store_messages(account, [incoming("1"), incoming("2")], timezone.now())
    assert sorted(Message.objects.values_list("remote_id", flat=True)) == ["1", "2"]
    assert Event.objects.filter(verb="message.received").count() == 2


def test_a_message_without_an_id_is_not_dropped(account: Account) -> None:
    poll.store_messages(account, [incoming("", text="satu"), incoming("", text="dua")], timezone.now())
    assert Message.objects.count() == 2


def test_our_own_messages_are_none(account: Account) -> None:
    Scripted.batches.append(Batch((incoming("1", author_id=account.remote_id), incoming("2")), {}))
    poll.fetch(account.id)
    assert list(Message.objects.values_list("remote_id", flat=True)) == ["2"]


def test_a_message_is_tied_to_the_delivery_it_stands_under(account: Account) -> None:
    row = an_outgoing(account, state=Outgoing.State.SENT, sent_at=timezone.now(), remote_id="p1")
    post = Post.objects.create(office=account.office, caption="Halo", due_at=row.due_at)
    delivery = Delivery.objects.create(post=post, account=account, row_key="id:1", outgoing=row)
    Scripted.batches.append(Batch((incoming("1"), incoming("2", post="p2")), {}, frozenset({"p1"})))
    poll.fetch(account.id)
    row.refresh_from_db()
    assert Message.objects.get(remote_id="1").delivery == delivery
    assert Message.objects.get(remote_id="2").delivery is None
    assert row.confirmed_at is not None


def test_what_came_before_an_error_is_kept_and_the_account_rests(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Scripted, cursor: object) -> Iterator[Batch]:
        yield Batch((incoming("1"),), {"n": 1})
        raise Unreachable(Reason.DROPPED)

    monkeypatch.setattr(Scripted, "fetch", breaks)
    poll.fetch(account.id)
    account.refresh_from_db()
    assert Message.objects.count() == 1
    assert account.cursor == {"n": 1}
    assert account.parked_until is not None
    assert account.state == Account.State.GREEN
    assert account.lane_until is None


def test_a_cursor_moves_only_with_its_messages(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the two would skip messages for ever: they are one transaction."""
    Scripted.batches.append(Batch((incoming("1"),), {"n": 1}))
    monkeypatch.setattr(poll, "confirm", lambda *_: (_ for _ in ()).throw(RuntimeError("crash")))
    Scripted.batches[0] = Batch((incoming("1"),), {"n": 1}, frozenset({"p1"}))
    with pytest.raises(RuntimeError):
        poll.fetch(account.id)
    account.refresh_from_db()
    assert (Message.objects.count(), account.cursor) == (0, {})


def test_an_account_that_cannot_be_read_for_an_hour_is_told_of_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays green and is tried on; but what citizens write there is heard by nobody meanwhile."""
    Account.objects.update(last_ok_at=timezone.now() - lane.SILENT_AFTER - timedelta(minutes=1))
    told = Notice.objects.filter(kind="account_silent")

    def behind_a_wall(self: Scripted, cursor: object) -> Iterator[Batch]:
        raise Unreachable(Reason.FIREWALL)
        yield

    def fetch() -> None:
        Account.objects.update(parked_until=None, next_fetch_at=timezone.now())
        poll.fetch(account.id)

    def fail() -> None:
        with monkeypatch.context() as wall:
            wall.setattr(Scripted, "fetch", behind_a_wall)
            fetch()

    for _ in range(lane.SILENT_FAILURES - 1):
        fail()
    assert not told.exists()  # a machine that was off for the night, and has no line in its first minute
    fail()
    notice = told.get()
    assert notice.data["account"] == str(account)
    notice.see(timezone.now())
    fail()
    assert told.count() == 1
    fetch()
    Account.objects.update(failures=lane.SILENT_FAILURES)
    fail()
    assert told.count() == 1  # it worked a moment ago


def test_login_needed_while_reading_turns_the_account_red(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def signed_out(self: Scripted, cursor: object) -> Iterator[Batch]:
        raise LoginNeeded(Reason.SESSION_EXPIRED)
        yield

    monkeypatch.setattr(Scripted, "fetch", signed_out)
    poll.fetch(account.id)
    account.refresh_from_db()
    assert account.state == Account.State.RED
    assert not Account.objects.to_fetch(timezone.now() + timedelta(days=1)).exists()


def test_what_was_written_long_before_us_asks_for_nothing(account: Account) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    Scripted.batches.append(Batch((incoming("1", written_at=long_ago), incoming("2")), {}))
    poll.fetch(account.id)
    assert Message.objects.get(remote_id="1").state == Message.State.DONE
    assert Message.objects.get(remote_id="2").state == Message.State.NEW


def test_nothing_is_read_while_another_uses_the_account(account: Account) -> None:
    Scripted.batches.append(Batch((incoming("1"),), {}))
    with lane.lane(account.id):
        poll.fetch(account.id)
    assert not Message.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's words for its plan")
def test_what_is_known_is_found_by_its_id_and_not_by_reading_the_account_s_whole_index(account: Account) -> None:
    with CaptureQueriesContext(connection) as asked:
        poll.known(account, [incoming("1"), incoming("2")])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "message_by_id (account_id=? AND remote_id=?)" in plan
