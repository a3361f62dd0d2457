"""Writing a note."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from moderation.models import Case
from moderation.notes.models import Note
from offices.models import Event, Officer


def write(case: Case, text: str, key: uuid.UUID, at: datetime, actor: Officer) -> Note:
    """The same key again (a double tap) is the same note."""
    try:
        with transaction.atomic():
            note = Note.objects.create(office_id=case.office_id, case=case, text=text, by=actor, at=at, key=key)
            Event.write(case.office_id, "case.noted", case, actor=actor, at=at, note=note.pk)
    except IntegrityError:
        return Note.objects.get(key=key)
    return note
