"""Messages into a case and out of it by hand; cases about the same; undone again."""

import uuid

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from moderation import reply, triage
from moderation.joining import joining
from moderation.models import Case, Message
from moderation.records.checking import go_through
from moderation.satisfaction import asking
from moderation.satisfaction.models import Satisfaction
from offices.models import Event
from tests import console
from tests.moderation.desk_work.conftest import Town, only
from tests.rows import a_message

pytestmark = pytest.mark.django_db
State = Case.State


def by_whatsapp(town: Town, text: str = "Saya yang tadi di Instagram") -> Message:
    row = triage.enter_by_hand(
        town.melati, town.sari, timezone.now(), channel="WhatsApp", author_name="Bu Siti", text=text,
        written_at=timezone.now(), label="other",
    )  # fmt: skip
    row.refresh_from_db()
    return row


def a_second(town: Town) -> Case:
    return town.a_case("Antre lagi", author_id="lain")


def test_a_message_from_another_channel_joins_a_case(case: Case, town: Town) -> None:
    message = by_whatsapp(town)
    assert message.case is None
    assert joining.bring(message, case, timezone.now(), town.sari)
    assert case.incoming_messages.count() == 2
    assert case.evidence.filter(message=message).exists()
    assert not joining.bring(message, case, timezone.now(), town.sari)


def test_it_joins_no_case_that_is_closed_or_anothers(case: Case, town: Town) -> None:
    message = by_whatsapp(town)
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    assert not joining.bring(message, case, timezone.now(), town.sari)
    Case.objects.filter(pk=case.pk).update(state=State.OPEN, office=town.mawar)
    assert not joining.bring(message, case, timezone.now(), town.sari)


def test_splitting_off_makes_a_case_of_its_own_with_its_evidence_and_answers(case: Case, town: Town) -> None:
    message = by_whatsapp(town, "Yang kemarin itu saya juga")
    joining.bring(message, case, timezone.now(), town.sari)
    answer = reply.answer_by_hand(message, "Obat datang besok", town.sari, uuid.uuid4(), timezone.now(), case)
    new = joining.split(message, timezone.now(), town.sari)
    assert new is not None
    assert [only(case).pk, only(new).pk] == [case.incoming_messages.get().pk, message.pk]
    assert new.evidence.filter(message=message).exists()
    assert not case.evidence.filter(message=message).exists()
    assert new.answers.get() == answer
    for one in (case, new):
        said = [found for found in go_through(one).findings if "message" in str(found) or "answer" in str(found)]
        assert not said


def test_what_its_author_says_of_it_goes_with_it(case: Case, town: Town, settings: LazySettings) -> None:
    """The question names the message: who is asked, and where the answer is counted, is the case that it stands in."""
    settings.PUBLIC_URL = "https://tanggap.example.id"
    message, now = by_whatsapp(town, "Yang kemarin itu saya juga"), timezone.now()
    joining.bring(message, case, now, town.sari)
    for one in case.incoming_messages.all():
        reply.answer_by_hand(one, "Sudah ditambah", town.sari, uuid.uuid4(), now, case)
    case.refresh_from_db()
    asked = asking.ask(case, message, Satisfaction.Way.LINK, now, town.sari)
    assert asked is not None
    new = joining.split(message, now, town.sari)
    assert new is not None
    assert (list(new.satisfactions.all()), list(case.satisfactions.all())) == ([asked], [])
    assert asking.ways(case, only(case), now), "whoever is left has not been asked yet"
    asked.refresh_from_db()
    assert asking.say(asked, False, "", now)
    assert Event.objects.filter(verb="satisfaction.no", subject=f"case:{new.pk}").exists()


def test_the_last_message_of_a_case_stays(case: Case, town: Town) -> None:
    assert joining.split(only(case), timezone.now(), town.sari) is None
    assert not joining.bring(only(case), a_second(town), timezone.now(), town.sari)


def test_duplicates_point_to_the_first_and_close_with_it(case: Case, town: Town) -> None:
    second = a_second(town)
    assert joining.merge(second, case, timezone.now(), town.sari)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == (State.CLOSED, case)
    assert list(case.duplicates.all()) == [second]
    third = town.a_case("Antre juga", author_id="x3")
    assert not joining.merge(third, second, timezone.now(), town.sari), "only to the first one"
    assert not joining.merge(case, third, timezone.now(), town.sari), "nor away from under its duplicates"
    assert not joining.merge(case, case, timezone.now(), town.sari)


def test_it_is_undone(case: Case, town: Town) -> None:
    second = a_second(town)
    joining.merge(second, case, timezone.now(), town.sari)
    second.refresh_from_db()
    assert joining.part(second, timezone.now(), town.sari)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == (State.OPEN, None)
    assert not joining.part(second, timezone.now(), town.sari)


def test_the_first_ones_answer_is_offered(case: Case, town: Town) -> None:
    second = a_second(town)
    joining.merge(second, case, timezone.now(), town.sari)
    reply.answer_by_hand(only(case), "Loket sudah ditambah.", town.sari, uuid.uuid4(), timezone.now(), case)
    client = console.signed_in(town.sari)
    page = client.get(reverse("case", args=[second.pk])).content.decode()
    assert "Loket sudah ditambah." in page
    assert "seperti=1" in page
    page = client.get(f"{reverse('case', args=[second.pk])}?seperti=1").content.decode()
    assert "Loket sudah ditambah.</textarea>" in page


# --- the pages


def test_a_case_is_found_by_number_from_a_message(case: Case, town: Town) -> None:
    message = by_whatsapp(town)
    foreign = Case.objects.create(office=town.mawar, number="2026-0077", label="complaint")
    client = console.signed_in(town.in_city)
    assert client.get(reverse("message_find_case", args=[message.pk])).status_code == 404, "sorting is the centre's"
    client = console.signed_in(town.sari)
    page = client.get(reverse("message_find_case", args=[message.pk]), {"q": case.number[-3:]}).content.decode()
    assert case.number in page
    assert foreign.number not in page
    client.post(reverse("message_bring", args=[message.pk, case.pk]))
    message.refresh_from_db()
    assert message.case == case


def test_split_merge_and_part_by_tapping(case: Case, town: Town) -> None:
    account = town.melati.accounts.get()
    joining.bring(a_message(account, "Parkirnya juga"), case, timezone.now(), town.sari)
    client = console.signed_in(town.sari)
    extra = case.incoming_messages.order_by("-id")[0]
    client.post(reverse("message_split", args=[extra.pk]))
    extra.refresh_from_db()
    new = extra.case
    assert new is not None
    assert new != case
    found = client.get(reverse("case_find_first", args=[new.pk])).content.decode()
    assert case.number in found
    assert new.number not in found
    client.post(reverse("case_merge", args=[new.pk, case.pk]))
    new.refresh_from_db()
    assert new.duplicate_of == case
    client.post(reverse("case_part", args=[new.pk]))
    new.refresh_from_db()
    assert new.duplicate_of is None
