"""A message that its author changes on the platform: kept, shown, judged anew, never thanked for wrongly."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from connectors.base import Incoming, MessageKind
from connectors.models import Account, Outgoing
from moderation import poll, triage
from moderation.models import Answer, Case, Message
from moderation.records.checking import go_through
from moderation.records.models import ChainLink, MessageChange
from offices.models import Event, Notice, Office
from tests.rows import an_account

PRAISE = "Pelayanannya cepat dan ramah, terima kasih"
COMPLAINT = "Pelayanannya lama sekali, antre lima jam tidak dilayani"


@pytest.fixture
def account(office: Office) -> Account:
    Office.objects.filter(id=office.id).update(thanks=Office.Thanks.ON)
    office.refresh_from_db()
    return an_account(office)


def bring(account: Account, text: str, **more: Any) -> Message:
    """The poll brings it, and the judge looks at what is new."""
    at = timezone.now()
    one = Incoming(
        kind=MessageKind.COMMENT, remote_id="c1", author_id="w1", author_handle="dwi", author_name="Dwi",
        text=text, written_at=at, raw={"id": "c1", "text": text}, post="p1", **more,
    )  # fmt: skip
    poll.store_messages(account, [one], at)
    triage.judge_new(at)
    return Message.objects.get(remote_id="c1")


def thanks_of(message: Message) -> list[str]:
    return list(Answer.objects.filter(message=message, kind="thanks").values_list("outgoing__state", flat=True))


def test_praise_that_becomes_a_complaint_is_not_thanked_for(account: Account) -> None:
    message = bring(account, PRAISE)
    assert thanks_of(message) == [Outgoing.State.QUEUED]
    message = bring(account, COMPLAINT)
    assert thanks_of(message) == [Outgoing.State.WITHDRAWN]
    assert (message.state, message.label) == (Message.State.CASE, "complaint")
    assert message.case is not None
    [kept] = MessageChange.objects.all()
    assert (kept.number, kept.was_text, kept.was_raw["text"]) == (0, PRAISE, PRAISE)
    assert (message.text, message.raw["text"]) == (COMPLAINT, COMPLAINT)
    assert go_through(message.case).findings == []


def test_a_thank_you_that_is_out_already_is_not_sent_twice_and_a_person_is_told(account: Account) -> None:
    message = bring(account, PRAISE)
    Outgoing.objects.update(state=Outgoing.State.SENT, sent_at=timezone.now())
    message = bring(account, COMPLAINT)
    assert message.state == Message.State.CASE
    assert thanks_of(message) == [Outgoing.State.SENT]
    assert Notice.objects.filter(kind="praise_changed").count() == 1


@pytest.mark.parametrize("state", Outgoing.IN_DOUBT)
def test_a_thank_you_that_may_be_out_is_not_sent_to_what_is_a_complaint_now(account: Account, state: str) -> None:
    message = bring(account, PRAISE)
    Outgoing.objects.update(state=state, token=uuid.uuid4(), lease_until=timezone.now())
    assert bring(account, COMPLAINT).state == Message.State.CASE
    row = Outgoing.objects.get(answer__message=message, answer__kind="thanks")
    assert (row.state, row.unwanted) == (state, "changed")


def test_praise_in_other_words_is_thanked_once(account: Account) -> None:
    message = bring(account, PRAISE)
    message = bring(account, PRAISE + " semuanya")
    assert thanks_of(message) == [Outgoing.State.QUEUED]
    assert message.state == bring(account, PRAISE + " semuanya").state
    assert MessageChange.objects.count() == 1  # the third poll brought nothing new
    assert Event.objects.filter(verb="message.changed").count() == 1


def test_a_complaint_made_harmless_stays_in_its_case_with_both_wordings(account: Account) -> None:
    message = bring(account, COMPLAINT)
    case = message.case
    assert case is not None
    message = bring(account, PRAISE)
    message = bring(account, "hm")
    assert message.case == case
    assert thanks_of(message) == []
    assert [one.was_text for one in message.changes.all()] == [COMPLAINT, PRAISE]
    links = ChainLink.objects.filter(case=case, about=f"message:{message.id}").order_by("position")
    assert [(one.kind, one.version) for one in links] == [("message", 0), ("changed", 1), ("changed", 2)]
    assert go_through(case).findings == []
    MessageChange.objects.filter(number=1).update(was_text="lain")
    assert [one.code for one in go_through(case).findings] == ["row_changed"]
    MessageChange.objects.filter(number=1).delete()
    assert go_through(case).findings != []


def test_what_becomes_dangerous_is_told_at_once(account: Account) -> None:
    message = bring(account, COMPLAINT)
    bring(account, "Tolong, anak saya kejang dan tidak bernapas, IGD menolak")
    assert Case.objects.get(incoming_messages=message).urgent


def test_blanks_are_no_change(account: Account) -> None:
    bring(account, COMPLAINT)
    bring(account, "  " + COMPLAINT.replace(" ", " \n") + "\r\n")
    assert not MessageChange.objects.exists()


def test_a_persons_word_on_what_it_is_stays(account: Account) -> None:
    message = bring(account, COMPLAINT)
    Message.objects.filter(id=message.id).update(label="suggestion")
    assert bring(account, PRAISE).label == "suggestion"


def test_what_is_too_old_to_be_answered_stays_put_away(account: Account) -> None:
    message = bring(account, COMPLAINT)
    Message.objects.filter(id=message.id).update(case=None, state="done", judged_label="", label="")
    message = bring(account, COMPLAINT + "!!")
    assert (message.state, message.changes.count()) == ("done", 1)
