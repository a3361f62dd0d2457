"""What became of a citizen's message on the platform after it was stored: changed by its author, gone, back again.

What it said before is kept (`MessageChange`), and so is its evidence. What it says now is judged anew: praise that has
become a complaint must not be thanked for.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from connectors.base import Incoming
from moderation import triage
from moderation.models import Message
from moderation.records import chain
from moderation.records.models import MessageChange
from offices.models import Event


def says_something_else(stored: str, now: str) -> bool:
    """Blanks and line ends alone are no change: platforms' ways of telling the same text differ in them."""
    return stored.split() != now.split()


@transaction.atomic
def note(message_id: int, now: Incoming, at: datetime) -> bool:
    """The platform brings `message_id` with another text. False where that is known, or its data was erased."""
    message = Message.objects.select_related("office", "account", "case").get(id=message_id)
    as_it_was = Message.objects.filter(id=message_id, text=message.text, erased_at=None)
    if not says_something_else(message.text, now.text) or not as_it_was.update(text=now.text, raw=dict(now.raw)):
        return False
    number = message.changes.count()
    MessageChange.objects.create(
        office_id=message.office_id,
        message=message,
        number=number,
        was_text=message.text,
        was_raw=message.raw,
        was_reasons=message.reasons,
        found_at=at,
    )
    message.refresh_from_db()
    Event.write(message.office_id, "message.changed", message, at=at, number=number + 1)
    if message.case_id is not None:
        chain.append(message.case_id, chain.Kind.CHANGED, message, at, version=number + 1)
    triage.judge_anew(message, at)
    return True


@transaction.atomic
def note_missing(account_id: int, gone: Iterable[str], there: Iterable[str], at: datetime) -> None:
    """Of messages in open cases: the platform no longer shows `gone`, and does show `there` (remote ids)."""
    stored = Message.objects.filter(account=account_id, case__isnull=False)
    newly_gone = list(stored.filter(remote_id__in=list(gone), missing_at=None))
    back = list(stored.filter(remote_id__in=list(there)).exclude(missing_at=None))
    for rows, verb, since in ((newly_gone, "message.missing", at), (back, "message.back", None)):
        for message in rows:
            Message.objects.filter(id=message.id).update(missing_at=since)
            moved = Event.of(message.office_id, verb, message, at=at)
            moved.save()
            assert message.case_id is not None
            chain.append(message.case_id, chain.Kind.MOVE, moved, at)
