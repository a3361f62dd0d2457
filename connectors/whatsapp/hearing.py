"""What a webhook of the Cloud API says, in our words. Total: an odd message still is one, nothing here raises.

pywa's own parser is not used: it answers 200 and forgets a message whose contact lacks a field that it expects.
People are told apart by two ids: the phone number (`wa_id`, missing for people with a user name since 2026) and the
business-scoped one (`user_id`); `author_id` is the first that there is.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Heard, Incoming, MessageKind, Receipt
from connectors.whatsapp.errors import reason_of

Json = Mapping[str, Any]

SHOWN = {
    "image": "[gambar]",
    "video": "[video]",
    "audio": "[pesan suara]",
    "document": "[berkas]",
    "sticker": "[stiker]",
    "location": "[lokasi]",
    "contacts": "[kontak]",
}
"""A message without words, by its type, as it stands in the desk's list."""

MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})

NO_MESSAGES = frozenset({"reaction", "system"})
"""A thumb on our message is no answer, a changed number none either."""

ARRIVED = frozenset({"sent", "delivered", "read"})


def heard_in(news: Json) -> tuple[Heard, ...]:
    return tuple(_heard(value) for entry in _objects(news.get("entry")) for value in _values(entry))


def _values(entry: Json) -> Iterator[Json]:
    for change in _objects(entry.get("changes")):
        if change.get("field") == "messages":
            yield _object(change.get("value"))


def _heard(value: Json) -> Heard:
    names = {_text(one, "wa_id") or _text(one, "user_id"): one for one in _objects(value.get("contacts"))}
    messages = [
        _incoming(one, names) for one in _objects(value.get("messages")) if _text(one, "type") not in NO_MESSAGES
    ]
    receipts = [_receipt(one) for one in _objects(value.get("statuses"))]
    return Heard(
        owner=_text(_object(value.get("metadata")), "phone_number_id"),
        messages=tuple(one for one in messages if one.remote_id),
        receipts=tuple(one for one in receipts if one is not None),
    )


def _incoming(message: Json, names: Mapping[str, Json]) -> Incoming:
    who = _text(message, "from") or _text(message, "from_user_id")
    contact = names.get(who) or (next(iter(names.values())) if len(names) == 1 else {})
    profile = _object(contact.get("profile"))
    return Incoming(
        kind=MessageKind.DM,
        remote_id=_text(message, "id"),
        author_id=who or _text(contact, "user_id"),
        author_handle=_text(profile, "username"),
        author_name=_text(profile, "name"),
        text=_words(message),
        written_at=_time(message.get("timestamp")),
        raw=message,
        parent=_text(_object(message.get("context")), "id"),
        thread=who,
    )


def tapped(message: Json) -> bool:
    """Whether it is a tap on a button of ours, and not somebody's own words."""
    return message.get("type") in ("button", "interactive")


def chosen(message: Json) -> str:
    """The key of the line that was chosen from a list of ours; empty for anything else."""
    return _text(_object(_object(message.get("interactive")).get("list_reply")), "id")


def came_along(message: Json) -> str:
    """WhatsApp's number of the picture, voice note, film or file in a message; empty where it has none."""
    kind = _text(message, "type")
    return _text(_object(message.get(kind)), "id") if kind in MEDIA else ""


def _words(message: Json) -> str:
    kind = _text(message, "type")
    part = _object(message.get(kind))
    if kind == "interactive":
        part = _object(part.get(_text(part, "type")))
    said = _text(part, "body") or _text(part, "text") or _text(part, "title") or _text(part, "caption")
    if kind in SHOWN:
        return f"{SHOWN[kind]} {said}".strip()
    return said or "[pesan]"


def _receipt(status: Json) -> Receipt | None:
    """None for what tells nothing new of a message ("deleted", "warning")."""
    told = _text(status, "status")
    if told not in ARRIVED and told != "failed":
        return None
    errors = _objects(status.get("errors"))
    people = {_text(status, "recipient_id"), _text(status, "recipient_user_id")} - {""}
    return Receipt(
        remote_id=_text(status, "id"),
        token=_text(status, "biz_opaque_callback_data"),
        at=_time(status.get("timestamp")),
        people=frozenset(people),
        failure=reason_of(errors[0].get("code") if errors else None) if told == "failed" else None,
    )


def _time(seconds: object) -> datetime:
    """WhatsApp's "1763762400"; 1970 where there is none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _object(part: object) -> Json:
    return part if isinstance(part, Mapping) else {}


def _objects(part: object) -> list[Json]:
    return [one for one in part if isinstance(one, Mapping)] if isinstance(part, list) else []


def _text(part: Json, name: str) -> str:
    found = part.get(name)
    return str(found) if isinstance(found, str | int) else ""
