"""A message that needs an office becomes a Case with Evidence (SOP-1 §7.1b, SOP-2 steps 1-2)."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from connectors.base import MessageKind
from connectors.models import Outgoing
from connectors.outgoing import withdraw
from moderation import steps
from moderation.consultation import asking
from moderation.consultation.models import Consultation
from moderation.judging.topics import owner_of
from moderation.models import Answer, Case, CaseCounter, Evidence, Message
from moderation.records import chain
from moderation.records.models import ChainLink, Check
from offices.models import Event, Notice, Office, Officer

FLOOD_CASES = 10
"""So many cases under one post within FLOOD_WINDOW, and the next messages there share one group case."""
FLOOD_WINDOW = timedelta(hours=1)
GROUP_CAPTURES = 20
"""A group case gets evidence of its first messages; the others stand in it with their text and raw JSON."""
GRAVEST_FIRST = ("complaint", "suggestion", "question", "praise", "other")
FIRST_CHECK = timedelta(hours=1)
"""By then its pictures are taken; then its records are gone through, and from then on each week."""


@transaction.atomic
def open_case(message: Message, at: datetime, actor: Officer | None = None) -> Case:
    """Put `message` into a case: the one that its author has open under this post, the post's group case in a
    flood, else a new one. Its evidence is wanted from now on, and no thank-you goes out in its thread."""
    if message.case is not None:
        return message.case
    case = open_case_of_author(message) or group_case(message, at) or new_case(message, at, actor)
    return join(message, case, at, actor)


@transaction.atomic
def join_thread(message: Message, at: datetime) -> bool:
    """Put what cannot be judged alone ("me too") into the case that its thread has open; False where it has none."""
    found = Message.objects.in_thread_of(message).filter(case__state=Case.State.OPEN).order_by("id").first()
    if found is None or found.case is None:
        return False
    join(message, found.case, at, None)
    return True


def join(message: Message, case: Case, at: datetime, actor: Officer | None) -> Case:
    moved = Message.objects.filter(id=message.id, case=None).update(state=Message.State.CASE, case=case)
    if not moved:  # somebody else was quicker
        return Message.objects.select_related("case").get(id=message.id).case or case
    message.case, message.state = case, Message.State.CASE
    if "urgent" in message.flags:
        Case.objects.filter(id=case.id).update(urgent=True)
        alert(case)
    chain.append(case.id, ChainLink.Kind.MESSAGE, message, at, version=message.changes.count())
    weigh(case, message, at, actor)
    want_evidence(message, case, at)
    hold_back_thanks(message, at)
    steps.heard(message, at)
    Event.write(case.office_id, "case.message", case, actor=actor, at=at, message=message.id)
    return case


def open_case_of_author(message: Message) -> Case | None:
    """The open case that this person already has under this post (or in this DM thread). Index: message_author."""
    if message.account is None or not message.author_id:
        return None
    theirs = Message.objects.filter(
        account=message.account,
        author_id=message.author_id,
        post_remote_id=message.post_remote_id,
        case__state=Case.State.OPEN,
        case__is_group=False,
    )
    found = theirs.select_related("case").order_by("-id").first()
    return found.case if found else None


def group_case(message: Message, at: datetime) -> Case | None:
    """In a flood under one post: its one open group case, made at the first message too many. Index: case_of_post."""
    if message.account is None or not message.post_remote_id:
        return None
    under_post = Case.objects.filter(account=message.account, post_remote_id=message.post_remote_id)
    existing = under_post.open().filter(is_group=True).first()
    if existing is not None:
        return existing
    if under_post.filter(opened_at__gt=at - FLOOD_WINDOW).count() < FLOOD_CASES:
        return None
    return new_case(message, at, None, is_group=True)


def alert(case: Case) -> None:
    """Danger: tell each officer on duty at once; where none is, whoever takes care of the office's media."""
    active = Officer.objects.filter(office=case.office_id, is_active=True)
    on_duty = list(active.filter(role=Officer.Role.DUTY)) or list(active.filter(role=Officer.Role.MANAGER))
    for officer in on_duty:
        Notice.give(
            case.office_id,
            "case_urgent",
            once=f"case:{case.id}:urgent:{officer.id}",
            officer=officer,
            address=f"/kasus/{case.id}/",
            urgent=True,
            number=case.number,
        )


def new_case(
    message: Message, at: datetime, actor: Officer | None, *, is_group: bool = False, handler: Office | None = None
) -> Case:
    """`handler`: the office that works on it instead of its own."""
    owner = None if is_group else owner_of(handler.pk if handler else message.office_id, message.topic)
    case = Case.objects.create(
        office_id=message.office_id,
        number=CaseCounter.next_number(message.office, at),
        label=message.label or Message.Label.OTHER,
        topic=message.topic,
        urgent="urgent" in message.flags,
        is_group=is_group,
        account=message.account,
        post_remote_id=message.post_remote_id,
        officer=owner,
        handler=handler,
        opened_at=at,
    )
    Event.write(case.office_id, "case.opened", case, actor=actor, at=at, label=case.label, group=is_group)
    chain.append(case.id, ChainLink.Kind.OPENED, case, at)
    Check.objects.create(office_id=case.office_id, case=case, next_at=at + FIRST_CHECK)
    Notice.give(
        case.working_office_id,
        "case_group" if is_group else "case_opened",
        once=f"case:{case.id}",
        address=f"/kasus/{case.id}/",
        urgent=case.urgent,
        number=case.number,
        label=case.label,
    )
    if owner is not None:
        Notice.give(
            case.working_office_id,
            "case_yours",
            once=f"case:{case.id}:owner",
            officer=owner,
            address=f"/kasus/{case.id}/",
            urgent=case.urgent,
            number=case.number,
        )
    steps.begin(case, at, since=message.written_at)
    return case


def want_evidence(message: Message, case: Case, at: datetime) -> None:
    """Evidence to be taken (`evidence.py`): always our own rendering; the public page where there is one."""
    if case.is_group and case.evidence.filter(kind=Evidence.Kind.RENDERING).count() >= GROUP_CAPTURES:
        return
    kinds = [Evidence.Kind.RENDERING]
    if message.kind == MessageKind.COMMENT and message.permalink:
        kinds.append(Evidence.Kind.PUBLIC_PAGE)
    rows = [Evidence(office_id=case.office_id, case=case, message=message, kind=kind, next_try_at=at) for kind in kinds]
    if message.upload:
        rows.append(uploaded(message, case, at))
    Evidence.objects.bulk_create(rows, ignore_conflicts=True)
    for brought in Evidence.objects.filter(message=message, kind=Evidence.Kind.UPLOAD):
        chain.append(case.id, ChainLink.Kind.EVIDENCE, brought, at)
    if message.upload:
        steps.reached(case, steps.Output.SCREENSHOT, at, message.entered_by)


def uploaded(message: Message, case: Case, at: datetime) -> Evidence:
    """The screenshot that a moderator brought along is evidence as it is."""
    with message.upload.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Evidence(
        office_id=case.office_id,
        case=case,
        message=message,
        kind=Evidence.Kind.UPLOAD,
        state=Evidence.State.TAKEN,
        sha256=digest,
        size=message.upload.size,
        captured_at=at,
        next_try_at=at,
    )


def hold_back_thanks(message: Message, at: datetime) -> None:
    """No thank-you in a thread with an open case, nor to its author: those still waiting are withdrawn."""
    if message.account_id is None:
        return
    theirs = Q(message__thread=message.thread) | Q(message__author_id=message.author_id)
    waiting = Answer.objects.filter(theirs, kind=Answer.Kind.THANKS, message__account=message.account_id)
    rows = Outgoing.objects.filter(id__in=waiting.values("outgoing"))
    for row_id in withdraw(rows, at, why="open_case"):
        Message.objects.filter(answers__outgoing=row_id, state=Message.State.THANKS).update(state=Message.State.REVIEW)


@transaction.atomic
def close(case: Case, at: datetime, actor: Officer | None) -> bool:
    """Nothing more is to be done. False where it was closed already, or a complaint lacks its tindak lanjut."""
    closed = Case.objects.filter(id=case.id).exclude(state=Case.State.CLOSED)
    closed = closed.exclude(label=Message.Label.COMPLAINT, handled_at=None, duplicate_of=None)
    if not closed.update(state=Case.State.CLOSED, closed_at=at):
        return False
    Event.write(case.office_id, "case.closed", case, actor=actor, at=at)
    steps.stop(case, at, actor)
    asking.call_off(Consultation.objects.filter(case=case), at, actor)
    return True


def close_if_done(case: Case, at: datetime, actor: Officer | None) -> bool:
    """Answered, and (a complaint) handled: then it is over, whichever came last."""
    done = Case.objects.filter(id=case.id, state=Case.State.ANSWERED).exists()
    return done and close(case, at, actor)


@transaction.atomic
def reopen(case: Case, at: datetime, actor: Officer) -> bool:
    """It was not the end after all: it is to be answered, and handled, once more. False where it is open."""
    ended = Case.objects.filter(id=case.id).exclude(state=Case.State.OPEN)
    if not ended.update(state=Case.State.OPEN, closed_at=None, handled_at=None, duplicate_of=None):
        return False
    Event.write(case.office_id, "case.reopened", case, actor=actor, at=at)
    steps.go_on(case, at, actor)
    return True


def weigh(case: Case, message: Message, at: datetime, actor: Officer | None) -> None:
    """With this message in it: a complaint among questions makes it a complaint. Nothing makes it less."""
    if message.label and GRAVEST_FIRST.index(message.label) < GRAVEST_FIRST.index(case.label):
        of_another_kind(case, message.label, at, actor)


def weigh_anew(case: Case, at: datetime, actor: Officer) -> None:
    """A person said what one of its messages is: it is as grave as the gravest of them all."""
    labels = case.incoming_messages.exclude(label="").order_by().values_list("label", flat=True).distinct()
    gravest = min(labels, key=GRAVEST_FIRST.index)
    if gravest != case.label:
        of_another_kind(case, gravest, at, actor)


@transaction.atomic
def of_another_kind(case: Case, label: str, at: datetime, actor: Officer | None) -> None:
    """It walks that kind's stages from where it is. What was closed as something else and is a complaint lacks its
    tindak lanjut: it is not over."""
    Event.write(case.office_id, "case.kind", case, actor=actor, at=at, was=case.label, now=label)
    Case.objects.filter(id=case.id).update(label=label)
    case.label = label
    closed = Case.objects.filter(id=case.id, state=Case.State.CLOSED)
    state = Case.State.ANSWERED if case.answered_at else Case.State.OPEN
    if case.needs_handling and closed.update(state=state, closed_at=None):
        Event.write(case.office_id, "case.reopened", case, actor=actor, at=at)
        steps.unstop(case, at, actor)
    if not closed.exists():
        steps.of_another_kind(case, at, actor)


@transaction.atomic
def take(case: Case, officer: Officer, at: datetime, *, instead_of: int | None) -> bool:
    """This officer looks after it now, `instead_of` whoever their page showed there (None: nobody). False where it is
    somebody else's by now, or theirs already."""
    if not Case.objects.filter(id=case.id, officer=instead_of).exclude(officer=officer).update(officer=officer):
        return False
    Event.write(case.office_id, "case.taken", case, actor=officer, at=at)
    return True
