"""What stands on a case's page: its parts, and what is to be done next."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from moderation.consultation.line import ASKED
from moderation.drafting.models import Draft
from moderation.drafting.prefill import prefilled
from moderation.handling.forms import HandlingForm, HandOverForm
from moderation.handling.models import Handling
from moderation.handling.noting import words_for_answer
from moderation.models import Answer, Case, Message
from moderation.notes.forms import NoteForm
from moderation.procedure import Output, Stage
from moderation.satisfaction import asking
from moderation.satisfaction.models import Satisfaction
from moderation.steps.models import Step
from moderation.steps.walking import open_step
from offices.history import history
from offices.models import Event, Officer
from offices.requests import whole
from offices.roles import Allowed, Permission

MESSAGES_SHOWN = 20
OF_THE_DESK = frozenset({Output.RECEIVED, Output.SCREENSHOT})
"""What the desk does by itself."""
State = Case.State


class Next(StrEnum):
    """What to do next, said at the top of the page; each leads to its part below."""

    REOPEN = "reopen"
    SAY_THERE_TOO = "say_there_too"
    """Closed as a duplicate: the first one's answer is offered for it."""
    CONSULT = "consult"
    ADVICE = "advice"
    """An officer was asked; their word is awaited."""
    APPROVE = "approve"
    CITIZEN = "citizen"
    """The clock waits for them."""
    DRAFT = "draft"
    """It is written, and has not been sent."""
    ANSWER = "answer"
    HANDLE = "handle"
    CLOSE = "close"
    ASK = "ask"
    NOTHING = "nothing"

    @property
    def unanswered(self) -> bool:
        return self in (Next.CONSULT, Next.ADVICE, Next.APPROVE, Next.CITIZEN, Next.DRAFT, Next.ANSWER)


def allowed(case: Case, officer: Officer) -> Allowed:
    """What this officer may do with this case: for the templates of its page."""
    return Allowed(lambda permission: case.may(officer, permission))


def next_of(case: Case, step: Step | None, asked: Satisfaction | None, ways: list[Satisfaction.Way]) -> Next:
    if case.state == State.OPEN:
        return next_in(case, step)
    if asked is not None and asked.solved is False and asked.asked_at >= (case.answered_at or asked.asked_at):
        return Next.REOPEN
    if case.duplicate_of_id is not None and case.answered_at is None:
        return Next.SAY_THERE_TOO
    if case.state == State.ANSWERED:
        return Next.HANDLE if case.needs_handling else Next.CLOSE
    return Next.ASK if ways else Next.NOTHING


def next_in(case: Case, step: Step | None) -> Next:
    """Of an open case: what its running stage waits for. While the picture is being taken, what comes after it."""
    if step is not None and step.state == Step.State.PAUSED:
        return Next.CITIZEN
    drafts = set(case.drafts.live().values_list("state", flat=True))
    if Draft.State.SUBMITTED in drafts:
        return Next.APPROVE
    stage = stage_of_people(step, case.label) if step is not None else None
    if stage is not None and Output.CONSULTED in stage.ends_with:
        return Next.CONSULT
    asked = stage is not None and Output.DRAFT in stage.ends_with and stage.role in ASKED
    if asked:
        return Next.ADVICE
    return Next.DRAFT if drafts else Next.ANSWER


def stage_of_people(step: Step, label: str) -> Stage | None:
    """The running stage, or the first after it that is not the desk's own."""
    stages = [step.stage, *(stage for _, stage in step.procedure.rules.after(step.place, label))]
    return next((stage for stage in stages if not {*stage.ends_with} <= OF_THE_DESK), None)


def parts(case: Case, target: Message | None, officer: Officer, at: datetime) -> dict[str, object]:
    """The parts below the messages: tindak lanjut, "was it solved?", handing over, joining, notes."""
    may = allowed(case, officer)
    asked = list(case.satisfactions.listed().order_by("-id")[:5])
    ways = asking.ways(case, target, at) if target is not None else []
    is_open, step = case.state != State.CLOSED, open_step(case)
    return {
        "may": may,
        "handlings": list(case.handlings.select_related("by", "office").order_by("id")),
        "handling_form": HandlingForm(case=case) if is_open and may["handle"] else None,
        "hand_over_form": HandOverForm(case=case) if is_open and may["hand_over"] else None,
        "asked": asked,
        "ask_ways": ways,
        "replies": asking.replies_to(asked[0]) if asked and asked[0].solved is None else [],
        "duplicates": list(case.duplicates.order_by("id")[:20]),
        "first_answer": first_answer(case),
        "note_form": NoteForm() if may["note"] else None,
        "step": step,
        "next": next_of(case, step, asked[0] if asked else None, ways),
    }


def first_answer(case: Case) -> Answer | None:
    """Of a duplicate: what was said in the first case."""
    if case.duplicate_of_id is None:
        return None
    return Answer.objects.filter(case=case.duplicate_of_id, kind=Answer.Kind.ANSWER).order_by("-id").first()


def offered(case: Case, target: Message, query: QueryDict, officer: Officer) -> dict[str, Any]:
    """What stands in the answer's field as the page opens, by the address: a draft or a canned text, where to go with
    what is not our authority ("rujuk": the tindak lanjut), what the first case was told ("seperti"), or what this
    officer has begun."""
    if referred := whole(query.get("rujuk")):
        one = Handling.objects.filter(case=case, pk=referred, outcome=Handling.Outcome.ELSEWHERE)
        found = one.select_related("office").first()
        return {"draft": words_for_answer(found, target.author_name)} if found else {}
    said = first_answer(case) if "seperti" in query else None
    return {"draft": said.text} if said else prefilled(case, target, query, officer)


def live_parts(case: Case, officer: Officer) -> dict[str, object]:
    """What changes by itself: answers being sent, evidence being taken, history."""
    answers = list(case.answers.select_related("outgoing", "author", "message").order_by("id"))
    return {
        "evidence": case.evidence.select_related("message").order_by("id"),
        "answers": answers,
        "history": history_of(
            case, [one.outgoing for one in answers if one.outgoing], case.may(officer, Permission.NOTE)
        ),
        "may": allowed(case, officer),
    }


def history_of(case: Case, written: list[object], with_notes: bool) -> list[Event]:
    """The case's own Events, and those of its messages and answers (of a flood: of its first messages); where it may
    be read, with the words of the notes."""
    first = case.incoming_messages.order_by("id").only("id", "case")[:MESSAGES_SHOWN]
    events = history([case, *first, *written])  # type: ignore[list-item]
    if with_notes and any("note" in one.data for one in events):
        words = dict(case.notes.values_list("id", "text"))
        for event in events:
            event.words = words.get(event.data.get("note"))  # type: ignore[attr-defined]
    return events
