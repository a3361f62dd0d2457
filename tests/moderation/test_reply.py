"""Answers: one tap is one answer, sent by the one state machine, and what its sending means is recorded."""

import uuid

import pytest
from django.utils import timezone

from connectors.base import MessageKind
from connectors.models import Account, Outgoing
from moderation import escalation, reply, triage
from moderation.models import Answer, Case, Message
from offices.models import Event
from tests.rows import a_message, an_account, an_office, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return an_account(an_office())


def sent(answer: Answer) -> None:
    Outgoing.objects.filter(answer=answer).update(state=Outgoing.State.SENT, sent_at=timezone.now(), remote_id="x1")
    reply.follow_up(timezone.now())


def test_a_double_tap_is_one_answer(account: Account) -> None:
    message = a_message(account)
    officer, key, at = an_officer(account.office), uuid.uuid4(), timezone.now()
    first = reply.answer(message, "Mohon maaf", officer, key, at)
    assert reply.answer(message, "Mohon maaf", officer, key, at) == first
    assert Outgoing.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (MessageKind.COMMENT, {"text": "Halo", "post": "p1", "parent": "c1"}),
        (MessageKind.DM, {"text": "Halo", "thread": "t1"}),
    ],
)
def test_an_answer_goes_where_the_message_was_written(
    account: Account, kind: MessageKind, payload: dict[str, str]
) -> None:
    message = a_message(account, kind=kind, thread="t1" if kind == MessageKind.DM else "c1")
    row = reply.answer(message, "Halo", an_officer(account.office), uuid.uuid4(), timezone.now()).outgoing
    assert row is not None
    assert row.payload == payload
    assert row.kind == ("dm" if kind == MessageKind.DM else "reply")
    assert row.due_at <= timezone.now()


def test_a_case_is_answered_when_its_answer_is_out_and_not_before(account: Account) -> None:
    message = a_message(account, label="complaint")
    officer = an_officer(account.office)
    case = escalation.open_case(message, timezone.now())
    answer = reply.answer(message, "Mohon maaf", officer, uuid.uuid4(), timezone.now(), case)
    reply.follow_up(timezone.now())
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    sent(answer)
    sent(answer)
    case.refresh_from_db()
    assert case.state == Case.State.ANSWERED
    assert Event.objects.filter(verb="case.answered").count() == 1


def test_a_question_answered_from_the_inbox_leaves_it(account: Account) -> None:
    message = a_message(account, "jam buka poli gigi jam berapa ya?")
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    assert message.state == Message.State.QUESTION
    reply.answer(message, "Pukul 8", an_officer(account.office), uuid.uuid4(), timezone.now())
    message.refresh_from_db()
    assert message.state == Message.State.DONE


def test_a_message_without_an_account_is_answered_by_hand(account: Account) -> None:
    officer, at = an_officer(account.office), timezone.now()
    message = triage.enter_by_hand(
        account.office, officer, at, channel="Telepon", author_name="Bu Uji", text="antri lama", written_at=at
    )
    assert message.case is not None
    with pytest.raises(ValueError, match="by hand"):
        reply.answer(message, "Halo", officer, uuid.uuid4(), at, message.case)
    key = uuid.uuid4()
    said = reply.answer_by_hand(message, "Sudah ditelepon", officer, key, at, message.case)
    assert reply.answer_by_hand(message, "Sudah ditelepon", officer, key, at, message.case) == said
    message.case.refresh_from_db()
    assert message.case.state == Case.State.ANSWERED
    assert not Outgoing.objects.exists()


def test_close_and_reopen_say_when_there_was_nothing_to_do(account: Account) -> None:
    officer, at = an_officer(account.office), timezone.now()
    case = escalation.open_case(a_message(account), at)
    assert not escalation.reopen(case, at, officer)
    assert escalation.close(case, at, officer)
    assert not escalation.close(case, at, officer)
    assert escalation.reopen(case, at, officer)
    assert escalation.take(case, officer, at, instead_of=None)
    assert not escalation.take(case, officer, at, instead_of=None)
    assert not escalation.take(case, officer, at, instead_of=officer.pk)
