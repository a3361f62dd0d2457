"""The state machine: exactly one public item for a row, whatever a connector, a crash or another worker does."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from connectors import lane, outgoing, readback, sending
from connectors.base import Absent, CannotTell, Found, Identity, Item, Remember, Sent
from connectors.errors import LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.models import LEASE, Account, Outgoing
from offices.models import Event, Notice, Pause
from tests.connectors.scripted import Scripted, accept, fails_after, fails_before, tick
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
State = Outgoing.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def not_found(row: Outgoing) -> None:
    """Read back as often as it takes until it is surely absent."""
    for _ in range(readback.LOOKS_MIN):
        later(row)
        tick()


def later(row: Outgoing, delta: timedelta = 10 * MINUTE) -> None:
    """As if `delta` had passed since the last attempt, read-back or rest."""
    row.refresh_from_db()
    Outgoing.objects.filter(id=row.id).update(
        lease_until=row.lease_until and row.lease_until - delta, not_before=row.not_before and row.not_before - delta
    )
    Account.objects.filter(parked_until__isnull=False).update(parked_until=timezone.now() - MINUTE)


def test_what_is_due_goes_out_once_in_order(account: Account) -> None:
    now = timezone.now()
    second = an_outgoing(account, now - timedelta(seconds=1), "dua")
    first = an_outgoing(account, now - timedelta(seconds=2), "satu")
    future = an_outgoing(account, now + MINUTE, "nanti")
    tick()
    tick()
    assert [item.text for item in Scripted.written] == ["satu", "dua"]
    for row, state in ((first, State.SENT), (second, State.SENT), (future, State.QUEUED)):
        row.refresh_from_db()
        assert row.state == state
    assert first.remote_id == "r1"
    assert first.sent_at is not None
    assert Event.objects.filter(verb="outgoing.sent").count() == 2


@pytest.mark.parametrize("state", [State.DRAFT, State.HELD, State.WITHDRAWN, State.LATE, State.FAILED, State.SENT])
def test_only_what_is_queued_goes_out(account: Account, state: str) -> None:
    an_outgoing(account, state=state, sent_at=timezone.now())
    tick()
    assert Scripted.written == []


def test_a_red_account_sends_nothing_until_a_person_helped(account: Account) -> None:
    Account.objects.update(state=Account.State.RED)
    row = an_outgoing(account)
    tick()
    assert Scripted.written == []
    Scripted.who.append(Identity("1000", "pkm.melati", "Melati"))
    lane.want_check(account, timezone.now())
    lane.check(account.id, timezone.now())
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT


def first_due(account: Account) -> Outgoing:
    return sending.next_due(account.id, timezone.now())[0]


def withdraw(row: Outgoing) -> None:
    assert outgoing.withdraw(Outgoing.objects.filter(id=row.id), timezone.now()) == {row.id}


def edit(row: Outgoing) -> None:
    assert outgoing.revise(row, timezone.now(), payload={"text": "baru", "media": []})


def pause(row: Outgoing) -> None:
    Pause.objects.create(office=row.office, why="berkabung")


def turn_red(row: Outgoing) -> None:
    Account.objects.update(state=Account.State.RED)


def send_by_another(row: Outgoing) -> None:
    """Sent, refused for being too fast, and queued again: what was read is no longer what is there."""
    Scripted.acts.append(fails_before(RateLimited()))
    tick()
    Account.objects.update(parked_until=None)
    row = Outgoing.objects.get(id=row.id)
    assert row.state == State.QUEUED


@pytest.mark.parametrize("meanwhile", [withdraw, edit, pause, turn_red, send_by_another])
def test_what_changed_between_sight_and_claim_is_not_claimed(
    account: Account, meanwhile: Callable[[Outgoing], None]
) -> None:
    an_outgoing(account)
    row = first_due(account)
    meanwhile(row)
    assert not sending.claim(row, timezone.now())


def test_a_row_edited_between_sight_and_claim_is_sent_as_edited(account: Account) -> None:
    row = an_outgoing(account, text="lama")
    assert outgoing.revise(row, timezone.now(), payload={"text": "baru", "media": []})
    tick()
    assert [item.text for item in Scripted.written] == ["baru"]


def test_too_late_to_withdraw_or_edit_what_is_being_sent(account: Account) -> None:
    row = an_outgoing(account)

    def meanwhile(item: Item, remember: Remember) -> Sent:
        at, sent = timezone.now(), accept(item, remember)
        assert outgoing.withdraw(Outgoing.objects.filter(id=row.id), at) == set()
        assert not outgoing.revise(row, at, payload={"text": "baru"})
        return sent

    Scripted.acts.append(meanwhile)
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert row.text == "Halo"


def test_the_call_stands_outside_every_transaction(account: Account) -> None:
    seen = []

    def look(item: Item, remember: Remember) -> Sent:
        seen.append(connection.in_atomic_block)
        return accept(item, remember)

    Scripted.acts.append(look)
    an_outgoing(account)
    tick()
    assert seen == [False]


def test_two_workers_send_it_once(account: Account) -> None:
    for number in range(6):
        an_outgoing(account, text=str(number))
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        for _ in range(5):
            tick()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick()
    assert sorted(item.text for item in Scripted.written) == ["0", "1", "2", "3", "4", "5"]


# --- every error: what it means for the row and for the account


def test_refused_is_final_and_told(account: Account) -> None:
    Scripted.acts.append(fails_before(Refused(Reason.MEDIA_REFUSED)))
    refused, next_one = an_outgoing(account, text="a"), an_outgoing(account, text="b")
    tick()
    refused.refresh_from_db()
    next_one.refresh_from_db()
    assert (refused.state, refused.reason) == (State.FAILED, Reason.MEDIA_REFUSED)
    assert next_one.state == State.SENT
    assert Notice.objects.get(kind="outgoing_failed").address == f"/kiriman/{refused.pk}/"


def test_unreachable_is_tried_again_after_a_rest(account: Account) -> None:
    Scripted.acts.append(fails_before(Unreachable(Reason.OFFLINE)))
    row = an_outgoing(account)
    tick()
    tick()
    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert row.not_before is not None
    assert Scripted.written == []
    later(row)
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(Scripted.written) == 1


def test_a_long_outage_costs_no_post(account: Account) -> None:
    """Nothing was done each time: it is tried again until its window ends, and then a person is asked."""
    Scripted.acts.extend(fails_before(Unreachable(Reason.OFFLINE)) for _ in range(9))
    row = an_outgoing(account)
    for _ in range(9):
        tick()
        later(row, timedelta(hours=1))
    tick()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SENT, 10)


def test_a_broken_connector_asks_a_person(account: Account) -> None:
    Scripted.acts.append(fails_before(RuntimeError("a fault in the connector")))
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert outgoing.release(row, timezone.now(), None)
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_what_vanishes_again_and_again_asks_a_person(account: Account) -> None:
    row = an_outgoing(account)
    vanishes = fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=False)
    Scripted.acts.extend([vanishes] * readback.ATTEMPTS_MAX)
    for _ in range(readback.ATTEMPTS_MAX):
        tick()
        not_found(row)
        later(row)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, Reason.TIMEOUT)  # which tells the person why
    assert Notice.objects.filter(kind="outgoing_failed").count() == 1


def test_a_rate_limit_rests_this_account_and_no_other(account: Account) -> None:
    other = an_account(an_office("mawar"), platform="scripted")
    until = timezone.now() + timedelta(hours=1)
    Scripted.acts.append(fails_before(RateLimited(until=until)))
    row, again = an_outgoing(account, text="a"), an_outgoing(account, text="b")  # this account is worked off first
    theirs = an_outgoing(other, text="c")
    tick()
    for one in (row, again, theirs, account):
        one.refresh_from_db()
    assert [row.state, again.state, theirs.state] == [State.QUEUED, State.QUEUED, State.SENT]
    assert account.parked_until == until


def test_login_needed_turns_the_account_red_and_loses_nothing(account: Account) -> None:
    Scripted.acts.append(fails_before(LoginNeeded(Reason.CHALLENGE)))
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    account.refresh_from_db()
    assert row.state == State.QUEUED
    assert (account.state, account.reason) == (Account.State.RED, Reason.CHALLENGE)
    notice = Notice.objects.get(kind="account_red")
    assert notice.urgent


@pytest.mark.parametrize("error", [OutcomeUnknown(Reason.TIMEOUT), RuntimeError("a fault in the connector")])
@pytest.mark.parametrize("accepted", [True, False])
def test_an_unknown_outcome_is_read_back_before_anything_else(
    account: Account, error: Exception, accepted: bool
) -> None:
    Scripted.acts.append(fails_after(error, accepted=accepted))
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    tick()  # within the platform's lag, absence proves nothing: it is not even looked up
    row.refresh_from_db()
    assert (row.state, row.looks) == (State.UNKNOWN, 0)
    later(row)
    Scripted.sees.extend([Absent(), Found(Sent("r1"))] if accepted else [Absent(), Absent()])
    tick()
    row.refresh_from_db()
    assert (row.state, row.looks) == (State.UNKNOWN, 1)  # a list may lag longer than usual
    later(row)
    tick()
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(Scripted.written) == 1


def test_an_unknown_outcome_keeps_its_handle_and_nonce(account: Account) -> None:
    Scripted.acts.append(fails_after(OutcomeUnknown(Reason.DROPPED), accepted=False))
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert row.handle == {"token": str(row.nonce)}
    not_found(row)
    assert Scripted.written[0].nonce == row.nonce
    assert Scripted.written[0].handle == row.handle


def test_where_reading_back_cannot_tell_a_person_says(account: Account) -> None:
    officer = an_officer(account.office)
    rows = [an_outgoing(account, text=text) for text in ("ada", "tidak")]
    for _ in rows:
        Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=False))
        Scripted.sees.append(CannotTell("two alike"))
    tick()
    for row in rows:
        later(row)
    tick()
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.asks) == (State.UNKNOWN, True)
        later(row)
    tick()  # it goes on asking: nothing moves by itself
    assert Scripted.written == []
    assert Notice.objects.filter(kind="outgoing_unknown").count() == 2
    assert outgoing.found_by_hand(rows[0], timezone.now(), officer, "https://example.invalid/p/9/")
    assert outgoing.send_again(rows[1], timezone.now(), officer)
    assert not outgoing.send_again(rows[0], timezone.now(), officer)
    tick()
    assert [item.text for item in Scripted.written] == ["tidak"]


def test_a_failed_read_back_changes_nothing_but_the_next_look(account: Account) -> None:
    Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=True))
    row = an_outgoing(account)
    tick()
    later(row)
    Scripted.sees.append(Unreachable(Reason.OFFLINE))
    tick()
    row.refresh_from_db()
    assert (row.state, row.looks) == (State.UNKNOWN, 0)
    later(row, timedelta(hours=1))
    Scripted.sees.append(Found(Sent("r1")))
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(Scripted.written) == 1


# --- crashes and frozen senders


def test_a_claim_left_behind_is_read_back_never_sent(account: Account) -> None:
    row = an_outgoing(account)
    assert sending.claim(first_due(account), timezone.now())  # and the worker died
    tick()
    row.refresh_from_db()
    assert row.state == State.SENDING  # the lease still runs
    later(row, LEASE + MINUTE)
    outgoing.give_up_abandoned(timezone.now())
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.UNKNOWN, Reason.FROZEN)  # who is asked about it reads why
    Scripted.sees.append(Found(Sent("r7")))
    tick()
    row.refresh_from_db()
    assert (row.state, row.remote_id, row.reason) == (State.SENT, "r7", "")
    assert Scripted.written == []


def test_after_a_crash_the_only_worker_starts_with_free_lanes(account: Account) -> None:
    row = an_outgoing(account)
    assert sending.claim(first_due(account), timezone.now())
    Account.objects.update(lane_token=uuid.uuid4(), lane_until=timezone.now() + LEASE)
    outgoing.recover_after_crash(timezone.now())
    row.refresh_from_db()
    account.refresh_from_db()
    assert (row.state, row.reason) == (State.UNKNOWN, Reason.FROZEN)
    assert account.lane_until is None


def test_a_sender_that_froze_and_woke_up_does_not_write(account: Account) -> None:
    """It slept through its lease; another read back, found nothing, and sent. Then it wakes up."""
    row = an_outgoing(account)

    def freeze(item: Item, remember: Remember) -> Sent:
        later(row, LEASE + MINUTE)
        Account.objects.update(lane_until=timezone.now() - MINUTE)
        tick()
        not_found(row)  # the other worker: unknown → absent → sent
        return accept(item, remember)  # awake again: remember must stop it

    Scripted.acts.append(freeze)
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(Scripted.written) == 1


def test_a_sender_that_lost_its_lane_does_not_write(account: Account) -> None:
    row = an_outgoing(account)

    def lose_the_lane(item: Item, remember: Remember) -> Sent:
        Account.objects.update(lane_token=uuid.uuid4())
        return accept(item, remember)

    Scripted.acts.append(lose_the_lane)
    tick()
    row.refresh_from_db()
    assert Scripted.written == []
    assert row.state == State.SENDING  # its lease ends, then it is read back


# --- late, released, confirmed


def test_past_its_window_a_post_asks_a_person(account: Account) -> None:
    now = timezone.now()
    row = an_outgoing(account, now - 2 * MINUTE, late_at=now - MINUTE)
    tick()
    row.refresh_from_db()
    assert row.state == State.LATE
    assert Scripted.written == []
    assert Notice.objects.filter(kind="outgoing_late").count() == 1
    assert outgoing.release(row, timezone.now(), an_officer(account.office))
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_an_account_has_one_user_at_a_time(account: Account) -> None:
    with lane.lane(account.id) as first:
        assert first is not None
        with lane.lane(account.id) as second:
            assert second is None
    with lane.lane(account.id) as third:
        assert third is not None


def test_the_session_is_kept_sealed_and_used_again(account: Account) -> None:
    for _ in range(2):
        an_outgoing(account)
        tick()
    account.refresh_from_db()
    assert account.session == {"uses": 2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets, session FROM connectors_account")
        stored = " ".join(cursor.fetchone())
    assert "uses" not in stored
    assert "kata-sandi-uji" not in stored


def test_what_the_platform_lists_is_confirmed(account: Account) -> None:
    row = an_outgoing(account)
    tick()
    readback.confirm(account, ["r1", "r999"], timezone.now())
    row.refresh_from_db()
    assert row.confirmed_at is not None


def test_no_error_of_a_check_leaves_the_wish_or_the_lane_hanging(account: Account) -> None:
    for said, state in (
        (LoginNeeded(Reason.BAD_PASSWORD), Account.State.RED),
        (Unreachable(Reason.OFFLINE), Account.State.RED),
        (Identity("1000", "pkm.melati", "Melati"), Account.State.GREEN),
    ):
        Scripted.who.append(said)
        lane.want_check(account, timezone.now())
        lane.check(account.id, timezone.now())
        account.refresh_from_db()
        assert account.state == state
        assert account.lane_until is None
    assert account.check_wanted_at is None


def test_a_tick_asks_few_questions(account: Account) -> None:
    """However much waits: the tick's queries are counted, and rows far in the future are not among its work."""
    for number in range(30):
        an_outgoing(account, timezone.now() + timedelta(days=number + 1))
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert sending.accounts_with_work(timezone.now()) == []
    selects = [one for one in queries if one["sql"].startswith("SELECT")]
    assert len(selects) <= 4
