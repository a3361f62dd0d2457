"""Context, topics, danger and personal data on their way through triage and onto pages."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.base import Kind
from connectors.models import Account, Outgoing
from moderation import triage
from moderation.judging import topics
from moderation.judging.emergency import text_of
from moderation.judging.models import Topic, Word
from moderation.judging.topics import NAMES, topics_of
from moderation.judging.vocabulary import lexicon_of
from moderation.models import Answer, Case, Message
from moderation.sentiment.lexicon import default_lexicon
from moderation.sentiment.masking import COVER
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


def test_answering_oneself_is_no_talk_with_another(account: Account) -> None:
    judged(account, "baru selesai imunisasi", remote_id="mine1", author_id="w7")
    assert judged(account, PRAISE, parent_remote_id="mine1", author_id="w7").state == State.THANKS


@pytest.mark.parametrize("post", ["Kami turut berduka cita atas wafatnya rekan kami", "Pendaftaran online gangguan"])
def test_nobody_is_thanked_under_grief_or_an_outage(account: Account, post: str) -> None:
    assert judged(account, PRAISE, post_text=post).state == State.REVIEW
    assert judged(account, PRAISE + "!", post_text="Jadwal posyandu bulan Desember").state == State.THANKS


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


# --- why


def test_a_messages_page_tells_the_rules_that_judged_it_and_covers_what_is_personal(
    account: Account, officer: Officer
) -> None:
    message = judged(account, f"loket {NIK} kapan buka?")
    client = console.signed_in(officer)
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    why = page.split("why-judged")[1].split("</details>")[0]
    assert ">kapan<" in why
    assert "pertanyaan" in why.lower()
    assert NIK not in why
    assert COVER * len(NIK) in why


def test_a_cases_page_tells_it_too(account: Account, officer: Officer) -> None:
    judged(account, "antri lama sekali dan petugasnya judes")
    page = console.signed_in(officer).get(reverse("case", args=[Case.objects.get().pk])).content.decode()
    assert "judes" in page.split("why-judged")[1].split("</details>")[0]


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
    row = next(one for one in topics_of(office) if one.slug == "obat")
    address, prefix = reverse("topic", args=[row.pk]), f"topic-{row.pk}"
    data: dict[str, object] = {f"{prefix}-name": "Farmasi", f"{prefix}-owner": officer.pk, f"{prefix}-words": "puyer"}
    client = console.signed_in(officer)
    assert client.get(reverse("topics")).status_code == 200
    assert client.post(address, data).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.owner) == ("Farmasi", officer)
    assert Word.objects.get().list == "topic.obat"
    stranger = an_officer(an_office("lain"), "lain")
    assert client.post(address, {**data, f"{prefix}-owner": stranger.pk}).status_code == 422
    row.refresh_from_db()
    assert row.owner == officer
    assert client.post(address, {**data, f"{prefix}-words": ""}).status_code == 302
    assert not Word.objects.exists()


def test_an_offices_own_topic_gets_messages_until_it_is_retired(account: Account, officer: Officer) -> None:
    office, at = account.office, timezone.now()
    version = lexicon_of(office).version
    row = topics.add(office, "Kesehatan haji & umrah", officer, ["manasik", "jamaah haji"], officer, at)
    assert row.slug == "kesehatan_haji_umrah"
    assert lexicon_of(office).version == version  # it thanks nobody: what was counted counts on
    message = judged(account, "periksa manasik jamaah haji judes sekali petugasnya")
    assert message.topic == row.slug
    assert Case.objects.get().officer == officer
    assert topics.retire(row, officer, at)
    assert not topics.retire(row, officer, at)  # a double tap
    assert judged(account, "manasik jamaah haji batal lagi, kecewa").topic != row.slug
    message.refresh_from_db()
    assert message.topic == row.slug
    assert topics.bring_back(row, officer, at)
    assert judged(account, "manasik jamaah haji kok batal, kecewa sekali").topic == row.slug


def test_two_topics_of_one_name_are_refused_and_slugs_differ(office: Office, officer: Officer) -> None:
    client = console.signed_in(officer)
    assert client.post(reverse("topics"), {"new-name": "obat", "new-words": ""}).status_code == 422
    rows = [topics.add(office, name, None, [], officer, timezone.now()) for name in ("Haji!", "Haji?", "東京")]
    assert [row.slug for row in rows] == ["haji", "haji_2", "topik"]


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
