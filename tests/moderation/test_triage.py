"""Where a message goes: thanked, proposed, inbox or case; never a thank-you against an open case, nothing dropped."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from connectors import sending
from connectors.base import MessageKind
from connectors.models import Account, Outgoing
from moderation import escalation, reply, triage
from moderation.handling import noting
from moderation.handling.models import Handling
from moderation.models import Answer, Case, Evidence, Message
from moderation.sentiment import judge
from offices.models import Event, Notice, Office
from tests.rows import a_message, an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
PRAISE = "Terima kasih, pelayanannya bagus sekali"
COMPLAINT = "antri 3 jam, petugasnya judes dan obatnya habis"
QUESTION = "jam buka poli gigi jam berapa ya?"
State = Message.State


@pytest.fixture
def office() -> Office:
    return an_office(thanks=Office.Thanks.ON)


@pytest.fixture
def account(office: Office) -> Account:
    return an_account(office)


def judged(account: Account, text: str, **fields: object) -> Message:
    message = a_message(account, text, **fields)
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    return message


def thanks_of(message: Message) -> Outgoing:
    row = Answer.objects.get(message=message, kind=Answer.Kind.THANKS).outgoing
    assert row is not None
    return row


def test_praise_is_thanked_after_a_pause_in_which_it_can_be_stopped(account: Account, settings: LazySettings) -> None:
    settings.THANKS_PAUSE_SECONDS = 300
    message = judged(account, PRAISE)
    row = thanks_of(message)
    assert message.state == State.THANKS
    assert row.state == Outgoing.State.QUEUED
    assert row.due_at > timezone.now() + timedelta(seconds=200)
    assert row.payload["parent"] == message.remote_id
    officer = an_officer(account.office)
    answer = Answer.objects.get(message=message)
    assert reply.stop(answer, timezone.now(), officer)
    row.refresh_from_db()
    message.refresh_from_db()
    assert row.state == Outgoing.State.WITHDRAWN
    assert message.state == State.REVIEW
    assert not reply.stop(answer, timezone.now(), officer)  # a second tap changes nothing


def test_stopping_comes_too_late_once_it_is_being_sent(account: Account) -> None:
    message = judged(account, PRAISE)
    row = thanks_of(message)
    Outgoing.objects.filter(id=row.id).update(due_at=timezone.now())
    row.refresh_from_db()
    assert sending.claim(row, timezone.now())
    assert not reply.stop(Answer.objects.get(), timezone.now(), an_officer(account.office))
    message.refresh_from_db()
    assert message.state == State.THANKS


def test_propose_waits_for_one_tap(account: Account) -> None:
    Office.objects.update(thanks=Office.Thanks.PROPOSE)
    message = judged(account, PRAISE)
    row = thanks_of(message)
    assert row.state == Outgoing.State.DRAFT
    officer = an_officer(account.office)
    answer = Answer.objects.get()
    assert reply.send_proposed(answer, timezone.now(), officer)
    assert not reply.send_proposed(answer, timezone.now(), officer)
    row.refresh_from_db()
    assert row.state == Outgoing.State.QUEUED
    assert row.due_at <= timezone.now()


def test_a_proposal_turned_down_waits_for_a_person(account: Account) -> None:
    Office.objects.update(thanks=Office.Thanks.PROPOSE)
    message = judged(account, PRAISE)
    assert reply.decline(Answer.objects.get(), timezone.now(), an_officer(account.office))
    message.refresh_from_db()
    assert message.state == State.REVIEW
    assert not Outgoing.objects.filter(state__in=[Outgoing.State.DRAFT, Outgoing.State.QUEUED]).exists()


def test_off_means_that_praise_waits_in_the_inbox(account: Account) -> None:
    Office.objects.update(thanks=Office.Thanks.OFF)
    message = judged(account, PRAISE)
    assert message.state == State.THANKS
    assert not Answer.objects.exists()
    assert list(Message.objects.inbox()) == [message]


def test_one_thank_you_a_person_a_post_a_day(account: Account) -> None:
    first = judged(account, PRAISE, author_id="w1")
    again = judged(account, "Terima kasih, bagus", author_id="w1")
    elsewhere = judged(account, PRAISE, author_id="w1", post_remote_id="p2")
    other = judged(account, PRAISE, author_id="w2")
    assert [Answer.objects.filter(message=one).count() for one in (first, again, elsewhere, other)] == [1, 0, 1, 1]
    assert again.state == State.DONE


def test_thank_yous_under_a_post_are_not_the_same_twice_in_a_row(account: Account) -> None:
    for number in range(12):
        judged(account, PRAISE + "!" * number, author_id=f"w{number}")
    said = list(Answer.objects.order_by("id").values_list("text", flat=True))
    assert len(said) == 12
    assert all(one != next_one for one, next_one in pairwise(said))


def test_old_praise_is_only_proposed(account: Account) -> None:
    message = judged(account, PRAISE, written_at=timezone.now() - timedelta(days=3))
    assert thanks_of(message).state == Outgoing.State.DRAFT


@pytest.mark.parametrize("text", [COMPLAINT, "Saran: tolong kursi tunggunya ditambah"])
def test_complaints_and_suggestions_become_cases_with_evidence(account: Account, text: str) -> None:
    message = judged(account, text)
    assert message.state == State.CASE
    assert message.case is not None
    kinds = set(Evidence.objects.filter(case=message.case).values_list("kind", flat=True))
    assert kinds == {Evidence.Kind.RENDERING, Evidence.Kind.PUBLIC_PAGE}
    assert not Answer.objects.exists()
    assert Notice.objects.filter(kind="case_opened").count() == 1


def test_a_dm_has_no_public_page(account: Account) -> None:
    message = judged(account, COMPLAINT, kind=MessageKind.DM, thread="t1", permalink="", post_remote_id="")
    assert list(message.evidence.values_list("kind", flat=True)) == [Evidence.Kind.RENDERING]


@pytest.mark.parametrize(
    ("choice", "state"), [(Office.Questions.INBOX, State.QUESTION), (Office.Questions.CASE, State.CASE)]
)
def test_a_question_goes_where_the_offices_procedure_says(account: Account, choice: str, state: str) -> None:
    Office.objects.update(questions=choice)
    assert judged(account, QUESTION).state == state


def test_a_question_that_complains_is_a_case_whatever_the_procedure(account: Account) -> None:
    message = judged(account, "Obatnya habis, kapan ada lagi?")
    assert message.label == Message.Label.QUESTION
    assert message.state == State.CASE


def test_what_cannot_be_told_goes_to_a_person(account: Account) -> None:
    assert judged(account, "zxqv prlk wunt").state == State.REVIEW


def test_a_message_that_breaks_the_judge_waits_for_a_person(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = a_message(account, "satu"), a_message(account, COMPLAINT)
    real = judge

    def break_once(text: str, *rest: object) -> object:
        if text == "satu":
            raise RuntimeError("a fault in the judge")
        return real(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(triage, "judge", break_once)
    triage.judge_new(timezone.now())
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == (State.REVIEW, State.CASE)


def test_never_a_thank_you_in_a_thread_with_an_open_case(account: Account) -> None:
    complaint = judged(account, COMPLAINT, thread="t1", author_id="w1")
    same_thread = judged(account, PRAISE, thread="t1", author_id="w2")
    same_person = judged(account, PRAISE, thread="t9", author_id="w1", post_remote_id="p9")
    assert not Answer.objects.exists()
    assert State.THANKS not in {same_thread.state, same_person.state}
    assert complaint.case is not None
    officer, at = an_officer(account.office), timezone.now()
    noting.note(complaint.case, Handling(what="Loket ditambah", unit="Loket", done_on=at.date()), at, officer)
    assert escalation.close(complaint.case, at, officer)
    assert judged(account, PRAISE, thread="t9", author_id="w1", post_remote_id="p10").state == State.THANKS


def test_a_case_that_opens_holds_back_thanks_still_waiting(account: Account) -> None:
    praise = judged(account, PRAISE, author_id="w1")
    judged(account, COMPLAINT, author_id="w1", post_remote_id="p2")
    praise.refresh_from_db()
    assert thanks_of(praise).state == Outgoing.State.WITHDRAWN
    assert praise.state == State.REVIEW


def test_the_same_person_under_the_same_post_is_one_case(account: Account) -> None:
    first = judged(account, COMPLAINT, author_id="w1")
    second = judged(account, "obatnya juga tidak ada", author_id="w1")
    other = judged(account, COMPLAINT, author_id="w2")
    assert first.case == second.case != other.case
    assert Evidence.objects.filter(case=first.case, kind=Evidence.Kind.RENDERING).count() == 2
    year = timezone.localdate(timezone=account.office.zone).year
    assert set(Case.objects.values_list("number", flat=True)) == {f"{year}-0001", f"{year}-0002"}


def test_what_says_little_alone_joins_the_case_of_its_thread(account: Account) -> None:
    complaint = judged(account, COMPLAINT, thread="t1", author_id="w1")
    me_too = judged(account, "zxqv prlk wunt", thread="t1", author_id="w2")
    elsewhere = judged(account, "zxqv prlk wunt", thread="t2", author_id="w3")
    assert me_too.case == complaint.case
    assert me_too.evidence.count() == 2
    assert elsewhere.state == State.REVIEW


def test_a_flood_is_one_group_case_with_bounded_captures_and_one_notice(account: Account) -> None:
    for number in range(60):
        a_message(account, COMPLAINT, author_id=f"banyak{number}")
    triage.judge_new(timezone.now())
    group = Case.objects.get(is_group=True)
    assert Case.objects.count() == escalation.FLOOD_CASES + 1
    assert group.incoming_messages.count() == 60 - escalation.FLOOD_CASES
    assert group.evidence.filter(kind=Evidence.Kind.RENDERING).count() == escalation.GROUP_CAPTURES
    assert Notice.objects.filter(kind="case_group").count() == 1
    assert not Message.objects.unjudged().exists()


def test_a_person_says_what_it_is(account: Account) -> None:
    officer = an_officer(account.office)
    at = timezone.now()
    praise = judged(account, PRAISE)
    triage.relabel(praise, Message.Label.COMPLAINT, at, officer)
    praise.refresh_from_db()
    assert praise.state == State.CASE
    assert thanks_of(praise).state == Outgoing.State.WITHDRAWN
    assert (praise.label, praise.judged_label) == ("complaint", "praise")

    unclear = judged(account, "zxqv prlk wunt")
    triage.relabel(unclear, Message.Label.PRAISE, at, officer)
    assert thanks_of(unclear).state == Outgoing.State.DRAFT  # a person's word proposes; a tap sends

    other = judged(account, "zxqv wunt prlk")
    triage.relabel(other, Message.Label.OTHER, at, officer)
    other.refresh_from_db()
    assert other.state == State.DONE
    assert Event.objects.filter(verb="message.relabelled").count() == 3


def test_dismissed_is_done_but_never_a_case(account: Account) -> None:
    officer = an_officer(account.office)
    praise = judged(account, PRAISE)
    assert triage.dismiss(praise, timezone.now(), officer)
    assert thanks_of(praise).state == Outgoing.State.WITHDRAWN
    assert not triage.dismiss(judged(account, COMPLAINT, author_id="w9"), timezone.now(), officer)


def test_entered_by_hand_it_goes_the_same_way(office: Office) -> None:
    officer = an_officer(office)
    at = timezone.now()
    picture = SimpleUploadedFile("layar.png", b"\x89PNG not really", "image/png")
    message = triage.enter_by_hand(
        office, officer, at, channel="WhatsApp", author_name="Ibu Uji", text=COMPLAINT, written_at=at, upload=picture
    )
    message.refresh_from_db()
    assert message.state == State.CASE
    uploaded = Evidence.objects.get(kind=Evidence.Kind.UPLOAD)
    assert uploaded.state == Evidence.State.TAKEN
    assert len(uploaded.sha256) == 64
    praised = triage.enter_by_hand(
        office, officer, at, channel="Facebook", author_name="Pak Uji", text=PRAISE, written_at=at
    )
    assert praised.state == State.THANKS
    assert not Answer.objects.exists()  # there is no account to thank from: a person does


def test_a_label_given_by_hand_goes_before_the_verdict(office: Office) -> None:
    at = timezone.now()
    message = triage.enter_by_hand(
        office,
        an_officer(office),
        at,
        channel="Telepon",
        author_name="Ibu Uji",
        text=PRAISE,
        written_at=at,
        label=Message.Label.SUGGESTION,
    )
    message.refresh_from_db()
    assert message.state == State.CASE
