"""Automatic thanks are earned: what counts as right and wrong, when they may be switched on and are switched back."""

import io
import uuid
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from connectors.base import Item, Kind
from connectors.models import Account, Outgoing
from connectors.sending import write
from moderation import reply, triage
from moderation.judging import trust
from moderation.judging.models import Trial
from moderation.models import Answer, Message
from moderation.sentiment.lexicon import default_lexicon
from offices.models import Event, Notice, Office, Officer
from tests import console
from tests.rows import a_message, an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
PRAISE = "Terima kasih, pelayanannya bagus sekali"


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def account(office: Office) -> Account:
    return an_account(office)


@pytest.fixture
def officer(office: Office) -> Officer:
    return an_officer(office)


def proposed(account: Account, text: str = PRAISE) -> Answer:
    message = a_message(account, text)
    triage.judge_new(timezone.now())
    return Answer.objects.select_related("message__account", "outgoing", "office").get(message=message)


def trials(office: Office, *rights: bool, at: datetime | None = None) -> None:
    """Trials of this office, one a second, oldest first; each of a message of its own."""
    begin = at or timezone.now() - timedelta(days=1)
    account = Account.objects.filter(office=office).first() or an_account(office)
    message = a_message(account, PRAISE, state=Message.State.DONE)
    answers = [Answer(office=office, message=message, kind="thanks", text="x", by_hand_at=begin) for _ in rights]
    rows = Answer.objects.bulk_create(answers)
    version = default_lexicon().version
    Trial.objects.bulk_create(
        Trial(office=office, answer=row, version=version, right=right, why="sent", at=begin + timedelta(seconds=number))
        for number, (row, right) in enumerate(zip(rows, rights, strict=True))
    )


def test_one_tap_is_right_and_turning_down_is_wrong(account: Account, officer: Officer) -> None:
    now = timezone.now()
    reply.send_proposed(proposed(account), now, officer)
    reply.decline(proposed(account, PRAISE + "!"), now, officer)
    found = trust.standing(account.office)
    assert (found.right, found.wrong, found.in_a_row) == (1, 1, 0)


def test_a_relabelled_thank_you_was_wrong(account: Account, officer: Officer) -> None:
    answer = proposed(account)
    reply.send_proposed(answer, timezone.now(), officer)
    triage.relabel(answer.message, "complaint", timezone.now(), officer)
    assert Trial.objects.get().why == Trial.Why.RELABELLED
    assert not Trial.objects.get().right


@pytest.mark.parametrize(("label", "unwanted"), [("complaint", "declined"), ("other", "declined"), ("praise", None)])
def test_a_thank_you_that_may_be_out_is_wanted_only_for_praise(
    account: Account, officer: Officer, label: str, unwanted: str | None
) -> None:
    answer = proposed(account)
    Outgoing.objects.update(state=Outgoing.State.UNKNOWN, lease_until=timezone.now())
    triage.relabel(answer.message, label, timezone.now(), officer)
    assert Outgoing.objects.get(answer=answer).unwanted == unwanted


def test_the_count_begins_anew_after_an_error(office: Office) -> None:
    trials(office, True, True, False, True, True, True)
    found = trust.standing(office)
    assert (found.right, found.wrong, found.in_a_row, found.own_in_a_row) == (5, 1, 3, 3)
    assert found.bound == 100.0


def test_it_pools_over_offices_but_wants_some_of_its_own(office: Office, officer: Officer) -> None:
    other = an_office("mawar")
    trials(other, *[True] * 560)
    trials(office, *[True] * 49)
    assert not trust.standing(office).may_switch_on  # 609 in a row, 49 its own
    assert not trust.switch_on(office, timezone.now(), officer)
    trials(office, True)
    assert trust.standing(office).may_switch_on
    assert not trust.standing(other).own_in_a_row < 50
    assert trust.standing(office).bound == 0.5
    assert trust.switch_on(office, timezone.now(), officer)
    office.refresh_from_db()
    assert office.thanks == Office.Thanks.ON
    assert Event.objects.get(verb="office.thanks_on").data["forced"] is False


def test_599_are_not_enough(office: Office) -> None:
    trials(office, *[True] * 599)
    assert not trust.standing(office).may_switch_on
    trials(office, True, at=timezone.now())
    assert trust.standing(office).may_switch_on


def test_another_version_begins_at_nothing(office: Office) -> None:
    trials(office, True)
    Trial.objects.update(version="old")
    assert trust.standing(office).right == 0


def test_forcing_records_who_and_why(office: Office, officer: Officer) -> None:
    client = console.signed_in(officer)
    client.post(reverse("trust_on"), {"reason": "  "})
    office.refresh_from_db()
    assert office.thanks == Office.Thanks.PROPOSE
    client.post(reverse("trust_on"), {"reason": "uji coba sebulan"})
    office.refresh_from_db()
    assert office.thanks == Office.Thanks.ON
    event = Event.objects.get(verb="office.thanks_on")
    assert (event.actor, event.data["forced"], event.data["reason"]) == (officer, True, "uji coba sebulan")
    page = client.get(reverse("trust")).content.decode()
    assert "uji coba sebulan" in page
    assert "<svg" in page


def test_the_page_says_that_the_vocabulary_changed_since_thanks_were_switched_on(
    office: Office, officer: Officer
) -> None:
    trust.switch_on(office, timezone.now(), officer, "uji coba")
    client, page = console.signed_in(officer), reverse("trust")
    assert b"since-changed" not in client.get(page).content
    Event.objects.filter(verb="office.thanks_on").update(data={"version": "abc123", "forced": True, "reason": "x"})
    shown = client.get(page).content.decode()
    assert "since-changed" in shown
    assert "abc123" in shown


def test_the_settings_page_cannot_switch_it_on(office: Office, officer: Officer) -> None:
    data = {"name": "X", "time_zone": "Asia/Jakarta", "thanks": "on", "questions": "inbox", "late_after_minutes": 60}
    console.signed_in(officer).post(reverse("office"), data)
    office.refresh_from_db()
    assert office.thanks == Office.Thanks.PROPOSE


def sent(account: Account) -> Answer:
    answer = proposed(account)
    sent = {"state": Outgoing.State.SENT, "remote_id": "r77", "sent_at": timezone.now()}
    Outgoing.objects.filter(answer=answer).update(**sent)
    return Answer.objects.select_related("message__account", "outgoing", "office").get(pk=answer.pk)


def test_taking_back_deletes_and_switches_the_office_to_propose(account: Account, officer: Officer) -> None:
    Office.objects.update(thanks=Office.Thanks.ON)
    account.office.refresh_from_db()
    answer = sent(account)
    address = reverse("thanks_take_back", args=[answer.pk])
    console.signed_in(officer).post(address)
    delete = Outgoing.objects.get(kind=Kind.DELETE)
    assert delete.payload["parent"] == "r77"
    assert not Trial.objects.get().right
    account.office.refresh_from_db()
    assert account.office.thanks == Office.Thanks.PROPOSE
    assert Notice.objects.filter(kind="thanks_back", office=account.office).exists()
    assert Message.objects.get(pk=answer.message_id).state == Message.State.REVIEW
    console.signed_in(officer).post(address)  # a double tap
    assert Outgoing.objects.filter(kind=Kind.DELETE).count() == 1


@pytest.mark.parametrize(
    ("label", "out", "by", "stays"),
    [
        ("complaint", True, None, False),
        ("question", True, None, False),
        ("other", True, None, True),
        ("complaint", False, None, True),
        ("complaint", True, "sari", True),
    ],
    ids=["thanked a complaint", "thanked a question", "thanked nothing", "stopped in time", "a person sent it"],
)
def test_a_complaint_that_the_machine_thanked_for_switches_the_office_to_propose(
    account: Account, officer: Officer, label: str, out: bool, by: str | None, stays: bool
) -> None:
    Office.objects.update(thanks=Office.Thanks.ON)
    account.office.refresh_from_db()
    answer = sent(account) if out else proposed(account)
    Answer.objects.filter(pk=answer.pk).update(author=officer if by else None)
    triage.relabel(answer.message, label, timezone.now(), officer)
    account.office.refresh_from_db()
    assert (account.office.thanks == Office.Thanks.ON) is stays
    assert Notice.objects.filter(kind="thanks_back").exists() is not stays


def test_what_is_not_out_is_not_taken_back(account: Account, officer: Officer) -> None:
    assert not reply.delete_sent(proposed(account), timezone.now(), officer)


def test_a_delete_reaches_the_connector() -> None:
    gone: list[str] = []

    class Deletes:
        def delete_own(self, item: Item, remote_id: str) -> None:
            gone.append(remote_id)

    item = Item(kind=Kind.DELETE, text="", nonce=uuid.uuid4(), parent="r77")
    assert write(Deletes(), item, lambda handle: None).remote_id == "r77"  # type: ignore[arg-type]
    assert gone == ["r77"]


def test_the_report_says_how_it_did(account: Account, officer: Officer) -> None:
    reply.send_proposed(proposed(account), timezone.now(), officer)
    a_message(account, "x", label="question", judged_label="complaint", language="jv")
    out = io.StringIO()
    call_command("judge_report", stdout=out)
    said = out.getvalue().splitlines()
    month = f"{timezone.now():%Y-%m}"
    for line in (
        "thanks_precision 1.0000",
        "praise_coverage 1.0000",
        "confusion complaint 0 0 0 1 0",
        f"corrected_by_month {month} 0.5000 of 2",
        "corrected_by_language jv 1.0000 of 1",
    ):
        assert line in said
