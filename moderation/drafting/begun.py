"""Words kept while they are typed, and who else is writing to the same message just now.

A phone rings, a line breaks, a tab is closed: what was typed stands in the field again when the page is opened. It is
no draft yet, and nobody else reads it. Others see only that somebody writes, so that two do not begin the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from moderation.drafting.models import Begun, Draft
from moderation.drafting.turns import turns_since
from moderation.models import Message
from offices.models import Officer

JUST_NOW = timedelta(minutes=2)
"""Who typed something since then is writing."""
KEPT = timedelta(days=7)
LONGEST = 10_000
"""Letters; no platform takes as many."""


@dataclass(frozen=True)
class Writing:
    """What stands below an answer's field."""

    mine: Begun | None
    others: Sequence[Officer]


@transaction.atomic
def keep(
    message: Message, officer: Officer, text: str, at: datetime, *, seen: int = 0, replaces: Draft | None = None
) -> None:
    """The words as they are now; none any more: nothing is kept. What is older than `KEPT` goes, whosever it is.

    `seen`: as in `turns`. What comes in behind its own form (the words are sent, this request was slower) is past."""
    Begun.objects.filter(at__lt=at - KEPT).delete()
    Message.objects.filter(id=message.pk).update(turns=F("turns"))  # holds the row: the form waits, or was first
    if any(turn.who == officer for turn in turns_since(message, seen)[1]):
        return
    if not text.strip():
        drop(message, officer)
        return
    words = {"text": text[:LONGEST], "at": at, "replaces": replaces, "office_id": message.office_id}
    Begun.objects.update_or_create(words, message=message, officer=officer)


def drop(message: Message, officer: Officer) -> None:
    """They are said, or thrown away."""
    Begun.objects.filter(message=message, officer=officer).delete()


def writing(message: Message, officer: Officer, at: datetime) -> Writing:
    """Index: begun_once."""
    rows = list(Begun.objects.filter(message=message).select_related("officer").order_by("id"))
    others = [one.officer for one in rows if one.officer_id != officer.pk and one.at > at - JUST_NOW]
    return Writing(next((one for one in rows if one.officer_id == officer.pk), None), others)


def begun_by(officer: Officer, message: Message) -> Begun | None:
    return Begun.objects.filter(message=message, officer=officer).first()
