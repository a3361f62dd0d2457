"""Handing a case to another office: both see it, the one that works on it changes it, and it can be given back."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors import outgoing
from connectors.models import Outgoing
from moderation import listing, reply
from moderation.handling import handing_over
from moderation.models import Answer, Case, Evidence, Message
from offices.models import Event, Notice, Office, Officer
from offices.roles import Permission
from tests import console
from tests.moderation.desk_work.conftest import Town, only

pytestmark = pytest.mark.django_db
P = Permission


def over(case: Case, to: Office, town: Town) -> bool:
    done = handing_over.hand_over(case, to, "Soal gedung: milik dinas", timezone.now(), town.sari)
    case.refresh_from_db()
    return done


def test_both_see_it_and_the_other_one_works_on_it(case: Case, town: Town) -> None:
    assert not Case.objects.visible_to(town.budi).exists()
    assert over(case, town.mawar, town)
    assert (case.office, case.handler, case.officer) == (town.melati, town.mawar, None)
    for officer in (town.sari, town.budi, town.in_city):
        assert list(Case.objects.visible_to(officer)) == [case]
        assert Message.objects.visible_to(officer).count() == 1
        assert Evidence.objects.visible_to(officer).count() == case.evidence.count() > 0
    assert Case.objects.visible_to(town.budi, P.ANSWER).exists()
    assert Message.objects.visible_to(town.budi, P.ANSWER).exists()
    assert not Case.objects.visible_to(town.sari, P.ANSWER).exists()
    assert not Message.objects.visible_to(town.sari, P.ANSWER).exists()
    assert Case.objects.visible_to(town.sari, P.NOTE).exists()


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("who", ["sari", "budi", "in_city"])
def test_a_page_shows_what_a_query_would_let_through(case: Case, town: Town, permission: Permission, who: str) -> None:
    """`case.may` and `visible_to` say the same, before and after handing over."""
    officer = getattr(town, who)
    for _turn in range(2):
        if Case.objects.visible_to(officer).exists():
            let_through = Case.objects.visible_to(officer, permission).exists()
            assert case.may(officer, permission) == let_through
        over(case, town.mawar, town)


def test_it_goes_back_and_the_history_goes_along(case: Case, town: Town) -> None:
    over(case, town.city, town)
    assert handing_over.hand_over(case, town.melati, "Bisa di sana", timezone.now(), town.in_city)
    case.refresh_from_db()
    assert case.handler is None
    verbs = list(Event.objects.filter(subject=f"case:{case.pk}").values_list("verb", flat=True))
    assert [verb for verb in verbs if "over" in verb or "back" in verb] == ["case.handed_over", "case.given_back"]
    assert set(Notice.objects.filter(kind__in=["case_handed", "case_back"]).values_list("office", flat=True)) == {
        town.city.pk,
        town.melati.pk,
    }


def test_it_goes_nowhere_twice_nor_when_it_was_moved_meanwhile(case: Case, town: Town) -> None:
    before = Case.objects.select_related("office").get(pk=case.pk)
    assert over(case, town.city, town)
    assert not over(case, town.city, town)
    assert not handing_over.hand_over(before, town.mawar, "Terlambat", timezone.now(), town.sari)
    assert Event.objects.filter(verb="case.handed_over").count() == 1


def test_only_offices_of_the_same_city_are_offered(case: Case, town: Town) -> None:
    Office.objects.create(name="Puskesmas Jauh", slug="jauh")
    assert set(handing_over.offices_for(case)) == {town.city, town.mawar}


def test_the_reason_stands_in_the_history_of_both_and_in_no_event(case: Case, town: Town) -> None:
    client = console.signed_in(town.sari)
    why = "Gedung milik dinas"
    client.post(reverse("case_hand_over", args=[case.pk]), {"to": town.city.pk, "why": why})
    for officer in (town.sari, town.in_city):
        page = console.signed_in(officer).get(reverse("case", args=[case.pk])).content.decode()
        assert why in page
    assert not Event.objects.filter(data__icontains="Gedung").exists()


def test_a_page_of_what_was_handed_away_offers_no_work(case: Case, town: Town) -> None:
    over(case, town.city, town)
    page = console.signed_in(town.sari).get(reverse("case", args=[case.pk])).content.decode()
    assert 'id="jawab"' not in page
    assert 'id="serahkan"' in page
    page = console.signed_in(town.in_city).get(reverse("case", args=[case.pk])).content.decode()
    assert 'id="jawab"' in page


def test_the_office_that_has_it_answers_on_the_same_account(case: Case, town: Town) -> None:
    over(case, town.mawar, town)
    client = console.signed_in(town.budi)
    address = reverse("message_answer", args=[only(case).pk])
    assert client.post(address, {"text": "Kami tangani."}).status_code == 302
    answer = Answer.objects.get()
    assert answer.outgoing is not None
    assert answer.outgoing.account.office == town.melati
    assert console.signed_in(town.sari).post(address, {"text": "Kami juga."}).status_code == 404


def test_the_city_sees_who_has_what(case: Case, town: Town) -> None:
    over(case, town.mawar, town)
    page = console.signed_in(town.in_city).get(reverse("cases"), {"show": "handed"}).content.decode()
    assert case.number in page
    assert "Puskesmas Mawar" in page


def refused(answer: Answer) -> Outgoing:
    """The platform took it not."""
    Outgoing.objects.filter(answer=answer).update(state=Outgoing.State.FAILED, reason="refused")
    row = Outgoing.objects.get(answer=answer)
    outgoing.tell(row, "outgoing_failed")
    return row


def decided(row: Outgoing, officer: Officer) -> int:
    return int(console.signed_in(officer).post(reverse("outgoing_release", args=[row.pk])).status_code)


@pytest.mark.parametrize("written", ["before", "after"])
def test_a_refused_answer_is_decided_about_where_the_case_is_worked_on(case: Case, town: Town, written: str) -> None:
    if written == "after":
        over(case, town.mawar, town)
    author = town.sari if written == "before" else town.budi
    said = reply.answer(only(case), "Mohon maaf, kami periksa", author, uuid.uuid4(), timezone.now(), case)
    if written == "before":
        over(case, town.mawar, town)
    row = refused(said)
    assert Notice.objects.get(kind="outgoing_failed").office == town.mawar
    assert row in listing.today(town.budi, timezone.now()).waiting
    assert decided(row, town.sari) == 403
    assert decided(row, town.in_city) == 403
    row.refresh_from_db()
    assert row.state == Outgoing.State.FAILED
    page = console.signed_in(town.sari).get(reverse("case", args=[case.pk])).content.decode()
    assert reverse("outgoing_release", args=[row.pk]) not in page
    assert decided(row, town.budi) == 302
    row.refresh_from_db()
    assert row.state == Outgoing.State.QUEUED
    assert row.office == town.melati, "it leaves by the account of the case's own office"


def test_what_is_given_back_is_decided_about_at_home_again(case: Case, town: Town) -> None:
    said = reply.answer(only(case), "Mohon maaf, kami periksa", town.sari, uuid.uuid4(), timezone.now(), case)
    over(case, town.mawar, town)
    row = refused(said)
    over(case, town.melati, town)
    assert decided(row, town.budi) == 404
    assert decided(row, town.sari) == 302
