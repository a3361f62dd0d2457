"""What a person does with a queued post: new words, a new time. The sending is `connectors/outgoing.py`."""

from datetime import datetime, timedelta

from django.db import transaction

from connectors import outgoing
from connectors.models import Outgoing
from offices.models import Officer
from scheduler.models import Delivery


def late_at(due_at: datetime, late_after_minutes: int) -> datetime:
    """When a post that is still queued asks a person instead of going out."""
    return due_at + timedelta(minutes=late_after_minutes)


@transaction.atomic
def edit(
    delivery: Delivery, caption: str, due_at: datetime, at: datetime, actor: Officer, title: str | None = None
) -> bool:
    """New words (`title` None: as it is) or a new time for one delivery that has not left; False where it is too late.

    The calendar file stays as it is: a later edit of its row is a new wish and goes before this one.
    """
    row = delivery.outgoing
    state = row.state
    if state in (Outgoing.State.LATE, Outgoing.State.FAILED):
        state = Outgoing.State.QUEUED
    changed = outgoing.revise(
        row,
        at,
        actor,
        payload={**row.payload, "text": caption, **({} if title is None else {"title": title})},
        due_at=due_at,
        late_at=late_at(due_at, delivery.post.office.late_after_minutes),
        not_before=None,
        state=state,
    )
    if changed and not delivery.post.deliveries.exclude(id=delivery.id).exists():
        type(delivery.post).objects.filter(id=delivery.post_id).update(caption=caption, due_at=due_at)
    return changed
