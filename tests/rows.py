"""Rows that tests start from: an invented office, its officer, account and messages."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from connectors import outgoing
from connectors.base import Kind, MessageKind
from connectors.models import Account, Outgoing
from moderation.models import Message
from offices.models import Office, Officer


def an_office(slug: str = "melati", **fields: Any) -> Office:
    return Office.objects.create(name=f"Puskesmas {slug.title()}", slug=slug, **fields)


def an_officer(office: Office, username: str = "sari", **fields: Any) -> Officer:
    return Officer.objects.create_user(username, password="kata-sandi-uji", office=office, **fields)


def an_account(office: Office, platform: str = "instagram", handle: str = "", **fields: Any) -> Account:
    """A connected account, its past long before now."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "state": Account.State.GREEN,
        "remote_id": "1000",
        "connected_at": now - timedelta(days=30),
        "next_fetch_at": now,
        "secrets": {"password": "kata-sandi-uji"},
    }
    return Account.objects.create(
        office=office, platform=platform, handle=handle or f"pkm.{office.slug}", **{**defaults, **fields}
    )


def an_outgoing(account: Account, due_at: datetime | None = None, text: str = "Halo", **fields: Any) -> Outgoing:
    """A queued post, due now where no time is given."""
    row = outgoing.queue(account, Kind.PHOTO, {"text": text, "media": []}, due_at or timezone.now())
    if fields:
        Outgoing.objects.filter(id=row.id).update(**fields)
        row.refresh_from_db()
    return row


def a_message(account: Account, text: str = "pelayanannya lama", **fields: Any) -> Message:
    """A comment just stored; each has an id of its own."""
    now = timezone.now()
    number = Message.objects.count() + 1
    defaults: dict[str, Any] = {
        "kind": MessageKind.COMMENT,
        "channel": "Instagram",
        "remote_id": f"c{number}",
        "post_remote_id": "p1",
        "thread": f"c{number}",
        "author_id": f"w{number}",
        "author_handle": f"warga{number}",
        "author_name": "Warga Uji",
        "permalink": "https://www.instagram.com/p/ABC/",
        "written_at": now,
    }
    return Message.objects.create(office=account.office, account=account, text=text, **{**defaults, **fields})
