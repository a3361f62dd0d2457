"""A draft from its first word to the answer: who approves, who may not, and what two people at once see."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Outgoing
from moderation import reply, steps
from moderation.consultation import asking, deciding
from moderation.drafting import rules, soon, turns, window, writing
from moderation.drafting.models import Draft
from moderation.models import Answer, Case, Message
from moderation.procedure import Approval
from offices.models import Event, Notice, Officer
from tests import console
from tests.desk import Desk, make_desk, make_message
from tests.rows import an_officer

pytestmark = pytest.mark.django_db
State = Draft.State


@pytest.fixture
def head(desk: Desk) -> Officer:
    return an_officer(desk.office, "ratna", first_name="Ratna", role=Officer.Role.SECTION_HEAD)


@pytest.fixture
def approval(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedure wants the section head's word (SOP-2, step 5)."""
    asked = Approval(("kepala_seksi",), own=False)
    monkeypatch.setattr(rules, "approval_of", lambda case: asked)


def post(client: Client, name: str, pk: int, **given: Any) -> Any:
    return client.post(reverse(name, args=[pk]), given)


def answer(client: Client, message: Message, text: str, **given: Any) -> Any:
    seen = given.pop("seen", Message.objects.get(id=message.pk).turns)
    return post(client, "message_answer", message.pk, text=text, seen=seen, key=uuid.uuid4(), **given)


def verbs(case: Case) -> list[str]:
    return list(
        Event.objects.filter(subject=f"case:{case.pk}", verb__startswith="draft.").values_list("verb", flat=True)
    )


def test_without_approval_a_moderator_sends_at_once(client: Client, message: Message) -> None:
    answer(client, message, "Mohon maaf, Bu.")
    said = Answer.objects.get()
    assert said.outgoing is not None
    assert (said.outgoing.state, Draft.objects.count()) == (Outgoing.State.QUEUED, 0)


def test_with_approval_nothing_goes_out_before_the_head_said_yes(
    approval: None, client: Client, message: Message, head: Officer, case: Case, desk: Desk
) -> None:
    answer(client, message, "Mohon maaf, Bu.")
    draft = Draft.objects.get()
    assert (draft.state, draft.author) == (State.SUBMITTED, desk.officer)
    assert not Answer.objects.exists()
    notice = Notice.objects.get(kind="draft_waits")
    assert (notice.officer, notice.address) == (head, f"/kasus/{case.pk}/#draf-{draft.pk}")
    post(client, "draft_approve", draft.pk)  # its author
    post(client, "draft_send", draft.pk, seen=1)
    assert Draft.objects.get().state == State.SUBMITTED

    heads = console.signed_in(head)
    assert "Setujui" in heads.get(reverse("case", args=[case.pk])).content.decode()
    post(heads, "draft_approve", draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by) == (State.APPROVED, head)
    assert Notice.objects.get(kind="draft_approved").officer == desk.officer
    post(client, "draft_send", draft.pk, seen=1)
    post(client, "draft_send", draft.pk, seen=1)
    said = Answer.objects.get()
    draft.refresh_from_db()
    assert (draft.state, draft.answer, said.text, said.author) == (State.SENT, said, "Mohon maaf, Bu.", desk.officer)
    assert verbs(case) == ["draft.written", "draft.submitted", "draft.approved", "draft.sent"]


def test_a_crafted_request_does_not_pass_by_the_approval(approval: None, client: Client, message: Message) -> None:
    for given in ({}, {"private": "1"}, {"wish": "send"}, {"wish": "nonsense"}):
        answer(client, message, f"Langsung saja {given}", **given)
    assert not Answer.objects.exists()
    assert Draft.objects.filter(state=State.SUBMITTED).count() == 3  # Instagram's way here has no private answers


def test_nobody_approves_what_they_submitted_for_somebody_else(approval: None, head: Officer, message: Message) -> None:
    assert message.case is not None
    draft = writing.write(message, message.case, "Baik", head, uuid.uuid4(), timezone.now())
    other = an_officer(message.office, "dewi", role=Officer.Role.SECTION_HEAD)
    writing.submit(draft, timezone.now(), other)
    draft.refresh_from_db()
    assert not writing.approve(draft, timezone.now(), other)
    assert not writing.approve(draft, timezone.now(), head)
    third = an_officer(message.office, "yuni", role=Officer.Role.SECTION_HEAD)
    assert writing.approve(draft, timezone.now(), third)
    assert not writing.send_back(draft, "terlambat", timezone.now(), third)


def test_a_procedure_may_let_a_head_approve_their_own(
    monkeypatch: pytest.MonkeyPatch, head: Officer, message: Message
) -> None:
    monkeypatch.setattr(rules, "approval_of", lambda case: Approval(("kepala_seksi",), own=True))
    assert message.case is not None
    draft = writing.write(message, message.case, "Baik", head, uuid.uuid4(), timezone.now())
    writing.submit(draft, timezone.now(), head)
    draft.refresh_from_db()
    assert writing.approve(draft, timezone.now(), head)


def test_a_returned_draft_is_changed_and_submitted_again(
    approval: None, client: Client, message: Message, head: Officer, case: Case
) -> None:
    answer(client, message, "Sabar ya.")
    first = Draft.objects.get()
    heads = console.signed_in(head)
    assert post(heads, "draft_return", first.pk, why="").status_code == 302
    assert Draft.objects.get().state == State.SUBMITTED
    post(heads, "draft_return", first.pk, why="Minta maaf dulu")
    page = client.get(reverse("case", args=[case.pk]), {"jawab": message.pk, "draf": first.pk}).content.decode()
    assert "Minta maaf dulu" in page
    assert "Sabar ya.</textarea>" in page
    answer(client, message, "Mohon maaf.", replaces=first.pk)
    assert [one.state for one in Draft.objects.order_by("id")] == [State.DROPPED, State.SUBMITTED]


def test_the_author_takes_it_back_and_drops_it(approval: None, client: Client, message: Message) -> None:
    answer(client, message, "Sabar ya.")
    draft = Draft.objects.get()
    post(client, "draft_take_back", draft.pk)
    assert Draft.objects.get().state == State.WRITTEN
    post(client, "draft_drop", draft.pk)
    post(client, "draft_submit", draft.pk)
    assert Draft.objects.get().state == State.DROPPED


def adopted(case: Case, message: Message, officer: Officer, desk: Desk, text: str = "Loket ditambah") -> Draft:
    at = timezone.now()
    asked = asking.share(case, message, officer, "Mohon arahan", uuid.uuid4(), at, desk.officer)
    return deciding.adopt(deciding.enter(asked, text, at, desk.officer), at, desk.officer)


def test_the_heads_own_reply_is_approved_and_sent_unchanged(
    approval: None, client: Client, message: Message, head: Officer, case: Case, desk: Desk
) -> None:
    draft = adopted(case, message, head, desk)
    assert (draft.state, draft.author, draft.decided_by) == (State.APPROVED, head, head)
    answer(client, message, "Loket ditambah", replaces=draft.pk, wish="submit")
    draft.refresh_from_db()
    assert (draft.state, Answer.objects.get().text) == (State.SENT, "Loket ditambah")


def test_changed_words_of_the_head_need_the_heads_word_again(
    approval: None, client: Client, message: Message, head: Officer, case: Case, desk: Desk
) -> None:
    draft = adopted(case, message, head, desk)
    answer(client, message, "Loket ditambah kapan-kapan", replaces=draft.pk, wish="submit")
    assert not Answer.objects.exists()
    assert [one.state for one in Draft.objects.order_by("id")] == [State.DROPPED, State.SUBMITTED]


def test_somebody_elses_reply_is_a_draft_that_waits(
    approval: None, message: Message, case: Case, desk: Desk, head: Officer
) -> None:
    owner = an_officer(desk.office, "tono", role=Officer.Role.PROGRAMME)
    draft = adopted(case, message, owner, desk)
    assert (draft.state, draft.author) == (State.WRITTEN, owner)
    assert writing.send(draft, timezone.now(), desk.officer) is None


def test_without_approval_a_draft_is_kept_and_sent_with_one_tap(client: Client, message: Message, case: Case) -> None:
    answer(client, message, "Nanti saya lanjutkan", wish="keep")
    draft = Draft.objects.get()
    assert draft.state == State.WRITTEN
    assert "Nanti saya lanjutkan" in client.get(reverse("case", args=[case.pk])).content.decode()
    answer(client, message, "Nanti saya lanjutkan", replaces=draft.pk)
    draft.refresh_from_db()
    assert draft.state == State.SENT
    assert Answer.objects.count() == 1


@pytest.mark.both_databases
def test_a_double_tap_on_a_draft_is_one_answer(client: Client, message: Message) -> None:
    answer(client, message, "Sudah kami perbaiki", wish="keep")
    draft = Draft.objects.get()
    given = {"text": draft.text, "seen": 1, "key": uuid.uuid4(), "replaces": draft.pk}
    assert [post(client, "message_answer", message.pk, **given).status_code for _ in range(2)] == [302, 302]
    assert Answer.objects.count() == 1


# --- two people at once


def test_who_comes_second_sees_the_first_and_loses_nothing(client: Client, message: Message, desk: Desk) -> None:
    rina = an_officer(desk.office, "rina", first_name="Rina")
    answer(console.signed_in(rina), message, "Dari Rina", seen=0)
    warned = answer(client, message, "Dari Sari", seen=0)
    page = warned.content.decode()
    assert warned.status_code == 409
    assert "Dari Rina" in page
    assert "Dari Sari</textarea>" in page
    assert 'name="seen" value="1"' in page
    assert Answer.objects.count() == 1
    assert answer(client, message, "Dari Sari", seen=1).status_code == 302
    assert Answer.objects.count() == 2


def test_a_draft_counts_too_and_is_not_sent_past_a_newer_answer(client: Client, message: Message, desk: Desk) -> None:
    answer(client, message, "Draf saya", wish="keep", seen=0)
    draft = Draft.objects.get()
    reply.answer(message, "Sudah dijawab", desk.officer, uuid.uuid4(), timezone.now(), message.case)
    response = post(client, "draft_send", draft.pk, seen=1)
    assert f"draf={draft.pk}" in response.headers["Location"]
    assert Draft.objects.get().state == State.WRITTEN
    assert Answer.objects.count() == 1


@pytest.mark.both_databases
def test_of_two_who_saw_the_same_only_one_takes_the_turn(message: Message) -> None:
    turns.take_turn(message, 0)
    with pytest.raises(turns.Overtaken):
        turns.take_turn(message, 0)
    turns.take_turn(message, None)
    assert Message.objects.get(id=message.pk).turns == 2


def test_the_same_on_a_message_outside_of_cases(client: Client, desk: Desk) -> None:
    message = make_message(desk, "Jam berapa buka?", Message.State.QUESTION, label="question")
    answer(client, message, "Jam 7", seen=0)
    assert answer(client, message, "Jam 8", seen=0).status_code == 409


# --- before there is an answer


@pytest.mark.both_databases
def test_received_is_said_once_and_does_not_answer_the_case(client: Client, message: Message, case: Case) -> None:
    for _ in range(2):
        post(client, "case_received", case.pk, message=message.pk)
    said = Answer.objects.get()
    assert said.kind == Answer.Kind.RECEIVED
    assert case.number in said.text
    assert said.outgoing is not None
    Outgoing.objects.filter(id=said.outgoing.id).update(state=Outgoing.State.SENT, sent_at=timezone.now())
    reply.follow_up(timezone.now())
    case.refresh_from_db()
    assert (case.state, case.answered_at) == (Case.State.OPEN, None)
    assert Event.objects.filter(verb="answer.received").count() == 1


def test_received_is_no_longer_offered_once_something_was_answered(desk: Desk, message: Message, case: Case) -> None:
    assert soon.may_say_received(case, message)
    reply.answer(message, "Sudah", desk.officer, uuid.uuid4(), timezone.now(), case)
    assert soon.say_received(case, message, timezone.now(), desk.officer) is None


def test_details_are_asked_for_in_private_once_a_comment(client: Client, desk: Desk, case: Case) -> None:
    desk.account.platform = "facebook"
    desk.account.save()
    message = case.incoming_messages.get()
    assert "pribadi" in client.get(reverse("case", args=[case.pk])).content.decode()
    for _ in range(2):
        post(client, "case_ask_privately", case.pk, message=message.pk)
    said = Answer.objects.get()
    assert said.outgoing is not None
    assert (said.kind, said.outgoing.kind) == (Answer.Kind.REQUEST, "private_reply")
    Outgoing.objects.update(state=Outgoing.State.FAILED)
    post(client, "case_ask_privately", case.pk, message=message.pk)
    assert Answer.objects.count() == 2


def test_neither_is_offered_where_the_desk_cannot_write(client: Client, desk: Desk, case: Case) -> None:
    case.incoming_messages.update(account=None, kind="by_hand")
    message = case.incoming_messages.get()
    for name in ("case_received", "case_ask_privately"):
        post(client, name, case.pk, message=message.pk)
    assert not Answer.objects.exists()


def test_drafts_of_another_office_are_not_found(client: Client, message: Message, case: Case, desk: Desk) -> None:
    answer(client, message, "Draf", wish="keep")
    draft = Draft.objects.get()
    there = make_desk("Puskesmas Kendalsari", "budi")
    stranger = console.signed_in(an_officer(there.office, "yudi", role=Officer.Role.CENTRE_HEAD))
    names = ["submit", "take_back", "approve", "return", "send", "drop"]
    for name in names:
        assert post(stranger, f"draft_{name}", draft.pk, why="x").status_code == 404, name
    for name in ("case_received", "case_ask_privately"):
        assert post(stranger, name, case.pk, message=message.pk).status_code == 404
    draft.refresh_from_db()
    assert draft.state == State.WRITTEN


def test_by_hand_channels_go_through_approval_too(
    approval: None, client: Client, desk: Desk, case: Case, head: Officer
) -> None:
    case.incoming_messages.update(account=None, kind="by_hand", channel="WhatsApp")
    message = case.incoming_messages.get()
    answer(client, message, "Kami perbaiki")
    draft = Draft.objects.get()
    writing.approve(draft, timezone.now() + timedelta(minutes=1), head)
    post(client, "draft_send", draft.pk, seen=1)
    said = Answer.objects.get()
    assert (said.by_hand_at is not None, said.outgoing) == (True, None)
    case.refresh_from_db()
    assert case.state == Case.State.ANSWERED


@pytest.mark.both_databases
def test_a_case_that_was_handed_over_takes_its_drafts_along(client: Client, message: Message, case: Case) -> None:
    answer(client, message, "Draf", wish="keep")
    draft = Draft.objects.get()
    there = make_desk("Puskesmas Kendalsari", "budi")
    Case.objects.filter(id=case.pk).update(handler=there.office)
    post(client, "draft_drop", draft.pk)
    assert Draft.objects.get().state == State.WRITTEN
    post(console.signed_in(there.officer), "draft_drop", draft.pk)
    assert Draft.objects.get().state == State.DROPPED


# --- in private: once a comment, for some days, and never in public instead


@pytest.fixture
def comment(desk: Desk, case: Case) -> Message:
    """A public comment where a private answer is possible."""
    desk.account.platform = "facebook"
    desk.account.save()
    return case.incoming_messages.select_related("account", "case", "office").get()


def sent() -> list[str]:
    return list(Outgoing.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("given", [{"private": "1"}, {"wish": "private"}])
def test_a_second_private_answer_is_refused_and_its_words_stay_in_the_field(
    client: Client, comment: Message, given: dict[str, str]
) -> None:
    answer(client, comment, "Boleh tahu nomor rekam medisnya?", **given)
    refused = answer(client, comment, "Satu lagi, Bu.", **given)
    assert refused.status_code == 422
    assert "Satu lagi, Bu.</textarea>" in refused.content.decode()
    assert sent() == ["private_reply"]
    Outgoing.objects.update(state=Outgoing.State.FAILED)
    assert answer(client, comment, "Satu lagi, Bu.", **given).status_code == 302
    assert sent() == ["private_reply", "private_reply"]


def test_a_double_tap_on_a_private_answer_is_no_second_one(client: Client, comment: Message) -> None:
    given = {"text": "Lewat sini, Bu.", "private": "1", "seen": 0, "key": uuid.uuid4()}
    assert [post(client, "message_answer", comment.pk, **given).status_code for _ in range(2)] == [302, 302]
    assert sent() == ["private_reply"]


def test_after_seven_days_nothing_private_goes_out_nor_in_public_instead(client: Client, comment: Message) -> None:
    almost, after = timedelta(days=7, minutes=-5), timedelta(days=7)
    Message.objects.update(written_at=timezone.now() - after)
    assert answer(client, comment, "Nomor rekam medis?", private="1").status_code == 422
    post(client, "case_ask_privately", comment.case_id or 0, message=comment.pk)
    assert sent() == []
    Message.objects.update(written_at=timezone.now() - almost)
    assert answer(client, comment, "Nomor rekam medis?", private="1").status_code == 302
    assert sent() == ["private_reply"]


def test_a_crafted_private_answer_where_there_is_none_does_not_go_out_in_public(
    client: Client, message: Message
) -> None:
    assert answer(client, message, "Nomor rekam medis?", private="1").status_code == 422
    assert sent() == []


def test_a_private_draft_that_is_too_late_is_not_sent_in_public(
    approval: None, client: Client, comment: Message, head: Officer
) -> None:
    answer(client, comment, "Nomor rekam medis?", wish="submit_private")
    draft = Draft.objects.get()
    writing.approve(draft, timezone.now(), head)
    reply.answer(comment, "Lewat sini", head, uuid.uuid4(), timezone.now(), comment.case, private=True)
    page = client.post(reverse("draft_send", args=[draft.pk]), {"seen": 2}, follow=True).content.decode()
    assert "aplikasi" in page
    assert (Draft.objects.get().state, sent()) == (State.APPROVED, ["private_reply"])
    assert answer(client, comment, "Satu lagi", wish="submit_private").status_code == 422
    assert Draft.objects.count() == 1


@pytest.mark.both_databases
def test_of_two_at_the_same_moment_only_one_answers_in_private(
    comment: Message, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either had written: the turn decides."""
    monkeypatch.setattr(window, "takes_private", lambda message, at: True)
    given = (comment, "Lewat sini", desk.officer)
    reply.answer(*given, uuid.uuid4(), timezone.now(), comment.case, private=True)
    with pytest.raises(window.NoPrivateReply):
        reply.answer(*given, uuid.uuid4(), timezone.now(), comment.case, private=True)
    assert (sent(), Message.objects.get(id=comment.pk).turns) == (["private_reply"], 1)


# --- what a draft's card offers


def test_while_a_draft_is_being_changed_its_old_words_are_not_offered_for_sending(
    approval: None, client: Client, message: Message, head: Officer, case: Case
) -> None:
    answer(client, message, "Sabar ya.")
    draft = Draft.objects.get()
    writing.send_back(draft, "Minta maaf dulu", timezone.now(), head)
    submits = reverse("draft_submit", args=[draft.pk])
    address = reverse("case", args=[case.pk])
    assert submits in client.get(address).content.decode()
    changing = client.get(f"{address}?jawab={message.pk}&draf={draft.pk}").content.decode()
    assert submits not in changing
    assert reverse("draft_drop", args=[draft.pk]) in changing
    part = client.get(f"{address}?part=answers&draf={draft.pk}", headers={"HX-Request": "true"}).content.decode()
    assert f'id="draf-{draft.pk}"' in part
    assert submits not in part
    assert f"?part=answers&amp;draf={draft.pk}" in changing


@pytest.mark.both_databases
def test_each_move_starts_from_its_own_states_only(approval: None, message: Message, head: Officer, desk: Desk) -> None:
    assert message.case is not None
    at = timezone.now()
    draft = writing.write(message, message.case, "Baik", desk.officer, uuid.uuid4(), at)
    assert not writing.approve(draft, at, head)  # nobody submitted it
    assert not writing.send_back(draft, "x", at, head)
    assert not writing.take_back(draft, at, desk.officer)
    assert writing.submit(draft, at, desk.officer)
    assert not writing.submit(draft, at, desk.officer)
    assert not writing.send_back(draft, "x", at, desk.officer)  # who wrote it returns it to nobody
    assert writing.approve(draft, at, head)
    assert not writing.take_back(draft, at, desk.officer)
    assert not writing.send_back(draft, "x", at, head)
    assert Draft.objects.get().state == State.APPROVED
    assert writing.send(draft, at, desk.officer) is not None
    assert not writing.drop(draft, at, desk.officer)
    assert Draft.objects.get().state == State.SENT


def test_what_was_returned_and_comes_again_says_no_more_why(
    approval: None, message: Message, head: Officer, desk: Desk
) -> None:
    assert message.case is not None
    at = timezone.now()
    draft = writing.write(message, message.case, "Baik", desk.officer, uuid.uuid4(), at)
    writing.submit(draft, at, desk.officer)
    draft.refresh_from_db()
    writing.send_back(draft, "Minta maaf dulu", at, head)
    assert Draft.objects.get().why == "Minta maaf dulu"
    writing.submit(draft, at, desk.officer)
    draft.refresh_from_db()
    assert (draft.state, draft.why, draft.decided_by, draft.decided_at) == (State.SUBMITTED, "", None, None)


def test_whoever_submits_is_not_told_of_their_own_draft(approval: None, message: Message, head: Officer) -> None:
    other = an_officer(message.office, "dewi", role=Officer.Role.SECTION_HEAD)
    assert message.case is not None
    draft = writing.write(message, message.case, "Baik", head, uuid.uuid4(), timezone.now())
    writing.submit(draft, timezone.now(), head)
    assert [notice.officer for notice in Notice.objects.filter(kind="draft_waits")] == [other]


def test_an_approval_ends_its_stage(
    approval: None, message: Message, head: Officer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert message.case is not None
    ended: list[str] = []
    monkeypatch.setattr(steps, "reached", lambda case, output, at, actor, **about: ended.append(output))
    draft = writing.write(message, message.case, "Baik", desk.officer, uuid.uuid4(), timezone.now())
    writing.submit(draft, timezone.now(), desk.officer)
    assert ended == ["draft"]
    writing.approve(draft, timezone.now(), head)
    assert ended == ["draft", "approved"]


def test_who_comes_second_is_shown_only_what_is_new_to_them(message: Message, desk: Desk) -> None:
    assert message.case is not None
    at = timezone.now()
    writing.write(message, message.case, "Draf yang sudah dilihat", desk.officer, uuid.uuid4(), at)
    reply.answer(message, "Baru", desk.officer, uuid.uuid4(), at + timedelta(minutes=1), message.case)
    number, missed = turns.turns_since(message, 1)
    assert (number, [turn.text for turn in missed]) == (2, ["Baru"])
