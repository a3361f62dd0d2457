"""An account is disconnected: its keys are gone for good, nothing is read or sent, and no alarm rings; and it is taken
into use again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from connectors import connecting, sending, webhooks
from connectors import lane as lane_module
from connectors.base import Heard, Identity, Item, Kind, Remember, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, Reason, Unreachable
from connectors.lane import lane
from connectors.letterbox import WebhookBody
from connectors.models import Account, Outgoing
from offices.models import Event, Notice, Officer
from tests.connectors.scripted import Scripted, accept, fails_after, tick, written
from tests.rows import an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.usefixtures("scripted")]
State = Outgoing.State
OFF = Account.State.OFF
KEYS = {"password": "kunci-baru"}


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), platform="scripted", session={"uses": 1})


@pytest.fixture
def who(account: Account) -> Officer:
    return an_officer(account.office)


def a_post(account: Account, text: str = "Halo") -> Outgoing:
    return an_outgoing(account, text=text, late_at=timezone.now() + timedelta(hours=1))


def disconnect(account: Account, who: Officer) -> bool:
    done = connecting.disconnect(account, timezone.now(), who)
    account.refresh_from_db()
    return done


def is_erased() -> bool:
    account = Account.objects.get()
    return (account.state, account.secrets, account.session, account.check_wanted_at) == (OFF, {}, {}, None)


def test_disconnecting_erases_the_keys_and_says_who_did_it(account: Account, who: Officer) -> None:
    lane_module.want_check(account, timezone.now())
    assert disconnect(account, who)
    assert is_erased()
    assert not disconnect(account, who)  # a second tap
    (event,) = Event.objects.filter(verb="account.disconnected")
    assert (event.actor, connecting.ended(account)) == (who, event)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets, session FROM connectors_account")
        stored = " ".join(cursor.fetchone())
    assert "kata-sandi-uji" not in stored


def test_nothing_is_read_sent_or_signed_in_any_more(account: Account, who: Officer) -> None:
    row = a_post(account)
    disconnect(account, who)
    tick()
    lane_module.want_check(account, timezone.now())
    assert lane_module.to_check(timezone.now()) == []
    with lane(account.id) as taken:
        assert taken is None
    row.refresh_from_db()
    assert (row.state, written()) == (State.QUEUED, [])
    assert is_erased()


def test_its_alarms_fall_silent_and_none_rings_for_it(account: Account, who: Officer) -> None:
    lane_module.turn_red(account, Reason.CHALLENGE, timezone.now())
    Notice.give(account.office_id, "account_silent", address=f"/akun/{account.id}/", account="x")
    Notice.give(account.office_id, "media_unreachable", once=f"account:{account.id}:media", address="/x/", account="x")
    disconnect(account, who)
    lane_module.turn_red(account, Reason.SESSION_EXPIRED, timezone.now())
    assert not Notice.objects.filter(seen_at=None).exists()
    assert is_erased()


def test_what_is_on_its_way_ends_and_keeps_no_session(account: Account, who: Officer) -> None:
    first, second = a_post(account, "satu"), a_post(account, "dua")

    def meanwhile(item: Item, remember: Remember) -> Sent:
        assert disconnect(account, who)
        return accept(item, remember)

    Scripted.acts.append(meanwhile)
    tick()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, written()) == (State.SENT, State.QUEUED, ["satu"])
    assert is_erased()
    assert Account.objects.get().lane_until is None


ENDS = pytest.mark.parametrize("said", [LoginNeeded(Reason.BAD_PASSWORD), Unreachable(Reason.OFFLINE), None])
"""How a sign-in comes out; None: well."""


def sign_in(
    account: Account, monkeypatch: pytest.MonkeyPatch, said: ConnectorError | None, meanwhile: Callable[[], object]
) -> None:
    """One during which something else happens."""

    def check(self: Scripted) -> Identity:
        meanwhile()
        if said:
            raise said
        return Identity("1000", account.handle, "Melati")

    monkeypatch.setattr(Scripted, "check", check)
    lane_module.want_check(account, timezone.now())
    lane_module.check(account.id, timezone.now())


@ENDS
def test_a_sign_in_under_way_changes_nothing_of_a_disconnected_account(
    account: Account, who: Officer, monkeypatch: pytest.MonkeyPatch, said: ConnectorError | None
) -> None:
    sign_in(account, monkeypatch, said, lambda: disconnect(account, who))
    assert is_erased()
    assert not Notice.objects.exists()
    assert not Event.objects.filter(verb__in=["account.red", "account.green"]).exists()


@pytest.mark.parametrize("died", [False, True])
def test_what_can_not_be_looked_up_any_more_asks_a_person(account: Account, who: Officer, died: bool) -> None:
    """In doubt before, or found to be afterwards: by then nobody reads it back."""
    row = an_outgoing(account)
    if died:
        assert sending.claim(row, timezone.now())
        Outgoing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    else:
        Scripted.acts.append(fails_after(OutcomeUnknown(Reason.TIMEOUT), accepted=True))
        tick()
    disconnect(account, who)
    tick()
    connecting.ask_for_disconnected(timezone.now())
    row.refresh_from_db()
    assert (row.state, row.asks) == (State.UNKNOWN, True)
    assert Notice.objects.filter(kind="outgoing_unknown", seen_at=None).count() == 1


def test_an_answer_that_is_due_asks_and_a_post_when_its_time_has_passed(account: Account, who: Officer) -> None:
    now, later = timezone.now(), timezone.now() + timedelta(hours=1)
    post = an_outgoing(account, now, late_at=later)
    answer, tomorrow = (an_outgoing(account, at, kind=Kind.REPLY) for at in (now, later))
    other = an_outgoing(an_account(account.office, "scripted", "lain", remote_id="2"), now)
    disconnect(account, who)
    states = dict(Outgoing.objects.values_list("id", "state"))
    queued = dict.fromkeys((post.id, tomorrow.id, other.id), State.QUEUED)
    assert states == {answer.id: State.LATE, **queued}
    Outgoing.objects.filter(id=post.id).update(late_at=now)
    sending.accounts_with_work(timezone.now())
    post.refresh_from_db()
    assert post.state == State.LATE
    assert Notice.objects.filter(kind="outgoing_late", seen_at=None).count() == 2


def connected(account: Account) -> None:
    Scripted.who.append(Identity("1000", account.handle, "Melati"))
    lane_module.check(account.id, timezone.now())
    account.refresh_from_db()


def test_with_its_keys_entered_anew_it_is_in_use_again(account: Account, who: Officer) -> None:
    row = a_post(account)
    Account.objects.update(cursor={"at": 1})
    disconnect(account, who)
    assert connecting.enter_keys(account, KEYS, timezone.now(), who)
    assert lane_module.to_check(timezone.now()) == [account.id]
    connected(account)
    assert (account.state, account.secrets, account.cursor) == (Account.State.GREEN, KEYS, {"at": 1})
    assert account.connected_at is not None
    assert account.connected_at > timezone.now() - timedelta(minutes=1)  # nobody answers what was written meanwhile
    tick()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert Event.objects.filter(verb="account.again", actor=who).count() == 1


def test_keys_of_a_page_that_was_open_while_it_was_disconnected_are_not_kept(account: Account, who: Officer) -> None:
    seen = Account.objects.get()
    disconnect(account, who)
    assert not connecting.enter_keys(seen, seen.secrets, timezone.now(), who)
    assert is_erased()
    again = Account.objects.get()
    assert connecting.enter_keys(account, KEYS, timezone.now(), who)
    assert not connecting.enter_keys(again, {"password": "lain"}, timezone.now(), who)  # of two, one
    assert Account.objects.get().secrets == KEYS


@ENDS
def test_whoever_used_it_with_the_old_keys_says_nothing_of_the_new_ones(
    account: Account, who: Officer, monkeypatch: pytest.MonkeyPatch, said: ConnectorError | None
) -> None:
    """Disconnected and connected again while a sign-in of before is still under way."""

    def moved() -> None:
        disconnect(account, who)
        connecting.enter_keys(account, KEYS, timezone.now(), who)

    sign_in(account, monkeypatch, said, moved)
    account.refresh_from_db()
    assert (account.state, account.secrets, account.session) == (Account.State.NEW, KEYS, {})
    assert account.check_wanted_at is not None
    assert not Notice.objects.exists()


def test_a_page_that_was_given_up_may_be_connected_under_another_name(account: Account, who: Officer) -> None:
    disconnect(account, who)
    other = an_account(account.office, "scripted", "1000", state=Account.State.NEW, remote_id="")
    lane_module.want_check(other, timezone.now())
    connected(other)
    assert other.state == Account.State.GREEN


def test_news_for_others_is_not_theirs_because_nobody_has_a_secret(
    account: Account, who: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has none is trusted by no signature, also where the letter's own account has none any more."""
    monkeypatch.setattr(Scripted, "signed_by", "app_secret")
    hear: Callable[..., Any] = lambda news: (Heard("2000"),)  # noqa: E731
    monkeypatch.setattr(Scripted, "hear", hear)
    an_account(account.office, "scripted", "lain", remote_id="2000")
    body = WebhookBody.objects.create(office=account.office, account=account, body=b"{}")
    disconnect(account, who)
    taken: list[Account] = []
    assert webhooks.read(body, lambda owner, heard: taken.append(owner))
    assert taken == []
