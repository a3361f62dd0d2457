"""Things that happen at the same time: persons, workers, platforms and their lists, against one row and one account."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from connectors import lane as lane_module
from connectors import outgoing, readback, sending
from connectors.base import Absent, CannotTell, Found, Identity, Item, Kind, Lookup, Remember, Sent
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.lane import lane
from connectors.models import LEASE, PLATFORMS, Account, Outgoing
from offices.models import Event, Notice, Pause
from tests.connectors.scripted import Scripted, accept, fails_after, tick, written
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
State = Outgoing.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted")


def looked_for(row: Outgoing, *sees: Lookup | Exception) -> Outgoing:
    """Read back so often, each time as if its rest were over."""
    for seen in sees:
        Scripted.sees.append(seen)
        Outgoing.objects.filter(id=row.id).update(lease_until=timezone.now())
        Account.objects.update(parked_until=None)
        tick()
    row.refresh_from_db()
    return row


def in_doubt(account: Account, text: str = "Halo") -> Outgoing:
    """A post whose answer was lost; the platform never had it."""
    Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=False))
    row = an_outgoing(account, text=text)
    tick()
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    return row


# --- reading back


def test_looks_that_failed_are_none_that_missed_it(account: Account) -> None:
    """After an outage lists lag most: two must miss it, however often nobody answered before."""
    down = Unreachable(Reason.SERVER_ERROR)
    row = looked_for(in_doubt(account), down, down, down, Absent())
    assert row.state == State.UNKNOWN
    assert looked_for(row, Found(Sent("r1"))).state == State.SENT
    assert written() == []


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.TEXT])
def test_what_another_row_is_already_is_not_taken_for_this_one(account: Account, kind: Kind) -> None:
    """The same words twice on purpose; the second one's answer was lost, and the list shows the first."""
    an_outgoing(account, kind=kind)
    tick()
    row = looked_for(in_doubt(account), Found(Sent("r1")))
    assert (row.state, row.asks) == (State.UNKNOWN, True)
    assert Notice.objects.filter(kind="outgoing_unknown").count() == 1
    an_outgoing(account, text="lain")
    tick()
    assert written() == ["Halo", "lain"]  # it stops nothing else


def test_a_platform_that_gives_one_id_to_two_writes_is_looked_at_by_a_person(account: Account) -> None:
    """It took the second for the first one sent again: one public post, and two rows that want one each."""
    an_outgoing(account)
    tick()

    def take_for_the_first(item: Item, remember: Remember) -> Sent:
        remember({})
        return Sent("r1")

    Scripted.acts.append(take_for_the_first)
    row = an_outgoing(account)
    an_outgoing(account, text="lain")
    tick()
    row.refresh_from_db()
    assert (row.state, row.asks) == (State.UNKNOWN, True)
    assert written() == ["Halo", "lain"]


def test_what_the_platform_refuses_to_show_asks_a_person(account: Account) -> None:
    """The post under which the answer should stand is gone: no look will ever tell."""
    row = looked_for(in_doubt(account), Refused(Reason.NOT_FOUND))
    assert (row.state, row.asks) == (State.UNKNOWN, True)
    assert Notice.objects.filter(kind="outgoing_unknown").count() == 1


def test_a_look_that_breaks_asks_a_person_and_stops_nothing_else(account: Account) -> None:
    row = looked_for(in_doubt(account), RuntimeError("a fault in the connector"))
    assert (row.state, row.asks) == (State.UNKNOWN, True)
    an_outgoing(account, text="lain")
    tick()
    assert written() == ["lain"]


def stands_since(monkeypatch: pytest.MonkeyPatch, remote_id: str, ago: timedelta) -> None:
    """The platform's list shows it to whoever looks back that far."""
    stands = timezone.now() - ago

    def find_own(self: Scripted, item: Item, since: datetime) -> Lookup:
        return Found(Sent(remote_id)) if since <= stands else Absent()

    monkeypatch.setattr(Scripted, "find_own", find_own)


@pytest.mark.parametrize("others", [False, True])
def test_what_a_clock_dated_wrongly_that_is_right_by_now_is_not_sent_again(
    account: Account, monkeypatch: pytest.MonkeyPatch, others: bool
) -> None:
    """The machine ran seven hours ahead until the network told it better; the post stands, from before the attempt.
    Only where it is another row's, this one is surely absent."""
    if others:
        an_outgoing(account)
        tick()
    row = in_doubt(account)
    stands_since(monkeypatch, "r1", timedelta(hours=7))
    for _ in range(readback.LOOKS_MIN):
        Outgoing.objects.filter(id=row.id).update(lease_until=timezone.now())
        tick()
    row.refresh_from_db()
    assert (row.state, row.asks) == ((State.SENT, False) if others else (State.UNKNOWN, True))
    assert len(written()) == (2 if others else 0)


def while_looking(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object], seen: Lookup) -> list[object]:
    """What `meanwhile` gets to do while the platform's list is on its way; later lists are empty."""
    did: list[object] = []
    first = iter([True])

    def find_own(self: Scripted, item: Item, since: object) -> Lookup:
        if not next(first, False):
            return Absent()
        did.append(meanwhile())
        return seen

    monkeypatch.setattr(Scripted, "find_own", find_own)
    return did


def test_what_is_being_read_back_can_not_be_withdrawn_edited_or_decided(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = in_doubt(account)

    def press_everything() -> list[object]:
        at, mine = timezone.now(), Outgoing.objects.filter(id=row.id)
        verbs = (outgoing.release, outgoing.send_again, outgoing.found_by_hand)
        done = [verb(row, at, None) for verb in verbs]
        return [outgoing.withdraw(mine, at), outgoing.revise(row, at, payload={"text": "baru"}), *done]

    did = while_looking(monkeypatch, press_everything, Found(Sent("r1")))
    assert looked_for(row).state == State.UNKNOWN
    Outgoing.objects.update(lease_until=timezone.now())
    tick()
    row.refresh_from_db()
    assert did[0] == [set(), False, False, False, False]
    assert (row.state, row.text) == (State.SENT, "Halo")


@pytest.mark.parametrize("seen", [Absent(), Found(Sent("r9")), CannotTell("two alike")])
def test_a_look_that_froze_changes_nothing_once_a_person_decided(
    account: Account, monkeypatch: pytest.MonkeyPatch, seen: Lookup
) -> None:
    """It slept through its lease; another look could not tell, a person looked and said so. Then it wakes up."""
    row = in_doubt(account)

    def sleep_long() -> bool:
        Outgoing.objects.update(lease_until=timezone.now())
        Account.objects.update(lane_until=timezone.now() - MINUTE)
        monkeypatch.setattr(Scripted, "find_own", lambda *_: CannotTell("two alike"))
        tick()
        return outgoing.found_by_hand(row, timezone.now(), None, "https://example.invalid/p/1/")

    did = while_looking(monkeypatch, sleep_long, seen)
    Outgoing.objects.update(lease_until=timezone.now())
    tick()
    row.refresh_from_db()
    assert did == [True]
    assert (row.state, row.remote_id, row.permalink) == (State.SENT, "", "https://example.invalid/p/1/")
    assert written() == []


# --- persons


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """What each of them did, begun at the same moment."""
    barrier, did = threading.Barrier(len(verbs)), dict[int, object]()

    def act(number: int) -> None:
        barrier.wait()
        did[number] = verbs[number]()
        connection.close()

    threads = [threading.Thread(target=act, args=[number]) for number in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [did[number] for number in range(len(verbs))]


def test_of_several_decisions_at_once_one_counts(account: Account) -> None:
    row, at, who = looked_for(in_doubt(account), CannotTell("two alike")), timezone.now(), an_officer(account.office)
    done = at_once(
        lambda: outgoing.send_again(row, at, who),
        lambda: outgoing.send_again(row, at, None),
        lambda: outgoing.found_by_hand(row, at, who),
    )
    assert sorted(map(bool, done)) == [False, False, True]
    row.refresh_from_db()
    tick()
    tick()
    assert len(written()) == (row.state == State.QUEUED)


def test_sent_now_and_withdrawn_at_once_ends_in_one_of_both(account: Account) -> None:
    row = an_outgoing(account, state=State.LATE)
    mine = Outgoing.objects.filter(id=row.id)
    at_once(
        lambda: outgoing.release(row, timezone.now(), None),
        lambda: outgoing.release(row, timezone.now(), None),
        lambda: outgoing.withdraw(mine, timezone.now()),
        tick,
    )
    tick()
    row.refresh_from_db()
    assert row.state in (State.SENT, State.WITHDRAWN)
    assert len(written()) == (row.state == State.SENT)


def test_who_lets_go_what_somebody_else_changed_meanwhile_is_told(account: Account) -> None:
    """A draft was moved to next week between look and tap: it must not go out today."""
    seen = an_outgoing(account, timezone.now() - MINUTE, state=State.DRAFT)
    assert outgoing.revise(seen, timezone.now(), due_at=timezone.now() + timedelta(days=7))
    assert not outgoing.release(seen, timezone.now(), None)
    tick()
    assert written() == []


# --- senders


def test_who_lost_the_row_tells_nobody_that_it_failed(account: Account) -> None:
    row = an_outgoing(account)

    def freeze(item: Item, remember: Remember) -> Sent:
        Outgoing.objects.filter(id=row.id).update(lease_until=timezone.now() - MINUTE)
        Account.objects.update(lane_until=timezone.now() - MINUTE)
        outgoing.give_up_abandoned(timezone.now())
        looked_for(row, Found(Sent("r9")))
        raise Refused(Reason.MEDIA_REFUSED)

    Scripted.acts.append(freeze)
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert not Notice.objects.filter(kind="outgoing_failed").exists()
    assert not Event.objects.filter(verb="outgoing.not_sent").exists()


def test_a_pause_or_a_red_account_after_the_claim_leaves_one_post_and_stops_the_next(account: Account) -> None:
    first, second = an_outgoing(account, text="satu"), an_outgoing(account, text="dua")

    def meanwhile(item: Item, remember: Remember) -> Sent:
        Pause.objects.create(office=account.office, why="berkabung")
        Account.objects.update(state=Account.State.RED)
        return accept(item, remember)

    Scripted.acts.append(meanwhile)
    tick()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, written()) == (State.SENT, State.QUEUED, ["satu"])


def test_a_lane_lasts_as_long_as_the_longest_call(account: Account) -> None:
    """Else the account's next post would begin beside one that is still on its way."""
    with lane(account.id) as taken:
        assert taken is not None
        taken.taken_at -= LEASE * 0.3
        Account.objects.update(lane_until=taken.taken_at + LEASE)
        assert taken.keep()
        account.refresh_from_db()
        assert account.lane_until is not None
        assert account.lane_until - timezone.now() > lane_module.LONGEST_CALL


def test_a_database_that_is_away_right_before_the_request_costs_a_rest_and_no_decision(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent: no person need look."""
    kept, away = sending.keep_handle, iter([OperationalError("database is locked")])

    def keep(*given: Any) -> int:
        if error := next(away, None):
            raise error
        return kept(*given)

    monkeypatch.setattr(sending, "keep_handle", keep)
    row = an_outgoing(account)
    tick()
    row.refresh_from_db()
    assert (row.state, row.reason, written()) == (State.QUEUED, Reason.FROZEN, [])
    Outgoing.objects.update(not_before=None)
    Account.objects.update(parked_until=None)
    tick()
    assert written() == ["Halo"]


# --- accounts


def check(account: Account, remote_id: str, handle: str = "") -> Account:
    Scripted.who.append(Identity(remote_id, handle or account.handle, "Melati"))
    lane_module.want_check(account, timezone.now())
    lane_module.check(account.id, timezone.now())
    account.refresh_from_db()
    return account


def test_keys_of_another_page_read_nothing_back_there_and_miss_nothing(account: Account) -> None:
    """What is in doubt would not be found on the new page and go out once more; what stands would be called gone."""
    an_outgoing(account, text="tampil")
    tick()
    doubtful, claimed = in_doubt(account), an_outgoing(account)
    assert sending.claim(claimed, timezone.now())  # by somebody who died
    Account.objects.update(cursor={"at": 1})
    assert check(account, "2000").state == Account.State.GREEN
    assert (account.remote_id, account.cursor) == ("2000", {})
    for row in (doubtful, claimed):
        row.refresh_from_db()
        assert (row.state, row.asks) == (State.UNKNOWN, True)
        looked_for(row, Absent(), Absent())
    Outgoing.objects.filter(state=State.SENT).update(sent_at=timezone.now() - 5 * MINUTE)
    readback.miss(account, {"r9"}, timezone.now() - timedelta(days=1), timezone.now())
    assert not Outgoing.objects.exclude(vanished_at=None).exists()
    assert written() == ["tampil"]


def test_one_page_under_two_names_is_connected_once(account: Account) -> None:
    """A Page's name and its number: a row for both would be public twice, and each citizen answered twice."""
    second = an_account(account.office, platform="scripted", handle="1000", state=Account.State.NEW, remote_id="")
    assert check(second, "1000").state == Account.State.RED
    assert second.reason == Reason.CONNECTED_ALREADY
    an_outgoing(second)
    tick()
    assert written() == []
    Account.objects.filter(id=account.id).update(state=Account.State.RED)  # given up for the other one
    assert check(second, "1000").state == Account.State.GREEN


@pytest.fixture
def other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second platform, by which the same pages are reached."""
    monkeypatch.setitem(PLATFORMS, "scripted_too", ("Scripted, too", "tests.connectors.scripted.ScriptedToo"))


def test_of_two_first_sign_ins_to_one_page_at_once_one_is_connected(
    account: Account, monkeypatch: pytest.MonkeyPatch, other_way: None
) -> None:
    """Under two names and by another way: each looked before any of them was connected."""
    account.delete()
    Scripted.who.extend([Identity("1000", "pkm.melati", "Melati")] * 3)
    looked = threading.Barrier(3)
    monkeypatch.setattr(Scripted, "permissions", lambda self: {"looked": looked.wait(60) >= 0})
    ways = [("scripted", "1000"), ("scripted", "pkm.melati"), ("scripted_too", "pkm.melati")]
    rows = [an_account(account.office, *way, state=Account.State.NEW, remote_id="") for way in ways]
    for row in rows:
        lane_module.want_check(row, timezone.now())
    at_once(*(partial(lane_module.check, row.id, timezone.now()) for row in rows))
    states = sorted(Account.objects.values_list("state", "reason"))
    assert states == [("green", ""), *[("red", Reason.CONNECTED_ALREADY)] * 2]


@pytest.mark.parametrize(("first", "second"), [("pkm.melati", "PKM.Melati"), ("@pkm.melati", "pkm.melati")])
def test_one_page_by_two_ways_is_connected_once(account: Account, other_way: None, first: str, second: str) -> None:
    """Each way knows it by a number of its own; the user name tells."""
    Account.objects.update(handle=first)
    other = an_account(account.office, "scripted_too", "melati", state=Account.State.NEW, remote_id="")
    Scripted.who.append(Identity("1784", second, "Melati"))
    lane_module.want_check(other, timezone.now())
    lane_module.check(other.id, timezone.now())
    other.refresh_from_db()
    assert (other.state, other.reason) == (Account.State.RED, Reason.CONNECTED_ALREADY)
    Scripted.who.append(Identity("1784", "lain", "Lain"))  # another page: it is its own
    lane_module.want_check(other, timezone.now())
    lane_module.check(other.id, timezone.now())
    other.refresh_from_db()
    assert other.state == Account.State.GREEN


def test_a_page_that_was_entered_by_its_number_is_known_by_another_way(account: Account, other_way: None) -> None:
    """People sign in by a number, too; the platform says whose it is."""
    Account.objects.update(handle="628111777888")
    assert check(account, "1000", "PKM.Melati").state == Account.State.GREEN
    other = an_account(account.office, "scripted_too", "melati", state=Account.State.NEW, remote_id="")
    assert check(other, "1784", "@pkm.melati").state == Account.State.RED
    assert account.page == ("scripted", "pkm.melati")


def test_who_says_no_user_name_is_nobody_else(account: Account, other_way: None) -> None:
    other = an_account(account.office, "scripted_too", "melati", state=Account.State.NEW, remote_id="")
    Scripted.who.append(Identity("1784", "", "Melati"))
    lane_module.want_check(other, timezone.now())
    lane_module.check(other.id, timezone.now())
    other.refresh_from_db()
    assert other.state == Account.State.GREEN
    sites = [an_account(account.office, "website", f"{name}.example", page_name="humas") for name in ("a", "b")]
    assert sites[0].page != sites[1].page  # one user name on two sites


def test_keys_that_were_entered_during_a_sign_in_are_tried(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign-in under way is the old keys'; whoever entered others would wait for one that never comes."""

    def answer(said: Identity | Exception) -> Callable[[Scripted], Identity]:
        def check(self: Scripted) -> Identity:
            lane_module.want_check(account, timezone.now())
            if isinstance(said, Exception):
                raise said
            return said

        return check

    for said in (LoginNeeded(Reason.BAD_PASSWORD), Identity("1000", account.handle, "Melati")):
        lane_module.want_check(account, timezone.now() - MINUTE)
        monkeypatch.setattr(Scripted, "check", answer(said))
        lane_module.check(account.id, timezone.now())
        assert Account.objects.get().check_wanted_at is not None


def test_two_sites_whose_users_have_the_same_number_are_two(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scripted, "own_ids", False)
    second = an_account(account.office, platform="scripted", handle="lain.example", state=Account.State.NEW)
    assert check(second, "1000").state == Account.State.GREEN
