"""Comments of open cases that are gone from the platform: marked with the time, evidence kept, and marked when back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from connectors import outgoing
from connectors.base import Kind
from connectors.errors import Reason, Unreachable
from connectors.lane import lane
from connectors.models import PLATFORMS, Account
from moderation import escalation
from moderation.models import Case, Message
from moderation.records import watching
from moderation.records.checking import go_through
from offices.models import Office
from tests.connectors.scripted import Scripted
from tests.rows import a_message, an_account

pytestmark = pytest.mark.django_db(transaction=True)


class Telling(Scripted):
    """A platform that can tell: shows all but `gone`."""

    gone: set[str] = set()
    unsure: set[str] = set()
    asked: list[list[str]] = []
    trouble: Exception | None = None

    capability = replace(Scripted.capability, looks_every=timedelta(hours=6))

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        self.asked.append(list(remote_ids))
        if self.trouble:
            raise self.trouble
        return {one: one not in self.gone for one in remote_ids if one not in self.unsure}


@pytest.fixture
def account(office: Office, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setitem(PLATFORMS, "telling", ("Telling", f"{__name__}.Telling"))
    monkeypatch.setattr(Telling, "gone", set())
    monkeypatch.setattr(Telling, "unsure", set())
    monkeypatch.setattr(Telling, "asked", [])
    monkeypatch.setattr(Telling, "trouble", None)
    return an_account(office, "telling")


def in_case(account: Account, **more: object) -> Message:
    message = a_message(account, "antre lama", label="complaint", **more)
    escalation.open_case(message, timezone.now())
    message.refresh_from_db()
    return message


def look(account: Account, after: timedelta = timedelta()) -> int:
    with lane(account.id) as taken:
        assert taken is not None
        return watching.look(taken, timezone.now() + after)


def test_what_is_gone_is_marked_once_and_when_it_is_back(account: Account) -> None:
    message = in_case(account)
    assert look(account) == 1
    assert look(account) == 0  # not again so soon
    Telling.gone = {message.remote_id}
    for hours in (7, 14):
        assert look(account, timedelta(hours=hours)) == 1
    message.refresh_from_db()
    assert message.missing_at is not None
    assert message.case is not None
    links = list(message.case.links.values_list("kind", flat=True))
    assert links.count("move") == 1
    assert message.evidence.exists()
    assert go_through(message.case).findings == []
    Telling.gone = set()
    look(account, timedelta(hours=21))
    message.refresh_from_db()
    assert message.missing_at is None
    assert go_through(message.case).findings == []


def test_only_public_comments_of_open_cases_that_we_did_not_take_down(account: Account) -> None:
    a_message(account, "di luar kasus")
    in_case(account, kind="dm")
    in_case(account, held=True)
    hidden = in_case(account)
    outgoing.queue(account, Kind.HIDE, {"text": "", "parent": hidden.remote_id}, timezone.now())
    closed = in_case(account)
    Case.objects.filter(incoming_messages=closed).update(state=Case.State.CLOSED)
    seen = in_case(account)
    look(account)
    assert Telling.asked == [[seen.remote_id]]


def test_so_many_at_once_the_longest_unseen_first(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AT_ONCE", 2)
    ids = [in_case(account).remote_id for _ in range(3)]
    look(account)
    look(account)
    assert Telling.asked == [ids[:2], ids[2:]]


def test_trouble_marks_nothing(account: Account) -> None:
    message = in_case(account)
    Telling.gone, Telling.trouble = {message.remote_id}, Unreachable(Reason.TIMEOUT)
    assert look(account) == 0
    message.refresh_from_db()
    assert (message.missing_at, message.looked_at) == (None, None)


def test_of_what_the_platform_does_not_say_nothing_changes(account: Account) -> None:
    gone, there = in_case(account), in_case(account)
    Telling.gone = {gone.remote_id}
    look(account)
    Telling.unsure, Telling.gone = {gone.remote_id, there.remote_id}, {there.remote_id}
    look(account, timedelta(hours=7))
    gone.refresh_from_db()
    there.refresh_from_db()
    assert gone.missing_at is not None
    assert there.missing_at is None


def test_a_platform_that_cannot_tell_marks_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLATFORMS, "scripted", ("Scripted", "tests.connectors.scripted.Scripted"))
    account = an_account(office, "scripted")
    message = in_case(account)
    assert look(account) == 0
    message.refresh_from_db()
    assert message.missing_at is None
