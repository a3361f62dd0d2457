"""The platforms' own limits: shown with the answer's field, and told once before a direct message can't be answered."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.models import Outgoing
from moderation import reply
from moderation.drafting import soon, window
from moderation.models import Case, Message
from offices.models import Notice
from tests import console
from tests.desk import Desk, make_case, make_desk, make_message

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08.00 WIB
HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    desk = make_desk()
    desk.account.platform = "facebook"
    desk.account.save()
    return desk


@pytest.fixture
def case(desk: Desk) -> Case:
    """A direct message of Monday, 8 o'clock."""
    case = make_case(desk, "Obat saya salah")
    case.incoming_messages.update(kind="dm", thread="t1", written_at=MONDAY)
    return case


def shown(message: Message, at: datetime) -> window.Window:
    found = window.window_of(message, at)
    assert found is not None
    return found


def test_a_direct_message_has_a_day_and_a_person_a_week(case: Case) -> None:
    message = case.incoming_messages.get()
    found = shown(message, MONDAY + 21 * HOUR)
    assert (found.until, found.person_until) == (MONDAY + 24 * HOUR, MONDAY + timedelta(days=7))
    assert (found.is_soon, found.is_over) == (True, False)
    assert not shown(message, MONDAY).is_soon
    assert shown(message, MONDAY + 24 * HOUR).is_over


def test_another_message_of_the_citizen_begins_it_anew(case: Case, desk: Desk) -> None:
    later = make_message(desk, "Halo?", Message.State.CASE, case=case, kind="dm", thread="t1", written_at=MONDAY + HOUR)
    first = case.incoming_messages.order_by("id")[0]
    assert shown(first, MONDAY).until == shown(later, MONDAY).until == MONDAY + 25 * HOUR


def test_a_comment_has_a_week_for_a_private_answer(desk: Desk) -> None:
    at = timezone.now()
    message = make_message(desk, "Obat saya salah", written_at=at - timedelta(days=6))
    found = shown(message, at)
    assert (found.until, found.private_until) == (None, message.written_at + timedelta(days=7))
    assert soon.may_ask_privately(message)
    message.written_at = at - timedelta(days=8)
    assert not soon.may_ask_privately(message)


@pytest.mark.parametrize(("platform", "kind"), [("instagram", "dm"), ("youtube", "comment"), ("website", "comment")])
def test_where_no_limit_is_known_none_is_shown(desk: Desk, platform: str, kind: str) -> None:
    desk.account.platform = platform
    message = make_message(desk, "Halo", kind=kind)
    assert window.window_of(message, MONDAY) is None


def test_xs_rule_is_said_in_words(desk: Desk) -> None:
    desk.account.platform = "x"
    desk.account.save()
    message = make_message(desk, "Halo")
    page = console.signed_in(desk.officer).get(reverse("message", args=[message.pk])).content.decode()
    assert "hanya menerima balasan" in page
    assert window.window_of(make_message(desk, "Halo", kind="dm"), MONDAY) is None


def test_it_stands_with_the_answers_field(case: Case, desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    case.incoming_messages.update(written_at=timezone.now() - 23 * HOUR)
    assert "bar-warning" in client.get(reverse("case", args=[case.pk])).content.decode()
    case.incoming_messages.update(written_at=timezone.now() - 25 * HOUR)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Facebook tidak menerima jawaban" in page
    assert "di aplikasinya" in page.lower()


def told() -> list[tuple[str, bool]]:
    return [(notice.kind, notice.urgent) for notice in Notice.objects.filter(kind="window_closes")]


def test_whoever_works_is_told_once_while_they_can_still_answer(case: Case) -> None:
    window.look(MONDAY + HOUR)
    assert told() == []
    window.look(MONDAY + 6 * HOUR)  # 14.00 WIB: half an hour of work is left, and then half an hour tomorrow
    window.look(MONDAY + 7 * HOUR)
    assert told() == [("window_closes", False)]
    Notice.objects.get(kind="window_closes").see(timezone.now())
    window.look(MONDAY + 23 * HOUR)
    assert len(told()) == 1


def test_where_nobody_works_any_more_it_is_urgent(case: Case) -> None:
    saturday_2_pm = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)
    case.incoming_messages.update(written_at=saturday_2_pm)
    window.look(saturday_2_pm + HOUR)
    assert told() == [("window_closes", True)]


@pytest.mark.parametrize("why", ["answered", "closed", "over", "comment", "no_limit"])
def test_nobody_is_told_of_what_needs_no_answer(case: Case, desk: Desk, why: str) -> None:
    messages, changes = case.incoming_messages, dict[str, Any]()
    if why == "answered":
        message = messages.select_related("account").get()
        reply.answer(message, "Maaf", desk.officer, uuid.uuid4(), MONDAY + HOUR, case)
    elif why == "closed":
        Case.objects.update(state=Case.State.CLOSED)
    elif why == "over":
        changes = {"written_at": MONDAY - 24 * HOUR}
    elif why == "comment":
        changes = {"kind": "comment"}
    else:
        desk.account.platform = "instagram"
        desk.account.save()
    messages.update(**changes) if changes else None
    window.look(MONDAY + 7 * HOUR)
    assert told() == []


def test_an_answer_that_was_refused_is_none(case: Case, desk: Desk) -> None:
    message = case.incoming_messages.select_related("account").get()
    reply.answer(message, "Maaf", desk.officer, uuid.uuid4(), MONDAY + HOUR, case)
    Outgoing.objects.filter(answer__message=message).update(state=Outgoing.State.FAILED)
    window.look(MONDAY + 7 * HOUR)
    assert len(told()) == 1


def test_at_the_end_of_its_seven_days_a_comment_takes_no_private_answer_any_more(desk: Desk) -> None:
    message = make_message(desk, "Obat saya salah", written_at=MONDAY)
    assert window.takes_private(message, MONDAY + timedelta(days=7) - timedelta(seconds=1))
    assert not window.takes_private(message, MONDAY + timedelta(days=7))


def test_two_ticks_at_once_tell_once(case: Case, desk: Desk) -> None:
    message = case.incoming_messages.select_related("case").get()
    for _ in range(2):
        window.warn(message, desk.office, MONDAY, urgent=False)
    assert len(told()) == 1
