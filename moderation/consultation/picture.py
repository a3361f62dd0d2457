"""The screenshot that leaves the desk: our own rendering, with what is personal covered."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from moderation.models import Case, Evidence, Message
from offices.models import Event, Officer

COVER = "█"
PERSONAL = ("personal.", "illness.sensitive")
"""Rules of the judgement that name personal data (`moderation/sentiment/flags.py`)."""


def masked(message: Message) -> str:
    """The message's text with each stretch covered that a rule found personal; blanks stay, so that words still read
    as words."""
    letters = list(message.text)
    for reason in message.reasons:
        if str(reason.get("rule", "")).startswith(PERSONAL):
            for place in range(max(0, int(reason["start"])), min(int(reason["end"]), len(letters))):
                if not letters[place].isspace():
                    letters[place] = COVER
    return "".join(letters)


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
