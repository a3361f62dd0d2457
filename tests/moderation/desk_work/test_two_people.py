"""Two people at the same case, a double tap, a page from before: what was done once is not done twice, and nobody is
left without the news."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Outgoing
from moderation import escalation, reply, steps
from moderation.consultation import asking, hearing, line, waiting
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.handling import handing_over
from moderation.joining import joining
from moderation.models import Case, Message
from moderation.steps.models import Step
from offices.models import Event, Notice, Officer
from tests import console
from tests.moderation.desk_work.conftest import Town, only
from tests.rows import a_message, an_account, an_officer

pytestmark = pytest.mark.django_db
Role = Officer.Role
HEAD = "6281355557777"


@pytest.fixture
def dewi(town: Town) -> Officer:
    """Sari's colleague."""
    return an_officer(town.melati, "dewi")


@pytest.fixture
def head(town: Town) -> Officer:
    return an_officer(town.melati, "ratna", first_name="Ratna", phone=HEAD, role=Role.PROGRAMME)


def asked(case: Case, officer: Officer, asker: Officer, at: datetime | None = None) -> Consultation:
    given = (case, only(case), officer, "Mohon arahan", uuid.uuid4(), at or timezone.now(), asker)
    return asking.share(*given)


def over(case: Case, to: Any, actor: Officer) -> None:
    assert handing_over.hand_over(case, to, "Soal gedung", timezone.now(), actor)


def field(page: str, name: str, form: str) -> str:
    """What a hidden field of the form with this address holds."""
    at = page.index(f'action="{form}"')
    tag = page[page.index(f'name="{name}"', at) :].split(">", 1)[0]
    return tag.partition('value="')[2].partition('"')[0]


def see(client: Client, case: Case) -> str:
    return client.get(reverse("case", args=[case.pk])).content.decode()


def test_of_two_who_take_a_case_the_second_is_told_and_may_still_take_it_over(
    case: Case, town: Town, dewi: Officer
) -> None:
    address = reverse("case_take", args=[case.pk])
    first, second = console.signed_in(town.sari), console.signed_in(dewi)
    seen = field(see(second, case), "seen", address)
    first.post(address, {"seen": field(see(first, case), "seen", address)})
    assert "bar-warning" in second.post(address, {"seen": seen}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.officer == town.sari
    second.post(address, {"seen": field(see(second, case), "seen", address)})
    case.refresh_from_db()
    assert case.officer == dewi


def test_a_limit_is_extended_once_by_a_form_that_is_sent_twice(case: Case, town: Town) -> None:
    case.refresh_from_db()
    steps.reached(case, steps.Output.SCREENSHOT, timezone.now())
    Step.objects.filter(case=case, state="running").update(due_at=timezone.now() + timedelta(days=1))
    rules = case.procedure.rules if case.procedure else None
    assert rules is not None
    client = console.signed_in(an_officer(town.melati, "kepala", role=rules.extended_by[0]))
    address = reverse("case_extend", args=[case.pk])
    form = {"amount": 1, "unit": "working_days", "why": "Rapat", "seen": field(see(client, case), "seen", address)}
    assert "bar-success" in client.post(address, form, follow=True).content.decode()
    assert "bar-warning" in client.post(address, form, follow=True).content.decode()
    assert Event.objects.filter(verb="step.extended").count() == 1


def test_a_message_typed_in_is_stored_once_however_often_it_is_sent(town: Town) -> None:
    client = console.signed_in(town.sari)
    form = {
        "channel": "WhatsApp",
        "author_name": "Bu Siti",
        "text": "Antre lima jam",
        "written_at": f"{timezone.localtime() - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "label": "complaint",
    }
    first = client.post(reverse("message_enter"), form)
    assert client.post(reverse("message_enter"), form).headers["Location"] == first.headers["Location"]
    assert (Message.objects.count(), Case.objects.count()) == (1, 1)
    client.post(reverse("message_enter"), {**form, "text": "Antre enam jam"})
    assert Message.objects.count() == 2


# --- consulting


def test_an_officer_who_was_asked_just_now_is_not_asked_again_by_somebody_else(
    case: Case, town: Town, dewi: Officer, head: Officer
) -> None:
    address = reverse("consultation_ask", args=[case.pk])
    form = {"officer": head.pk, "question": "Mohon arahan", "way": "share", "message": only(case).pk}
    console.signed_in(town.sari).post(address, form)
    page = console.signed_in(dewi).post(address, form, follow=True).content.decode()
    assert "bar-warning" in page
    assert Consultation.objects.count() == 1
    Consultation.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    console.signed_in(dewi).post(address, form)
    assert Consultation.objects.count() == 2


@pytest.mark.parametrize("ended", ["closed", "answered"])
def test_of_a_case_that_is_over_nobody_else_is_asked_by_a_late_tap(
    case: Case, town: Town, head: Officer, ended: str
) -> None:
    other = an_officer(town.melati, "joko", first_name="Joko", phone="6281366668888", role=Role.CENTRE_HEAD)
    an_account(town.melati, "whatsapp", "6281200001111", remote_id="10", secrets={"token": "EAA.x"})
    one = asked(case, head, town.sari)
    Case.objects.filter(id=case.pk).update(state=ended)
    one = Consultation.objects.select_related("case__office__parent", "message", "asked_by").get()
    assert not waiting.pass_on(one, other, timezone.now())
    assert not waiting.need_time(one, timezone.now())
    waiting.ask_whom(one, timezone.now())
    assert (Consultation.objects.count(), Outgoing.objects.count()) == (1, 0)


def test_what_is_said_after_the_case_was_closed_is_kept_and_told(case: Case, town: Town, head: Officer) -> None:
    one = asked(case, head, town.sari)
    Case.objects.filter(id=case.pk).update(handled_at=timezone.now())
    assert escalation.close(case, timezone.now(), town.sari)
    before = [step.state for step in case.steps.all()]
    hearing.take_by_link(one, "Sudah kami perbaiki", uuid.uuid4(), timezone.now())
    assert ConsultationReply.objects.get().text == "Sudah kami perbaiki"
    assert Notice.objects.filter(kind="consultation_answered", officer=town.sari).count() == 1
    case.refresh_from_db()
    assert (case.state, [step.state for step in case.steps.all()]) == ("closed", before)


def test_advice_for_a_case_that_was_handed_over_reaches_those_who_work_on_it(
    case: Case, town: Town, head: Officer
) -> None:
    one = asked(case, head, town.sari)
    over(case, town.mawar, town.sari)
    hearing.take_by_link(Consultation.objects.get(), "Sudah kami perbaiki", uuid.uuid4(), timezone.now())
    told = Notice.objects.get(kind="consultation_answered")
    assert (told.office, told.officer) == (town.mawar, None), "sari may do nothing with it any more"
    assert told in Notice.objects.open_for(town.budi)
    page = see(console.signed_in(town.budi), case)
    assert "Sudah kami perbaiki" in page
    reply_of = one.replies.get()
    console.signed_in(town.budi).post(reverse("consultation_adopt", args=[reply_of.pk]))
    assert case.drafts.get().text == "Sudah kami perbaiki"


def test_whoever_works_on_a_case_asks_their_own_people_and_hears_of_the_answer(
    case: Case, town: Town, head: Officer
) -> None:
    there = an_officer(town.mawar, "tuti", first_name="Tuti", role=Role.PROGRAMME)
    assert there not in asking.officers_for(case)
    over(case, town.mawar, town.sari)
    people = list(asking.officers_for(case))
    assert {there, head, town.in_city} <= set(people), "those who know it from before may be asked, too"
    assert line.first_to_ask(case, people) == there
    one = asked(case, there, town.budi)
    hearing.take_by_link(one, "Kami tambah loket", uuid.uuid4(), timezone.now())
    told = Notice.objects.get(kind="consultation_answered")
    assert told in Notice.objects.open_for(town.budi)


def test_a_case_that_is_handed_over_is_asked_about_by_the_number_of_those_who_work_on_it(
    case: Case, town: Town
) -> None:
    theirs = an_account(town.mawar, "whatsapp", "6281200001111", remote_id="10", secrets={"token": "EAA.x"})
    assert asking.account_for(case.at_work) is None
    over(case, town.mawar, town.sari)
    assert asking.account_for(case.at_work) == theirs


# --- moving messages of a case that was handed over


def test_what_is_split_off_stays_with_those_who_work_on_it(case: Case, town: Town) -> None:
    assert case.account is not None
    second = a_message(case.account, "Toiletnya juga mati", label="complaint")
    assert joining.bring(second, case, timezone.now(), town.sari)
    over(case, town.mawar, town.sari)
    answer = console.signed_in(town.budi).post(reverse("message_split", args=[second.pk]), follow=True)
    assert answer.status_code == 200
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.office, new.handler) == (town.melati, town.mawar)
    assert new in Case.objects.visible_to(town.budi)


def test_a_message_that_goes_to_another_case_is_decided_about_there(case: Case, town: Town) -> None:
    """Its answer fails later: whoever works on the case that it stands in now is to say what becomes of it."""
    assert case.account is not None
    second = a_message(case.account, "Toiletnya juga mati", label="complaint")
    joining.bring(second, case, timezone.now(), town.sari)
    said = reply.answer(second, "Kami periksa", town.sari, uuid.uuid4(), timezone.now(), case)
    there = town.a_case("Toilet mati", author_id="lain")
    over(there, town.mawar, town.sari)
    assert joining.bring(second, there, timezone.now(), town.sari)
    assert said.outgoing is not None
    said.outgoing.refresh_from_db()
    assert said.outgoing.decider == town.mawar
    assert joining.bring(second, case, timezone.now(), town.sari)
    said.outgoing.refresh_from_db()
    assert said.outgoing.decider is None
