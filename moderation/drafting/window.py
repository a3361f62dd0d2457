"""How long a platform still takes an answer: after that a person can only say it in its own app, or not at all.

The limits are the platforms' (`connectors.base.Capability`: `reply_window`, `person_window`, `private_window`), not the
procedure's: a case may be in time for the office and too late for the platform.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from connectors.base import Capability, Kind, MessageKind
from connectors.models import PLATFORMS, Outgoing, connector_class
from moderation.models import Answer, Case, Message
from offices.hours.calendar import working_time_of
from offices.models import Notice, Office
from offices.working_time import NeverOpenError, WorkingTime

SOON = timedelta(hours=2)
"""Of working time: with so much left, who works now can still answer."""
OVER = (Outgoing.State.FAILED, Outgoing.State.WITHDRAWN)


@dataclass(frozen=True)
class Window:
    """What holds for one message now."""

    until: datetime | None
    """The desk may still send until then; None: no limit."""
    person_until: datetime | None
    """A person in the platform's own app may until then."""
    private_until: datetime | None
    """A public comment may be answered privately until then."""
    rule: str
    """Whose posts may be answered at all, in words."""
    now: datetime

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until <= self.now

    @property
    def is_soon(self) -> bool:
        return self.until is not None and not self.is_over and self.until - self.now <= 2 * SOON

    @property
    def private_is_over(self) -> bool:
        return self.private_until is not None and self.private_until <= self.now

    @property
    def person_is_over(self) -> bool:
        return self.person_until is None or self.person_until <= self.now


def window_of(message: Message, now: datetime) -> Window | None:
    """None where the platform sets no limit, or none is known."""
    if message.account is None:
        return None
    can = message.account.capability
    rule = can.reply_rule[(get_language() or "id").startswith("en")] if is_public(message) else ""
    until = person = private = None
    if message.kind == MessageKind.DM and can.reply_window is not None:
        heard = last_written(message)
        until = heard + can.reply_window
        person = heard + can.person_window if can.person_window else None
    if message.kind == MessageKind.COMMENT and Kind.PRIVATE_REPLY in can.kinds and can.private_window is not None:
        private = message.written_at + can.private_window
    return Window(until, person, private, rule, now) if until or private or rule else None


def is_public(message: Message) -> bool:
    return message.kind in (MessageKind.COMMENT, MessageKind.MENTION)


class NoPrivateReply(Exception):
    """The comment had its private reply, is too old for one, or its platform has none. Nothing was stored: what was
    written for one pair of eyes must never go out in public instead."""


def takes_private(message: Message, at: datetime) -> bool:
    """One private reply a comment, for some days: none has gone out yet, nor is on its way."""
    if message.account is None or message.kind != MessageKind.COMMENT:
        return False
    can = message.account.capability
    if Kind.PRIVATE_REPLY not in can.kinds:
        return False
    if can.private_window is not None and message.written_at + can.private_window <= at:
        return False
    return not private_replies(message).exists()


def private_replies(message: Message) -> QuerySet[Answer]:
    """What was said in private to it, or is about to be. Index: that of the answers of a message."""
    said = Answer.objects.filter(message=message, outgoing__kind=Kind.PRIVATE_REPLY)
    return said.exclude(outgoing__state__in=OVER)


def last_written(message: Message) -> datetime:
    """A window begins anew with each message of the citizen. Index: message_thread."""
    newest = Message.objects.in_thread_of(message).order_by("-written_at").values_list("written_at", flat=True)
    return newest.first() or message.written_at


# --- told once, before it closes


def windows() -> dict[str, timedelta]:
    """The platforms that set a limit to answering direct messages."""
    can: dict[str, Capability] = {name: connector_class(name).capability for name in PLATFORMS}
    return {name: one.reply_window for name, one in can.items() if one.reply_window is not None}


def look(at: datetime) -> None:
    """The tick: which direct messages can soon no longer be answered, and were not? Index: message_window."""
    hours: dict[int, WorkingTime] = {}
    for platform, length in windows().items():
        for message in waiting(platform, at - length, at)[:200]:
            office = message.office
            if office.id not in hours:
                hours[office.id] = working_time_of(office)
            left = worked(hours[office.id], at, message.written_at + length)
            if left <= SOON:
                warn(message, office, at, urgent=not left)


def waiting(platform: str, since: datetime, at: datetime) -> "list[Message]":
    """The newest of their threads, to which nothing was said since."""
    same = Message.objects.filter(account=OuterRef("account"), thread=OuterRef("thread"))
    later = same.filter(written_at__gt=OuterRef("written_at"))
    said = Answer.objects.filter(
        message__account=OuterRef("account"), message__thread=OuterRef("thread"), created_at__gte=OuterRef("written_at")
    )
    said = said.exclude(outgoing__state__in=OVER)
    untold = Message.objects.filter(kind=MessageKind.DM, window_told_at=None, written_at__gt=since, written_at__lte=at)
    due = untold.filter(~Exists(later), ~Exists(said), account__platform=platform)
    open_ones = due.filter(Q(case__state=Case.State.OPEN) | Q(state__in=Message.INBOX))
    return list(open_ones.select_related("office", "case").order_by("written_at")[:200])


def worked(hours: WorkingTime, at: datetime, until: datetime) -> timedelta:
    try:
        return hours.worked(at, until)
    except NeverOpenError:
        return until - at


@transaction.atomic
def warn(message: Message, office: Office, at: datetime, *, urgent: bool) -> None:
    """Once a message; urgent where nobody works any more before it closes."""
    if not Message.objects.filter(id=message.id, window_told_at=None).update(window_told_at=at):
        return
    about = {"number": message.case.number if message.case else "", "channel": message.channel}
    address = f"/kasus/{message.case_id}/#jawab" if message.case_id else f"/kotak-masuk/{message.id}/"
    officer = message.case.officer if message.case else None
    Notice.give(office.id, "window_closes", officer=officer, address=address, urgent=urgent, **about)
