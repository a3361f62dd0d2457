"""Where a message goes: the Verdict, then thanks, inbox or case. Nothing is dropped: what fails waits for a person."""

import logging
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.db.models import F

from connectors.base import MessageKind
from connectors.models import Outgoing
from connectors.outgoing import withdraw
from moderation import escalation, reply, staff_answers, steps
from moderation.judging import trust
from moderation.judging.models import Trial
from moderation.judging.vocabulary import lexicon_of, names_of
from moderation.models import Answer, Case, Message
from moderation.sentiment import Context, Verdict, judge
from offices.models import Event, Notice, Office, Officer

log = logging.getLogger(__name__)
State = Message.State
Label = Message.Label

SENT_AGAIN = timedelta(hours=1)
"""The same message typed in by the same officer within it was sent twice."""
FRESH = timedelta(days=2)
"""Older praise is not thanked by the machine: it would look odd, or like a machine."""


def judge_new(at: datetime, limit: int = 200) -> int:
    """Judge and place what was stored; one message that breaks stops no other and waits for a person."""
    fresh = list(Message.objects.unjudged().select_related("office", "account").order_by("id")[:limit])
    for message in sorted(fresh, key=lambda one: one.office_id):  # an office's own vocabulary is put together once
        try:
            with transaction.atomic():
                place(message, judge(message.text, context_of(message), lexicon_of(message.office)), at)
        except Exception:
            log.exception("message %s could not be judged", message.id)
            Message.objects.filter(id=message.id, state=State.NEW).update(state=State.REVIEW)
    return len(fresh)


def context_of(message: Message) -> Context:
    """What stands around a message and counts in judging it."""
    thread = Message.objects.in_thread_of(message)
    of_author = Message.objects.filter(
        account=message.account_id, author_id=message.author_id, case__state=Case.State.OPEN
    )
    ours = Outgoing.objects.filter(answer__message__in=thread, state=Outgoing.State.SENT)
    return Context(
        post_text=message.post_text,
        open_case_in_thread=thread.filter(case__state=Case.State.OPEN).exists(),
        open_case_of_author=bool(message.author_id) and of_author.exists(),
        after_our_answer=ours.filter(sent_at__lt=message.written_at).exists(),
        addressed_to_other=speaks_to_another(message),
        author_name=message.author_name,
        own_handles=(message.account.handle,) if message.account else (),
        own_names=names_of(message.office),
    )


def speaks_to_another(message: Message) -> bool:
    """It answers a comment of another citizen, not ours. Index: message_by_id."""
    if message.account_id is None or not message.parent_remote_id:
        return False
    parent = Message.objects.filter(account=message.account_id, remote_id=message.parent_remote_id)
    return parent.exclude(author_id=message.author_id).exists()


def place(message: Message, verdict: Verdict, at: datetime) -> None:
    """Keep the verdict and send the message on its way. Call it in a transaction."""
    kept = Message.objects.filter(id=message.id, state=State.NEW).update(**fields_of(verdict), state=State.REVIEW)
    if not kept:  # another judge was quicker
        return
    message.refresh_from_db()
    Event.write(message.office_id, "message.judged", message, at=at, label=verdict.kind, action=verdict.action)
    if verdict.action == "thank":
        praise(message, at)
    elif verdict.action == "case":
        escalate(message, at, complains=verdict.complains)
    elif (verdict.acknowledges and acknowledged(message, at)) or verdict.action == "none":
        move(message, State.DONE)
    elif verdict.kind != "praise":
        escalation.join_thread(message, at)
    steps.heard(message, at)
    staff_answers.after_judging(message, at)


def fields_of(verdict: Verdict) -> dict[str, object]:
    return {
        "label": verdict.kind,
        "judged_label": verdict.kind,
        "action": verdict.action,
        "flags": sorted(verdict.flags),
        "topic": verdict.topic,
        "language": verdict.lang,
        "confidence": verdict.confidence,
        "reasons": [
            {"rule": one.rule, "text": one.text, "start": one.start, "end": one.end} for one in verdict.reasons
        ],
        "lexicon_version": verdict.lexicon,
    }


def praise(message: Message, at: datetime) -> None:
    """Thank, propose to thank, or leave it in the inbox: the office's choice, and never against an open case."""
    if message.office.thanks == Office.Thanks.OFF or message.account is None:
        move(message, State.THANKS)
    elif in_open_case(message) or repeated(message, at):
        move(message, State.REVIEW)
    else:
        old = message.written_at < at - FRESH
        thanked = reply.thank(message, at, propose=old)
        move(message, State.THANKS if thanked else State.DONE)


SO_MANY = 3
REPEATED_WITHIN = timedelta(hours=1)
WORDS_OF_ONES_OWN = 4
"""Shorter praise ("mantap pelayanannya") is the same by chance."""
LOOKED_AT = 300


def repeated(message: Message, at: datetime) -> bool:
    """The same text by three people or more within an hour is no praise of one's own: an advert, a campaign, a joke.
    Thank-yous for the first of them that still wait are held back, too."""
    said = " ".join(message.text.casefold().split())
    if len(said.split()) < WORDS_OF_ONES_OWN:
        return False
    rows = Message.objects.filter(account=message.account_id, written_at__gte=message.written_at - REPEATED_WITHIN)
    newest = rows.order_by("-id").values_list("id", "text", "author_id")[:LOOKED_AT]
    same = {pk: author for pk, text, author in newest if " ".join(text.casefold().split()) == said}
    if len(set(same.values())) < SO_MANY:
        return False
    waiting = Outgoing.objects.filter(answer__message__in=same, answer__kind=Answer.Kind.THANKS)
    for row_id in withdraw(waiting, at, why="repeated"):
        Message.objects.filter(answers__outgoing=row_id, state=State.THANKS).update(state=State.REVIEW)
    return True


def acknowledged(message: Message, at: datetime) -> bool:
    """ "Terima kasih" after our answer to a case: noted there, and closing it is proposed. False: no such case."""
    answered = Case.objects.filter(
        incoming_messages__in=Message.objects.in_thread_of(message), state=Case.State.ANSWERED
    )
    case = answered.order_by("-id").first()
    if case is None:
        return False
    Case.objects.filter(id=case.id, acknowledged_at=None).update(acknowledged_at=at)
    Event.write(case.office_id, "case.acknowledged", case, at=at, message=message.id)
    return True


def in_open_case(message: Message) -> bool:
    """Does the thread, or its author anywhere on this account, have an open case?"""
    context = context_of(message)
    return context.open_case_in_thread or context.open_case_of_author


def escalate(message: Message, at: datetime, actor: Officer | None = None, *, complains: bool = False) -> None:
    """Complaints and suggestions are cases. So is a question where the office's procedure says so, or where it
    `complains`, too ("obatnya habis, kapan ada lagi?"): better a case too many than a complaint lost."""
    plain = message.label == Label.QUESTION and not complains and "urgent" not in message.flags
    if plain and message.office.questions == Office.Questions.INBOX:
        move(message, State.QUESTION)
    else:
        escalation.open_case(message, at, actor)


def judge_anew(message: Message, at: datetime) -> None:
    """Its author changed it: what it says now is judged, and sent on its way where that is another one. Nobody is
    thanked twice for it, and a thank-you that waits does not go out to what is no praise any more. Call it in a
    transaction."""
    if not message.judged_label or message.state == State.NEW:  # too old to be answered; or still to be judged
        return
    verdict = judge(message.text, context_of(message), lexicon_of(message.office))
    fields = fields_of(verdict)
    if message.label != message.judged_label:  # a person's word stands until a person takes it back
        del fields["label"]
    Message.objects.filter(id=message.id).update(**fields)
    thanks = Outgoing.objects.filter(answer__message=message, answer__kind=Answer.Kind.THANKS)
    if message.case is not None:
        if "urgent" in verdict.flags and Case.objects.filter(id=message.case.id, urgent=False).update(urgent=True):
            escalation.alert(message.case)
        message.refresh_from_db(fields=["label"])
        escalation.weigh(message.case, message, at, None)
        return
    if verdict.action == "thank" and thanks.exclude(state=Outgoing.State.WITHDRAWN).exists():
        return
    withdraw(thanks, at, why="changed")
    if verdict.kind != "praise" and thanks.exclude(state=Outgoing.State.WITHDRAWN).exists():
        Notice.give(
            message.office_id,
            "praise_changed",
            once=f"message:{message.id}:changed",
            address=f"/kotak-masuk/{message.id}/",
        )
    Message.objects.filter(id=message.id).update(state=State.NEW)
    place(message, verdict, at)


def move(message: Message, state: str) -> None:
    Message.objects.filter(id=message.id).exclude(state=State.CASE).update(state=state)
    message.state = state


@transaction.atomic
def relabel(message: Message, label: str, at: datetime, actor: Officer) -> None:
    """A person says what it is; it is sent on its way anew. A thank-you that was waiting does not go out."""
    outgoing_thanks = Answer.objects.filter(message=message, kind=Answer.Kind.THANKS)
    in_doubt = () if label == Label.PRAISE else Outgoing.IN_DOUBT
    for waiting in outgoing_thanks.filter(outgoing__state__in=[*Outgoing.CHANGEABLE, *in_doubt]):
        reply.decline(waiting, at, actor)
    if label != Label.PRAISE:
        for thanked in outgoing_thanks.filter(taken_back_at=None):
            trust.note(thanked, False, Trial.Why.RELABELLED, at)
        if label != Label.OTHER and outgoing_thanks.filter(author=None, outgoing__state__in=Outgoing.LEFT).exists():
            trust.switch_back(message.office, "relabelled", at, actor)  # the machine thanked for it in public
    Event.write(message.office_id, "message.relabelled", message, actor=actor, at=at, was=message.label, now=label)
    Message.objects.filter(id=message.id).update(label=label)
    message.label = label
    if message.case_id is not None:
        case = Case.objects.select_related("office", "officer").get(id=message.case_id)
        escalation.weigh_anew(case, at, actor)
    elif label == Label.PRAISE:
        proposed = None if in_open_case(message) else reply.thank(message, at, propose=True)
        move(message, State.THANKS if proposed or message.account is None else State.DONE)
    elif label == Label.OTHER:
        move(message, State.DONE)
    else:
        escalate(message, at, actor)


@transaction.atomic
def dismiss(message: Message, at: datetime, actor: Officer) -> bool:
    """A person says that nothing is to be done. False where it is in a case."""
    waiting = Outgoing.objects.filter(answer__message=message, answer__kind=Answer.Kind.THANKS)
    if not Message.objects.filter(id=message.id, state__in=Message.INBOX).update(state=State.DONE):
        return False
    withdraw(waiting, at, actor, "dismissed")
    Event.write(message.office_id, "message.dismissed", message, actor=actor, at=at)
    return True


@transaction.atomic
def enter_by_hand(
    office: Office,
    officer: Officer,
    at: datetime,
    *,
    channel: str,
    author_name: str,
    text: str,
    written_at: datetime,
    permalink: str = "",
    upload: File[bytes] | None = None,
    label: str = "",
) -> Message:
    """A message that a moderator typed in, from any channel: it goes the same way as a fetched one. The same once more
    (a screenshot takes its time on a slow line, and one taps again) is the same one."""
    Officer.objects.filter(id=officer.pk).update(role=F("role"))  # holds the row: of two at once the second waits here
    said = {"channel": channel, "author_name": author_name, "text": text, "written_at": written_at}
    theirs = Message.objects.filter(office=office, entered_by=officer, kind=MessageKind.BY_HAND)
    if (already := theirs.filter(**said, stored_at__gt=at - SENT_AGAIN).first()) is not None:
        return already
    message = Message.objects.create(
        office=office,
        kind=MessageKind.BY_HAND,
        permalink=permalink,
        stored_at=at,
        upload=upload or "",
        entered_by=officer,
        **said,
    )
    Event.write(office.id, "message.entered", message, actor=officer, at=at)
    place(message, judge(text, Context(author_name=author_name), lexicon_of(office)), at)
    if label and label != message.label:
        relabel(message, label, at, officer)
    return message
