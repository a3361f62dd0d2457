"""Sending as a whole: what it costs, that nobody claims twice, spacing after an outage, pauses."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors import lane as lane_module
from connectors import outgoing, sending
from connectors.base import Item, Kind, Remember, Sent
from connectors.errors import OutcomeUnknown, Reason
from connectors.models import LEASE, WAKING, Account, Outgoing
from connectors.readback import LOOKS_MIN
from offices.models import Event, Office, Pause
from scheduler.models import Delivery, Post
from tests.connectors.scripted import Scripted, accept, fails_after, tick, written
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
State = Outgoing.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def an_answer(account: Account, text: str = "Terima kasih") -> Outgoing:
    return outgoing.queue(account, Kind.REPLY, {"text": text, "post": "p1", "parent": "c1"}, timezone.now())


# --- who is told that there is work


def test_an_account_whose_message_is_on_its_way_gets_no_other(account: Account) -> None:
    an_outgoing(account)
    at = timezone.now()
    assert sending.accounts_due(at) == [account.pk]
    sending.woken([account.pk], at)
    assert sending.accounts_due(at + timedelta(seconds=1)) == []
    assert sending.accounts_with_work(at + timedelta(seconds=1)) == []
    lost = at + WAKING + timedelta(seconds=1)
    assert sending.accounts_due(lost) == [account.pk]  # the broker forgot it, or the worker died
    sending.woken([account.pk], at + timedelta(days=1))  # by a clock that was wrong
    assert sending.accounts_due(at) == [account.pk]


def test_a_worker_that_began_may_be_told_of_what_comes_next(account: Account) -> None:
    an_outgoing(account)
    sending.woken([account.pk], timezone.now())
    assert sending.work_off(account.pk) == 1
    an_outgoing(account)
    assert sending.accounts_due(timezone.now()) == [account.pk]


def test_past_its_window_a_post_is_not_claimed_even_before_it_is_called_late(account: Account) -> None:
    row = an_outgoing(account, late_at=timezone.now() - timedelta(seconds=1))
    assert sending.accounts_due(timezone.now()) == []
    assert sending.claim(row, timezone.now()) is False
    tick()
    row.refresh_from_db()
    assert row.state == State.LATE


# --- what it costs


def statements(account: Account, posts: int) -> list[str]:
    for number in range(posts):
        an_outgoing(account, text=str(number))
    with CaptureQueriesContext(connection) as queries:
        assert sending.work_off(account.id) == posts
    asked = [query["sql"] for query in queries]
    return [sql for sql in asked if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))]


def test_a_delivery_costs_four_statements(account: Account) -> None:
    one, five = statements(account, 1), statements(account, 5)
    assert len(five) - len(one) == 4 * 4, five
    assert len(one) <= 9  # with the lane: taken, read, looked up, listed, given back


# --- nobody claims twice


def test_of_two_who_claim_the_same_row_at_once_one_has_it(account: Account) -> None:
    """The second waits for the first one's row; when it gets it, PostgreSQL must look at the row again."""
    an_outgoing(account)
    first, second = (sending.next_due(account.id, timezone.now())[0] for _ in range(2))
    assert while_claimed(first, lambda: sending.claim(second, timezone.now())) is False


def test_what_is_being_claimed_is_no_longer_taken_back(account: Account) -> None:
    """However the rows were asked for: here by a table that is joined to them."""
    row = an_outgoing(account)
    post = Post.objects.create(office=account.office, due_at=row.due_at)
    Delivery.objects.create(post=post, account=account, row_key="id:1", outgoing=row)
    asked = Outgoing.objects.filter(delivery__post=post)
    assert while_claimed(row, lambda: outgoing.withdraw(asked, timezone.now())) == set()
    row.refresh_from_db()
    assert (row.state, row.unwanted) == (State.SENDING, "")


def while_claimed(row: Outgoing, rival: Callable[[], object]) -> object:
    """What `rival` gets to do, begun while the claim of `row` is not committed yet."""
    begun, did = threading.Event(), []

    def act() -> None:
        begun.set()
        did.append(rival())
        connection.close()

    thread = threading.Thread(target=act)
    with transaction.atomic():
        assert sending.claim(row, timezone.now())
        thread.start()
        begun.wait(5)
        thread.join(0.3)  # long enough for the rival to stand before the row's lock
    thread.join(10)
    return did[0]


def test_the_lease_outlasts_the_longest_call() -> None:
    """An attempt's own lease begins anew right before the request; a lane is renewed where it would not last."""
    assert lane_module.LONGEST_CALL < LEASE


def test_a_lane_held_long_is_renewed_before_the_request_and_one_lost_is_noticed(account: Account) -> None:
    from connectors.lane import lane

    with lane(account.id) as taken:
        assert taken is not None
        taken.taken_at -= LEASE * 0.6
        Account.objects.update(lane_until=timezone.now() + LEASE * 0.4)
        assert taken.keep()
        account.refresh_from_db()
        assert account.lane_until is not None
        assert account.lane_until > timezone.now() + LEASE * 0.9
        Account.objects.update(lane_token=None)
        taken.taken_at -= LEASE * 0.6
        assert not taken.keep()


def test_who_lost_the_lane_between_two_rows_claims_no_more(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_and_lose_the_lane(item: Item, remember: Remember) -> Sent:
        sent = accept(item, remember)
        Account.objects.update(lane_token=uuid.uuid4())
        return sent

    monkeypatch.setattr(lane_module, "LEASE", timedelta(0))  # so that it is asked for at each step
    Scripted.acts.append(send_and_lose_the_lane)
    first, second = an_outgoing(account, text="satu"), an_outgoing(account, text="dua")
    assert sending.work_off(account.id) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.attempts) == (State.SENT, State.QUEUED, 0)


def test_a_lane_taken_by_a_wrong_clock_is_free_again(account: Account) -> None:
    Account.objects.update(lane_token="0" * 32, lane_until=timezone.now() + timedelta(days=400))
    an_outgoing(account)
    tick()
    assert written() == ["Halo"]


# --- every attempt is kept


def test_each_attempt_is_kept_with_what_was_sent_and_what_came_back(account: Account) -> None:
    Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT, "HTTP 504"), accepted=False))
    row = an_outgoing(account, text="Ibu Ratna, terima kasih")
    tick()
    for _ in range(LOOKS_MIN):
        Outgoing.objects.update(lease_until=timezone.now())
        tick()
    lost, absent, sent = Event.objects.filter(subject=f"outgoing:{row.id}").order_by("id")
    assert (lost.data["attempt"], lost.data["came_back"]["detail"]) == (1, "HTTP 504")
    assert absent.verb == "outgoing.absent"
    assert (sent.data["attempt"], sent.data["came_back"]["remote_id"]) == (2, "r1")
    assert sent.data["sent"]["handle"] == {"token": str(row.nonce)}
    assert lost.data["sent"]["text"] == sent.data["sent"]["text"]
    assert lost.data["began"] < sent.data["began"]
    assert "Ratna" not in str([event.data for event in (lost, absent, sent)])


# --- after an outage


def test_what_is_overdue_goes_out_in_order_and_spaced_and_answers_do_not_wait(account: Account) -> None:
    now = timezone.now()
    for number in (3, 1, 2):
        an_outgoing(account, now - timedelta(minutes=5 - number), str(number))
    tick()
    assert written() == ["1"]
    an_answer(account)
    tick()
    tick()
    assert written() == ["1", "Terima kasih"]
    for _ in range(3):
        Account.objects.update(next_post_at=timezone.now())
        tick()
    assert written() == ["1", "Terima kasih", "2", "3"]


def test_posts_on_time_keep_the_plan_s_own_pace(account: Account) -> None:
    now = timezone.now()
    for number in range(3):
        an_outgoing(account, now - timedelta(seconds=3 - number), str(number))
    tick()
    assert written() == ["0", "1", "2"]


def test_other_accounts_do_not_wait_for_one_that_is_spaced(account: Account) -> None:
    other = an_account(an_office("mawar"), platform="scripted")
    for one in (account, other):
        for text in ("satu", "dua"):
            an_outgoing(one, timezone.now() - MINUTE, f"{text} {one.handle}")
    tick()
    assert sorted(written()) == ["satu pkm.mawar", "satu pkm.melati"]


# --- pauses


@pytest.fixture
def city(account: Account) -> Office:
    city = an_office("kota", kind=Office.Kind.CITY)
    Office.objects.filter(id=account.office_id).update(parent=city)
    return city


@pytest.mark.parametrize("over", ["its own", "the city's", "everybody's"])
def test_a_pause_holds_posts_and_lets_answers_go(account: Account, city: Office, over: str) -> None:
    office = {"its own": account.office, "the city's": city, "everybody's": None}[over]
    pause = Pause.objects.create(office=office, why="Hari berkabung", by=an_officer(account.office))
    an_outgoing(account, text="kiriman")
    an_answer(account)
    tick()
    assert written() == ["Terima kasih"]
    assert sending.accounts_with_work(timezone.now()) == []
    Pause.objects.filter(id=pause.id).update(lifted_at=timezone.now())
    tick()
    assert written() == ["Terima kasih", "kiriman"]


def test_a_pause_of_everything_holds_answers_too(account: Account) -> None:
    Pause.objects.create(office=account.office, why="Akun dibajak", answers_too=True)
    an_outgoing(account)
    an_answer(account)
    tick()
    assert written() == []


def test_a_pause_of_others_a_past_one_and_a_coming_one_hold_nothing(account: Account) -> None:
    now = timezone.now()
    Pause.objects.create(office=an_office("mawar"), why="x")
    Pause.objects.create(office=None, why="x", since=now - 2 * MINUTE, until=now - MINUTE)
    Pause.objects.create(office=None, why="x", since=now + MINUTE)
    Office.objects.filter(slug="mawar").update(parent=account.office)  # below it, not above
    an_outgoing(account)
    tick()
    assert written() == ["Halo"]


def test_what_a_pause_made_late_asks(account: Account) -> None:
    Pause.objects.create(office=None, why="x")
    row = an_outgoing(account, timezone.now() - 2 * MINUTE, late_at=timezone.now() - MINUTE)
    tick()
    row.refresh_from_db()
    assert row.state == State.LATE
