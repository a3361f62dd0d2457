"""A colleague answered in the platform's own app: it is noted under the message, and nobody answers twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.base import Batch, Incoming, MessageKind
from connectors.models import Account, Outgoing
from moderation import poll, reply, triage
from moderation.models import Answer, Case, Message
from offices.models import Event, Office
from tests import console
from tests.connectors.scripted import Scripted
from tests.rows import an_account, an_office, an_officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]
State = Message.State
OURS = "1000"


@pytest.fixture
def account() -> Account:
    return an_account(an_office(thanks=Office.Thanks.ON), platform="scripted")


def said(remote_id: str, text: str, author: str = "w1", minutes: int = 10, **more: Any) -> Incoming:
    values: dict[str, Any] = {"kind": MessageKind.COMMENT, "post": "p1", **more}
    at = timezone.now() - timedelta(minutes=minutes)
    return Incoming(
        remote_id=remote_id, author_id=author, author_handle=author, author_name="", text=text, written_at=at,
        raw={}, **values,
    )  # fmt: skip


def colleague(remote_id: str, text: str, minutes: int = 5, **more: Any) -> Incoming:
    return said(remote_id, text, OURS, minutes, **more)


def read(account: Account, messages: list[Incoming], own: list[Incoming]) -> None:
    Scripted.batches[:] = [Batch(tuple(messages), {}, own=tuple(own))]
    poll.fetch(account.id)


def judged(account: Account, *messages: Incoming) -> list[Message]:
    read(account, list(messages), [])
    triage.judge_new(timezone.now())
    return list(Message.objects.order_by("id"))


def test_a_question_that_was_answered_there_no_longer_waits(account: Account) -> None:
    question = said("c1", "Imunisasi jam berapa ya?")
    (message,) = judged(account, question)
    assert message.state == State.QUESTION
    for _twice in range(2):
        read(account, [question], [colleague("a1", "Jam 8, Bu.", parent="c1")])
    message.refresh_from_db()
    answer = message.answers.get()
    assert (answer.kind, answer.text, answer.author, message.state) == (Answer.Kind.THERE, "Jam 8, Bu.", None, "done")
    assert Event.objects.filter(verb="answer.there").count() == 1
    page = console.signed_in(an_officer(account.office)).get(reverse("message", args=[message.pk])).content.decode()
    assert "Dijawab petugas langsung di platform" in page


def test_a_complaint_s_case_is_answered_and_its_neighbour_s_is_not(account: Account) -> None:
    first = said("c1", "Petugas loket kasar dan antrinya lama sekali")
    second = said("c2", "Obat saya salah, pelayanannya buruk sekali", "w2", parent="c1", thread="c1")
    judged(account, first, second)
    read(account, [], [colleague("a1", "Mohon maaf, Bu.", parent="c1")])
    states = {case.incoming_messages.get().remote_id: case.state for case in Case.objects.all()}
    assert states == {"c1": Case.State.ANSWERED, "c2": Case.State.OPEN}
    assert Event.objects.filter(verb="case.answered").count() == 1


def test_a_case_of_many_is_not_answered_by_one_answer(account: Account) -> None:
    (message,) = judged(account, said("c1", "Petugas loket kasar dan antrinya lama sekali"))
    Case.objects.update(is_group=True)
    read(account, [], [colleague("a1", "Mohon maaf, Bu.", parent="c1")])
    assert Case.objects.get().state == Case.State.OPEN
    assert message.answers.get().kind == Answer.Kind.THERE


def test_praise_that_was_thanked_there_is_not_thanked_again(account: Account) -> None:
    praise = said("c1", "Terima kasih bu bidan, pelayanannya ramah dan cepat")
    (message,) = judged(account, praise)
    row = Answer.objects.get(kind=Answer.Kind.THANKS).outgoing
    assert row is not None
    read(account, [praise], [colleague("a1", "Sama-sama, Bu!", parent="c1")])
    row.refresh_from_db()
    message.refresh_from_db()
    assert (row.state, message.state) == (Outgoing.State.WITHDRAWN, State.DONE)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Terima kasih bu bidan, pelayanannya ramah dan cepat", State.DONE),
        ("Imunisasi jam berapa ya?", State.DONE),
        ("Petugas loket kasar dan antrinya lama sekali", State.CASE),
    ],
)
def test_answered_before_the_desk_looked(account: Account, text: str, state: str) -> None:
    read(account, [said("c1", text)], [colleague("a1", "Sudah kami balas.", parent="c1")])
    triage.judge_new(timezone.now())
    assert Message.objects.get().state == state
    assert set(Case.objects.values_list("state", flat=True)) <= {Case.State.ANSWERED}
    assert not Outgoing.objects.exclude(state=Outgoing.State.WITHDRAWN).exists()


def test_an_echo_of_the_desk_s_own_answer_is_not_a_colleague_s(account: Account) -> None:
    """By its id; and where the desk never learnt that (its outcome is unknown), by its words."""
    one, other = judged(account, said("c1", "Imunisasi jam berapa ya?"), said("c2", "Buka hari Minggu?", "w2"))
    officer = an_officer(account.office)
    for message, remote_id, outcome in ((one, "a1", "sent"), (other, "", "unknown")):
        answer = reply.answer(message, "Jam 8,\nBu.", officer, Answer().key, timezone.now())
        sent = {"sent_at": timezone.now()} if outcome == "sent" else {}
        Outgoing.objects.filter(answer=answer).update(state=outcome, remote_id=remote_id, **sent)
    read(account, [], [colleague("a1", "x", parent="c1"), colleague("a2", "Jam 8, Bu.", parent="c2")])
    assert not Answer.objects.filter(kind=Answer.Kind.THERE).exists()


def test_a_direct_message_answers_what_was_said_before_it_and_nothing_after(account: Account) -> None:
    talk: dict[str, Any] = {"kind": MessageKind.DM, "thread": "t1", "post": ""}
    before = [said(f"m{n}", f"Buka jam {n}?", minutes=20 - n, **talk) for n in range(2)]
    after = said("m9", "Hari Minggu buka?", minutes=1, **talk)
    stranger = said("m10", "Ada dokter gigi?", "w9", **{**talk, "thread": "t2"})
    judged(account, *before, after, stranger)
    read(account, [], [colleague("a1", "Jam 8 sampai 14.", **talk)])
    assert dict(Message.objects.values_list("remote_id", "state")) == {
        "m0": State.DONE, "m1": State.DONE, "m9": State.QUESTION, "m10": State.QUESTION,
    }  # fmt: skip
    assert Answer.objects.get().message.remote_id == "m1"


def test_what_answers_nobody_is_left_alone(account: Account) -> None:
    """A first comment under one's own post, an answer to what was never stored, another account's message."""
    judged(account, said("c1", "Imunisasi jam berapa ya?"))
    other = an_account(account.office, "scripted", "lain")
    read(other, [], [colleague("a1", "Jam 8", parent="c1")])
    read(account, [], [colleague("a2", "Selamat pagi"), colleague("a3", "Jam 8", parent="c77")])
    assert not Answer.objects.exists()


def test_a_held_comment_is_let_through_from_every_page(account: Account) -> None:
    site = an_account(account.office, "website", "pkm.example")
    officer = console.signed_in(an_officer(account.office))
    held = said("c1", "Imunisasi jam berapa ya?", held=True)
    poll.store(site, Batch((held,), {}), timezone.now())
    triage.judge_new(timezone.now())
    message = Message.objects.get()
    approve = reverse("message_moderate", args=[message.pk, "approve"])
    for page in (reverse("inbox"), reverse("message", args=[message.pk])):
        assert "menahan komentar ini" in officer.get(page).content.decode()
        assert approve in officer.get(page).content.decode()
    officer.post(approve)
    assert Outgoing.objects.get().kind == "approve"
    assert "menahan komentar ini" not in officer.get(reverse("inbox")).content.decode()


def test_what_a_colleague_let_through_there_no_longer_asks(account: Account) -> None:
    site = an_account(account.office, "website", "pkm.example")
    held = said("c1", "Imunisasi jam berapa ya?", held=True)
    poll.store(site, Batch((held,), {}), timezone.now())
    poll.store(site, Batch((held,), {}), timezone.now())
    assert Message.objects.get().held is True
    poll.store(site, Batch((replace(held, held=False),), {}), timezone.now())
    assert Message.objects.get().held is False
