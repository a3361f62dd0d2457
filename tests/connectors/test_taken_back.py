"""Taken back while it is being sent or looked up: it may be out already; where it is not, it never goes out."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from connectors import attempts, outgoing, sending
from connectors.base import Absent, CannotTell, Found, Item, Kind, Lookup, Remember, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.models import Account, Outgoing
from offices.models import Event, Notice
from tests.connectors.scripted import Act, Scripted, accept, fails_after, fails_before, tick, written
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
State = Outgoing.State


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def take_back(row: Outgoing, why: str = "changed", **by: Any) -> set[int]:
    return outgoing.withdraw(Outgoing.objects.filter(id=row.id), timezone.now(), why=why, **by)


def sent_and_taken_back(account: Account, then: Act, why: str = "changed") -> Outgoing:
    """Taken back in the middle of its attempt, right before what `then` does."""
    row = an_outgoing(account)

    def act(item: Item, remember: Remember) -> Sent:
        assert take_back(row, why) == set()
        return then(item, remember)

    Scripted.acts.append(act)
    tick()
    row.refresh_from_db()
    return row


def in_doubt(account: Account, **fields: Any) -> Outgoing:
    """Its answer was lost; the platform never had it."""
    Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=False))
    row = an_outgoing(account)
    tick()
    Outgoing.objects.filter(id=row.id).update(state=State.UNKNOWN, **fields)
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    return row


def looked_for(row: Outgoing, *sees: Lookup) -> Outgoing:
    for seen in sees:
        Scripted.sees.append(seen)
        Outgoing.objects.filter(id=row.id).update(lease_until=timezone.now())
        tick()
    row.refresh_from_db()
    return row


def later() -> list[str]:
    """What is out once every rest is over."""
    Outgoing.objects.update(not_before=None)
    Account.objects.update(parked_until=None)
    tick()
    tick()
    return written()


def verbs(row: Outgoing) -> list[str]:
    of_row = Event.objects.filter(subject=f"outgoing:{row.id}").order_by("id")
    return [verb.partition(".")[2] for verb in of_row.values_list("verb", flat=True)]


SURELY_NOT_OUT = [
    Unreachable(Reason.OFFLINE),
    RateLimited(Reason.QUOTA_SPENT),
    LoginNeeded(Reason.SESSION_EXPIRED),
    Refused(Reason.MEDIA_REFUSED),
]


@pytest.mark.parametrize("error", SURELY_NOT_OUT, ids=lambda error: type(error).__name__)
def test_an_attempt_that_surely_did_nothing_is_the_last_one(account: Account, error: ConnectorError) -> None:
    row = sent_and_taken_back(account, fails_before(error))
    assert (row.state, row.reason, row.unwanted) == (State.WITHDRAWN, "changed", None)
    assert (row.token, row.lease_until) == (None, None)
    assert verbs(row) == ["unwanted", "not_sent", "withdrawn"]
    assert Event.objects.get(verb="outgoing.withdrawn").data == {"attempt": 1, "why": "changed"}
    assert not Notice.objects.filter(kind="outgoing_failed").exists()
    assert later() == []


@pytest.mark.parametrize("attempts_before", [0, 9])
def test_what_is_read_back_and_surely_absent_is_not_sent_again(account: Account, attempts_before: int) -> None:
    row = in_doubt(account, attempts=attempts_before + 1)
    assert take_back(row) == set()
    row = looked_for(row, Absent(), Absent())
    assert (row.state, row.reason, row.unwanted) == (State.WITHDRAWN, "changed", None)
    assert verbs(row)[-3:] == ["unwanted", "absent", "withdrawn"]
    assert not Notice.objects.filter(kind="outgoing_failed").exists()
    assert later() == []


def test_what_is_found_after_all_is_sent(account: Account) -> None:
    row = in_doubt(account)
    take_back(row)
    row = looked_for(row, Absent(), Found(Sent("r1")))
    assert (row.state, row.unwanted) == (State.SENT, None)


def test_what_was_accepted_before_anybody_could_stop_it_is_sent(account: Account) -> None:
    def too_late(item: Item, remember: Remember) -> Sent:
        sent = accept(item, remember)
        take_back(row)
        return sent

    Scripted.acts.append(too_late)
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert (row.state, row.unwanted, written()) == (State.SENT, None, ["Halo"])


def test_without_a_reason_it_is_taken_back_as_well(account: Account) -> None:
    row = sent_and_taken_back(account, fails_before(Unreachable(Reason.OFFLINE)), why="")
    assert (row.state, row.reason) == (State.WITHDRAWN, "")
    assert Event.objects.get(verb="outgoing.withdrawn").data == {"attempt": 1}


def test_who_takes_back_in_doubt_stands_in_the_history_once(account: Account) -> None:
    row, who = in_doubt(account), an_officer(account.office)
    for _ in range(2):
        assert take_back(row, "stopped", actor=who) == set()
    noted = Event.objects.get(verb="outgoing.unwanted")
    assert (noted.actor, noted.data) == (who, {"attempt": 1, "why": "stopped"})


@pytest.mark.parametrize(("first", "kept"), [("changed", "stopped"), ("gone", "stopped"), ("stopped", "stopped")])
def test_a_person_s_reason_replaces_another_and_nothing_replaces_it(account: Account, first: str, kept: str) -> None:
    row, who = in_doubt(account), an_officer(account.office)
    take_back(row, first)
    take_back(row, "stopped", actor=who)
    take_back(row, "open_case")
    row.refresh_from_db()
    assert row.unwanted == kept


def test_of_many_taken_back_each_is_withdrawn_or_noted(account: Account) -> None:
    doubtful, waits = in_doubt(account), an_outgoing(account, timezone.now() + timedelta(days=1))
    gone = outgoing.withdraw(Outgoing.objects.filter(account=account), timezone.now(), why="gone")
    doubtful.refresh_from_db()
    waits.refresh_from_db()
    assert gone == {waits.id}
    assert (doubtful.state, doubtful.unwanted) == (State.UNKNOWN, "gone")
    assert (waits.state, waits.unwanted) == (State.WITHDRAWN, None)


# --- the fence


def test_right_before_the_request_it_is_really_stopped(account: Account) -> None:
    row = sent_and_taken_back(account, accept)
    an_outgoing(account, text="lain")
    assert written() == []
    assert (row.state, row.reason, row.token) == (State.WITHDRAWN, "changed", None)
    assert verbs(row) == ["unwanted", "not_sent", "withdrawn"]
    assert later() == ["lain"]


def test_the_account_s_next_rows_do_not_wait_for_one_that_was_stopped(account: Account) -> None:
    first = an_outgoing(account)
    an_outgoing(account, text="lain")

    def stopped(item: Item, remember: Remember) -> Sent:
        take_back(first)
        return accept(item, remember)

    Scripted.acts.append(stopped)
    tick()
    assert written() == ["lain"]


def test_what_had_begun_to_leave_is_read_back(account: Account) -> None:
    """An upload's address was remembered; its last part, which would make it public, is not sent."""

    def in_two_steps(item: Item, remember: Remember) -> Sent:
        remember({"upload": "u1"})
        take_back(row)
        return accept(item, remember)

    Scripted.acts.append(in_two_steps)
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert (row.state, row.reason, row.unwanted, written()) == (State.UNKNOWN, Reason.FROZEN, "changed", [])
    assert row.lease_until is not None
    assert row.lease_until - timezone.now() <= timedelta(seconds=account.capability.lag_s)  # no lease is waited for
    assert looked_for(row, Absent(), Absent()).state == State.WITHDRAWN
    assert later() == []


# --- at the same moment


def while_uncommitted(first: Callable[[], object], rival: Callable[[], object]) -> object:
    """What `rival` gets to do, begun while what `first` did is not committed yet."""
    did: list[object] = []

    def act() -> None:
        did.append(rival())
        connection.close()

    thread = threading.Thread(target=act)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(0.3)  # long enough for the rival to stand before the row's lock
    thread.join(20)
    return did[0]


def claimed(account: Account) -> Outgoing:
    an_outgoing(account)
    row = sending.next_due(account.id, timezone.now())[0]
    assert sending.claim(row, timezone.now())
    return row


def test_an_attempt_that_ends_while_it_is_taken_back_is_the_last_one(account: Account) -> None:
    row = claimed(account)
    offline = Unreachable(Reason.OFFLINE)
    while_uncommitted(lambda: take_back(row), lambda: attempts.record_failure(account, row, offline))
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_what_is_taken_back_while_its_attempt_ends_is_withdrawn(account: Account) -> None:
    row = claimed(account)
    offline = Unreachable(Reason.OFFLINE)
    done = while_uncommitted(lambda: attempts.record_failure(account, row, offline), lambda: take_back(row))
    row.refresh_from_db()
    assert (row.state, row.unwanted, done) == (State.WITHDRAWN, None, {row.id})


def test_what_is_claimed_while_it_is_taken_back_is_noted(account: Account) -> None:
    an_outgoing(account)
    row = sending.next_due(account.id, timezone.now())[0]
    done = while_uncommitted(lambda: sending.claim(row, timezone.now()), lambda: take_back(row))
    row.refresh_from_db()
    assert (row.state, row.unwanted, done) == (State.SENDING, "changed", set())


# --- a person's later word


@pytest.fixture
def asked(account: Account) -> Outgoing:
    """Taken back, and nobody but a person can tell whether it is out."""
    row = in_doubt(account)
    take_back(row)
    row = looked_for(row, CannotTell("two alike"))
    assert (row.asks, row.unwanted) == (True, "changed")
    return row


def test_who_looked_and_wants_it_sent_has_it_sent(asked: Outgoing) -> None:
    assert outgoing.send_again(asked, timezone.now(), None)
    tick()
    asked.refresh_from_db()
    assert (asked.state, asked.unwanted, written()) == (State.SENT, None, ["Halo"])


def test_sent_again_it_goes_on_after_an_outage_too(asked: Outgoing) -> None:
    outgoing.send_again(asked, timezone.now(), None)
    Scripted.acts.append(fails_before(Unreachable(Reason.OFFLINE)))
    tick()
    assert later() == ["Halo"]


def test_who_found_it_ends_it(asked: Outgoing) -> None:
    assert outgoing.found_by_hand(asked, timezone.now(), None)
    asked.refresh_from_db()
    assert (asked.state, asked.unwanted) == (State.SENT, None)


def test_who_looked_and_leaves_it_withdraws_it_for_the_same_reason(asked: Outgoing) -> None:
    assert outgoing.leave_out(asked, timezone.now(), None)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.asks, asked.unwanted) == (State.WITHDRAWN, "changed", False, None)
    assert Event.objects.get(verb="outgoing.withdrawn").data == {"attempt": 1, "why": "changed"}
    assert not outgoing.send_again(asked, timezone.now(), None)
    assert later() == []


def test_only_what_asks_is_left_out_by_a_person_s_look(account: Account) -> None:
    row = in_doubt(account)
    assert not outgoing.leave_out(row, timezone.now(), None)
    row.refresh_from_db()
    assert row.state == State.UNKNOWN


@pytest.mark.parametrize(("why", "wanted"), [("gone", True), ("stopped", False)])
def test_it_is_wanted_again_by_who_took_it_back_alone(account: Account, why: str, wanted: bool) -> None:
    row = in_doubt(account)
    take_back(row, why)
    back = outgoing.want_again(Outgoing.objects.filter(id=row.id), timezone.now(), why="gone")
    row = looked_for(row, Absent(), Absent())
    assert bool(back) is wanted
    assert row.state == (State.SENT if wanted else State.WITHDRAWN)  # the same tick sends what is surely absent
    assert ("wanted" in verbs(row)) is wanted


def test_a_decision_about_a_comment_is_taken_back_as_well(account: Account) -> None:
    """It has no handle and no fence."""
    row = an_outgoing(account, kind=Kind.HIDE)
    assert sending.claim(sending.next_due(account.id, timezone.now())[0], timezone.now())
    take_back(row)
    Outgoing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tick()
    tick()
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
