"""A voice note or picture that an officer sent along: fetched from WhatsApp, of bounded size, shown with the reply."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from connectors.errors import ConnectorError, LoginNeeded, Refused
from connectors.lane import lane
from moderation.consultation.models import ConsultationReply
from offices.models import Event

MOST = 16 * 1024 * 1024
"""Bytes: as much as WhatsApp itself takes of a voice note."""
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}
"""What is kept; anything else stays on the officer's phone."""
LEASE = timedelta(minutes=5)
TRIES = 5
REFUSED = "refused"


def fetch_wanted(at: datetime) -> None:
    """Index: reply_media_wanted."""
    rows = ConsultationReply.objects.media_wanted(at).select_related("consultation__outgoing", "consultation__case")
    for reply in rows[:10]:
        fetch(reply, at)


def fetch(reply: ConsultationReply, at: datetime) -> None:
    """Claimed by a conditional UPDATE; the account's lane is taken for the call."""
    mine = ConsultationReply.objects.filter(id=reply.id, media_due_at=reply.media_due_at)
    sent = reply.consultation.outgoing
    if sent is None or not mine.update(media_due_at=at + LEASE, media_tries=F("media_tries") + 1):
        return
    with lane(sent.account_id) as taken:
        if taken is None:  # somebody else uses the number: soon again, and this was no try
            again = ConsultationReply.objects.filter(id=reply.id)
            again.update(media_due_at=at + timedelta(seconds=10), media_tries=F("media_tries") - 1)
            return
        try:
            content, mime = taken.connector.medium(reply.media_id, MOST)
        except (Refused, LoginNeeded) as error:
            give_up(reply, error.reason, at)
        except ConnectorError as error:
            if reply.media_tries + 1 >= TRIES:
                give_up(reply, error.reason, at)
        else:
            keep(reply, content, mime, at)


@transaction.atomic
def keep(reply: ConsultationReply, content: bytes, mime: str, at: datetime) -> None:
    if mime not in ENDINGS:
        give_up(reply, "kind", at)
        return
    mine = ConsultationReply.objects.filter(id=reply.id, media_id=reply.media_id)
    if not mine.update(media_due_at=None):  # erased meanwhile
        return
    path = f"consultations/heard/{uuid.uuid4().hex}.{ENDINGS[mime]}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    target.write_bytes(content)
    mine.update(media_path=path, media_type=mime)
    _note(reply, "consultation.attached", at)


@transaction.atomic
def give_up(reply: ConsultationReply, reason: str, at: datetime) -> None:
    """The moderator is told beside the reply: it is to be listened to on the officer's own phone."""
    ConsultationReply.objects.filter(id=reply.id).update(media_due_at=None, media_type=REFUSED)
    _note(reply, "consultation.not_attached", at, str(reason))


def _note(reply: ConsultationReply, verb: str, at: datetime, why: str = "") -> None:
    Event.write(reply.office_id, verb, reply.consultation.case, at=at, reply=reply.id, why=why)
