"""The moves of a draft: each a conditional UPDATE with its Event, in one transaction."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from moderation import moderating, reply, steps
from moderation.consultation.models import ConsultationReply
from moderation.drafting import rules
from moderation.drafting.models import Draft
from moderation.drafting.turns import take_turn
from moderation.models import Answer, Case, Message
from offices.models import Event, Notice, Officer

State = Draft.State


def write(
    message: Message,
    case: Case,
    text: str,
    author: Officer,
    key: uuid.UUID,
    at: datetime,
    *,
    private: bool = False,
    seen: int | None = None,
    replaces: Draft | None = None,
) -> Draft:
    """New words, in the place of `replaces`. The same `key` again is the same draft. Raises `turns.Overtaken`."""
    try:
        with transaction.atomic():
            if (already := Draft.objects.filter(key=key).first()) is not None:
                return already
            take_turn(message, seen)
            if replaces is not None:
                move(replaces, (State.WRITTEN, State.RETURNED, State.SUBMITTED, State.APPROVED), State.DROPPED)
            draft = _new(message, case, text, author, key, at, private=private)
            steps.reached(case, steps.Output.DRAFT, at, author, draft=draft.id)
            return draft
    except IntegrityError:
        return Draft.objects.get(key=key)


@transaction.atomic
def adopt(source: ConsultationReply, at: datetime, actor: Officer) -> Draft:
    """An officer's reply is that officer's draft; approved, where the procedure says that their role answers.

    Adopted twice it is the same draft.
    """
    already = Draft.objects.live().filter(source=source).first()
    if already is not None:
        return already
    asked = source.consultation
    author, case = asked.officer, asked.case
    take_turn(asked.message, None)
    draft = _new(asked.message, case, source.text, author, uuid.uuid4(), at, source=source, actor=actor)
    if rules.gives_the_answer(author, case):
        move(draft, (State.WRITTEN,), State.APPROVED, decided_at=source.written_at, decided_by=author)
        Event.write(case.office_id, "draft.approved", case, actor=author, at=at, draft=draft.id)
        steps.reached(case, steps.Output.APPROVED, at, author, draft=draft.id)
        draft.refresh_from_db()
    else:
        steps.reached(case, steps.Output.DRAFT, at, author, draft=draft.id)
    return draft


def _new(
    message: Message,
    case: Case,
    text: str,
    author: Officer | None,
    key: uuid.UUID,
    at: datetime,
    *,
    private: bool = False,
    source: ConsultationReply | None = None,
    actor: Officer | None = None,
) -> Draft:
    draft = Draft.objects.create(
        office_id=case.office_id,
        case=case,
        message=message,
        text=text,
        private=private,
        author=author,
        source=source,
        key=key,
        written_at=at,
    )
    Event.write(case.office_id, "draft.written", case, actor=actor or author, at=at, draft=draft.id)
    return draft


def move(draft: Draft, before: tuple[str, ...], after: str, **fields: object) -> bool:
    """The one conditional UPDATE: False where somebody else moved it first."""
    return bool(Draft.objects.filter(id=draft.id, state__in=before).update(state=after, **fields))


@transaction.atomic
def submit(draft: Draft, at: datetime, actor: Officer) -> bool:
    """To the role that approves, each of whom is told."""
    fields = {"submitted_at": at, "submitted_by": actor, "why": "", "decided_at": None, "decided_by": None}
    if not move(draft, (State.WRITTEN, State.RETURNED), State.SUBMITTED, **fields):
        return False
    Event.write(draft.office_id, "draft.submitted", draft.case, actor=actor, at=at, draft=draft.id)
    for officer in rules.approvers(draft.case):
        if officer != actor:
            _tell(draft, officer, "draft_waits")
    return True


@transaction.atomic
def take_back(draft: Draft, at: datetime, actor: Officer) -> bool:
    """Whoever submitted it thinks better of it, before it was decided."""
    if not move(draft, (State.SUBMITTED,), State.WRITTEN):
        return False
    Event.write(draft.office_id, "draft.taken_back", draft.case, actor=actor, at=at, draft=draft.id)
    return True


@transaction.atomic
def approve(draft: Draft, at: datetime, actor: Officer) -> bool:
    """Ready to be sent. False where it was decided meanwhile, or is not this officer's to approve."""
    if not rules.may_approve(draft, actor):
        return False
    if not move(draft, (State.SUBMITTED,), State.APPROVED, decided_at=at, decided_by=actor):
        return False
    Event.write(draft.office_id, "draft.approved", draft.case, actor=actor, at=at, draft=draft.id)
    steps.reached(draft.case, steps.Output.APPROVED, at, actor, draft=draft.id)
    _tell(draft, draft.submitted_by, "draft_approved")
    return True


@transaction.atomic
def send_back(draft: Draft, why: str, at: datetime, actor: Officer) -> bool:
    """Not so: with a reason, which its author reads."""
    if not rules.may_approve(draft, actor):
        return False
    if not move(draft, (State.SUBMITTED,), State.RETURNED, decided_at=at, decided_by=actor, why=why):
        return False
    Event.write(draft.office_id, "draft.returned", draft.case, actor=actor, at=at, draft=draft.id)
    _tell(draft, draft.submitted_by, "draft_returned")
    return True


@transaction.atomic
def drop(draft: Draft, at: datetime, actor: Officer) -> bool:
    if not move(draft, Draft.LIVE, State.DROPPED):
        return False
    Event.write(draft.office_id, "draft.dropped", draft.case, actor=actor, at=at, draft=draft.id)
    return True


@transaction.atomic
def send(
    draft: Draft, at: datetime, actor: Officer, *, seen: int | None = None, key: uuid.UUID | None = None
) -> Answer | None:
    """What is approved (or needs no approval) goes out on the way that the message came; where the desk cannot write,
    it was said by hand. None where it is not to be sent (any more). Raises as `reply.answer` does."""
    ready = (State.APPROVED,) if rules.needs_approval(draft.case) else (State.WRITTEN, State.RETURNED, State.APPROVED)
    if not move(draft, ready, State.SENT):
        return None
    given = (draft.message, draft.text, actor, key or draft.key, at, draft.case)
    if moderating.can_answer(draft.message):
        said = reply.answer(*given, private=draft.private, seen=seen)
    else:
        said = reply.answer_by_hand(*given, seen=seen)
    Draft.objects.filter(id=draft.id).update(answer=said)
    Event.write(draft.office_id, "draft.sent", draft.case, actor=actor, at=at, draft=draft.id, answer=said.id)
    return said


def _tell(draft: Draft, officer: Officer | None, kind: str) -> None:
    if officer is None:
        return
    Notice.give(
        draft.office_id,
        kind,
        once=f"draft:{draft.id}:{kind}:{officer.id}",
        officer=officer,
        address=f"/kasus/{draft.case_id}/#draf-{draft.id}",
        number=draft.case.number,
    )
