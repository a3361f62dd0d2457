"""The screenshot that leaves the desk: our own rendering, with what is personal covered (`Message.masked_text`)."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from moderation.models import Case, Evidence, Message
from offices.models import Event, Officer


@transaction.atomic
def want(case: Case, message: Message, at: datetime, actor: Officer | None) -> Evidence:
    """The masked picture of `message`, wanted from now on; the one that is there already, or another try at it."""
    row, made = Evidence.objects.get_or_create(
        message=message,
        kind=Evidence.Kind.MASKED,
        defaults={"office_id": case.office_id, "case": case, "next_try_at": at},
    )
    again = Evidence.objects.filter(id=row.id, state=Evidence.State.IMPOSSIBLE)
    if made or again.update(state=Evidence.State.WANTED, next_try_at=at, tries=0, reason="", token=None):
        Event.write(case.office_id, "consultation.picture", case, actor=actor, at=at, evidence=row.id)
        row.refresh_from_db()
    return row


def of(message: Message) -> Evidence | None:
    return Evidence.objects.filter(message=message, kind=Evidence.Kind.MASKED).first()


def file_of(picture: Evidence) -> Path:
    return Path(settings.EVIDENCE_ROOT) / picture.path
