"""A case walks through its procedure: one door, together, ahead of its turn, stopped and gone on."""

import uuid
from datetime import timedelta

import pytest

from moderation import escalation, reply, steps, triage
from moderation.handling import noting
from moderation.handling.models import Handling
from moderation.models import NEVER, Case, Evidence, Message
from moderation.procedure import Output
from moderation.steps.beginning import begin_all
from moderation.steps.models import Step
from moderation.steps.versions import in_force, put_in_force, shipped_text
from offices.models import Event, Notice, Office, Officer
from tests.moderation.steps.walks import HOUR, MINUTE, MONDAY, a_case, another, fresh, line, running
from tests.rows import a_message, an_officer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_case_begins_with_its_evidence_wanted_and_receiving_has_run_since_the_citizen_wrote() -> None:
    case = a_case()
    assert line(case) == [("terima", "ended"), ("tangkapan_layar", "running")]
    first = Step.objects.get(case=case, place=0)
    assert (first.begun_at, first.ended_at, first.late_minutes) == (MONDAY - 30 * MINUTE, MONDAY, 0)
    case.refresh_from_db()
    assert case.due_at == running(case).due_at == MONDAY + 15 * MINUTE
    assert case.procedure == in_force(case.office)


def test_a_citys_complaint_walks_all_seven_stages() -> None:
    case = a_case()
    walk = [Output.SCREENSHOT, Output.CONSULTED, Output.PASSED_ON, Output.DRAFT, Output.ANSWERED]
    for hour, output in enumerate(walk, start=1):
        steps.reached(case, output, MONDAY + timedelta(hours=hour))
    assert [state for _, state in line(case)] == ["ended"] * 7
    case.refresh_from_db()
    assert case.due_at == NEVER
    late = dict(Step.objects.filter(case=case).values_list("key", "late_minutes"))
    assert late == {
        "terima": 0, "tangkapan_layar": 45, "kirim": 45, "konsultasi": 0, "beri_jawaban": 0, "teruskan": 0, "jawab": 0,
    }  # fmt: skip


def test_one_reply_ends_three_stages_together_and_the_record_names_the_first() -> None:
    case = a_case()
    steps.reached(case, Output.SCREENSHOT, MONDAY + MINUTE)
    steps.reached(case, Output.CONSULTED, MONDAY + 2 * MINUTE)
    ended = steps.reached(case, Output.DRAFT, MONDAY + 60 * MINUTE, reply=7)
    assert [step.key for step in ended] == ["konsultasi", "beri_jawaban", "teruskan"]
    assert [step.together for step in ended] == [None, ended[0], ended[0]]
    assert {step.begun_at for step in ended[1:]} == {MONDAY + 60 * MINUTE}
    assert running(case).key == "jawab"
    event = Event.objects.filter(verb="step.ended").last()
    assert event is not None
    assert event.data == {"output": "draft", "stages": [s.key for s in ended], "late": 0, "reply": 7}


def test_what_comes_before_its_turn_is_gone_past_later() -> None:
    case = a_case()
    steps.reached(case, Output.DRAFT, MONDAY + MINUTE)  # the screenshot is still being taken
    assert running(case).key == "tangkapan_layar"
    steps.reached(case, Output.SCREENSHOT, MONDAY + 2 * MINUTE)
    assert running(case).key == "jawab"
    ahead = Step.objects.filter(case=case, output="draft").order_by("place")
    assert [step.key for step in ahead] == ["kirim", "konsultasi", "beri_jawaban", "teruskan"]
    assert {step.together for step in ahead[1:]} == {ahead[0]}


def test_a_centres_complaint_is_handled_before_or_after_its_answer() -> None:
    for outputs in ([Output.ANSWERED, Output.HANDLED], [Output.HANDLED, Output.ANSWERED]):
        case = a_case("centre") if not Case.objects.exists() else another(Case.objects.get())
        steps.reached(case, Output.SCREENSHOT, MONDAY + MINUTE)
        steps.reached(case, outputs[0], MONDAY + 2 * MINUTE)
        assert running(case).key == {"answered": "tindak_lanjut", "handled": "jawab"}[outputs[0]]
        steps.reached(case, outputs[1], MONDAY + 3 * MINUTE)
        assert not Step.objects.open().filter(case=case).exists()


def test_a_question_goes_past_what_only_complaints_have() -> None:
    case = a_case("centre", "question")
    steps.reached(case, Output.SCREENSHOT, MONDAY + MINUTE)
    assert running(case).key == "jawab"
    steps.reached(case, Output.ANSWERED, MONDAY + 2 * MINUTE)
    assert [key for key, _ in line(case)] == ["terima", "tangkapan_layar", "jawab"]


def test_an_output_that_nothing_waits_for_changes_nothing() -> None:
    case = a_case()
    before = line(case)
    assert steps.reached(case, Output.HANDLED, MONDAY) == []
    assert line(case) == before


def test_closing_stops_the_clock_and_opening_again_gives_back_what_was_left() -> None:
    case = a_case(label="suggestion")  # a complaint closes only with what was done about it
    officer = Officer.objects.get()
    escalation.close(case, MONDAY + 5 * MINUTE, officer)
    case.refresh_from_db()
    assert (case.due_at, line(case)[-1]) == (NEVER, ("tangkapan_layar", "stopped"))
    escalation.reopen(case, MONDAY + 65 * MINUTE, officer)
    assert running(case).due_at == MONDAY + 75 * MINUTE
    case.refresh_from_db()
    assert case.due_at == MONDAY + 75 * MINUTE


def test_a_case_that_had_walked_to_its_end_walks_once_more_without_new_evidence() -> None:
    case = a_case(label="suggestion")  # a complaint closes only with what was done about it
    for output in (Output.SCREENSHOT, Output.ANSWERED):
        steps.reached(case, output, MONDAY)
    escalation.close(case, MONDAY + MINUTE, Officer.objects.get())
    escalation.reopen(case, MONDAY + 2 * MINUTE, Officer.objects.get())
    again = running(case)
    assert (again.round, again.key, again.due_at) == (2, "kirim", MONDAY + 17 * MINUTE)


def test_a_running_case_keeps_the_version_it_began_with() -> None:
    case = a_case()
    text = shipped_text("sop2").replace('limit = "15 minutes"', 'limit = "1 hour"')
    assert put_in_force(case.office, text, MONDAY, Officer.objects.get()) is not None
    assert put_in_force(case.office, text, MONDAY, Officer.objects.get()) is None
    steps.reached(case, Output.SCREENSHOT, MONDAY)
    assert running(case).due_at == MONDAY + 15 * MINUTE
    new = another(case)
    assert running(new).due_at == MONDAY + 60 * MINUTE


def test_the_next_role_is_told_when_its_stage_begins() -> None:
    case = a_case()
    head = an_officer(Office.objects.get(), "kasi", role=Officer.Role.SECTION_HEAD)
    for output in (Output.SCREENSHOT, Output.CONSULTED):
        steps.reached(case, output, MONDAY)
    notice = Notice.objects.get(kind="step_begun")
    assert (notice.officer, notice.data["stage"]["en"]) == (head, "Consult the division head or another section head")


def test_what_comes_twice_before_its_turn_is_there_once() -> None:
    case = a_case()
    steps.reached(case, Output.DRAFT, MONDAY + MINUTE)
    assert steps.reached(case, Output.DRAFT, MONDAY + 2 * MINUTE) == []
    assert Step.objects.filter(case=case, output="draft").count() == 4


def test_no_stage_ends_before_it_begins_whatever_a_platforms_clock_says() -> None:
    case = a_case()
    (ended,) = steps.reached(case, Output.SCREENSHOT, MONDAY - 5 * MINUTE)
    assert ended.begun_at == ended.ended_at == running(case).begun_at == MONDAY


def test_a_case_of_another_kind_leaves_the_stage_that_it_does_not_have() -> None:
    case = a_case("centre")
    officer, message = Officer.objects.get(), Message.objects.get()
    steps.reached(case, Output.SCREENSHOT, MONDAY)
    triage.relabel(message, "suggestion", MONDAY + MINUTE, officer)
    assert running(case).key == "komunikasi"  # suggestions have it, too
    steps.pause(case, "Di poli mana?", MONDAY + MINUTE, officer)
    triage.relabel(message, "question", MONDAY + 10 * MINUTE, officer)
    left = Step.objects.get(case=case, key="komunikasi")
    assert (left.state, left.output, left.ended_by, left.late_minutes) == ("ended", "", officer, 0)
    assert (running(case).key, running(case).begun_at) == ("jawab", MONDAY + 10 * MINUTE)
    assert Event.objects.get(verb="step.left").actor == officer
    case.refresh_from_db()
    steps.reached(case, Output.ANSWERED, MONDAY + 20 * MINUTE)
    assert not Step.objects.open().exists()


def test_a_case_of_before_there_were_procedures_sets_out_now_past_what_it_has() -> None:
    old = a_case("centre")
    closed = another(old)
    for case in (old, closed):
        case.steps.all().delete()
    Case.objects.update(procedure=None, due_at=NEVER, whole_due_at=None)
    Case.objects.filter(id=old.id).update(state="answered", answered_at=MONDAY)
    Case.objects.filter(id=closed.id).update(state="closed")
    Evidence.objects.update(state="taken", captured_at=MONDAY, sha256="0" * 64)
    assert begin_all(MONDAY + 60 * MINUTE) == 1
    assert begin_all(MONDAY + 60 * MINUTE) == 0
    assert (running(old).key, running(old).begun_at) == ("tindak_lanjut", MONDAY + 60 * MINUTE)
    assert set(Step.objects.filter(case=old).values_list("late_minutes", flat=True)) == {0, None}
    assert not closed.steps.exists()


def test_lateness_is_counted_in_the_offices_own_time() -> None:
    case = a_case()
    (ended,) = steps.reached(case, Output.SCREENSHOT, MONDAY + timedelta(days=1, minutes=15))
    assert ended.late_minutes == 450


def answered_question(kind: str = "centre") -> tuple[Case, Message, Officer]:
    """A question's case, answered and by that closed."""
    case = a_case(kind, label="question")
    message, officer = Message.objects.get(), Officer.objects.get()
    steps.reached(case, Output.SCREENSHOT, MONDAY)
    reply.answer_by_hand(message, "Buka pukul 8", officer, uuid.uuid4(), MONDAY + 10 * MINUTE, case)
    assert fresh(case).state == Case.State.CLOSED
    return case, message, officer


def test_an_answered_question_that_is_a_complaint_is_still_to_be_handled() -> None:
    case, message, officer = answered_question()
    complaints = an_officer(case.office, "tim", role=Officer.Role.COMPLAINTS)
    at = MONDAY + HOUR
    triage.relabel(message, "complaint", at, officer)
    step = running(case)
    assert (step.key, step.round, step.begun_at, step.due_at) == ("tindak_lanjut", 1, at, MONDAY + 49 * HOUR)
    assert (fresh(case).state, case.label, case.closed_at) == (Case.State.ANSWERED, "complaint", None)
    assert case.due_at == case.whole_due_at == step.due_at
    assert Notice.objects.get(kind="step_begun").officer == complaints
    noted = Handling(outcome="done", what="Petugas ditambah", done_on=at.date(), final=True)
    noting.note(case, noted, at + HOUR, officer)
    assert fresh(case).state == Case.State.CLOSED
    assert line(case)[-1] == ("tindak_lanjut", "ended")
    triage.relabel(message, "suggestion", at + 2 * HOUR, officer)
    assert fresh(case).state == Case.State.CLOSED, "it was handled: nothing opens it"
    assert not Step.objects.open().exists()


def test_where_the_procedure_has_no_further_stage_it_waits_for_its_tindak_lanjut_without_a_clock() -> None:
    case, message, officer = answered_question("city")
    triage.relabel(message, "complaint", MONDAY + HOUR, officer)
    assert (fresh(case).state, case.due_at) == (Case.State.ANSWERED, NEVER)
    assert case.needs_handling
    assert not Step.objects.open().exists()


def test_a_suggestion_closed_by_hand_goes_on_as_a_complaint_with_what_was_left() -> None:
    case = a_case("centre", label="suggestion")
    message, officer = Message.objects.get(), Officer.objects.get()
    escalation.close(case, MONDAY + 5 * MINUTE, officer)
    triage.relabel(message, "complaint", MONDAY + 65 * MINUTE, officer)
    assert (fresh(case).state, running(case).key) == (Case.State.OPEN, "tangkapan_layar")
    assert running(case).due_at == MONDAY + 75 * MINUTE


def test_a_complaint_among_questions_is_not_lost() -> None:
    case = a_case("centre", label="question")
    officer, question = Officer.objects.get(), Message.objects.get()
    assert case.account is not None
    for number, label in enumerate(["other", "complaint", "question"]):
        message = a_message(case.account, label=label, author_id=question.author_id)
        assert escalation.open_case(message, MONDAY + number * MINUTE) == case
        assert fresh(case).label == ("question" if label == "other" else "complaint")
    assert Event.objects.get(verb="case.kind").data == {"was": "question", "now": "complaint"}
    triage.relabel(question, "praise", MONDAY + 5 * MINUTE, officer)
    assert fresh(case).label == "complaint", "one of the others still complains"
    triage.relabel(Message.objects.get(label="complaint"), "suggestion", MONDAY + 6 * MINUTE, officer)
    assert fresh(case).label == "suggestion"


def test_a_reopened_case_has_its_whole_time_once_more() -> None:
    case = a_case(label="suggestion")
    for output in (Output.SCREENSHOT, Output.ANSWERED):
        steps.reached(case, output, MONDAY)
    escalation.close(case, MONDAY + MINUTE, Officer.objects.get())
    later = MONDAY + timedelta(days=7)
    escalation.reopen(case, later, Officer.objects.get())
    whole = fresh(case).whole_due_at
    assert whole is not None
    assert whole == later + timedelta(days=4, minutes=15)
