"""Context, topics, danger and personal data on their way through triage and onto pages."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.base import Kind
from connectors.models import Account, Outgoing
from moderation import triage
from moderation.judging.emergency import text_of
from moderation.judging.models import Topic
from moderation.judging.topics import NAMES, topics_of
from moderation.models import Answer, Case, Message
from moderation.sentiment.lexicon import default_lexicon
from offices.models import Notice, Office, Officer
from tests import console
from tests.rows import a_message, an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
PRAISE = "Terima kasih, pelayanannya bagus sekali"
URGENT = "tolong, bapak saya pingsan dan tidak sadar"
State = Message.State


@pytest.fixture
def office() -> Office:
    return an_office(thanks=Office.Thanks.ON)


@pytest.fixture
def account(office: Office) -> Account:
    return an_account(office)


@pytest.fixture
def officer(office: Office) -> Officer:
    return an_officer(office)


def judged(account: Account, text: str, **fields: object) -> Message:
    message = a_message(account, text, **fields)
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    return message


# --- context


def test_the_same_text_by_three_people_is_thanked_to_nobody(account: Account) -> None:
    first, second = judged(account, PRAISE), judged(account, PRAISE.upper())
    assert Outgoing.objects.filter(state=Outgoing.State.QUEUED).count() == 2
    third = judged(account, PRAISE)
    assert set(Message.objects.values_list("state", flat=True)) == {State.REVIEW}
    assert set(Outgoing.objects.values_list("state", flat=True)) == {Outgoing.State.WITHDRAWN}
    assert len({first.author_id, second.author_id, third.author_id}) == 3


def test_short_praise_is_the_same_by_chance_and_one_person_is_no_crowd(account: Account) -> None:
    for _ in range(4):
        assert judged(account, "mantap pelayanannya").state == State.THANKS
    for _ in range(4):
        judged(account, PRAISE, author_id="same", post_remote_id=f"p{Message.objects.count()}")
    assert not Message.objects.filter(state=State.REVIEW).exists()


def test_an_hour_later_it_is_no_crowd(account: Account) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    judged(account, PRAISE, written_at=long_ago)
    judged(account, PRAISE, written_at=long_ago)
    assert judged(account, PRAISE).state == State.THANKS


def test_praise_that_answers_another_citizen_waits(account: Account) -> None:
    judged(account, "di mana loketnya ya?", remote_id="other1")
    assert judged(account, PRAISE, parent_remote_id="other1").state == State.REVIEW
    assert judged(account, PRAISE + "!", parent_remote_id="unknown").state == State.THANKS


def answered_case(account: Account) -> Case:
    complaint = judged(account, "antri lama sekali, petugasnya judes", thread="t1", author_id="w9")
    Case.objects.update(state=Case.State.ANSWERED)
    row = Outgoing.objects.create(
        office=account.office,
        account=account,
        kind=Kind.REPLY,
        payload={"text": "Mohon maaf"},
        due_at=timezone.now() - timedelta(hours=1),
        state=Outgoing.State.SENT,
        sent_at=timezone.now() - timedelta(hours=1),
    )
    Answer.objects.create(office=account.office, message=complaint, kind="answer", text="Mohon maaf", outgoing=row)
    return Case.objects.get()


@pytest.mark.parametrize("text", ["terima kasih", "ok makasih min", "Terima kasih, pelayanannya bagus"])
def test_thanks_after_our_answer_close_nothing_but_are_shown(account: Account, officer: Officer, text: str) -> None:
    case = answered_case(account)
    message = judged(account, text, thread="t1", author_id="w9")
    assert message.state == State.DONE
    assert not Answer.objects.filter(message=message).exists()
    case.refresh_from_db()
    assert case.acknowledged_at is not None
    assert case.state == Case.State.ANSWERED
    page = console.signed_in(officer).get(reverse("case", args=[case.pk])).content.decode()
    assert "bar-info" in page
    assert 'href="#tindak-lanjut"' in page


@pytest.mark.parametrize("text", ["terima kasih tapi obatnya belum ada", "terima kasih, kapan obatnya ada?"])
def test_more_than_thanks_after_our_answer_is_read_by_a_person(account: Account, text: str) -> None:
    case = answered_case(account)
    assert judged(account, text, thread="t1", author_id="w9").state != State.DONE
    case.refresh_from_db()
    assert case.acknowledged_at is None


# --- topics


def test_every_topic_of_the_lexicon_has_a_name() -> None:
    slugs = {
        role.removeprefix("topic.") for terms in default_lexicon().topics.values() for t in terms for role in t.roles
    }
    assert slugs | {"lainnya"} == set(NAMES)


def test_a_case_goes_to_its_topics_owner_who_is_told(account: Account, office: Office) -> None:
    owner = an_officer(office, "apoteker", role=Officer.Role.PROGRAMME)
    topics_of(office)
    Topic.objects.filter(office=office, slug="obat").update(owner=owner)
    judged(account, "obat di apotek kosong terus, mengecewakan")
    assert Case.objects.get().officer == owner
    assert Notice.objects.filter(officer=owner, kind="case_yours").count() == 1


def test_an_owner_who_left_gets_nothing(account: Account, office: Office) -> None:
    owner = an_officer(office, "apoteker", is_active=False)
    Topic.objects.create(office=office, slug="obat", name="Obat", owner=owner)
    judged(account, "obat di apotek kosong terus, mengecewakan")
    assert Case.objects.get().officer is None


def test_an_office_names_owners_on_its_page(office: Office, officer: Officer) -> None:
    rows = topics_of(office)
    data: dict[str, object] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-name": row.name}
    data |= {"form-4-name": "Farmasi", "form-4-owner": officer.pk}
    client = console.signed_in(officer)
    assert client.get(reverse("topics")).status_code == 200
    assert client.post(reverse("topics"), data).status_code == 302
    assert Topic.objects.get(slug="obat").name == "Farmasi"
    assert Topic.objects.get(slug="obat").owner == officer
    stranger = an_officer(an_office("lain"), "lain")
    data["form-4-owner"] = stranger.pk
    assert client.post(reverse("topics"), data).status_code == 200  # not an officer of this office
    assert Topic.objects.get(slug="obat").owner == officer


# --- danger


def test_danger_is_told_to_each_officer_on_duty_at_once(account: Account, office: Office, officer: Officer) -> None:
    on_duty = [an_officer(office, f"jaga{n}", role=Officer.Role.DUTY) for n in range(2)]
    judged(account, URGENT)
    told = Notice.objects.filter(kind="case_urgent")
    assert {notice.officer for notice in told} == set(on_duty)
    assert all(notice.urgent for notice in told)


def test_without_anybody_on_duty_the_media_manager_is_told(account: Account, officer: Officer) -> None:
    judged(account, URGENT)
    assert Notice.objects.get(kind="case_urgent").officer == officer


def test_the_emergency_text_waits_for_one_tap(account: Account, office: Office, officer: Officer) -> None:
    Office.objects.filter(pk=office.pk).update(emergency_number="0341-123456")
    message = judged(account, URGENT)
    assert not Outgoing.objects.exists()  # never by the machine
    client = console.signed_in(officer)
    case = Case.objects.get()
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "119" in page
    assert "0341-123456" in page
    data = {"message": message.pk, "key": str(uuid.uuid4())}
    for _ in range(2):
        client.post(reverse("case_emergency", args=[case.pk]), data)
    answer = Answer.objects.get()
    office.refresh_from_db()
    assert (answer.text, answer.author) == (text_of(office), officer)
    case.refresh_from_db()
    assert case.state == Case.State.OPEN  # what they need is still to be done


def test_an_offices_own_emergency_text(office: Office) -> None:
    office.emergency_text = "Hubungi 112 sekarang."
    assert text_of(office) == "Hubungi 112 sekarang."


# --- personal data

NIK = "3573025507900003"


def test_personal_data_is_masked_in_lists_and_whole_on_the_case(account: Account, officer: Officer) -> None:
    judged(account, f"NIK saya {NIK}, antri lama sekali dan petugasnya judes")
    case = Case.objects.get()
    client = console.signed_in(officer)
    for address in (reverse("cases"), reverse("today")):
        page = client.get(address).content.decode()
        assert NIK not in page
        assert "antri lama sekali" in page
    assert NIK in client.get(reverse("case", args=[case.pk])).content.decode()


def test_personal_data_is_masked_in_the_inbox(account: Account, officer: Officer) -> None:
    judged(account, f"nomor saya {NIK} apakah sudah terdaftar?")
    page = console.signed_in(officer).get(reverse("inbox")).content.decode()
    assert NIK not in page
    assert "sudah terdaftar" in page


def test_hiding_a_public_comment_is_offered_where_it_can_be(office: Office, officer: Officer) -> None:
    page = an_account(office, "facebook")
    message = judged(page, f"NIK saya {NIK}, antri lama sekali dan petugasnya judes")
    client = console.signed_in(officer)
    address = reverse("message_moderate", args=[message.pk, "hide"])
    assert address in client.get(reverse("case", args=[Case.objects.get().pk])).content.decode()
    for _ in range(2):
        client.post(address)
    assert Outgoing.objects.get(kind=Kind.HIDE).payload["parent"] == message.remote_id


def test_hiding_is_not_offered_where_it_cannot_be(account: Account, officer: Officer) -> None:
    message = judged(account, f"NIK saya {NIK}, antri lama sekali dan petugasnya judes")
    page = console.signed_in(officer).get(reverse("case", args=[Case.objects.get().pk])).content.decode()
    address = reverse("message_moderate", args=[message.pk, "hide"])
    assert address not in page
    console.signed_in(officer).post(address)
    assert not Outgoing.objects.filter(kind=Kind.HIDE).exists()
