"""A tap is taken back: by who did it, soon, and only while nothing else happened."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation import escalation, triage, undoing
from moderation.handling import handing_over, noting
from moderation.handling.models import Handling
from moderation.models import Case, Message
from moderation.steps.models import Step
from offices.models import Event
from tests.console import signed_in
from tests.desk import Desk, make_answer, make_desk, make_message
from tests.rows import a_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def pressed_undo(desk: Desk, name: str, pk: int, **form: Any) -> str:
    """Tap, then press what the bar offers; the page that follows."""
    client = signed_in(desk.officer)
    page = client.post(reverse(name, args=[pk]), form, follow=True).content.decode()
    address = re.search(r'action="([^"]*/urung/)"', page)
    assert address, "no undo is offered"
    return client.post(address[1], follow=True).content.decode()


def test_a_dismissed_message_waits_again(desk: Desk) -> None:
    message = make_message(desk, "Jam berapa?", Message.State.QUESTION, label="question")
    pressed_undo(desk, "message_dismiss", message.pk)
    message.refresh_from_db()
    assert message.state == Message.State.REVIEW


def test_a_label_is_what_it_was_and_no_thanks_go_out(desk: Desk) -> None:
    message = make_message(desk, "Wah mantap, cuma nunggu 5 jam", label="other")
    pressed_undo(desk, "message_label", message.pk, label="praise")
    message.refresh_from_db()
    assert (message.label, message.state) == ("other", Message.State.REVIEW)
    assert not message.answers.exclude(outgoing__state="withdrawn").exists()


def test_what_went_into_a_case_offers_no_undo(desk: Desk) -> None:
    message = make_message(desk, "Antre lama", label="other")
    client = signed_in(desk.officer)
    page = client.post(reverse("message_label", args=[message.pk]), {"label": "complaint"}, follow=True)
    assert "/urung/" not in page.content.decode()


def test_a_closed_case_is_as_it_was(desk: Desk) -> None:
    message = a_message(desk.account, "Kapan buka?", label="question")
    case = escalation.open_case(message, timezone.now())
    running = Step.objects.open().get(case=case)
    pressed_undo(desk, "case_close", case.pk)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (Case.State.OPEN, None)
    assert Step.objects.open().get(case=case).pk == running.pk


def test_an_answered_case_is_answered_again(desk: Desk) -> None:
    message = a_message(desk.account, "Kapan buka?", label="question")
    now = timezone.now()
    case = escalation.open_case(message, now)
    Case.objects.filter(id=case.id).update(state=Case.State.ANSWERED, answered_at=now)
    case.refresh_from_db()
    assert escalation.close(case, now, desk.officer)
    assert undoing.undo_close(case, now, desk.officer)
    case.refresh_from_db()
    assert case.state == Case.State.ANSWERED


def test_not_later_not_by_others_and_not_after_something_else(desk: Desk) -> None:
    now = timezone.now()
    message = make_message(desk, "Jam berapa?", Message.State.QUESTION)
    other = make_desk("Puskesmas Lain", "budi").officer
    assert triage.dismiss(message, now, desk.officer)
    assert not undoing.undo_dismiss(message, now, other)
    assert not undoing.undo_dismiss(message, now + timedelta(minutes=11), desk.officer)
    Event.write(desk.office.pk, "answer.written", message, at=now)
    assert not undoing.undo_dismiss(message, now, desk.officer)
    message.refresh_from_db()
    assert message.state == Message.State.DONE
    make_answer(message, "Pukul 8")


def a_handled_complaint(desk: Desk) -> Case:
    """What was done is noted; nobody has answered yet."""
    case = escalation.open_case(a_message(desk.account, "Antre lama", label="complaint"), timezone.now())
    noting.note(case, Handling(what="Loket ditambah", done_on=timezone.localdate()), timezone.now(), desk.officer)
    case.refresh_from_db()
    assert case.handled_at is not None
    return case


def test_a_handled_complaint_that_was_closed_is_handled_still(desk: Desk) -> None:
    case = a_handled_complaint(desk)
    before = case.handled_at
    pressed_undo(desk, "case_close", case.pk)
    case.refresh_from_db()
    assert (case.state, case.handled_at, case.handlings.count()) == (Case.State.OPEN, before, 1)
    assert escalation.close(case, timezone.now(), desk.officer), "and closes again without another tindak lanjut"


def test_of_a_handed_case_the_office_that_works_on_it_takes_its_closing_back(desk: Desk) -> None:
    there = make_desk("Puskesmas Lain", "budi")
    case = a_handled_complaint(desk)
    assert handing_over.hand_over(case, there.office, "Gedung milik Anda", timezone.now(), desk.officer)
    pressed_undo(there, "case_close", case.pk)
    case.refresh_from_db()
    assert (case.state, case.handler) == (Case.State.OPEN, there.office)
    assert escalation.close(case, timezone.now(), there.officer)
    refused = signed_in(desk.officer).post(reverse("case_undo_close", args=[case.pk]))
    assert refused.status_code == 404
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
